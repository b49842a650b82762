"""All findings about a document, as a list that notebooks show, and the document with them in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import asdict, field, frozen

from aio_workflows.document.findings import Finding, Severity
from aio_workflows.document.text import lines_of
from aio_workflows.models.document_text import document_repr
from aio_workflows.views import Cell, Line, Remark, Tone, Toned, View, table, to_html, to_text


class Findings(list[Finding]):
    """Findings in the order of the text, as a list. A notebook shows them as a table, and so does ``print``.

    They do not hold the document: ``findings.beside(text)`` shows it with the findings in place.
    """

    def beside(self, text: str) -> AnnotatedDocument:
        """The document that was checked, with each finding under its line."""
        return AnnotatedDocument(text=text, findings=tuple(self))

    def to_records(self) -> list[dict[str, Any]]:
        """The findings as plain flat values, for a table: ``pandas.DataFrame(findings.to_records())``."""
        return [{**asdict(one), "severity": str(one.severity)} for one in self]

    def _repr_html_(self) -> str:
        return to_html(self._view())

    def __str__(self) -> str:
        return to_text(self._view())

    def _view(self) -> View:
        return View(title=_title(self), tables=[table(_COLUMNS, self, _row)] if self else ())


@frozen(kw_only=True)
class AnnotatedDocument:
    """A document and what was found in it, for people to look at, in a notebook or by ``print``.

    Of a long document only what is near a finding is shown. Its ``repr``, which ends in logs, tells
    the size only.
    """

    text: str = field(repr=document_repr)
    findings: tuple[Finding, ...]

    def _repr_html_(self) -> str:
        return to_html(self._view())

    def __str__(self) -> str:
        return to_text(self._view())

    def _view(self) -> View:
        return View(title=_title(self.findings), lines=list(self._lines()))

    def _lines(self) -> Iterator[Line]:
        lines = lines_of(self.text.removesuffix("\n"))
        remarks = dict[int, list[Remark]]()
        for one in self.findings:
            # A finding about something that is missing may stand behind the last line.
            number = min(one.line, len(lines))
            remarks.setdefault(number, []).append(_remark(one, lines[number - 1]))
        for number, text in enumerate(lines, start=1):
            near = range(number - _CONTEXT, number + _CONTEXT + 1)
            if len(lines) <= _MOST_LINES or any(close in remarks for close in near):
                yield Line(number=number, text=text, remarks=remarks.get(number, ()))


_MOST_LINES: Final = 200  # of a document that is shown whole
_CONTEXT: Final = 3  # lines around a finding, in a longer one

_TONES: Final[Mapping[Severity, Tone]] = {
    Severity.ERROR: "bad",
    Severity.WARNING: "doubtful",
    Severity.INFO: "busy",
}
_COLUMNS: Final = ("line", "column", "severity", "code", "message", "path")
_WORD: Final = re.compile(r"\S*")


def _title(findings: Sequence[Finding]) -> str:
    return f"{len(findings):,} finding{'' if len(findings) == 1 else 's'}"


def _row(finding: Finding) -> dict[str, Cell]:
    return {**asdict(finding), "severity": Toned(str(finding.severity), _TONES[finding.severity])}


def _remark(finding: Finding, line: str) -> Remark:
    first = min(finding.column - 1, len(line))
    word = _WORD.match(line, first)
    return Remark(
        text=f"{finding.severity} {finding.code}: {finding.message}",
        tone=_TONES[finding.severity],
        first=first,
        last=word.end() if word is not None else first,
    )
