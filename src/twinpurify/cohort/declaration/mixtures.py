"""Settings of mixtures of known proportions: where their profiles and proportions are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twinpurify.cohort.declaration.base import Settings, parse_each


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
    """Turn ``conf/base/mixtures.yml``, name -> its settings, into settings; see `parse_each`."""
    return parse_each(MixtureSource, settings, "conf/base/mixtures.yml: ")
