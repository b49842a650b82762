"""Steps: their names, actions, stages and times, and what they refer to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import define, field

from aio_workflows.document import rules
from aio_workflows.document.actions import ACTIONS, AMI_DISTRIBUTION, Action
from aio_workflows.document.checks.conditions import check_condition
from aio_workflows.document.checks.inputs import check_inputs
from aio_workflows.document.checks.parameters import parameter_types
from aio_workflows.document.checks.references import (
    Scope,
    check_kinds,
    check_references,
    check_value,
    step_output,
)
from aio_workflows.document.checks.shape import describe
from aio_workflows.document.findings import Severity
from aio_workflows.document.references import SUFFIX, is_open
from aio_workflows.document.report import Report, UnknownAction, items, one_of, text_of
from aio_workflows.document.scalars import whole_number
from aio_workflows.document.tree import MapNode, Node, Scalar, is_nothing, join, quote, scalars, show
from aio_workflows.models.enums import WorkflowType

# The guide and the service's model disagree; what neither of them allows is an error.
_GUIDE_NAME: Final = re.compile(r"[A-Za-z0-9_]{3,128}")
_MODEL_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,99}")

_CONTAINER_DISTRIBUTION: Final = "DistributeContainerImage"


@define
class _Steps:
    """What is known while one step after the other is looked at."""

    parameters: Mapping[str, str]
    later: dict[str, int]
    earlier: dict[str, str] = field(factory=dict[str, str])
    lines: dict[str, int] = field(factory=dict[str, int])
    terminated: dict[tuple[str, ...], str] = field(factory=dict[tuple[str, ...], str])


def check_steps(
    report: Report, document: MapNode, stage: WorkflowType, unknown_action: UnknownAction
) -> Scope:
    """Every step in its order. Gives what can be referred to after the last one."""
    listed = items(document.get("steps"))
    later = dict[str, int]()
    for _, step in reversed(listed):
        name = text_of(step.get("name"))
        if name is not None:
            later[name] = step.line
    state = _Steps(parameter_types(document), later)
    for index, step in listed:
        path = f"steps[{index}]"
        name = _check_name(report, step, path, state)
        action = _check_action(report, step, path, stage, unknown_action)
        _check_times(report, step, action, path)
        scope = Scope(state.parameters, state.earlier, state.later)
        inputs = check_inputs(report, step, action, path)
        check_references(report, inputs, f"{path}.inputs", scope)
        check_kinds(report, inputs, f"{path}.inputs", scope)
        _check_condition(report, step, path, scope)
        _check_rollback(report, step, path, scope)
        _check_terminated(report, step, inputs, f"{path}.inputs", state)
        if name is not None:
            state.later.pop(name, None)
            state.earlier.setdefault(name, text_of(step.get("action")) or "")
    _check_distribution(report, listed)
    return Scope(state.parameters, state.earlier, {})


def _check_name(report: Report, step: MapNode, path: str, state: _Steps) -> str | None:
    node = step.get("name")
    name = text_of(node)
    if node is None or name is None:
        return None
    path = f"{path}.name"
    first = state.lines.setdefault(name, node.line)
    if first != node.line:
        report.add(rules.DUPLICATE_STEP, node, path, f"line {first} has a step {quote(name)} already")
    if is_open(name):
        return name
    guide, model = _GUIDE_NAME.fullmatch(name), _MODEL_NAME.fullmatch(name)
    if not guide and not model:
        message = f"the name of a step has 3 to 128 letters, digits and _; {quote(name)} {_why_not(name)}"
        report.add(rules.STEP_NAME, node, path, message)
    elif not (guide and model):
        message = f"the guide and the service's model disagree whether a name may be so: {_doubt(name)}"
        report.add(rules.STEP_NAME_DOUBTFUL, node, path, message)
    return name


def _why_not(name: str) -> str:
    odd = re.search(r"[^A-Za-z0-9_-]", name)
    return f"has {show(odd.group())!r}" if odd is not None else f"has {len(name)} characters"


def _doubt(name: str) -> str:
    if "-" in name:
        return f"{quote(name)} has a hyphen; _ is safe"
    if not name[0].isalpha():
        return f"{quote(name)} does not begin with a letter"
    return f"it has {len(name)} characters; 3 to 100 are safe"


def _check_action(
    report: Report, step: MapNode, path: str, stage: WorkflowType, unknown: UnknownAction
) -> Action | None:
    node = step.get("action")
    name = text_of(node)
    if node is None or name is None or is_open(name):
        return None
    path = f"{path}.action"
    action = ACTIONS.get(name)
    if action is None:
        if unknown != "ignore":
            hint = report.suggest(name, ACTIONS)
            message = f"{quote(name)} is no documented action{hint}"
            report.add(rules.UNKNOWN_ACTION, node, path, message, severity=Severity(unknown))
    elif stage.is_known and stage not in action.stages:
        stages = one_of(sorted(action.stages))
        message = f"{name} may be used in a {stages} workflow only, and this one is {stage}"
        report.add(rules.STAGE, node, path, message)
    return action


def _check_times(report: Report, step: MapNode, action: Action | None, path: str) -> None:
    timeout, wait = step.get("timeoutSeconds"), step.get("waitSeconds")
    seconds, waited = _seconds(timeout), _seconds(wait)
    if action is not None and timeout is not None and seconds is not None:
        longest = action.maximum_timeout
        if seconds > longest:
            message = f"{action.name} takes at most {longest} seconds, not {show(str(seconds), 30)}"
            report.add(rules.TIMEOUT, timeout, f"{path}.timeoutSeconds", message)
    if wait is None or waited is None:
        return
    path = f"{path}.waitSeconds"
    if seconds is not None:
        if waited >= seconds:
            message = f"must be less than timeoutSeconds, which is {show(str(seconds), 30)}"
            report.add(rules.WAIT, wait, path, message)
    elif timeout is None and action is not None and waited >= action.default_timeout:
        message = f"is not less than the default time-out of {action.name}, {action.default_timeout} seconds"
        report.add(rules.WAIT_DEFAULT, wait, path, message)


def _seconds(node: Node | None) -> int | None:
    return whole_number(node.value) if isinstance(node, Scalar) else None


def _check_condition(report: Report, step: MapNode, path: str, scope: Scope) -> None:
    condition = step.get("if")
    if condition is None or is_nothing(condition):
        return
    check_condition(report, condition, f"{path}.if", scope.parameters)
    for inner, scalar in scalars(condition, f"{path}.if"):
        if inner.endswith((".value", ".value" + SUFFIX)):
            check_value(report, scalar, inner, scope)


def _check_rollback(report: Report, step: MapNode, path: str, scope: Scope) -> None:
    """``rollbackEnabled`` is a truth value or a reference, which needs no ``.$`` here."""
    path = join(path, "rollbackEnabled")
    node = step.get("rollbackEnabled")
    if node is None or is_nothing(node) or (isinstance(node, Scalar) and isinstance(node.value, bool)):
        return
    if isinstance(node, Scalar) and isinstance(node.value, str):
        if node.value.startswith("$.") or is_open(node.value):
            check_value(report, node, path, scope)
            return
        if node.value.lower() in {"true", "false"}:
            message = "must be true or false, is a text: leave its quotes out"
            report.add(rules.OTHER_KIND, node, path, message)
            return
    report.add(rules.WRONG_KIND, node, path, f"must be true, false or a reference, is {describe(node)}")


def _check_terminated(report: Report, step: MapNode, inputs: MapNode, path: str, state: _Steps) -> None:
    """An instance is gone once a step without a condition has terminated it."""
    reference = step_output(inputs.get("instanceId" + SUFFIX))
    if reference is None:
        return
    if reference.names in state.terminated:
        node = inputs.entries["instanceId" + SUFFIX].value
        message = f"the step {quote(state.terminated[reference.names])} has terminated this instance before"
        report.add(rules.TERMINATED, node, join(path, "instanceId" + SUFFIX), message)
    elif text_of(step.get("action")) == "TerminateInstance" and "if" not in step.entries:
        state.terminated[reference.names] = text_of(step.get("name")) or "TerminateInstance"


def _check_distribution(report: Report, listed: list[tuple[int, MapNode]]) -> None:
    """Containers and AMIs are not distributed by one workflow."""
    actions = {text_of(step.get("action")) for _, step in listed}
    if not actions & AMI_DISTRIBUTION:
        return
    for index, step in listed:
        node = step.get("action")
        if node is not None and text_of(node) == _CONTAINER_DISTRIBUTION:
            others = one_of(sorted(name for name in actions if name in AMI_DISTRIBUTION))
            message = (
                f"{_CONTAINER_DISTRIBUTION} does not go together with {others}: make it a workflow of its own"
            )
            report.add(rules.CONTAINER_AND_AMI, node, f"steps[{index}].action", message)
