"""What a person reads where a command fails: a sentence, no traceback of our own errors."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from twinpurify.errors import TwinPurifyError
from twinpurify.extras import missing_extra

FAILED, INTERRUPTED = 1, 130


class Commands(click.Group):
    """A group of commands that ends with a message and an exit code where one of them fails.

    1: something is wrong with files, settings or the installation, as the message says. 2: the
    command itself was mistyped. 130: it was interrupted.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; errors that nobody foresaw keep their traceback."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted; the same command goes on from what has come.", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            sentence = sentence_of(error)
            if sentence is None:
                raise
            click.echo(sentence, err=True)
            ctx.exit(FAILED)


def sentence_of(error: BaseException) -> str | None:
    """Find what to tell the person: the message of our own error, wherever it is wrapped.

    Parameters
    ----------
    error : exception
        Kedro wraps what a dataset raises; a process or a node may, too.

    Returns
    -------
    str or None
        None where the error is none of ours and nothing that a setting mends.
    """
    for found in _chain(error):
        if isinstance(found, TwinPurifyError):
            return str(found)
        missing = missing_extra(found)
        if missing is not None:
            return str(missing)
    return str(error) if _is_of_configuration(error) else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Walk from an error to what brought it about."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_of_configuration(error: BaseException) -> bool:
    """Tell whether Kedro or its checks of parameters refuse what the user has written.

    Their modules are looked up among those that are loaded: an error of theirs can't come from
    one that isn't, and importing them takes seconds.
    """
    kinds = {
        "kedro.config": ("MissingConfigException",),
        "kedro.validation.exceptions": ("ParameterValidationError",),
        "yaml": ("YAMLError",),
        "omegaconf.errors": ("OmegaConfBaseException",),
    }
    known = (
        getattr(sys.modules[module], name)
        for module, names in kinds.items()
        if module in sys.modules
        for name in names
    )
    return isinstance(error, tuple(known))
