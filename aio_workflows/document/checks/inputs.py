"""Inputs of an action: its table, JSON texts, and instance ids that cannot be right."""

from __future__ import annotations

import json
from typing import Final

from aio_workflows.document import rules
from aio_workflows.document.actions import Action
from aio_workflows.document.checks.shape import check_shape, describe
from aio_workflows.document.references import has_interpolation, is_path, without_interpolations
from aio_workflows.document.report import Report
from aio_workflows.document.shapes import Text
from aio_workflows.document.tree import MapNode, Node, Scalar, join

_INSTANCE: Final = "instanceId"
_EMPTY: Final = MapNode(1, 1)


def check_inputs(report: Report, step: MapNode, action: Action | None, path: str) -> MapNode:
    """Hold the inputs of a step against the action's. Gives them, empty if there are none."""
    node, path = step.get("inputs"), f"{path}.inputs"
    if _is_empty(node):
        if node is not None and not (action is not None and action.required_inputs):
            report.add(rules.EMPTY_INPUTS, step.entries["inputs"].key, path, "inputs is empty: leave it out")
        _missing(report, step, action, node, path)
        return _EMPTY
    if not isinstance(node, MapNode):
        if node is not None:
            report.add(rules.WRONG_KIND, node, path, f"must be a mapping, is {describe(node)}")
        return _EMPTY
    if action is not None:
        check_shape(report, node, action.inputs, path, dynamic=True)
        _check_json(report, node, action, path)
    _check_instance(report, node, path)
    return node


def _is_empty(node: Node | None) -> bool:
    if isinstance(node, Scalar):
        return node.value is None
    return node is None or (isinstance(node, MapNode) and not node.entries)


def _missing(report: Report, step: MapNode, action: Action | None, node: Node | None, path: str) -> None:
    if action is None or not action.required_inputs:
        return
    names = ", ".join(action.required_inputs)
    place = step if node is None else step.entries["inputs"].key
    are = "are" if len(action.required_inputs) > 1 else "is"
    report.add(rules.MISSING_KEY, place, path, f"{action.name} needs inputs: {names} {are} missing")


def _check_json(report: Report, inputs: MapNode, action: Action, path: str) -> None:
    for name, key in action.inputs.keys.items():
        node = inputs.get(name)
        if not isinstance(key.shape, Text) or key.shape.json == "no" or not isinstance(node, Scalar):
            continue
        if not isinstance(node.value, str):
            continue
        looks = node.value.lstrip().startswith(("{", "["))
        if key.shape.json == "may" and not (looks and not node.value.lstrip().startswith("{{")):
            continue
        problem = _json_problem(node.value)
        if problem is not None:
            rule = rules.JSON_INPUT if key.shape.json == "must" else rules.JSON_PAYLOAD
            report.add(rule, node, join(path, name), f"{name} is not JSON: {problem}")


def _json_problem(text: str) -> str | None:
    try:
        json.loads(without_interpolations(text))
    except json.JSONDecodeError as error:
        return (
            f"{error.msg[0].lower()}{error.msg[1:]} in line {error.lineno}, column {error.colno} of the text"
        )
    except (ValueError, RecursionError):
        return "it is nested too deeply, or has numbers too long to read"
    return None


def _check_instance(report: Report, inputs: MapNode, path: str) -> None:
    node = inputs.get(_INSTANCE)
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return
    if is_path(node.value) or has_interpolation(node.value) or "${" in node.value:
        return
    message = "a fixed instance id: refer to the step that gives the instance, with instanceId.$"
    report.add(rules.LITERAL_INSTANCE, node, join(path, _INSTANCE), message)
