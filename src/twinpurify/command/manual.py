"""Writes the page docs/command.md, out of what ``--help`` says."""

from collections.abc import Iterator

import click

from twinpurify.command.main import main

WIDTH = 80
BEGINNING = """# The command

Written by `python -m twinpurify.command.manual > docs/command.md`; this is what `--help` says.

`python -m twinpurify` does the same where the script isn't on the path.

In a clone the command works with the clone's `conf`. In any other folder the configuration is that
of the package, and what lies in `conf/local` of the folder goes over it: parameters
(`conf/local/parameters.yml`), and a file for each cohort (`conf/local/cohorts/mine.yml`). All that
a run writes goes to `data` and `mlflow.db` of the folder.

Exit codes: 0, all is well. 1, files or settings are wrong, and the message says which; all messages
are in [errors](errors.md). 2, the command was mistyped. 130, it was interrupted, and the same
command goes on."""


def manual() -> str:
    """Write the page: a heading and the help of every command.

    Returns
    -------
    str
        Markdown.
    """
    sections = (f"## {path}\n\n```\n{text}\n```" for path, text in _helps(main))
    return "\n\n".join([BEGINNING, *sections]) + "\n"


def _helps(
    command: click.Command, name: str = "twinpurify", parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    settings = {"terminal_width": WIDTH, "max_content_width": WIDTH, **command.context_settings}
    context = click.Context(command, parent, name, **settings)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for inner_name, inner in sorted(command.commands.items()):
            yield from _helps(inner, inner_name, context)


if __name__ == "__main__":
    print(manual(), end="")
