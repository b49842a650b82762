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
from aio_workflows.document.tree import MapNode, Scalar, is_nothing, join

_INSTANCE: Final = "instanceId"
_EMPTY: Final = MapNode(1, 1)


def check_inputs(report: Report, step: MapNode, action: Action | None, path: str) -> MapNode:
    """Hold the inputs of a step against the action's. Gives them, empty if there are none."""
    node, path = step.get("inputs"), f"{path}.inputs"
    if node is None or is_nothing(node) or (isinstance(node, MapNode) and not node.entries):
        _check_empty(report, step, action, path)
        return _EMPTY
    if not isinstance(node, MapNode):
        report.add(rules.WRONG_KIND, node, path, f"must be a mapping, is {describe(node)}")
        return _EMPTY
    if action is not None:
        check_shape(report, node, action.inputs, path, dynamic=True)
        _check_json(report, node, action, path)
    _check_instance(report, node, path)
    return node


def _check_empty(report: Report, step: MapNode, action: Action | None, path: str) -> None:
    entry = step.entries.get("inputs")
    names = action.required_inputs if action is not None else ()
    if action is not None and names:
        place = step if entry is None else entry.key
        are = "are" if len(names) > 1 else "is"
        message = f"{action.name} needs inputs: {', '.join(names)} {are} missing"
        report.add(rules.MISSING_KEY, place, path, message)
    elif entry is not None:
        report.add(rules.EMPTY_INPUTS, entry.key, path, "inputs is empty: leave it out")


def _check_json(report: Report, inputs: MapNode, action: Action, path: str) -> None:
    for name, key in action.inputs.keys.items():
        node = inputs.get(name)
        if not isinstance(key.shape, Text) or not isinstance(node, Scalar) or not isinstance(node.value, str):
            continue
        if key.shape.json == "no" or (key.shape.json == "may" and not _looks_like_json(node.value)):
            continue
        problem = _json_problem(node.value)
        if problem is not None:
            rule = rules.JSON_INPUT if key.shape.json == "must" else rules.JSON_PAYLOAD
            report.add(rule, node, join(path, name), f"{name} is not JSON: {problem}")


def _looks_like_json(text: str) -> bool:
    text = text.lstrip()
    return text.startswith(("{", "[")) and not text.startswith("{{")


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
