"""Tumours of another cohort, seen through a method that was left as it was trained."""

from dataclasses import dataclass

import pandas as pd

from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import HeldOut


@dataclass(frozen=True)
class FrozenSplit:
    """What a question is asked of on a cohort without normals and without a split of its own.

    Attributes
    ----------
    own : EmbeddedSplit
        Of the cohort that the method was trained on.
    profiles : DataFrame, tumours × genes
        Of the other cohort, log2(x + 1), with the training genes.
    target : HeldOut
        The same tumours embedded, in folds by patient of their own.
    """

    own: EmbeddedSplit
    profiles: pd.DataFrame
    target: HeldOut
