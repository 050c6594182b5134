"""Whether pathways follow the tumour fraction, in raw and in purified tumours."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.pathways import SETS, Purifier, purity_of, split_of, table_of
from tests.evaluation.stand_ins import Identity, Projection, embed, values
from twinpurify.evaluation.known_truths.resources import no_gene_sets
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.pathways import pathway_purity
from twinpurify.evaluation.questions.pathways.pathway_profiles import pathway_scores


def test_purification_takes_the_purity_out_of_the_pathways(cohort):
    data = split_of(cohort)
    raw = pathway_purity.evaluate(embed(cohort, Identity(), data=data, min_set_genes=4))
    purified = pathway_purity.evaluate(embed(cohort, Purifier(), data=data, min_set_genes=4))
    key = ("pathway_purity@hallmark", "mean_abs_spearman", 1.0)
    assert values(purified.measurements)[key] < values(raw.measurements)[key]
    assert set(table_of(raw, "pathway_purity")["profile"]) == {"raw"}
    both = table_of(purified, "pathway_purity").set_index(["profile", "pathway"])["rho"]
    assert both["raw", "NORMAL"] < -0.6 < both["purified", "NORMAL"]


def test_the_table_holds_what_the_score_averages(cohort):
    answer = pathway_purity.evaluate(embed(cohort, data=split_of(cohort), min_set_genes=4))
    table = table_of(answer, "pathway_purity")
    assert list(table) == ["collection", "pathway", "rho", "p_value", "profile"]
    for collection, part in table.groupby("collection"):
        key = (f"pathway_purity@{collection}", "mean_abs_spearman", 1.0)
        assert values(answer.measurements)[key] == pytest.approx(part["rho"].abs().mean())
    assert "SMALL" not in set(table["pathway"])


def scores(cohort, data, profiles):
    settings = embed(cohort).settings.model_copy(update={"min_set_genes": 4})
    return pathway_scores(Identity(), data, profiles, settings)[0].scores


def test_a_tumour_s_activity_does_not_depend_on_the_others(cohort):
    data = split_of(cohort)
    half = data.test_tumours.iloc[::2]
    every = scores(cohort, data, data.test_tumours).loc[half.index]
    pd.testing.assert_frame_equal(scores(cohort, data, half), every)


def test_genes_that_another_cohort_lacks_are_no_genes(cohort):
    data = split_of(cohort)
    target = data.test_tumours.assign(**{gene: 7.0 for gene in SETS.loc[:3, "target"]})
    found = scores(cohort, data, target)
    assert "LUMA" not in found["hallmark"]
    assert "LUMB" in found["hallmark"]


def test_a_collection_that_is_absent_is_skipped_alone(cohort):
    data = split_of(cohort, SETS[SETS["collection"] == "hallmark"])
    answer = pathway_purity.evaluate(embed(cohort, data=data, min_set_genes=4))
    assert [skip.task for skip in answer.skipped] == ["pathway_purity@progeny"]
    assert answer.measurements


@pytest.mark.parametrize(
    ("method", "sets", "message"),
    [
        (Projection(), SETS, "projection gives no purified expression"),
        (Identity(), no_gene_sets(), r"no gene sets 'hallmark' \(setting gene_sets\.hallmark\); "),
    ],
)
def test_what_cannot_be_scored_is_no_question(cohort, method, sets, message):
    with pytest.raises(UnanswerableError, match=message):
        pathway_purity.evaluate(embed(cohort, method, data=split_of(cohort, sets)))


def test_no_collection_is_no_question(cohort):
    embedded = embed(cohort, data=split_of(cohort), pathway_collections=[])
    with pytest.raises(UnanswerableError, match="setting pathway_collections"):
        pathway_purity.evaluate(embedded)


def test_too_few_purities_are_no_question(cohort):
    cohort.obs["purity_absolute"] = np.nan
    with pytest.raises(UnanswerableError, match="0 tumours have a purity; at least 20"):
        pathway_purity.evaluate(embed(cohort, data=split_of(cohort)))
    cohort.obs = cohort.obs.drop(columns=["purity_absolute", "purity_cpe"])
    with pytest.raises(UnanswerableError, match="definition key purity"):
        pathway_purity.evaluate(embed(cohort, data=split_of(cohort)))


def test_the_first_purity_counts(cohort):
    answer = pathway_purity.evaluate(embed(cohort, data=split_of(cohort), min_set_genes=4))
    known = np.isfinite(purity_of(split_of(cohort).test_obs)).sum()
    rho = table_of(answer, "pathway_purity").set_index("pathway")["rho"]
    assert known < len(split_of(cohort).test_obs)
    assert rho["NORMAL"] < -0.6
