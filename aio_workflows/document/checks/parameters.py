"""Parameters: their names and their defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aio_workflows.document import rules
from aio_workflows.document.checks.shape import describe
from aio_workflows.document.report import Report, items, text_of
from aio_workflows.document.rules import Rule
from aio_workflows.document.scalars import resolve, whole_number
from aio_workflows.document.tree import ListNode, MapNode, Node, Scalar, is_nothing, quote


def check_parameters(report: Report, document: MapNode) -> None:
    """Names of their own, types, and defaults of these types."""
    lines = dict[str, int]()
    for index, parameter in items(document.get("parameters")):
        path = f"parameters[{index}]"
        _check_name(report, parameter, path, lines)
        kind = text_of(parameter.get("type"))
        if "type" not in parameter.entries:
            message = "type is missing: string, integer, boolean or stringList"
            report.add(rules.UNTYPED_PARAMETER, parameter, path, message)
            kind = "string"
        default = parameter.get("default")
        if default is not None and not is_nothing(default) and kind in _DEFAULTS:
            _check_default(report, default, kind, f"{path}.default")


def parameter_types(document: MapNode) -> dict[str, str]:
    """The declared parameters with their types."""
    declared = dict[str, str]()
    for _, parameter in items(document.get("parameters")):
        name = text_of(parameter.get("name"))
        if name is not None:
            declared.setdefault(name, text_of(parameter.get("type")) or "string")
    return declared


def _check_name(report: Report, parameter: MapNode, path: str, lines: dict[str, int]) -> None:
    node = parameter.get("name")
    name = text_of(node)
    if node is None or name is None:
        return
    first = lines.setdefault(name, node.line)
    if first != node.line:
        message = f"the parameter {quote(name)} is declared in line {first} already"
        report.add(rules.DUPLICATE_PARAMETER, node, f"{path}.name", message)


def _check_default(report: Report, node: Node, kind: str, path: str) -> None:
    if kind == "stringList":
        if not isinstance(node, ListNode):
            message = f"must be a list of texts, as the type says, is {describe(node)}"
            report.add(rules.DEFAULT_KIND, node, path, message)
            return
        for index, item in enumerate(node.items):
            _check_default(report, item, "string", f"{path}[{index}]")
        return
    broken = _DEFAULTS[kind](node)
    if broken is not None:
        words = {"string": "a text", "integer": "an integer", "boolean": "true or false"}[kind]
        hint = "; put it in quotes" if kind == "string" and broken is rules.DEFAULT_CONVERTS else ""
        report.add(broken, node, path, f"must be {words}, as the type says, is {describe(node)}{hint}")


def _string(node: Node) -> Rule | None:
    if not isinstance(node, Scalar):
        return rules.DEFAULT_KIND
    return None if isinstance(node.value, str) else rules.DEFAULT_CONVERTS


def _integer(node: Node) -> Rule | None:
    if not isinstance(node, Scalar):
        return rules.DEFAULT_KIND
    value = node.value
    if isinstance(value, int) and not isinstance(value, bool):
        return None
    number = whole_number(resolve(value) if isinstance(value, str) else value)
    return rules.DEFAULT_CONVERTS if number is not None else rules.DEFAULT_KIND


def _boolean(node: Node) -> Rule | None:
    if not isinstance(node, Scalar):
        return rules.DEFAULT_KIND
    if isinstance(node.value, bool):
        return None
    text = node.value if isinstance(node.value, str) else ""
    return rules.DEFAULT_CONVERTS if text.lower() in {"true", "false"} else rules.DEFAULT_KIND


_DEFAULTS: Final[dict[str, Callable[[Node], Rule | None]]] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "stringList": lambda _: None,
}
