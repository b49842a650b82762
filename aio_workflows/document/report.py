"""Where findings are collected, and the little that every check needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from attrs import define, field

from aio_workflows.document import references
from aio_workflows.document.findings import Finding, Severity
from aio_workflows.document.rules import Rule
from aio_workflows.document.text import lines_of
from aio_workflows.document.tree import ListNode, MapNode, Node, Scalar

UnknownAction = Literal["error", "warning", "ignore"]
"""How an action that is not in the table is taken."""

_MOST_SUGGESTIONS: Final = 50


@define
class Report:
    """The findings about one document, in no order yet."""

    text: str
    findings: list[Finding] = field(factory=list[Finding])
    _suggestions: int = 0

    def at(self, rule: Rule, line: int, column: int, message: str) -> None:
        """Report a place in the text."""
        self._add(rule, line, column, "", message)

    def add(
        self, rule: Rule, node: Node, path: str, message: str, *, severity: Severity | None = None
    ) -> None:
        """Report a node."""
        self._add(rule, node.line, node.column, path, message, severity)

    def inside(self, rule: Rule, scalar: Scalar, part: str, path: str, message: str) -> None:
        """Report a part of a text: its own place if it stands in the text as it is."""
        line, column = scalar.line, scalar.column
        offset = self.text.find(part, scalar.start, scalar.end)
        if offset > scalar.start:
            *above, before = lines_of(self.text[scalar.start : offset])
            line += len(above)
            column = len(before) + 1 if above else column + len(before)
        self._add(rule, line, column, path, message)

    def _add(
        self,
        rule: Rule,
        line: int,
        column: int,
        path: str,
        message: str,
        severity: Severity | None = None,
    ) -> None:
        self.findings.append(
            Finding(
                severity=severity or rule.severity,
                code=rule.code,
                message=message,
                line=line,
                column=column,
                path=path,
            )
        )

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """``": did you mean ...?"`` if a known word is near, nothing otherwise."""
        # Looking for near words is slow, and a text full of unknown ones is no document anyway.
        self._suggestions += 1
        if self._suggestions > _MOST_SUGGESTIONS:
            return ""
        found = references.nearest(word, known)
        return f": did you mean {found}?" if found is not None else ""


def items(node: Node | None) -> list[tuple[int, MapNode]]:
    """The mappings in a list, each with its index; nothing if it is no list."""
    if not isinstance(node, ListNode):
        return []
    return [(index, item) for index, item in enumerate(node.items) if isinstance(item, MapNode)]


def text_of(node: Node | None) -> str | None:
    """The text of a scalar that has one, as it is written."""
    if not isinstance(node, Scalar) or node.value is None:
        return None
    return node.value if isinstance(node.value, str) else node.text


def one_of(words: Iterable[str]) -> str:
    """``a, b or c``."""
    listed = list(words)
    return " or ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
