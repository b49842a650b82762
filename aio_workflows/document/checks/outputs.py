"""Outputs: names of their own, and values that refer to what there is."""

from __future__ import annotations

from aio_workflows.document import rules
from aio_workflows.document.checks.references import Scope, check_value
from aio_workflows.document.report import Report, items, text_of
from aio_workflows.document.tree import MapNode, quote


def check_outputs(report: Report, document: MapNode, scope: Scope) -> None:
    """Every output, after the last step."""
    lines = dict[str, int]()
    for index, output in items(document.get("outputs")):
        path = f"outputs[{index}]"
        check_value(report, output.get("value"), f"{path}.value", scope)
        node = output.get("name")
        name = text_of(node)
        if node is None or name is None:
            continue
        first = lines.setdefault(name, node.line)
        if first != node.line:
            message = f"line {first} has an output {quote(name)} already"
            report.add(rules.DUPLICATE_OUTPUT, node, f"{path}.name", message)
