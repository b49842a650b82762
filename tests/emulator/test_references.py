"""What references and conditions of a document come to when it is played, seen through the public client."""

import json
from typing import Any

import pytest

from aio_workflows.emulator import Emulator

OUTPUTS = {"text": "one", "list": ["a", "b"], "map": {"key": [1, 2]}, "no": False, "count": 3}


async def played(step: dict[str, Any]) -> Any:
    """A step, as it stands after one before it has put everything out."""
    document = {
        "schemaVersion": "1.0",
        "parameters": [{"name": "size", "type": "integer", "default": 5}],
        "steps": [
            {"name": "Before", "action": "RunCommand", "inputs": {}},
            {"name": "Step", "action": "RunCommand"} | step,
        ],
    }
    async with Emulator() as emulator, emulator.client() as client:
        created = await client.create_workflow(
            name="abc", semantic_version="1.0.0", type="BUILD", data=json.dumps(document)
        )
        execution = emulator.play(created.workflow_build_version_arn, outcomes={"Before": OUTPUTS})
        _, last = [one async for one in client.list_workflow_step_executions(execution)]
        return last


@pytest.mark.parametrize(
    ("inputs", "resolved"),
    [
        ({"a.$": "$.stepOutputs.Before.text"}, {"a": "one"}),
        ({"a.$": "$.stepOutputs.Before.list[1]"}, {"a": "b"}),
        ({"a.$": "$.stepOutputs.Before.text[0]"}, {"a": "one"}),
        ({"a.$": "$.stepOutputs.Before.map.key[0]"}, {"a": 1}),
        ({"a.$": "$.parameters.size"}, {"a": 5}),
        ({"a.$": ["$.parameters.size", "static"]}, {"a": [5, "static"]}),
        ({"a.$": "static"}, {"a": "static"}),
        ({"a.$": 7}, {"a": 7}),
        ({"a": [{"b.$": "$.imagebuilder.platform"}, True]}, {"a": [{"b": "Linux"}, True]}),
        ({"a": "$.parameters.size"}, {"a": "$.parameters.size"}),
        ({"a": "{{ $.parameters.size }} of {{$.stepOutputs.Before.no}}"}, {"a": "5 of false"}),
        ({"a": "{{ $.stepOutputs.Before.map }}"}, {"a": '{"key": [1, 2]}'}),
        ({"a": "{{ imagebuilder:buildVersion }}"}, {"a": "{{ imagebuilder:buildVersion }}"}),
    ],
)
async def test_references_are_filled_in(inputs: dict[str, Any], resolved: dict[str, Any]) -> None:
    """Paths under ``.$``, texts within, and what only looks like one."""
    step = await played({"inputs": inputs})
    assert (step.status, step.read_inputs()) == ("COMPLETED", resolved)


@pytest.mark.parametrize(
    "path",
    [
        "$.stepOutputs.Before.none",
        "$.stepOutputs.Nobody.text",
        "$.stepOutputs.Before.list[2]",
        "$.stepOutputs.Before.text.deeper",
        "$.parameters.none",
        "$.workflowOutputs.none",
    ],
)
async def test_a_reference_that_leads_nowhere_fails_the_step(path: str) -> None:
    """And it says which; its inputs are shown as they were. A comparison with it does not hold."""
    step = await played({"inputs": {"a.$": path}})
    assert (step.status, step.read_inputs()) == ("FAILED", {"a.$": path})
    assert f"'{path}'" in step.message
    step = await played({"if": {"stringEquals": "one", "value": path}})
    assert step.status == "SKIPPED"
    step = await played({"if": {"not": {"stringEquals": "one", "value": path}}})
    assert step.status == "COMPLETED"


@pytest.mark.parametrize(
    ("operator", "operand", "holds", "does_not"),
    [
        ("stringEquals", "5", "$.parameters.size", "$.stepOutputs.Before.text"),
        ("stringEquals", "one", "$.stepOutputs.Before.text", "One"),
        ("booleanEquals", False, "$.stepOutputs.Before.no", True),
        ("booleanEquals", True, "true", "$.stepOutputs.Before.text"),
        ("numberEquals", 5, "$.parameters.size", "$.stepOutputs.Before.count"),
        ("numberEquals", "5", "5.0", "five"),
        ("numberGreaterThan", 4, "$.parameters.size", 4),
        ("numberGreaterThanEquals", 5, "$.parameters.size", 4.9),
        ("numberLessThan", 5, "$.stepOutputs.Before.count", "$.parameters.size"),
        ("numberLessThanEquals", 5, "$.parameters.size", "5.5"),
    ],
)
async def test_comparisons(operator: str, operand: Any, holds: Any, does_not: Any) -> None:
    """Each operator, with a value for which it holds and one for which it does not."""
    step = await played({"if": {operator: operand, "value": holds}})
    assert step.status == "COMPLETED"
    step = await played({"if": {operator: operand, "value": does_not}})
    assert step.status == "SKIPPED"


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"and": [{"stringEquals": "a", "value": "a"}, {"stringEquals": "a", "value": "b"}]}, "SKIPPED"),
        ({"or": [{"stringEquals": "a", "value": "a"}, {"stringEquals": "a", "value": "b"}]}, "COMPLETED"),
        ({"or": [{"stringEquals": "a", "value": "c"}, {"stringEquals": "a", "value": "b"}]}, "SKIPPED"),
        ({"not": [{"stringEquals": "a", "value": "a"}]}, "SKIPPED"),
        ([{"stringEquals": "a", "value": "a"}], "COMPLETED"),
    ],
)
async def test_conditions_are_combined(condition: Any, status: str) -> None:
    """With and, or and not, as a map or as a list of one."""
    assert (await played({"if": condition})).status == status
