"""All questions by key, found by reading their files: a question is declared in one place."""

from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from twinpurify.errors import ConfigurationError
from twinpurify.evaluation.declaration.question import Metric, Question, Score

# By name: this room is below that of the questions, which import it.
PACKAGE = "twinpurify.evaluation.questions"
DECLARED = "QUESTION"


@cache
def questions() -> dict[str, Question]:
    """Find every question.

    Returns
    -------
    dict of str to Question
        By key, in the order in which they are asked.

    Raises
    ------
    ConfigurationError
        If two files declare a question of the same key.
    """
    found: dict[str, tuple[Question, str]] = {}
    for module in walk_packages(import_module(PACKAGE).__path__, f"{PACKAGE}."):
        question = getattr(import_module(module.name), DECLARED, None)
        if question is None:
            continue
        if question.key in found:
            raise ConfigurationError(
                f"the question {question.key!r} is declared by {found[question.key][1]} and by "
                f"{module.name}; give one of them another key"
            )
        found[question.key] = question, module.name
    declared = [question for question, _ in found.values()]
    ordered = sorted(declared, key=lambda question: (question.place, question.key))
    return {question.key: question for question in ordered}


def transfer_questions() -> dict[str, Question]:
    """Choose the questions that another cohort can be asked, in their order."""
    able = [question for question in questions().values() if question.transfer is not None]
    ordered = sorted(able, key=lambda question: question.transfer_place or question.place)
    return {question.key: question for question in ordered}


@cache
def scores() -> tuple[Score, ...]:
    """List what all questions measure, in the order in which overviews show it."""
    declared = [score for question in questions().values() for score in question.scores]
    return tuple(sorted(declared, key=lambda score: score.place))


@cache
def metrics() -> dict[str, Metric]:
    """List the metrics of all questions by name, in the order in which they are met."""
    declared = [m for question in questions().values() for s in question.scores for m in s.metrics]
    return {metric.name: metric for metric in declared}


@cache
def _by_name() -> dict[str, tuple[Score, ...]]:
    """Group what is measured by the name of its tasks."""
    names = dict.fromkeys(score.name for score in scores())
    return {name: tuple(one for one in scores() if one.name == name) for name in names}


def scores_of(name: str) -> tuple[Score, ...]:
    """List what is measured under a name, such as ``purity_left``; empty where nothing is."""
    return _by_name().get(name, ())


def forget() -> None:
    """Look for the questions again when next asked, since their files have changed."""
    for cached in (questions, scores, metrics, _by_name):
        cached.cache_clear()
