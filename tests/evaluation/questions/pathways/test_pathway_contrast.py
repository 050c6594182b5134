"""Known differences between tumours in their pathways."""

import numpy as np
import pytest
from scipy import stats

from tests.evaluation.pathways import Purifier, split_of, table_of, with_contrasts
from tests.evaluation.stand_ins import Identity, Projection, embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.pathways import pathway_contrast
from twinpurify.evaluation.splits.frozen import FrozenSplit
from twinpurify.evaluation.splits.held_out import cross_validated


@pytest.fixture
def marked(cohort):
    return with_contrasts(cohort)


def ask(cohort, method=None, **changes):
    data = split_of(cohort)
    return pathway_contrast.evaluate(embed(cohort, method, data=data, min_set_genes=4, **changes))


def test_the_expected_pathway_differs(marked):
    answer = ask(marked)
    found = values(answer.measurements)
    assert list(found) == [("pathway_contrast@basal", "hedges_g", 1.0)]
    assert found["pathway_contrast@basal", "hedges_g", 1.0] > 2.0
    table = table_of(answer, "pathway_contrasts").set_index("pathway")
    assert table.index[table["expected"]].tolist() == ["BASAL"]
    assert table["effect"].idxmax() == "BASAL"
    assert table.loc["BASAL", "effect"] == pytest.approx(answer.measurements[0].value)
    assert table.loc["LUMA", "effect"] < 0


def test_the_rate_of_false_discoveries_is_over_all_pathways(marked):
    table = table_of(ask(marked), "pathway_contrasts")
    columns = {"collection", "pathway", "contrast", "profile", "effect", "p_value", "fdr"}
    assert set(table) == {*columns, "expected"}
    np.testing.assert_allclose(table["fdr"], stats.false_discovery_control(table["p_value"]))


def test_a_purifying_method_lists_both_kinds(marked):
    table = table_of(ask(marked, Purifier()), "pathway_contrasts")
    assert table.groupby("profile")["expected"].sum().to_dict() == {"purified": 1, "raw": 1}
    for _, part in table.groupby("profile"):
        np.testing.assert_allclose(part["fdr"], stats.false_discovery_control(part["p_value"]))


def test_permuted_sides_have_no_effect(marked):
    sides = marked.obs["contrast_basal"]
    known = sides.notna()
    rng = np.random.default_rng(1)
    marked.obs.loc[known, "contrast_basal"] = rng.permutation(sides[known])
    assert abs(ask(marked).measurements[0].value) < 0.7


def test_a_small_side_is_skipped(marked):
    marked.obs.loc[marked.obs["contrast_basal"] == 1.0, "contrast_basal"] = np.nan
    (skip,) = ask(marked).skipped
    assert skip.task == "pathway_contrast@basal"
    assert "0 against" in skip.reason
    assert "at least 5 on each side" in skip.reason


def test_a_pathway_that_is_not_scored_is_named(marked):
    marked.uns["contrasts"]["basal"]["pathway"] = "BASEL"
    answer = ask(marked)
    (skip,) = answer.skipped
    assert skip.reason == "there is no activity of its pathway hallmark BASEL"
    assert not answer.measurements
    assert not table_of(answer, "pathway_contrasts")["expected"].any()


def test_without_contrasts_or_purification_there_is_no_question(cohort, marked):
    with pytest.raises(UnanswerableError, match="projection gives no purified"):
        ask(marked, Projection())
    del cohort.obs["contrast_basal"]
    with pytest.raises(UnanswerableError, match="definition key contrasts"):
        ask(cohort)


def transferred(marked, change=None):
    """The test tumours once more, as if of another cohort."""
    data = split_of(marked)
    obs = data.test_obs.copy()
    if change is not None:
        obs["contrast_basal"] = change(obs["contrast_basal"])
    embedded = embed(marked, Identity(), data=data, min_set_genes=4)
    features = np.asarray(embedded.embed(data.test_tumours))
    weights = embedded.test_weights
    target = cross_validated(features, obs, weights, embedded.settings, 0, 0)
    return pathway_contrast.evaluate_transfer(FrozenSplit(embedded, data.test_tumours, target))


def test_a_cohort_agrees_with_itself(marked):
    found = values(transferred(marked).measurements)
    assert found["pathway_agreement@basal", "spearman", 1.0] == pytest.approx(1.0)
    assert found["pathway_contrast@basal", "hedges_g", 1.0] > 2.0


def test_sides_the_other_way_round_disagree(marked):
    found = values(transferred(marked, lambda sides: 1.0 - sides).measurements)
    assert found["pathway_agreement@basal", "spearman", 1.0] == pytest.approx(-1.0)


def test_a_contrast_of_one_cohort_alone_has_no_agreement(marked):
    found = transferred(marked, lambda sides: sides * np.nan)
    assert [skip.task for skip in found.skipped] == ["pathway_contrast@basal"]
    assert not found.measurements


def test_receptor_positive_tumours_show_their_oestrogen_response(real_data):
    from pathlib import Path

    import yaml

    from twinpurify.cohort.assembly import assemble_cohort
    from twinpurify.cohort.declaration.definition import parse_definition
    from twinpurify.cohort.declaration.gene_sets import parse_gene_sets
    from twinpurify.io.gene_sets import read_gene_sets
    from twinpurify.io.reading import read_expression, read_sample_sheet

    base = Path(__file__).resolve().parents[4] / "conf" / "base"
    shipped = yaml.safe_load((base / "cohorts" / "tcga_brca.yml").read_text(encoding="utf-8"))
    definition = parse_definition("tcga_brca", shipped["tcga_brca"])
    expression = read_expression(definition.expression, real_data).hand_over()
    sheet = read_sample_sheet(definition.samples, definition.expression, real_data)
    real, _ = assemble_cohort(expression, sheet, definition, "tcga_brca")
    settings = yaml.safe_load((base / "parameters_gene_sets.yml").read_text(encoding="utf-8"))
    sets = read_gene_sets(parse_gene_sets(settings["gene_sets"]), real_data)
    embedded = embed(real, Identity(), data=split_of(real, sets))
    answer = pathway_contrast.evaluate(embedded)
    found = {task: value for (task, _, _), value in values(answer.measurements).items()}
    assert found["pathway_contrast@oestrogen"] > 1.5
    assert found["pathway_contrast@proliferation"] > 1.5
    table = table_of(answer, "pathway_contrasts")
    oestrogen = table[table["contrast"] == "oestrogen"].set_index("pathway")
    assert oestrogen["effect"].idxmax() == "HALLMARK_ESTROGEN_RESPONSE_EARLY"
    assert oestrogen.loc["Estrogen", "fdr"] < 1e-6
    assert np.isfinite(real.obs["signal_leukocyte"]).sum() > 900
