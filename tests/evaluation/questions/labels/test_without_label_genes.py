"""Subtype and grade with the genes of the label hidden."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.stand_ins import GENES, Identity, Projection, divide, embed, values
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.labels import (
    grade_without_label_genes,
    subtype_without_label_genes,
)
from twinpurify.evaluation.questions.labels.reading import measure_held_out
from twinpurify.evaluation.questions.labels.without_label_genes import (
    answer_without,
    hide_genes,
    label_genes,
)
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.splits.held_out import of_split

ACCURACY = "balanced_accuracy"
# The genes that make the subtypes, and the one that makes the grade.
SUBTYPE_GENES, GRADE_GENE = GENES[:12], GENES[21]


def gene_sets(*genes: str) -> pd.DataFrame:
    return pd.DataFrame({"collection": "pam50", "source": "pam50", "target": genes, "weight": 1.0})


def embedded(cohort, *genes: str, method=None, **changes):
    resources = Resources(gene_sets=gene_sets(*genes))
    return embed(cohort, method, data=split_data(cohort, divide(cohort), resources), **changes)


def test_for_raw_expression_it_is_the_same_as_dropping_the_genes(cohort):
    genes = GENES[:8]
    found = answer_without(embedded(cohort, *genes), "subtype").measurements
    kept = cohort[:, ~cohort.var_names.isin(genes)].copy()
    task = Task("subtype_without_label_genes")
    expected = measure_held_out(of_split(embed(kept)), "subtype", task)
    assert [m.value for m in found] == [m.value for m in expected]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.replicates, other.replicates)


def test_without_all_of_its_genes_the_subtype_is_at_chance(cohort):
    hidden = embedded(cohort, *SUBTYPE_GENES)
    found = values(subtype_without_label_genes.evaluate(hidden).measurements)
    assert set(found) == {
        ("subtype_without_label_genes", metric, 1.0) for metric in (ACCURACY, "macro_f1")
    }
    assert found["subtype_without_label_genes", ACCURACY, 1.0] == pytest.approx(1 / 3, abs=0.17)


def test_without_its_gene_the_grade_is_at_chance(cohort):
    hidden = embedded(cohort, GRADE_GENE)
    found = values(grade_without_label_genes.evaluate(hidden).measurements)
    assert found["grade_without_label_genes", ACCURACY, 1.0] == pytest.approx(0.5, abs=0.17)


def test_nothing_of_a_hidden_gene_enters_an_embedding(cohort):
    before = embedded(cohort, *GENES[:3], method=Projection())
    hidden = hide_genes(before, pd.Index(GENES[:3]))
    cohort.X[:, :3] = cohort.X[::-1, :3]
    after = hide_genes(embedded(cohort, method=Projection()), pd.Index(GENES[:3]))
    np.testing.assert_allclose(hidden.train, after.train, atol=1e-4)
    np.testing.assert_allclose(hidden.test, after.test, atol=1e-4)
    assert np.ptp(hidden.data.test_tumours[GENES[0]]) == 0.0
    assert before.data.test_tumours[GENES[0]].std() > 0.0


def test_the_mean_is_that_of_the_training_tumours(cohort):
    original = embedded(cohort)
    mean = original.data.train_tumours["G00"].mean()
    hidden = hide_genes(original, pd.Index(["G00"])).data
    for profiles in (hidden.train_tumours, hidden.test_tumours):
        np.testing.assert_allclose(profiles["G00"], mean, rtol=1e-6)
    pd.testing.assert_frame_equal(
        hidden.test_tumours[GENES[1:]], original.data.test_tumours[GENES[1:]]
    )


def test_a_gene_is_found_under_its_new_and_its_old_symbol(cohort):
    cohort.var_names = ["NUF2", "ORC6L", *GENES[2:]]
    found = label_genes(embedded(cohort, "CDCA1", "ORC6"), "subtype")
    assert list(found) == ["NUF2", "ORC6L"]


def test_without_knowing_the_genes_there_is_no_question(cohort):
    with pytest.raises(UnanswerableError, match=r"no gene sets 'pam50' \(setting gene_sets.pam50"):
        answer_without(embed(cohort), "subtype")
    with pytest.raises(UnanswerableError, match=r"grade was called from \(setting label_genes.gr"):
        answer_without(embedded(cohort, "G00", label_genes={"grade": None}), "grade")
    with pytest.raises(UnanswerableError, match=r"none of the genes of 'pam50' is among the 30"):
        answer_without(embedded(cohort, "MKI67"), "grade")


def test_without_labels_there_is_no_question(cohort):
    del cohort.obs["subtype"]
    with pytest.raises(UnanswerableError, match="subtype: no class"):
        answer_without(embedded(cohort, "G00", method=Identity()), "subtype")
