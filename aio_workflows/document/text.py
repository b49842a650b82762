"""The text before it is parsed: its size and its characters, and where in it something stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from aio_workflows.document import rules
from aio_workflows.document.rules import Rule
from aio_workflows.models.constraints import WORKFLOW_SIZE_BYTES

ReportPlace = Callable[[Rule, int, int, str], None]
"""``report(rule, line, column, message)`` takes what is wrong with the text."""

# What YAML cannot hold (YAML 1.1, 5.1); a lone surrogate is no character at all.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONE: Final = re.compile("[\ud800-\udfff]")
"""A lone surrogate, which is no character and has no form in UTF-8."""

_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


class StopReading(Exception):
    """The text cannot be read any further; what is wrong has been reported."""


def check_text(text: str, report: ReportPlace, largest: int = WORKFLOW_SIZE_BYTES) -> int:
    """Refuse what no parser should see. Gives the number of characters to skip."""
    if not text:
        report(rules.NOT_TEXT, 1, 1, "the document is empty")
        raise StopReading
    size = len(text)
    if size <= largest:
        # A lone surrogate counts as it would be replaced; it is complained about below.
        size = len(text.encode("utf-8", "replace"))
    if size > largest:
        unit = "bytes" if len(text) <= largest else "characters"
        report(
            rules.TOO_LARGE,
            1,
            1,
            f"the document has {size:,} {unit}; the service takes at most {largest:,} bytes",
        )
        raise StopReading
    unprintable = _UNPRINTABLE.search(text)
    if unprintable is not None:
        line, column = position(text, unprintable.start())
        report(rules.CHARACTER, line, column, _describe(unprintable.group()))
        raise StopReading
    if text.startswith("\ufeff"):
        report(rules.BYTE_ORDER_MARK, 1, 1, "the text begins with a byte order mark (U+FEFF): leave it out")
        return 1
    return 0


def _describe(character: str) -> str:
    if character == "\x00":
        return "a NUL character; a document is text without NUL"
    kind = "a lone surrogate" if LONE.match(character) else "a control character"
    return f"{kind} (U+{ord(character):04X}), which YAML cannot hold: escape it or leave it out"


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset in a text."""
    line, start = 1, 0
    for found in _BREAK.finditer(text, 0, offset):
        line, start = line + 1, found.end()
    return line, offset - start + 1


def lines_of(text: str) -> list[str]:
    """The lines as they are counted here."""
    return _BREAK.split(text)
