"""What looks wrong about the samples of a cohort, and what becomes of it."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.checks import check_tissues
from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.quality.mismatches import find_mismatches
from twinpurify.cohort.quality.outliers import flag_outliers


def judge_samples(
    expression: pd.DataFrame, obs: pd.DataFrame, definition: CohortDefinition, log: IngestionLog
) -> pd.DataFrame:
    """Add what is suspicious about a sample; whether it leaves is for the definition to say.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in the definition's unit; genes are approved symbols.
    obs : DataFrame
        Validated sample sheet, indexed like `expression`.
    definition : CohortDefinition
        ``mislabelled_normals`` says whether normals that look like tumours leave.
    log : IngestionLog
        Takes warnings that name the samples, and who left.

    Returns
    -------
    DataFrame
        The sheet with columns of quality, without the samples that left.

    Raises
    ------
    BackgroundError
        Too few of the normals are left.
    """
    flags = flag_outliers(expression, definition.unit, obs["tissue"], log)
    doubts = find_mismatches(expression, obs, definition.unit, definition.markers, log)
    judged = pd.concat([obs, flags.loc[obs.index], doubts.loc[obs.index]], axis=1)
    if definition.mislabelled_normals == "warn":
        return judged
    doubted = (judged["tissue"] == "normal") & (judged["tissue_doubt"] != "")
    reason = "normals that look like tumours (mislabelled_normals is leave_out)"
    log.drop_samples("mislabelled_normals", judged.index[doubted], reason)
    check_tissues(judged[~doubted], definition)
    return judged[~doubted]
