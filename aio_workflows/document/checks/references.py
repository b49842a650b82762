"""References: whether what a step, a condition or an output refers to exists by then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import frozen

from aio_workflows.document import references, rules
from aio_workflows.document.actions import ACTIONS, Gives
from aio_workflows.document.references import SUFFIX, JsonPath
from aio_workflows.document.report import Report
from aio_workflows.document.tree import ListNode, MapNode, Node, Scalar, join, quote


@frozen
class Scope:
    """What can be referred to at one place of the document."""

    parameters: Mapping[str, str]
    """Name -> type."""

    earlier: Mapping[str, str]
    """Steps before this place: name -> action."""

    later: Mapping[str, int]
    """Steps at or after this place: name -> line."""


def check_references(report: Report, node: Node, path: str, scope: Scope) -> None:
    """Look at every text below the inputs of a step."""
    _visit(report, node, path, scope, suffixed=False)


def _visit(report: Report, node: Node, path: str, scope: Scope, *, suffixed: bool) -> None:
    if isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            _visit(report, item, f"{path}[{index}]", scope, suffixed=suffixed)
    elif isinstance(node, Scalar):
        _scalar(report, node, path, scope, suffixed=suffixed)
    else:
        if suffixed:
            report.add(rules.STATIC_WITH_SUFFIX, node, path, "a mapping under a key with .$: leave .$ out")
        for name, entry in node.entries.items():
            inner = join(path, name)
            if name == SUFFIX:
                report.add(rules.MALFORMED, entry.key, inner, "a key that is nothing but .$")
            _visit(report, entry.value, inner, scope, suffixed=name.endswith(SUFFIX))


def _scalar(report: Report, node: Scalar, path: str, scope: Scope, *, suffixed: bool) -> None:
    text = node.value if isinstance(node.value, str) else ""
    if suffixed and text.startswith("$"):
        check_path(report, node, text, path, scope)
    elif references.is_path(text):
        # Where it leads does not matter before it is a reference.
        message = "the text of this reference is passed on as it stands: the key must end with .$"
        report.add(rules.NO_SUFFIX, node, path, message)
    else:
        if suffixed and not references.has_interpolation(text):
            message = "a fixed value under a key with .$: leave .$ out, or refer with $."
            report.add(rules.STATIC_WITH_SUFFIX, node, path, message)
        check_interpolations(report, node, text, path, scope)


def check_value(report: Report, node: Node | None, path: str, scope: Scope) -> None:
    """A value outside of inputs, where a path needs no ``.$``: in a condition, in an output."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return
    if node.value.startswith("$."):
        check_path(report, node, node.value, path, scope)
    elif references.lacks_dollar(node.value):
        message = f"{quote(node.value)} is taken literally: a reference begins with $."
        report.add(rules.NO_DOLLAR, node, path, message)
    else:
        check_interpolations(report, node, node.value, path, scope)


def check_interpolations(report: Report, node: Scalar, text: str, path: str, scope: Scope) -> None:
    """What stands in ``{{ }}`` in a text."""
    if "{{" not in text:
        return
    if references.unclosed(text):
        report.inside(rules.MALFORMED, node, "{{", path, "{{ without its }}")
    for found in dict.fromkeys(
        references.interpolations(text)
    ):  # each once: they share the first one's place
        if found.reference is not None:
            _resolve(report, node, found.reference, path, scope, whole=False)
        elif found.inner.startswith("$."):
            message = "what stands in {{ }} is not of the form $.family.name"
            report.inside(rules.MALFORMED, node, found.text, path, message)
        elif found.lacks_dollar:
            message = f"{quote(found.text)} is passed on as it stands: a reference begins with $."
            report.inside(rules.NO_DOLLAR, node, found.text, path, message)


def check_path(report: Report, node: Scalar, text: str, path: str, scope: Scope) -> None:
    """A text that is one path."""
    reference = references.parse_path(text)
    if reference is None:
        report.add(rules.MALFORMED, node, path, "a reference has the form $.family.name")
    else:
        _resolve(report, node, reference, path, scope, whole=True)


