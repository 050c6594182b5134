"""The errors that TwinPurify raises: each says what was found and which setting mends it."""

from collections.abc import Iterable


class TwinPurifyError(Exception):
    """Root of every error that the project raises on purpose."""


class ConfigurationError(TwinPurifyError):
    """A setting is unknown, of the wrong type, out of range, or contradicts another."""


class MissingExtraError(TwinPurifyError, ModuleNotFoundError):
    """A package that only some uses need isn't installed; the message names its extra."""


class CohortError(TwinPurifyError):
    """The data of a cohort can't be used as they are."""


class TableError(CohortError):
    """A file is missing, unreadable, or not the table that its definition declares."""


class SampleSheetError(CohortError):
    """The sample sheet lacks a column, doubles a sample, or holds values outside the vocabulary."""


class ExpressionError(CohortError):
    """The expression matrix holds values or identifiers that its unit doesn't allow."""


class BackgroundError(CohortError):
    """The adjacent normals are absent, too few, or don't match the tumours."""


class ModelError(TwinPurifyError):
    """A model can't be trained, stored or used."""


class ModelFileError(ModelError):
    """A stored model is missing, damaged, or of another format version."""


class GeneMismatchError(ModelError):
    """The genes of a matrix are not the genes that a model was trained on."""


def listed(items: Iterable[object], limit: int = 5) -> str:
    """Quote the first few offenders and state their number, for error messages.

    Parameters
    ----------
    items : iterable
        The offenders, in the order in which they should be named.
    limit : int
        How many are named.

    Returns
    -------
    str
        For example ``'A', 'B' (2 in all)``.
    """
    offenders = list(items)
    named = ", ".join(repr(str(item)) for item in offenders[:limit])
    ellipsis = ", …" if len(offenders) > limit else ""
    return f"{named}{ellipsis} ({len(offenders)} in all)"
