"""Which files a person without a network has to place where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twinpurify.fetch.transfer.remote_file import RemoteFile

MOST_NAMED = 20
LIST_NAME = "to_fetch.tsv"


def describe_by_hand(files: Sequence[RemoteFile], raw: Path, reason: str) -> str:
    """Name every missing file, its address and its place, so that the cohort can be had anyway.

    A list too long to be read is written beside the files, in a form that programs take.

    Parameters
    ----------
    files : sequence of RemoteFile
        The missing ones.
    raw : Path
        The run's folder of raw data.
    reason : str
        Why they can't be fetched.

    Returns
    -------
    str
        For an error message.
    """
    lines = [f"  {file.urls[0]} -> {raw / file.path}{_remark(file)}" for file in files[:MOST_NAMED]]
    if len(files) > MOST_NAMED:
        path = _write_list(files, raw)
        lines.append(f"  … and {len(files) - MOST_NAMED} more; all stand in {path}")
    return (
        f"Not all files can be fetched: {reason}.\nTry again later: the same command goes on from "
        f"what has come. Or fetch elsewhere what lacks ({len(files)}), place it as follows, and "
        "run the same command, which takes it as it is:\n" + "\n".join(lines)
    )


def _remark(file: RemoteFile) -> str:
    told = [*(["may lack"] if file.optional else []), *([file.remark] if file.remark else [])]
    return f" ({'; '.join(told)})" if told else ""


def _write_list(files: Sequence[RemoteFile], raw: Path) -> Path:
    path = raw / Path(files[0].path).parts[0] / LIST_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = ["url\tpath\tmd5"]
    rows += [f"{file.urls[0]}\t{raw / file.path}\t{file.md5 or ''}" for file in files]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
