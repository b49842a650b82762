"""How the command line speaks: results on stdout, errors on stderr, nothing that could steer a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from aio_workflows.bulk.progress import BulkProgress, ProgressHook
from aio_workflows.views import printable


def say(text: str) -> None:
    """Print one line of results."""
    click.echo(printable(text))


def say_document(text: str) -> None:
    """Print a document, line by line; of control characters only tabs stay what they are."""
    for line in text.splitlines():
        click.echo("\t".join(map(printable, line.split("\t"))))


def say_rows(rows: Sequence[Sequence[str]]) -> None:
    """Print a table: its columns padded, the last one as it is."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        click.echo("  ".join([*cells, row[-1]]).rstrip())


def say_json(value: Any) -> None:
    """Print a value for programs. Everything beyond ASCII is escaped."""
    click.echo(json.dumps(value, indent=2))


def complain(text: str) -> None:
    """Print one line about an error."""
    click.echo(printable(text), err=True)


def painted(text: str, colour: str | None, *, err: bool = False) -> str:
    """``text`` in a colour, where colours are wanted: on a terminal, and not if NO_COLOR is set."""
    stream = sys.stderr if err else sys.stdout
    wanted = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return click.style(text, fg=colour) if wanted and colour is not None else text


@contextmanager
def progress(description: str, total: int) -> Generator[ProgressHook]:
    """A bar on a terminal's stderr, nothing elsewhere. Gives what a bulk run tells of its progress."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[failures]}", style="red"),
    )
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(description, total=total, failures="")

        def show(progress: BulkProgress) -> None:
            failures = f"{progress.failed} failed" if progress.failed else ""
            bar.update(task, total=progress.total, completed=progress.done, failures=failures)

        yield show
