"""Conditions: one statement, its operators and how deep they go."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from attrs import frozen

from aio_workflows.document import rules
from aio_workflows.document.checks.shape import describe
from aio_workflows.document.references import PARAMETERS, SUFFIX, SYSTEM, JsonPath, is_path, parse_path
from aio_workflows.document.report import Report
from aio_workflows.document.tree import Entry, ListNode, MapNode, Node, Scalar, join, quote

DEEPEST: Final = 4
CHILDREN: Final = range(1, 11)

# The guide's pattern, but for texts of one digit, which it refuses as printed and yet uses.
_NUMBER: Final = re.compile(r"-?[0-9]+(\.?[0-9]+)?")


@frozen
class Operator:
    """What an operator compares, and the types of parameters that it suits."""

    words: str
    fits: Callable[[Scalar], bool]
    converts: Callable[[Scalar], bool]
    parameter_types: frozenset[str]


def _is_number(node: Scalar) -> bool:
    if isinstance(node.value, str):
        return _NUMBER.fullmatch(node.value) is not None
    return isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _reads_as_boolean(node: Scalar) -> bool:
    return isinstance(node.value, str) and node.value.lower() in {"true", "false"}


_TEXT: Final = Operator(
    "a text",
    lambda node: node.value is not None,
    lambda _: False,
    frozenset({"string", "integer", "boolean"}),
)
_BOOLEAN: Final = Operator(
    "true or false",
    lambda node: isinstance(node.value, bool),
    _reads_as_boolean,
    frozenset({"boolean", "string"}),
)
_NUMERIC: Final = Operator("a number", _is_number, lambda _: False, frozenset({"integer", "string"}))

OPERATORS: Final[Mapping[str, Operator]] = {
    "booleanEquals": _BOOLEAN,
    "stringEquals": _TEXT,
    "numberEquals": _NUMERIC,
    "numberGreaterThan": _NUMERIC,
    "numberGreaterThanEquals": _NUMERIC,
    "numberLessThan": _NUMERIC,
    "numberLessThanEquals": _NUMERIC,
}
_KNOWN: Final = ("and", "or", "not", *OPERATORS)
_OPERATOR_WORDS: Final = f"; there are {', '.join(_KNOWN)}"

# imageType is AMI or Docker by the guide; deployed documents compare it with DOCKER.
_POSSIBLE: Final[Mapping[str, tuple[str, ...]]] = {
    "platform": ("Linux", "Windows", "MacOS", "macOS"),
    "imageType": ("AMI", "Docker", "DOCKER"),
}


def check_condition(report: Report, node: Node, path: str, parameters: Mapping[str, str]) -> None:
    """Hold the value of ``if`` against the rules. ``parameters`` are the declared ones with their types."""
    _one(report, node, path, parameters, 1)


def _one(report: Report, node: Node, path: str, parameters: Mapping[str, str], level: int) -> None:
    """One statement, bare or in a list of one."""
    if isinstance(node, ListNode):
        if len(node.items) != 1:
            message = f"must have exactly one statement, has {len(node.items)}: join them with and, or"
            report.add(rules.ONE_STATEMENT, node, path, message)
        for index, item in enumerate(node.items):
            _statement(report, item, f"{path}[{index}]", parameters, level)
    else:
        _statement(report, node, path, parameters, level)


def _statement(report: Report, node: Node, path: str, parameters: Mapping[str, str], level: int) -> None:
    if not isinstance(node, MapNode):
        report.add(rules.WRONG_KIND, node, path, f"must be a statement, is {describe(node)}")
        return
    if level > DEEPEST:
        report.add(rules.NESTING, node, path, f"statements go at most {DEEPEST} levels deep")
        return
    operators = [name for name in node.entries if name in _KNOWN]
    if not operators:
        _no_operator(report, node, path)
        return
    first, *others = operators
    for name in others:
        message = f"the statement has the operator {first} already: join two of them with and, or"
        report.add(rules.SEVERAL_OPERATORS, node.entries[name].key, join(path, name), message)
    compared = first in OPERATORS
    beside = ("value", "value" + SUFFIX) if compared else ()
    for name in [name for name in node.entries if name not in _KNOWN and name not in beside]:
        hint = report.suggest(name, ["value"] if compared else _KNOWN)
        message = f"{quote(name)} is not known here{hint}"
        report.add(rules.UNKNOWN_KEY, node.entries[name].key, join(path, name), message)
    if compared:
        _comparison(report, node, first, path, parameters)
    else:
        _combination(report, node.entries[first], first, join(path, first), parameters, level)


def _no_operator(report: Report, node: MapNode, path: str) -> None:
    name = next((name for name in node.entries if name != "value"), None)
    if name is None:
        report.add(rules.NO_OPERATOR, node, path, f"the statement has no operator{_OPERATOR_WORDS}")
    else:
        hint = report.suggest(name, _KNOWN) or _OPERATOR_WORDS
        message = f"{quote(name)} is no operator{hint}"
        report.add(rules.NO_OPERATOR, node.entries[name].key, join(path, name), message)


def _combination(
    report: Report, entry: Entry, name: str, path: str, parameters: Mapping[str, str], level: int
) -> None:
    node = entry.value
    if name == "not":
        _one(report, node, path, parameters, level + 1)
        return
    if not isinstance(node, ListNode) or len(node.items) not in CHILDREN:
        found = f"{len(node.items)} statements" if isinstance(node, ListNode) else describe(node)
        message = f"{name} must have a list of {CHILDREN[0]} to {CHILDREN[-1]} statements, has {found}"
        report.add(rules.CHILDREN, entry.key, path, message)
    for index, item in enumerate(node.items if isinstance(node, ListNode) else []):
        _statement(report, item, f"{path}[{index}]", parameters, level + 1)


def _comparison(report: Report, node: MapNode, name: str, path: str, parameters: Mapping[str, str]) -> None:
    operator, operand = OPERATORS[name], node.entries[name].value
    inner = join(path, name)
    if not isinstance(operand, Scalar):
        report.add(rules.OPERAND, operand, inner, f"must be {operator.words}, is {describe(operand)}")
    elif isinstance(operand.value, str) and is_path(operand.value):
        message = f"{quote(operand.value)} is taken literally here: put it under value"
        report.add(rules.OPERAND_REFERENCE, operand, inner, message)
    elif not operator.fits(operand):
        broken = rules.OPERAND_CONVERTS if operator.converts(operand) else rules.OPERAND
        report.add(broken, operand, inner, f"must be {operator.words}, is {describe(operand)}")
    value = node.get("value")
    if value is None:
        suffixed = node.entries.get("value" + SUFFIX)
        if suffixed is not None:
            message = "in a condition it is value, without .$"
            report.add(rules.NO_OPERAND, suffixed.key, join(path, "value" + SUFFIX), message)
        else:
            report.add(rules.NO_OPERAND, node, path, f"{name} has no value beside it to compare with")
    elif not isinstance(value, Scalar):
        message = f"must be a reference or a literal, is {describe(value)}"
        report.add(rules.WRONG_KIND, value, join(path, "value"), message)
    else:
        reference = parse_path(value.value) if isinstance(value.value, str) else None
        if reference is not None and isinstance(operand, Scalar):
            _compared(report, name, operand, inner, reference, parameters)


def _compared(
    report: Report,
    name: str,
    operand: Scalar,
    path: str,
    reference: JsonPath,
    parameters: Mapping[str, str],
) -> None:
    """Whether the two sides can be equal at all."""
    if len(reference.names) != 1:
        return
    (looked_at,) = reference.names
    if reference.family == PARAMETERS and looked_at in parameters:
        kind = parameters[looked_at]
        if kind in {"integer", "boolean", "stringList"} and kind not in OPERATORS[name].parameter_types:
            message = f"{name} cannot suit the parameter {quote(looked_at)}, which is of type {kind}"
            report.add(rules.COMPARED_KIND, operand, path, message)
    elif reference.family == SYSTEM and looked_at in _POSSIBLE and name == "stringEquals":
        possible = _POSSIBLE[looked_at]
        if isinstance(operand.value, str) and operand.value not in possible and "${" not in operand.value:
            hint = report.suggest(operand.value, possible) or f"; it is one of {', '.join(possible)}"
            message = f"{looked_at} is never {quote(operand.value)}{hint}"
            report.add(rules.NEVER_EQUAL, operand, path, message)
