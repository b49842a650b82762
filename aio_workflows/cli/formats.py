"""The forms in which ``check`` prints its findings.

Whatever a document or a file name holds, it can neither steer a terminal nor write a command into the
log of a workflow.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from attrs import asdict, frozen
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from aio_workflows.cli.console import complain, say, say_json
from aio_workflows.document.findings import Finding, Severity
from aio_workflows.document.rules import RULES
from aio_workflows.document.text import lines_of
from aio_workflows.version import VERSION
from aio_workflows.views import printable


@frozen
class CheckedFile:
    """A file with its text and what was found in it."""

    path: Path
    text: str
    findings: list[Finding]


def as_text(checked: Sequence[CheckedFile]) -> None:
    """A line for each finding; on a terminal with the line of the file and a caret under the column."""
    console = Console(highlight=False)
    for one in checked:
        lines = lines_of(one.text) if console.is_terminal else []
        for finding in one.findings:
            line = printable(f"{one.path}:{finding}")
            if not console.is_terminal:
                say(line)
                continue
            console.print(_coloured(line, finding), soft_wrap=True)
            for part in _source(lines[finding.line - 1 : finding.line], finding.column, console.width):
                console.print(part, soft_wrap=True)
    _summarise(checked)


_STYLES: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFO: "bold blue",
}


def _coloured(line: str, finding: Finding) -> Text:
    text = Text(line)
    text.highlight_words([f" {finding.severity} {finding.code}:"], _STYLES[finding.severity])
    return text


def _source(lines: Sequence[str], column: int, width: int) -> Iterable[Text]:
    """The part of the line that fits a terminal, and a caret under the column."""
    for line in lines:
        start = max(0, column - 1 - width // 2) if len(line) > width - len(_INDENT) else 0
        before = printable(line[start : column - 1])
        shown = before + printable(line[column - 1 : start + width])
        text = Text(f"{_INDENT}{shown}", style="dim")
        text.truncate(width)
        yield text
        yield Text(f"{_INDENT}{' ' * cell_len(before)}^", style="bold green")


_INDENT: Final = "    "


def _summarise(checked: Sequence[CheckedFile]) -> None:
    counts = Counter(finding.severity for one in checked for finding in one.findings)
    found = ", ".join(
        _plural(counts[severity], _NOUNS[severity]) for severity in Severity if counts[severity]
    )
    complain(f"{found or 'nothing found'} in {_plural(len(checked), 'file')}")


_NOUNS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "remark",
}


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def as_json(checked: Sequence[CheckedFile]) -> None:
    """One list with an object for each finding."""
    say_json([{"file": str(one.path), **asdict(finding)} for one in checked for finding in one.findings])


def as_github(checked: Sequence[CheckedFile]) -> None:
    """A workflow command for each finding, which GitHub shows beside the line."""
    for one in checked:
        for finding in one.findings:
            properties = {
                "file": str(one.path),
                "line": str(finding.line),
                "col": str(finding.column),
                "title": finding.code,
            }
            listed = ",".join(f"{name}={_encoded(value, ':,')}" for name, value in properties.items())
            message = f"{finding.message} [{finding.path}]" if finding.path else finding.message
            say(f"::{_COMMANDS[finding.severity]} {listed}::{_encoded(message)}")


_COMMANDS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


def _encoded(text: str, also: str = "") -> str:
    """The text as a workflow command has it."""
    return text.translate({ord(character): f"%{ord(character):02X}" for character in "%\r\n" + also})


def as_sarif(checked: Sequence[CheckedFile]) -> None:
    """A log in SARIF 2.1.0, as code scanning takes it."""
    codes = sorted({finding.code for one in checked for finding in one.findings})
    driver = {
        "name": "aio-workflows",
        "version": VERSION,
        "rules": [_sarif_rule(code) for code in codes],
    }
    results = [
        {**_sarif_result(one.path, finding), "ruleIndex": codes.index(finding.code)}
        for one in checked
        for finding in one.findings
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    say_json({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})


def _sarif_rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    return {
        "id": code,
        "shortDescription": {"text": rule.text},
        "help": {"text": f"Source: {rule.source}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _sarif_result(path: Path, finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": path.as_uri() if path.is_absolute() else quote(os.fsencode(path))},
            "region": {"startLine": finding.line, "startColumn": finding.column},
        }
    }
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
    }


_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}

FORMATS: Final[Mapping[str, Callable[[Sequence[CheckedFile]], None]]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
"""The name of a format -> what prints in it."""
