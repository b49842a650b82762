"""How the command line speaks: results on stdout, errors on stderr, nothing that could steer a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def printable(text: str) -> str:
    """``text`` on one line, with its control characters escaped, so that it cannot steer a terminal."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def say(text: str) -> None:
    """Print one line of results."""
    click.echo(printable(text))


def complain(text: str) -> None:
    """Print one line about an error."""
    click.echo(printable(text), err=True)


@contextmanager
def progress(description: str, total: int) -> Generator[Callable[[], None]]:
    """A bar on a terminal's stderr, nothing elsewhere. Gives a function to call for each thing done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(description, total=total)
        yield lambda: bar.advance(task)
