"""What a YAML parser's complaint most likely means, in words that help."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from attrs import frozen

from aio_workflows.document.text import lines_of
from aio_workflows.document.tree import show


@frozen
class Stopped:
    """Where and why the parser stopped. ``line_text`` is the line, ``before`` what stands left of the place."""

    text: str
    line_text: str
    before: str
    problem: str
    context: str
    opened: tuple[int, int] | None

    @property
    def at(self) -> str:
        """The character at the place, empty at the end of a line."""
        return self.line_text[len(self.before) :][:1]


def _opened(stopped: Stopped) -> str:
    """Where the unfinished thing begins."""
    line, column = stopped.opened or (0, 0)
    return f" that begins in line {line + 1}, column {column + 1}" if stopped.opened else ""


# The first that applies explains the error.
_HINTS: Final[tuple[tuple[Callable[[Stopped], bool], Callable[[Stopped], str]], ...]] = (
    (
        lambda stopped: stopped.at == "\t",
        lambda _: "a tab where YAML wants blanks: indent with blanks only",
    ),
    (
        lambda stopped: (
            bool(re.match(r"\s*(?:---\s*)?[|>]", stopped.text)) and "<document start>" in stopped.problem
        ),
        lambda stopped: (
            f"the document begins with a stray {stopped.text.lstrip('- ').strip()[0]!r}: leave it out"
        ),
    ),
    (
        lambda stopped: "quoted scalar" in stopped.context and "end of stream" in stopped.problem,
        lambda stopped: f"the quotes of a text{_opened(stopped)} are not closed",
    ),
    (
        lambda stopped: "flow" in stopped.context,
        lambda stopped: (
            f"the list or mapping in brackets{_opened(stopped)} is not closed, or a comma is missing"
        ),
    ),
    (
        lambda stopped: "escape" in stopped.problem,
        lambda _: "an unknown escape in double quotes: write \\\\ for a backslash, or use single quotes",
    ),
    (
        lambda stopped: stopped.at in {"@", "`", "%"} and "cannot start any token" in stopped.problem,
        lambda stopped: f"a text that begins with {stopped.at!r} needs quotes",
    ),
    (
        lambda stopped: "alias" in stopped.context or "anchor" in stopped.context,
        lambda _: "a text that begins with '*' or '&' needs quotes",
    ),
    (
        lambda stopped: "mapping values are not allowed" in stopped.problem,
        lambda _: (
            "a key here does not fit: check the indentation, or quote the text if its ': ' belongs to it"
        ),
    ),
    (
        lambda stopped: (
            "block" in stopped.context or "<block" in stopped.problem or "block" in stopped.problem
        ),
        lambda _: "this line does not fit what stands above it: check indentation, dashes and quotes",
    ),
    (
        lambda stopped: "simple key" in stopped.context or "':'" in stopped.problem,
        lambda _: "a key without ':' after it",
    ),
    (
        lambda stopped: "<document start>" in stopped.problem,
        lambda _: "text after the end of the document: check the indentation of this line",
    ),
)


def explain(
    text: str, line: int, column: int, *, problem: str, context: str, opened: tuple[int, int] | None
) -> str:
    """A sentence about why the text is not YAML. ``line`` and ``column`` count from 0."""
    line_text = lines_of(text)[line]
    stopped = Stopped(text, line_text, line_text[:column], problem, context, opened)
    for applies, hint in _HINTS:
        if applies(stopped):
            return f"the text is not YAML: {hint(stopped)}"
    return f"the text is not YAML: {show(problem, 100)}"
