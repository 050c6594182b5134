"""What looks wrong about the samples of a cohort, and what becomes of it."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.checks import check_tissues
from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.cohort.notes import Notes, Told
from twinpurify.cohort.quality.outliers import flag_outliers
from twinpurify.cohort.quality.profiles import Profiles
from twinpurify.cohort.quality.sex import tell_sex
from twinpurify.cohort.quality.tissue import doubt_tissues
from twinpurify.errors import listed


def judge_samples(
    expression: pd.DataFrame, obs: pd.DataFrame, definition: CohortDefinition
) -> Told[pd.DataFrame]:
    """Add what is suspicious about a sample; whether it leaves is for the definition to say.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in the definition's unit; genes are approved symbols.
    obs : DataFrame
        Validated sample sheet, indexed like `expression`.
    definition : CohortDefinition
        ``mislabelled_normals`` says whether normals that look like tumours leave.

    Raises
    ------
    BackgroundError
        Too few of the normals are left.
    """
    notes, markers = Notes(), definition.markers
    profiles = Profiles(expression, definition.unit)
    flags = notes.of(flag_outliers(profiles, obs["tissue"]))
    absent = [gene for gene in (*markers.tumour, *markers.normal) if gene not in profiles.genes]
    if absent:
        notes.add("markers", f"genes of `markers` that the matrix lacks: {listed(absent)}")
    flags["sex_by_expression"] = notes.of(tell_sex(profiles, obs.get("sex")))
    flags["tissue_doubt"] = notes.of(doubt_tissues(profiles, obs["tissue"], markers))
    judged = pd.concat([obs, flags.loc[obs.index]], axis=1)
    if definition.mislabelled_normals == "leave_out":
        leaves = (judged["tissue"] == "normal") & (judged["tissue_doubt"] != "")
        reason = "normals that look like tumours (mislabelled_normals is leave_out)"
        notes.lose("samples", "mislabelled_normals", judged.index[leaves], reason)
        judged = judged[~leaves]
        check_tissues(judged, definition)
    return judged, notes
