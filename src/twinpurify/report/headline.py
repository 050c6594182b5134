"""What the scores say, in sentences that are computed from them and spare nobody."""

from dataclasses import dataclass

import pandas as pd

from twinpurify.plots.names import interval, method_name, number
from twinpurify.plots.questions import Asked, against_raw, asked, leaders
from twinpurify.plots.selections import trainings
from twinpurify.report.heat_table import HeatTable, heat_table

OURS = "twinpurify"


@dataclass(frozen=True)
class Answer:
    """How one question came out.

    Attributes
    ----------
    question : Asked
    rows : DataFrame
        Its scores, indexed by method.
    leaders : list of str
        Methods with the best mean.
    """

    question: Asked
    rows: pd.DataFrame
    leaders: list[str]

    @property
    def against_raw(self) -> str:
        """Whether TwinPurify can be told apart from raw expression, empty if not compared."""
        if OURS not in self.rows.index:
            return ""
        return against_raw(self.rows.loc[OURS], self.question.direction)

    def score(self, method: str) -> str:
        """Write a method's mean with its interval, or a dash."""
        if method not in self.rows.index:
            return "–"
        row = self.rows.loc[method]
        return f"{number(row['mean'])} ({interval(row['low'], row['high'])})"

    @property
    def led_by(self) -> str:
        """Names of the leading methods."""
        return " and ".join(method_name(method) for method in self.leaders)


@dataclass(frozen=True)
class Headline:
    """What the page answers for one cohort and training.

    Attributes
    ----------
    cohort, trained_on : str
        Cohort that was asked about, and the one that the models were trained on.
    sentences : list of str
    table : HeatTable
        Every question and method, of which the sentences sum up the main questions.
    """

    cohort: str
    trained_on: str
    sentences: list[str]
    table: HeatTable


def headlines(summary: pd.DataFrame, title: str) -> list[Headline]:
    """Sum up a summary, once for each cohort that models were trained on.

    Parameters
    ----------
    summary : DataFrame
        Scores of one or more trainings.
    title : str
        What the cohort is called.

    Returns
    -------
    list of Headline
        At most four sentences each: what was asked, where TwinPurify leads, where another method
        does, and how TwinPurify compares with raw expression.
    """
    return [
        _headline(rows, title, cohort, trained_on)
        for cohort, trained_on, rows in trainings(summary)
    ]


def _headline(rows: pd.DataFrame, title: str, cohort: str, trained_on: str) -> Headline:
    """Sum up one training."""
    questions = asked(rows)
    found = [(question, question.rows(rows)) for question in questions if question.main]
    answers = [
        Answer(question, scores, leaders(scores, question.direction)) for question, scores in found
    ]
    own = trained_on == cohort
    about = title if own else f"{cohort}, with models trained on {trained_on}"
    opening = (
        f"{_counted(rows['method'].nunique(), 'method was', 'methods were')} asked "
        f"{_counted(len(questions), 'question', 'questions')} about {about}; every score "
        "is of patients whom the training had not seen."
    )
    sentences = [opening, *_leading(answers), *_comparison(answers)]
    return Headline(cohort, trained_on, sentences, heat_table(rows))


def _leading(answers: list[Answer]) -> list[str]:
    """Say where TwinPurify has the best mean, and where another method has."""
    contested = [answer for answer in answers if answer.leaders]
    if not contested:
        return ["No main question was asked of two methods, so none of them leads."]
    if not any(OURS in answer.rows.index for answer in contested):
        return ["TwinPurify was asked none of the main questions; the table shows who leads."]
    won = [answer for answer in contested if OURS in answer.leaders]
    lost = [answer for answer in contested if OURS not in answer.leaders]
    n = _counted(len(contested), "main question", "main questions")
    sentences = [f"TwinPurify has the best mean on none of {n}."]
    if won:
        named = "; ".join(
            f"{_quoted(answer)} {answer.score(OURS)}{_shared(answer)}" for answer in won
        )
        sentences = [f"TwinPurify has the best mean on {len(won)} of {n}: {named}."]
    if lost:
        named = "; ".join(
            f"{_quoted(answer)} {answer.led_by} {answer.score(answer.leaders[0])}, "
            f"TwinPurify {answer.score(OURS)}"
            for answer in lost
        )
        sentences.append(f"Another method has the best mean on {len(lost)}: {named}.")
    return sentences


def _quoted(answer: Answer) -> str:
    """Write the question as a title, since it may hold commas itself."""
    return f"“{answer.question.subject}”"


def _shared(answer: Answer) -> str:
    """Say with whom a best mean is shared."""
    others = [method_name(method) for method in answer.leaders if method != OURS]
    return f", level with {' and '.join(others)}" if others else ""


def _comparison(answers: list[Answer]) -> list[str]:
    """Say where TwinPurify differs from raw expression by more than its 95% interval."""
    subjects = {
        verdict: [_quoted(answer) for answer in answers if answer.against_raw == verdict]
        for verdict in ("better", "worse", "not told apart")
    }
    if not any(subjects.values()):
        return ["TwinPurify was not compared with raw expression."]
    better, worse, unclear = subjects.values()
    return [
        f"Compared with raw expression on the same patients, TwinPurify is better on {len(better)}"
        f" of them, worse on {len(worse)}{_in_brackets(worse)}, and can’t be told apart on "
        f"{len(unclear)}{_in_brackets(unclear)}."
    ]


def _in_brackets(subjects: list[str]) -> str:
    """Name the questions behind a number."""
    return f" ({', '.join(subjects)})" if subjects else ""


def _counted(n: int, singular: str, plural: str) -> str:
    """Write a number with its noun."""
    return f"{n} {singular if n == 1 else plural}"
