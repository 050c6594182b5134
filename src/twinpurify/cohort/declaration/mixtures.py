"""Settings of mixtures of known proportions: where their profiles and proportions are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from twinpurify.cohort.declaration.sources import Settings
from twinpurify.errors import ConfigurationError


class MixtureSource(Settings):
    """Samples that were mixed in a laboratory, and of what.

    Parameters
    ----------
    title : str
        Name for people.
    profiles : str
        Table of samples × genes, linear values or counts, relative to the run's `raw` folder.
    proportions : str
        Table of samples × components, 0 to 1, with 1 for a pure reference.
    tumour : str
        Column of the proportions that stands for the tumour; all others are background.
    id_column : str
        Column of both tables with the ids of the samples.
    """

    title: str
    profiles: str
    proportions: str
    tumour: str
    id_column: str = "sample"


def parse_mixtures(settings: Mapping[str, Any]) -> dict[str, MixtureSource]:
    """Turn ``conf/base/mixtures.yml`` into settings, with errors that name the key.

    Parameters
    ----------
    settings : mapping
        Name -> its settings.

    Returns
    -------
    dict of str to MixtureSource

    Raises
    ------
    ConfigurationError
        A key is unknown, missing or wrong.
    """
    sources = {}
    for name, values in settings.items():
        try:
            sources[name] = MixtureSource.model_validate(values)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join([name, *map(str, found['loc'])])}: {found['msg']}"
                for found in error.errors()
            )
            raise ConfigurationError(f"conf/base/mixtures.yml: {problems}") from error
    return sources
