"""The study of gene attribution as a pipeline: tables, figures, page."""

import pytest

from tests.pipelines.toy_study import prepared, stand_in
from tests.studies.gene_attribution.test_study import SETS, SETTINGS
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.pipelines.method_parameters import method_parameters
from twinpurify.pipelines.reporting.figures import or_reason
from twinpurify.pipelines.studies.gene_attribution import STUDY, create_pipeline
from twinpurify.pipelines.studies.split_study import make_build_page, make_measure
from twinpurify.run_selection import RunSelection

NAMES = ("attributions", "agreement", "enrichment", "skipped")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("checkpoints"))
    with stand_in():
        sections = (SETTINGS, method_parameters()(), ImputersSettings(), EvaluationSettings())
        given = (*prepared(), *sections, folder, 1, "", SETS)
        return dict(zip(NAMES, make_measure(STUDY)(*given), strict=True))


def page_of(tables, **changes):
    shown = tables | changes
    figures = {
        name: or_reason(drawing.draw)(shown[drawing.table])
        for name, drawing in STUDY.drawings.items()
    }
    return make_build_page(STUDY)(**{name: shown[name] for name in STUDY.shown}, **figures)


def test_the_page_shows_figures_and_tables(tables):
    page = page_of(tables)
    for words in ("Genes that tell a class", "attention and permutation", "telling", "absent"):
        assert words in page
    assert page.count('class="plotly-graph-div"') == 2


def test_what_lacks_is_said(tables):
    page = page_of(
        tables, enrichment=tables["enrichment"][:0], attributions=tables["attributions"][:0]
    )
    assert "no gene set is over-represented" in page
    assert "no class was explained" in page


def test_poor_agreement_is_shown_like_any_other(tables):
    poor = tables["agreement"].assign(spearman=-0.31, low=-0.4, high=-0.2)
    page = page_of(tables, agreement=poor)
    assert "−0.31" in page


def test_accounts_that_cannot_be_compared_say_so(tables):
    page = page_of(tables, agreement=tables["agreement"].assign(spearman=float("nan")))
    assert "no two accounts were compared" in page


def test_the_pipeline_reads_the_gene_sets():
    pipeline = create_pipeline(RunSelection(cohort="scanb"))
    assert "gene_sets" in pipeline.inputs()
    assert "scanb__masked_genes__gene_attribution__agreement" in pipeline.all_outputs()
