"""Figures of an AnnData and of a summary."""

import pytest

import twinpurify as tp
from twinpurify.errors import TableError


@pytest.fixture(scope="module")
def cohort():
    return tp.datasets.simulated(n_tumours=120, n_normals=16, n_matched_normals=8, n_genes=150)


@pytest.fixture(scope="module")
def purified(cohort):
    adata = tp.pp.normalize(cohort, ["cpm", "log2"], copy=True)
    tp.tl.purify(adata, n_dimensions=4, n_views=2)
    tp.tl.purify(adata, "pca", n_dimensions=4)
    return adata


@pytest.fixture(scope="module")
def summary(cohort):
    settings = {
        "n_splits": 2,
        "n_bootstrap": 5,
        "fractions": [1.0, 0.4],
        "n_inner_folds": 2,
        "min_class_patients": 3,
        "min_train_events": 3,
        "min_test_events": 2,
        "tasks": ["subtype", "retrieval", "purity_left", "survival"],
    }
    return tp.tl.evaluate(cohort, ["raw", "pca"], settings=settings).summary


def titles(figure):
    return " ".join(note.text for note in figure.layout.annotations)


def test_the_map_shows_raw_and_every_embedding(purified):
    figure = tp.pl.embedding(purified)
    for name in ("Raw expression", "TwinPurify", "PCA"):
        assert name.lower() in titles(figure).lower()
    one = tp.pl.embedding(purified, ["pca"], colour_by=["subtype"])
    assert len(one.data) < len(figure.data)
    assert "twinpurify" not in titles(one).lower()


@pytest.mark.parametrize("methods", [["umap"], []])
def test_an_absent_embedding_is_named(purified, methods):
    with pytest.raises(TableError, match=r"has no embedding.*it has 'X_twinpurify', 'X_pca'"):
        tp.pl.embedding(purified, methods)


def test_a_cohort_that_was_not_purified_is_told_how(cohort):
    with pytest.raises(TableError, match=r"tp\.tl\.purify\(adata, method\) makes one"):
        tp.pl.embedding(cohort)
    with pytest.raises(TableError, match=r"no 'purity_estimate': tp\.tl\.purify"):
        tp.pl.purity(cohort)


def test_purity_is_compared_with_what_was_published_or_is_true(purified):
    published = tp.pl.purity(purified)
    assert "published purity" in published.layout.yaxis.title.text
    # The model has seen these tumours.
    assert "held-out" not in published.layout.title.text
    true = tp.pl.purity(purified, "true")
    assert true.layout.yaxis.title.text == "true purity"
    unpublished = purified.copy()
    unpublished.uns["purity_sources"] = []
    assert tp.pl.purity(unpublished).layout.yaxis.title.text == "true purity"


def test_an_absent_purity_is_named(purified):
    with pytest.raises(TableError, match=r"no 'purity_cpe' to compare with; it has 'purity_abs"):
        tp.pl.purity(purified, "cpe")


def test_what_went_in_is_shown(cohort):
    assert tp.pl.quality_map(cohort).data
    assert tp.pl.sample_quality(cohort).data
    genes = list(cohort.var_names[:2])
    assert genes[0] in titles(tp.pl.marker_genes(cohort, [genes[0], "NO_GENE"], [genes[1]]))


def test_a_summary_is_shown(summary):
    assert "subtype" in titles(tp.pl.dilution(summary)).lower()
    assert tp.pl.dilution(summary, [("retrieval", "top1_cosine")]).data
    assert tp.pl.trade_off(summary).data
    assert tp.pl.survival(summary).data


def test_every_figure_that_is_named_is_there():
    assert all(callable(getattr(tp.pl, name)) for name in tp.pl.__all__)
