"""The public cohorts by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError
from twinpurify.fetch.definitions.draft import Draft
from twinpurify.fetch.recipes import annotation, cbioportal, geo, scanb, tcga_gdc, tcga_xena
from twinpurify.fetch.recipes.tcga import PROJECTS
from twinpurify.fetch.transfer.fetcher import Fetcher

TCGA = {"xena": tcga_xena.fetch, "gdc": tcga_gdc.fetch}
SINGLE = {
    "metabric": ("cbioportal", cbioportal.fetch),
    "scanb": ("geo", scanb.fetch),
    "annotation": ("hgnc", annotation.fetch),
}
NAMES = [*(f"tcga_{project.lower()}" for project in PROJECTS), *SINGLE]
SERIES = re.compile(r"gse[1-9]\d*")


@dataclass(frozen=True)
class Recipe:
    """How a cohort is fetched.

    Attributes
    ----------
    source : str
        Where from.
    fetch : callable
        Takes the fetcher and the addresses of the source, and gives drafts of definitions.
    """

    source: str
    fetch: Callable[[Fetcher, tuple[str, ...]], list[Draft]]


def find_recipe(name: str, source: str | None = None) -> Recipe:
    """Find how a cohort is fetched.

    Parameters
    ----------
    name : str
        ``tcga_<project>``, ``metabric``, ``scanb``, ``gse<number>`` or ``annotation``, in any
        case; TCGA-BRCA is read, too.
    source : str, optional
        Where from, where there is a choice: ``xena`` (default) or ``gdc``.

    Returns
    -------
    Recipe
        Its recipe.

    Raises
    ------
    ConfigurationError
        There is no such cohort, or not from there.
    """
    known = name.strip().lower().replace("-", "_")
    if known.startswith("tcga_") and known in NAMES:
        project = known.removeprefix("tcga_").upper()
        recipes = {where: partial(fetch, project) for where, fetch in TCGA.items()}
    elif SERIES.fullmatch(known):
        recipes = {"geo": partial(geo.fetch, known.upper())}
    elif known in SINGLE:
        recipes = dict([SINGLE[known]])
    else:
        raise ConfigurationError(
            f"There is no public cohort {name!r}{closest(known, NAMES)}. Known are "
            f"{', '.join(NAMES)}, and gse<number> for any series of GEO. Correct COHORT."
        )
    chosen = source or next(iter(recipes))
    if chosen not in recipes:
        raise ConfigurationError(
            f"{known} is fetched from {' or '.join(recipes)}, and SOURCE is {source!r}. Correct "
            "it, or leave it out."
        )
    return Recipe(chosen, recipes[chosen])
