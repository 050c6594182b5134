"""Questions asked of a frozen method on a cohort that it was not trained on."""

import pandas as pd

from twinpurify.errors import GeneMismatchError, SampleSheetError, listed
from twinpurify.evaluation.declaration.registry import transfer_questions
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer, SplitResult, split_result
from twinpurify.evaluation.protocol import ask
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.frozen import FrozenSplit
from twinpurify.evaluation.splits.held_out import cross_validated
from twinpurify.evaluation.splits.method import Method
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap


def evaluate_transfer(
    method: Method,
    data: SplitData,
    target_profiles: pd.DataFrame,
    target_obs: pd.DataFrame,
    settings: EvaluationSettings,
    bootstrap: PatientBootstrap,
) -> SplitResult:
    """Ask the chosen questions on another cohort's tumours, with embeddings left as trained.

    Tumours of patients who are in training are left out, and reported as skipped. The subtype is
    learnt on the training tumours of the method's own cohort. Grade, survival and purity are
    learnt within the target, in folds by patient that each split deals anew.

    Parameters
    ----------
    method : Method
        Fitted on the training patients of ``data``.
    data : SplitData
        Of the cohort that the method was trained on.
    target_profiles : DataFrame, tumours × genes
        Tumours of the other cohort, log2(x + 1), with the training genes in their order.
    target_obs : DataFrame
        Their sample sheet rows, in the same order.
    settings : EvaluationSettings
    bootstrap : PatientBootstrap
        Of the other cohort.

    Returns
    -------
    SplitResult
        Of the questions that declare how they are asked so.

    Raises
    ------
    GeneMismatchError
        If the genes aren't those of the training cohort.
    SampleSheetError
        If profiles and sample sheet are not of the same tumours in the same order.
    """
    _check_target(data, target_profiles, target_obs)
    answer = Answer()
    trained = {*data.train_obs["patient_id"], *data.train_normals_obs["patient_id"]}
    known = target_obs["patient_id"].isin(trained).to_numpy()
    if known.any():
        reason = f"{known.sum()} of {len(known)} target tumours: their patients are in training"
        answer.skip(Task("transfer"), reason)
    profiles, obs = target_profiles.loc[~known], target_obs.loc[~known]
    embedded = EmbeddedSplit(method, data, settings, bootstrap)
    target = cross_validated(
        embedded.embed(profiles),
        obs,
        bootstrap.weights(obs["patient_id"]),
        settings,
        data.seed,
        data.split,
    )
    frozen = FrozenSplit(embedded, profiles, target)
    for key, question in transfer_questions().items():
        if key in settings.tasks:
            answer.add(ask(key, question.transfer, frozen))
    return split_result(answer, data.split)


def _check_target(data: SplitData, profiles: pd.DataFrame, obs: pd.DataFrame) -> None:
    """Hold the target's genes and samples against what they must be."""
    genes = data.train_tumours.columns
    if not profiles.columns.equals(genes):
        missing = genes.difference(profiles.columns, sort=False)
        raise GeneMismatchError(
            f"{profiles.shape[1]} genes, where the {len(genes)} of the training cohort were "
            f"expected in their order; missing: {listed(missing)}"
        )
    if not profiles.index.equals(obs.index):
        strangers = profiles.index.symmetric_difference(obs.index, sort=False)
        raise SampleSheetError(
            f"{len(profiles)} profiles and {len(obs)} rows of the sample sheet are not the same "
            f"tumours in the same order; on one side only: {listed(strangers)}"
        )