def _resolve(
    report: Report, node: Scalar, reference: JsonPath, path: str, scope: Scope, *, whole: bool
) -> None:
    check = _FAMILIES.get(reference.family)
    if check is None:
        rule = rules.UNKNOWN_FAMILY if whole else rules.UNKNOWN_FAMILY_IN_TEXT
        hint = report.suggest(reference.family, references.FAMILIES)
        message = f"{quote('$.' + reference.family)} is nothing to refer to{hint or _FAMILIES_WORDS}"
    elif not reference.names:
        rule, message = rules.MALFORMED, f"{quote(reference.text)} names nothing"
    else:
        broken = check(report, reference.names, scope)
        if broken is None:
            return
        rule, message = broken
    report.inside(rule, node, reference.text, path, message)


_FAMILIES_WORDS: Final = "; there are " + ", ".join(f"$.{family}" for family in references.FAMILIES)

_Broken = tuple[rules.Rule, str] | None


def _parameter(report: Report, names: tuple[str, ...], scope: Scope) -> _Broken:
    name = names[0]
    if name in scope.parameters:
        return None
    hint = report.suggest(name, scope.parameters) or ": declare it under parameters"
    return rules.UNDECLARED_PARAMETER, f"the parameter {quote(name)} is not declared{hint}"


def _step_output(report: Report, names: tuple[str, ...], scope: Scope) -> _Broken:
    step = names[0]
    if step in scope.later:
        message = f"the step {quote(step)}, in line {scope.later[step]}, does not run before this place"
        return rules.LATER_STEP, message
    if step not in scope.earlier:
        hint = report.suggest(step, [*scope.earlier, *scope.later])
        return rules.UNKNOWN_STEP, f"there is no step {quote(step)}{hint}"
    if len(names) == 1:
        return rules.MALFORMED, f"which output of the step {quote(step)}? $.stepOutputs.{step}.name"
    action = ACTIONS.get(scope.earlier[step])
    if action is None or names[1] in action.outputs:
        return None
    given = f"it gives {', '.join(action.outputs)}" if action.outputs else "it gives none"
    hint = report.suggest(names[1], action.outputs) or f"; {given}"
    return rules.UNKNOWN_OUTPUT, f"{action.name} has no output {quote(names[1])}{hint}"


def _system(report: Report, names: tuple[str, ...], _: Scope) -> _Broken:
    name = names[0]
    if name in references.SYSTEM_VARIABLES:
        return None
    hint = report.suggest(name, references.SYSTEM_VARIABLES)
    return rules.UNKNOWN_VARIABLE, f"{quote(name)} is no documented system variable{hint}"


def _workflow_output(*_: object) -> _Broken:
    # Other workflows give it: nothing here can know them.
    return None


_FAMILIES: Final[Mapping[str, Callable[[Report, tuple[str, ...], Scope], _Broken]]] = {
    references.PARAMETERS: _parameter,
    references.STEP_OUTPUTS: _step_output,
    references.WORKFLOW_OUTPUTS: _workflow_output,
    references.SYSTEM: _system,
}


# --- What is given by the output that is referred to ------------------------------------------------------

_WANTED: Final[Mapping[str, Gives]] = {"instanceId": Gives.INSTANCE, "distributedImages": Gives.IMAGES}


def check_kinds(report: Report, inputs: MapNode, path: str, scope: Scope) -> None:
    """Whether an instance id or a list of images comes from an output that can hold one."""
    for name, wanted in _WANTED.items():
        reference = step_output(inputs.get(name + SUFFIX))
        if reference is None:
            continue
        given = _given(reference, scope)
        # A text may hold anything, also an instance id: deployed documents take it from a `reason`.
        if given is not None and given not in {wanted, Gives.TEXT}:
            node = inputs.entries[name + SUFFIX].value
            message = f"{reference.names[1]} of {quote(reference.names[0])} is {given}, not {wanted}"
            report.add(rules.OTHER_OUTPUT, node, join(path, name + SUFFIX), message)


def _given(reference: JsonPath, scope: Scope) -> Gives | None:
    action = ACTIONS.get(scope.earlier.get(reference.names[0], ""))
    return action.outputs.get(reference.names[1]) if action is not None else None


def step_output(node: Node | None) -> JsonPath | None:
    """The output of a step that a value refers to as a whole, None if it does not."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return None
    reference = references.parse_path(node.value)
    if reference is None or reference.family != references.STEP_OUTPUTS or len(reference.names) != 2:
        return None
    return reference
