"""Checks a document: every finding at once, in the order of the text, and never an exception."""

from __future__ import annotations

from typing import Any, Final

from aio_workflows.document import rules
from aio_workflows.document.annotated import Findings
from aio_workflows.document.checks.outputs import check_outputs
from aio_workflows.document.checks.parameters import check_parameters
from aio_workflows.document.checks.shape import check_shape, describe
from aio_workflows.document.checks.steps import check_steps
from aio_workflows.document.layout import DOCUMENT
from aio_workflows.document.parser import parse
from aio_workflows.document.report import Report, UnknownAction, items, text_of
from aio_workflows.document.scalars import resolve, whole_number
from aio_workflows.document.tree import ListNode, MapNode, Node, Scalar, is_nothing
from aio_workflows.models.constraints import DATA
from aio_workflows.models.enums import WorkflowType


def check_document(
    text: str, type: str = WorkflowType.BUILD, *, unknown_action: UnknownAction = "warning"
) -> Findings:
    """What is wrong with a workflow document, in the order of the text.

    ``type`` is the workflow's: ``"BUILD"``, ``"TEST"`` or ``"DISTRIBUTION"``; of a type that is none
    of them, stages are not checked. ``unknown_action`` says how to take an action that is not
    documented: ``"warning"``, ``"error"`` or ``"ignore"``.

    A finding is an error only where the documentation is explicit. An empty list means that none
    of the rules of :doc:`/reference/document-rules` is broken, not that the workflow does what it should.
    A notebook shows the findings as a table, and ``findings.beside(text)`` the document with them.
    """
    report = Report(text)
    untyped: Any = text
    if not isinstance(untyped, str):
        report.at(rules.NOT_TEXT, 1, 1, f"the document must be text, is {untyped.__class__.__name__}")
        return Findings(report.findings)
    root = parse(text, report.at)
    if root is not None:
        _check_size(report, text)
        _check_tree(report, root, WorkflowType(str(type).upper() or "-"), unknown_action)
    return Findings(sorted(report.findings, key=lambda finding: (finding.line, finding.column, finding.code)))


def declared_parameters(text: str) -> list[dict[str, Any]]:
    """The parameters of a document as GetWorkflow answers them; none if it cannot be read.

    Each has ``name`` and ``type``, and where they are declared ``defaultValue``, a list of texts,
    and ``description``.
    """
    root = parse(text, Report(text).at)
    return [
        _declared(parameter, name)
        for _, parameter in items(root.get("parameters") if isinstance(root, MapNode) else None)
        if (name := text_of(parameter.get("name"))) is not None
    ]


def _check_size(report: Report, text: str) -> None:
    longest: Final = DATA.maximum or 0
    size = len(text)
    if size > longest:
        message = f"the document has {size:,} characters; data takes at most {longest:,}{DATA.way_out}"
        report.at(rules.TOO_LONG_INLINE, 1, 1, message)
    elif (size := len(text.encode())) > longest:
        message = f"the document has {size:,} bytes in UTF-8: the guide allows data {longest:,} bytes, the API characters"
        report.at(rules.INLINE_BYTES, 1, 1, message)


def _check_tree(report: Report, root: Node, stage: WorkflowType, unknown_action: UnknownAction) -> None:
    if not isinstance(root, MapNode):
        hint = ": is there a stray '|' or '>' at its beginning?" if isinstance(root, Scalar) else ""
        what = "one text" if isinstance(root, Scalar) and isinstance(root.value, str) else describe(root)
        report.add(rules.NOT_A_MAPPING, root, "", f"the document is {what}, not a mapping{hint}")
        return
    check_shape(report, root, DOCUMENT, "", dynamic=False)
    _check_schema_version(report, root)
    check_parameters(report, root)
    scope = check_steps(report, root, stage, unknown_action)
    check_outputs(report, root, scope)


def _check_schema_version(report: Report, root: MapNode) -> None:
    """1.0; deployed documents have it as a number, as the integer 1 and as text too."""
    node = root.get("schemaVersion")
    if node is None or is_nothing(node):
        return  # reported as missing
    if isinstance(node, Scalar):
        number = resolve(node.value) if isinstance(node.value, str) else node.value
        if whole_number(number) == 1:
            return
    report.add(rules.SCHEMA_VERSION, node, "schemaVersion", f"must be 1.0, is {describe(node)}")


def _declared(parameter: MapNode, name: str) -> dict[str, Any]:
    declared: dict[str, Any] = {"name": name, "type": text_of(parameter.get("type")) or "string"}
    default = parameter.get("default")
    values = default.items if isinstance(default, ListNode) else [default]
    texts = [_as_text(value) for value in values if isinstance(value, Scalar) and value.value is not None]
    if texts or isinstance(default, ListNode):
        declared["defaultValue"] = texts
    description = text_of(parameter.get("description"))
    if description is not None:
        declared["description"] = description
    return declared


def _as_text(scalar: Scalar) -> str:
    if isinstance(scalar.value, bool):
        return str(scalar.value).lower()
    return scalar.value if isinstance(scalar.value, str) else scalar.text
