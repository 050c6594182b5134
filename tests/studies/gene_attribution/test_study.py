"""The accounts of a model that is known: all point to the genes that tell the class."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.studies.stand_in import GENES, ConditionalGaussian, toy_split
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.studies.completion import TRANSFORMER
from twinpurify.studies.gene_attribution.accounts import ACCOUNTS, GRADIENTS, PERMUTATION
from twinpurify.studies.gene_attribution.cells import explain, run_contestant
from twinpurify.studies.gene_attribution.settings import GeneAttributionSettings
from twinpurify.studies.gene_attribution.study import put_together

pytestmark = pytest.mark.usefixtures("stand_in")
SETTINGS = GeneAttributionSettings(
    n_tumours_per_class=20,
    n_permuted_genes=30,
    n_steps=4,
    n_top_genes=10,
    pathway_collections=["toy", "absent"],
    n_inner_folds=2,
    n_bootstrap=50,
)
SETS = pd.DataFrame(
    {
        "collection": "toy",
        "source": ["telling"] * 20 + ["others"] * 20,
        "target": GENES,
        "weight": 1.0,
    }
)


def measured(settings=SETTINGS, data=None):
    data = replace(toy_split(), resources=Resources(gene_sets=SETS)) if data is None else data
    patients = pd.concat([data.train_obs, data.test_obs])["patient_id"]
    bootstrap = PatientBootstrap(patients, settings.n_bootstrap, 0)
    return run_contestant(TRANSFORMER, data, settings, {}, "toy", bootstrap)


@pytest.fixture(scope="module")
def tables(stand_in):
    return put_together([measured()])


def test_every_gene_has_its_importance_for_every_class(tables):
    found = tables.attributions
    assert len(found) == 2 * len(GENES)
    assert found[list(ACCOUNTS[:2])].notna().all(axis=None)
    assert (found.groupby("class")[PERMUTATION].count() == 30).all()
    np.testing.assert_allclose(found.groupby("class")["attention"].sum(), 1.0, atol=1e-6)


def test_the_genes_that_tell_the_class_are_found(tables):
    telling = tables.attributions["gene"].isin(GENES[:20])
    for account in (GRADIENTS, PERMUTATION):
        means = tables.attributions.groupby(telling)[account].mean()
        assert means[True] > 2.0 * max(means[False], 0.0), account


def test_gradients_are_complete_and_agree_with_shuffling(tables):
    found = tables.agreement
    assert len(found) == 2 * 3
    assert (found["incompleteness"] < 1e-3).all()
    assert (found["low"] <= found["spearman"]).all() and (found["spearman"] <= found["high"]).all()
    both = found[(found["first"] == GRADIENTS) & (found["second"] == PERMUTATION)]
    assert (both["spearman"] > 0.5).all()


def test_the_set_of_the_strongest_genes_is_found(tables):
    found = tables.enrichment.set_index(["account", "class", "source"])
    assert (found.loc[GRADIENTS].xs("telling", level="source")["p_adjusted"] < 0.05).all()
    assert (found.loc[GRADIENTS].xs("others", level="source")["p_adjusted"] > 0.5).all()
    assert tables.skipped == ["there are no gene sets 'absent' (setting gene_sets.absent)"]


def test_without_gene_sets_the_table_is_empty():
    found = put_together([measured(data=toy_split())])
    assert found.enrichment.empty
    assert len(found.skipped) == 2


def test_only_test_tumours_are_explained_and_few_of_a_class():
    data = toy_split()
    explained, patients = explain(
        ConditionalGaussian().fit(data.train_tumours),
        data,
        SETTINGS.model_copy(update={"n_tumours_per_class": 7}),
    )
    assert set(patients) <= set(data.test_obs["patient_id"])
    assert pd.Series(explained.labels).value_counts().tolist() == [7, 7]


def test_the_same_seed_gives_the_same_bits():
    for table, again in zip(measured().values(), measured().values(), strict=True):
        pd.testing.assert_frame_equal(table, again)


def test_a_label_that_nobody_has():
    with pytest.raises(UnanswerableError, match="shoe_size: no class has 10 training patients"):
        measured(SETTINGS.model_copy(update={"label": "shoe_size"}))
