"""The sex that a profile shows: XIST of the silenced X against genes of the Y chromosome."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.hints import counts, each
from twinpurify.cohort.notes import Notes, Told
from twinpurify.cohort.quality.profiles import Profiles

X_GENE = "XIST"
Y_GENES = ("RPS4Y1", "DDX3Y", "KDM5D", "EIF1AY", "USP9Y", "UTY")
# How far XIST and the genes on Y lie apart, in log2. Tumours may lose the silenced X, or the Y:
# with both low, or both high, nothing is told.
CLEARLY_APART = 3.0
# Genes taken to tell what an expressed gene looks like in a sample.
PROFILE_GENES = 2_000
EXPRESSED = 1.0


def tell_sex(profiles: Profiles, labelled: pd.Series | None = None) -> Told[pd.Series]:
    """Tell the sex of each profile where it is clear, and hold it against the sheet.

    With XIST and Y genes, the mean of the Y genes has to lie clearly below XIST for a female, and
    clearly above for a male, whose Y genes must also reach the lower quartile of the sample's
    expressed genes. With one of the two alone, it has to reach their median. A warning names the
    samples whose sheet says otherwise, since swaps are common and silent.

    Parameters
    ----------
    profiles : Profiles
        Of all samples.
    labelled : Series of str, optional
        The sheet's sex of each sample.
    """
    notes = Notes()
    on_y = [gene for gene in Y_GENES if gene in profiles.genes]
    has_xist = X_GENE in profiles.genes
    sex = pd.Series(np.nan, index=profiles.samples, dtype=object)
    if profiles.unit.quantity == "log_ratio" or not (has_xist or len(on_y) > 1):
        notes.add(
            "sex",
            f"can't be told from the profiles: it takes {X_GENE}, or two of {', '.join(Y_GENES)}, "
            "in a unit that isn't relative to a reference",
        )
    else:
        y = _level(profiles, on_y) if on_y else None
        xist = _level(profiles, [X_GENE]) if has_xist else None
        is_female, is_male = _judge(xist, y, *_expressed_levels(profiles))
        sex[is_female], sex[is_male] = "female", "male"
        notes.add("sex", f"by the profiles: {counts(sex.fillna('not clear'))}")
    if labelled is not None:
        other = labelled[labelled.notna() & sex.notna() & (labelled != sex)]
        if len(other):
            notes.warn(
                f"The sex of the sheet contradicts the profile: "
                f"{each(other + ', but ' + sex[other.index] + ' by its profile')}. Swapped samples "
                "look like this; correct columns.sex, or leave these samples out of the sheet."
            )
    # Text that is missing throughout couldn't be written to h5ad.
    return sex.astype(pd.CategoricalDtype(["female", "male"])), notes


def _judge(
    xist: np.ndarray | None, y: np.ndarray | None, quartile: np.ndarray, median: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    nobody = np.zeros(len(median), dtype=bool)
    if xist is None:
        return nobody, y >= median
    if y is None:
        return xist >= median, nobody
    return xist - y > CLEARLY_APART, (y - xist > CLEARLY_APART) & (y >= quartile)


def _level(profiles: Profiles, genes: list[str]) -> np.ndarray:
    return profiles.log2(profiles.genes.get_indexer(genes)).mean(axis=1)


def _expressed_levels(profiles: Profiles) -> tuple[np.ndarray, np.ndarray]:
    """Return lower quartile and median of the genes that a sample expresses."""
    levels = [
        np.quantile(profile[profile > EXPRESSED], [0.25, 0.5])
        if (profile > EXPRESSED).any()
        else (np.inf, np.inf)
        for profile in profiles.log2(profiles.evenly_spaced(PROFILE_GENES))
    ]
    quartile, median = np.array(levels).reshape(-1, 2).T
    return quartile, median
