"""Pathways are scored by genes that vary in all profiles that are scored, and in those alone."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.pathways import SETS, Purifier, split_of, table_of, with_contrasts
from tests.evaluation.stand_ins import GENES, Identity, embed
from twinpurify.evaluation.questions.pathways import pathway_contrast, pathway_purity
from twinpurify.evaluation.questions.pathways.pathway_activity import pathway_activity
from twinpurify.evaluation.questions.pathways.pathway_profiles import pathway_scores

# The first is in a set, the second in none.
FLAT = [GENES[13], GENES[19]]
METHODS = ["ulm", "gsva"]


class Flattening(Purifier):
    """Takes all that varies out of some genes, as purification does of those of normal tissue."""

    def purify(self, X: pd.DataFrame) -> pd.DataFrame:
        return super().purify(X).assign(**dict.fromkeys(FLAT, 5.0))


class FlatInTraining(Purifier):
    """Takes a gene to 0 in all training tumours; a new one may hold more of it."""

    def __init__(self, n_training: int) -> None:
        super().__init__()
        self.n_training = n_training

    def purify(self, X: pd.DataFrame) -> pd.DataFrame:
        purified = super().purify(X)
        flat = len(X) == self.n_training
        purified[FLAT[0]] = 0.0 if flat else np.linspace(0.0, 0.1, len(X))
        return purified


def scores_of(cohort, method, profiles=None, pathway_method="ulm"):
    data = split_of(cohort)
    settings = embed(cohort, min_set_genes=4, pathway_method=pathway_method).settings
    tumours = data.test_tumours if profiles is None else profiles
    return pathway_scores(method, data, tumours, settings)


def by_hand(cohort, purify, genes, pathway_method, collection):
    """Activities in a matrix of these genes alone."""
    data = split_of(cohort)
    training, scored = (purify(x)[genes] for x in (data.train_tumours, data.test_tumours))
    values = ((scored - training.mean()) / training.std(ddof=0)).astype(np.float64)
    sets = SETS[(SETS["collection"] == collection) & SETS["target"].isin(genes)]
    sets = sets[sets.groupby("source")["target"].transform("size") >= 4]
    return pathway_activity(values, sets, pathway_method)


@pytest.mark.parametrize("pathway_method", METHODS)
def test_genes_that_purification_makes_flat_are_no_genes(cohort, pathway_method):
    """GSVA of decoupler leaves out more than the flat gene: all others of its block of work."""
    found = scores_of(cohort, Flattening(), pathway_method=pathway_method)
    genes = [gene for gene in GENES if gene not in FLAT]
    for one, purify in zip(found, (Flattening().purify, lambda X: X), strict=True):
        assert (one.n_genes, one.n_flat) == (28, 2 if one.kind == "purified" else 0)
        for collection in ("hallmark", "progeny"):
            expected = by_hand(cohort, purify, genes, pathway_method, collection)
            assert list(one.scores[collection]) == list(expected)
            np.testing.assert_allclose(one.scores[collection], expected, atol=1e-6)


@pytest.mark.parametrize("pathway_method", METHODS)
def test_a_gene_that_is_flat_in_training_alone_says_nothing(cohort, pathway_method):
    """Divided by a spread of nothing, it would outweigh all others."""
    method = FlatInTraining(len(split_of(cohort).train_tumours))
    purified, raw = scores_of(cohort, method, pathway_method=pathway_method)
    assert (purified.n_genes, purified.n_flat, raw.n_flat) == (29, 1, 0)
    genes = [gene for gene in GENES if gene != FLAT[0]]
    expected = by_hand(cohort, Purifier().purify, genes, pathway_method, "progeny")
    np.testing.assert_allclose(purified.scores["progeny"], expected, atol=1e-6)


@pytest.mark.parametrize("pathway_method", METHODS)
def test_a_gene_that_another_cohort_lacks_is_counted_as_measured(cohort, pathway_method):
    target = split_of(cohort).test_tumours.assign(**{GENES[20]: 7.0})
    (raw,) = scores_of(cohort, Identity(), target, pathway_method)
    assert (raw.kind, raw.n_genes, raw.n_flat) == ("raw", 29, 1)


def test_each_question_tables_what_it_left_out(cohort):
    cohort = with_contrasts(cohort)
    for question, task in (
        (pathway_purity, "pathway_purity"),
        (pathway_contrast, "pathway_contrast"),
    ):
        data = split_of(cohort)
        answer = question.evaluate(embed(cohort, Flattening(), data=data, min_set_genes=4))
        rows = table_of(answer, "pathway_genes").to_dict("records")
        assert rows == [
            {"task": task, "profile": "purified", "genes": 28, "without_spread": 2},
            {"task": task, "profile": "raw", "genes": 28, "without_spread": 0},
        ]
