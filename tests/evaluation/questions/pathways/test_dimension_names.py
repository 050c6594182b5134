"""Names of dimensions."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.pathways import split_of, table_of
from tests.evaluation.stand_ins import GENES, Identity, Projection, embed
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.pathways import dimension_names


class Programmes(Projection):
    """Each dimension is the mean of the genes of one programme; the last is constant."""

    name = "programmes"

    def transform(self, X):
        parts = [X[GENES[start : start + 4]].mean(axis=1) for start in (8, 0)]
        return np.column_stack([*parts, np.zeros(len(X))])


def test_a_dimension_is_called_after_its_genes(cohort):
    embedded = embed(cohort, Programmes(), data=split_of(cohort), min_set_genes=4)
    answer = dimension_names.evaluate(embedded)
    table = table_of(answer, "dimension_names")
    assert table["pathway"].tolist() == ["BASAL", "LUMA"]
    assert table["dimension"].tolist() == [0, 1]
    assert (table["score"] > 0).all()
    assert (table["p_value"] <= table["fdr"]).all()
    named = [part.split(" ")[0] for part in table.loc[0, "top_genes"].split(", ")]
    assert set(GENES[8:12]) < set(named)
    assert len(named) == 5


def test_loadings_are_correlations_without_what_is_constant():
    rng = np.random.default_rng(0)
    embedding = np.column_stack([rng.normal(size=15), np.ones(15), rng.normal(size=15)])
    profiles = pd.DataFrame(rng.normal(size=(15, 3)), columns=["A", "B", "C"]).assign(B=2.0)
    loadings = dimension_names.gene_loadings(embedding, profiles)
    assert loadings.index.tolist() == [0, 2]
    assert loadings.columns.tolist() == ["A", "C"]
    expected = np.corrcoef(embedding[:, 2], profiles["C"])[0, 1]
    assert loadings.loc[2, "C"] == pytest.approx(expected)


def test_only_the_first_split_is_named(cohort):
    embedded = embed(cohort, Programmes(), data=split_of(cohort, split=1), min_set_genes=4)
    answer = dimension_names.evaluate(embedded)
    assert not answer.tables
    assert not answer.skipped


def test_genes_and_wide_embeddings_are_not_named(cohort):
    with pytest.raises(UnanswerableError, match="are genes, which have names"):
        dimension_names.evaluate(embed(cohort, Identity(), data=split_of(cohort)))
    embedded = embed(cohort, Projection(), data=split_of(cohort), max_named_dimensions=7)
    with pytest.raises(UnanswerableError, match="8 dimensions; at most 7 are named"):
        dimension_names.evaluate(embedded)
