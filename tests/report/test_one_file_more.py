"""One file more is a question, or a method, that is asked, scored, named, drawn and reported."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tests.evaluation.stand_ins import Identity, bootstrap, divide, make_cohort
from twinpurify.evaluation.declaration.page import task_table
from twinpurify.evaluation.declaration.question import Kind
from twinpurify.evaluation.protocol import evaluate_split
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.transfer import evaluate_transfer
from twinpurify.evaluation.uncertainty.bootstrap import collect, summarize
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.presentation import BLUE, Look, Presentation
from twinpurify.plots.curves.dilution_curves import dilution_curves
from twinpurify.plots.questions import asked, by_kind
from twinpurify.report.headline import headlines
from twinpurify.report.methods_text import methods_text
from twinpurify.report.page import ReportContent, build_report
from twinpurify.representation.linear.raw import RawExpression
from twinpurify.representation.registry import METHODS

QUESTION = '''"""How wide are the embeddings of the test tumours?"""

import numpy as np

from twinpurify.evaluation.declaration.question import LOWER, Kind, Metric, Question, Score
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer, measure


def evaluate(embedded):
    width = embedded.test.std()
    score = lambda weights: np.full(len(weights), width)
    task = Task("horoscope", source="venus")
    return Answer([measure(task, "width_3d", 1.0, embedded.test_weights, score)])


def evaluate_transfer(frozen):
    score = lambda weights: np.zeros(len(weights))
    return Answer([measure(Task("horoscope"), "width_3d", 1.0, frozen.target.weights, score)])


WIDTH = Metric("width_<n>d", "width in <n> dimensions", LOWER, "from 0", "How wide.")
STARS = Score(
    "horoscope",
    "What the stars say",
    Kind.CLINIC,
    (WIDTH,),
    "What do the stars say?",
    behind="planet",
    where=("own", "transfer"),
    main=True,
)
QUESTION = Question("horoscope", evaluate, (STARS,), transfer=evaluate_transfer)
'''


@pytest.fixture(scope="module")
def cohort():
    return make_cohort(60)[0]


class Half(Identity):
    """Half of raw expression, so that it is narrower."""

    name = "half"

    def transform(self, X):
        return super().transform(X) / 2.0


def report(summary: pd.DataFrame) -> str:
    return build_report(ReportContent("demo", "Demo cohort", "1 May 2026", summary))


def test_a_question_is_asked_scored_and_reported(add_question, cohort):
    with pytest.raises(ValidationError, match="there is no question 'horoscope'; there are subt"):
        EvaluationSettings(tasks=["horoscope"])
    add_question("horoscope", QUESTION)
    assert EvaluationSettings().tasks[-1] == "horoscope"
    settings = EvaluationSettings(tasks=["horoscope"], n_bootstrap=4)
    data, tables = split_data(cohort, divide(cohort)), []
    for method in (Identity(), Half()):
        result = evaluate_split(method, data, settings, bootstrap(cohort, 4))
        name = "twinpurify" if isinstance(method, Half) else "raw"
        tables.append(collect(result.measurements, "demo", "demo", name, 0, 0))
    scores, replicates = (
        pd.concat(parts, ignore_index=True) for parts in zip(*tables, strict=True)
    )
    assert scores["task"].tolist() == ["horoscope@venus"] * 2
    summary = summarize(scores, replicates)

    (question,) = asked(summary)
    assert (question.label, question.kind) == (
        "What the stars say (venus) (width in 3 dimensions)",
        Kind.CLINIC,
    )
    assert list(by_kind([question])) == [Kind.CLINIC]
    (headline,) = headlines(summary, "Demo cohort")
    assert "TwinPurify has the best mean on 1 of 1 main question" in headline.sentences[1]
    (row,) = headline.table.groups[Kind.CLINIC]
    assert row.details == "width in 3 dimensions; lower is better"
    page = report(summary)
    assert "What the stars say (venus)" in page
    assert "What is it worth in the clinic?" in page
    assert any(line.startswith("| `horoscope@<planet>` | `horoscope` |") for line in task_table())


def test_a_question_is_asked_of_another_cohort(add_question, cohort):
    add_question("horoscope", QUESTION)
    other = cohort[cohort.obs["tissue"] == "tumour"].copy()
    other.obs["patient_id"] = [f"T{index}" for index in range(other.n_obs)]
    settings = EvaluationSettings(tasks=["horoscope"], n_bootstrap=4)
    data = split_data(cohort, divide(cohort))
    result = evaluate_transfer(
        Identity(), data, other.to_df(), other.obs, settings, bootstrap(other, 4)
    )
    assert [m.task for m in result.measurements] == ["horoscope"]


class Lucky(RawExpression):
    """A method more."""

    name = "lucky"
    presentation = Presentation(
        "Lucky numbers",
        Look(BLUE, "dot", "star"),
        does="numbers that bring luck",
        references=("Gans G. Luck. Duckburg 1948",),
        place=25,
    )


def test_a_method_is_named_drawn_cited_and_reported(monkeypatch, table_of):
    monkeypatch.setitem(METHODS, Lucky.name, Lucky)
    summary = table_of(
        {
            ("subtype", "balanced_accuracy", fraction): {"raw": 0.5, "pca": 0.6, "lucky": 0.9}
            for fraction in (1.0, 0.4)
        }
    )
    (headline,) = headlines(summary, "Demo cohort")
    assert headline.table.methods == ["Raw expression", "Lucky numbers", "PCA"]
    assert "Lucky numbers" in report(summary)
    figure = dilution_curves(summary, "subtype", "balanced_accuracy")
    (curve,) = [trace for trace in figure.data if trace.name == "Lucky numbers"]
    assert (curve.line.color, curve.line.dash, curve.marker.symbol) == (BLUE, "dot", "star")
    text = methods_text([], [], {"methods_to_run": ["lucky"]}, {})
    assert text["Methods"] == ["Lucky numbers: numbers that bring luck [1]."]
    assert text["References"] == ["1. Gans G. Luck. Duckburg 1948."]


@pytest.mark.parametrize("name", METHODS)
def test_every_method_says_what_readers_are_told(name):
    method = METHODS[name]
    assert issubclass(method, EmbeddingMethod)
    told = method.presentation
    assert told.title and np.isfinite(told.look.width)
    assert not told.does.endswith(".")
    assert all(not reference.endswith(".") for reference in told.references)
