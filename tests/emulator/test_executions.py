"""Executions played from a document, followed through the public client."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from aio_workflows import (
    InvalidParameterValueException,
    ResourceNotFoundException,
    WorkflowsClient,
)
from aio_workflows.emulator import Emulator, Fails, StepRun
from aio_workflows.emulator.player import document_of
from aio_workflows.waiters import PollingPace

DOCUMENT = """\
schemaVersion: 1.0
parameters:
  - {name: waitFor, type: string, default: ssmAgent}
  - {name: count, type: integer, default: 5}
steps:
  - name: Launch
    action: LaunchInstance
    inputs: {waitFor.$: $.parameters.waitFor}
  - name: OnWindows
    action: RunSysPrep
    if: {stringEquals: Windows, value: $.imagebuilder.platform}
    inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}
  - name: Approve
    action: WaitForAction
    timeoutSeconds: 100
    inputs: {payload: "count {{ $.parameters.count }}"}
  - name: Image
    action: CreateImage
    retry: {maxAttempts: 2, backoffSeconds: 5}
    if:
      and:
        - {numberGreaterThan: 4, value: $.parameters.count}
        - not: {booleanEquals: true, value: $.imagebuilder.collectImageScanFindings}
        - or:
            - {stringEquals: AMI, value: $.imagebuilder.imageType}
            - {numberLessThan: 1, value: 3}
    inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}
  - name: Terminate
    action: TerminateInstance
    onFailure: Continue
    rollbackEnabled: false
    inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}
outputs:
  - {name: ImageId, value: $.stepOutputs.Image.imageId}
"""
IMAGE = "arn:aws:imagebuilder:us-east-1:123456789012:image/golden/1.0.0/1"
NOWHERE = "wf-00000000-0000-4000-8000-000000000000"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class World:
    """An emulator with the document in it, a client, and a clock that the test moves."""

    def __init__(self, emulator: Emulator, client: WorkflowsClient, arn: str, clock: Clock) -> None:
        self.emulator = emulator
        self.client = client
        self.arn = arn
        self.clock = clock

    def play(self, **options: Any) -> str:
        return self.emulator.play(self.arn, image_arn=IMAGE, **options)

    async def steps(self, execution: str) -> dict[str, str]:
        listed = self.client.list_workflow_step_executions(execution)
        return {str(step.name): str(step.status) async for step in listed}

    async def status(self, execution: str) -> str:
        return str((await self.client.get_workflow_execution(execution)).status)

    async def answer(self, action: Any, reason: str | None = None) -> None:
        (waiting,) = [one async for one in self.client.list_waiting_workflow_steps()]
        await self.client.send_workflow_step_action(
            step_execution_id=str(waiting.step_execution_id),
            image_build_version_arn=str(waiting.image_build_version_arn),
            action=action,
            reason=reason,
        )


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = Clock()
    async with Emulator(clock=clock) as emulator, emulator.client() as client:
        created = await client.create_workflow(
            name="abc", semantic_version="1.0.0", type="BUILD", data=DOCUMENT
        )
        yield World(emulator, client, created.workflow_build_version_arn, clock)


async def test_an_execution_waits_for_its_answer_and_ends(world: World) -> None:
    """Steps in order, the skipped one skipped, references filled in."""
    execution = world.play()
    assert await world.steps(execution) == {
        "Launch": "COMPLETED",
        "OnWindows": "SKIPPED",
        "Approve": "RUNNING",
        "Image": "PENDING",
        "Terminate": "PENDING",
    }
    await world.answer("RESUME", "looks good")
    got = await world.client.wait_for_workflow_execution(execution)
    assert (got.status, got.total_step_count, got.total_steps_succeeded, got.total_steps_skipped) == (
        "COMPLETED",
        5,
        4,
        1,
    )
    steps = {one.name: one async for one in world.client.list_workflow_step_executions(execution)}
    assert '"count 5"' in str(steps["Approve"].inputs)
    assert "looks good" in str(steps["Approve"].outputs)
    assert "ami-" in str(steps["Image"].outputs)
    one = await world.client.get_workflow_step_execution(str(steps["Launch"].step_execution_id))
    assert (one.on_failure, one.timeout_seconds) == ("Abort", 75 * 60)
    (listed,) = [one async for one in world.client.list_workflow_executions(IMAGE)]
    assert listed.workflow_execution_id == execution


async def test_a_stop_rolls_back(world: World) -> None:
    """The step fails with the reason, what is left is cancelled."""
    execution = world.play()
    await world.answer("STOP", "not today")
    got = await world.client.get_workflow_execution(execution)
    assert got.status == "ROLLBACK_COMPLETED"
    assert "not today" in str(got.message)
    assert (await world.steps(execution))["Image"] == "CANCELLED"


async def test_an_answer_is_taken_once(world: World) -> None:
    """The same token replays it, another image or a second answer is refused."""
    world.play()
    (waiting,) = [one async for one in world.client.list_waiting_workflow_steps()]
    fields: dict[str, Any] = {
        "step_execution_id": str(waiting.step_execution_id),
        "image_build_version_arn": IMAGE,
        "action": "RESUME",
    }
    with pytest.raises(InvalidParameterValueException, match="another image"):
        await world.client.send_workflow_step_action(
            **(fields | {"image_build_version_arn": IMAGE.replace("golden", "other")})
        )
    first = await world.client.send_workflow_step_action(**fields, client_token="token-1")
    again = await world.client.send_workflow_step_action(**fields, client_token="token-1")
    assert first == again
    with pytest.raises(InvalidParameterValueException, match="does not wait"):
        await world.client.send_workflow_step_action(**fields)


@pytest.mark.parametrize(("times", "status"), [(1, "COMPLETED"), (None, "ROLLBACK_COMPLETED")])
async def test_a_failing_step_is_tried_again(times: int | None, status: str, world: World) -> None:
    """As often as its retry says, with its pause between."""
    execution = world.play(outcomes={"Image": Fails("no capacity", times=times), "Approve": {"reason": "x"}})
    assert await world.status(execution) == "RUNNING"
    world.clock.now += 6
    assert await world.status(execution) == status
    steps = {one.name: one async for one in world.client.list_workflow_step_executions(execution)}
    assert (steps["Image"].attempt_number, steps["Image"].max_attempts) == (2, 2)


async def test_a_failure_that_may_be_does_not_abort(world: World) -> None:
    """onFailure: Continue."""
    execution = world.play(outcomes={"Terminate": Fails("gone"), "Approve": {}})
    assert await world.status(execution) == "COMPLETED"
    assert (await world.steps(execution))["Terminate"] == "FAILED"


async def test_variables_and_parameters_steer_the_conditions(world: World) -> None:
    """A platform brings a step in, a count leaves one out."""
    execution = world.play(
        variables={"platform": "Windows"}, parameters={"count": 4}, outcomes={"Approve": {}}
    )
    steps = await world.steps(execution)
    assert (steps["OnWindows"], steps["Image"]) == ("COMPLETED", "SKIPPED")


async def test_a_step_that_waits_too_long_fails(world: World) -> None:
    """Its own time-out counts, and an answer after it does not."""
    execution = world.play()
    world.clock.now += 101
    assert await world.status(execution) == "ROLLBACK_COMPLETED"
    (failed,) = [
        one async for one in world.client.list_workflow_step_executions(execution) if one.status == "FAILED"
    ]
    assert (failed.name, failed.rollback_status) == ("Approve", "COMPLETED")
    assert "100 seconds" in str(failed.message)


async def test_a_step_that_takes_time_is_followed() -> None:
    """Changes come as they happen, in a world whose clock really runs."""
    async with Emulator() as emulator, emulator.client() as client:
        created = await client.create_workflow(
            name="abc", semantic_version="1.0.0", type="BUILD", data=DOCUMENT
        )
        execution = emulator.play(
            created.workflow_build_version_arn,
            outcomes={"Approve": {}},
            seconds={"Launch": 0.3, "Image": 0.3},
        )
        pace = PollingPace(shortest=0.05, longest=0.1)
        async with asyncio.timeout(20):
            changes = [change async for change in client.follow_workflow_execution(execution, pace=pace)]
        seen = [str(change.step.name) for change in changes if change.step.status in {"COMPLETED", "SKIPPED"}]
        assert seen == ["Launch", "OnWindows", "Approve", "Image", "Terminate"]


async def test_an_execution_can_be_put_in(world: World) -> None:
    """It stays as it is, with statuses that the enums do not know yet."""
    step = StepRun(step_id="step-1", name="Odd", action="RunCommand", status="TIMED_OUT")
    execution = world.emulator.put_execution(
        workflow_arn=world.arn, image_arn=IMAGE, steps=[step], status="WAITING", message="so it is"
    )
    assert await world.status(execution) == "WAITING"
    assert await world.steps(execution) == {"Odd": "TIMED_OUT"}


@pytest.mark.parametrize(("action", "status"), [("RESUME", "COMPLETED"), ("STOP", "FAILED")])
async def test_steps_that_were_put_in_wait_too(action: Any, status: str, world: World) -> None:
    """Each of them for its own answer; the execution stays as it is."""
    first, second = (
        StepRun(
            step_id=f"step-00000000-0000-4000-8000-00000000000{number}",
            name=f"Approve{number}",
            action="WaitForAction",
            status="RUNNING",
            started=world.clock.now - 60,
        )
        for number in (1, 2)
    )
    execution = world.emulator.put_execution(workflow_arn=world.arn, image_arn=IMAGE, steps=[first, second])
    fields: dict[str, Any] = {"image_build_version_arn": IMAGE, "action": action, "reason": "so be it"}
    await world.client.send_workflow_step_action(step_execution_id=first.step_id, **fields)
    assert await world.steps(execution) == {"Approve1": status, "Approve2": "RUNNING"}
    assert await world.status(execution) == "RUNNING"
    (waiting,) = [one async for one in world.client.list_waiting_workflow_steps()]
    assert waiting.step_execution_id == second.step_id
    told = await world.client.get_workflow_step_execution(first.step_id)
    assert told.read_outputs() == {"action": action, "reason": "so be it"}


async def test_what_is_not_there_is_not_found(world: World) -> None:
    """Executions and steps."""
    with pytest.raises(ResourceNotFoundException):
        await world.client.get_workflow_execution(NOWHERE)
    with pytest.raises(ResourceNotFoundException):
        await world.client.get_workflow_step_execution(NOWHERE.replace("wf-", "step-"))


async def test_a_document_is_read_once_however_often_its_execution_is_looked_at(world: World) -> None:
    """Programs poll: reading the document is the dearest part of a look."""
    document_of.cache_clear()
    execution = world.play()
    for _ in range(5):
        assert await world.status(execution) == "RUNNING"
    assert document_of.cache_info().misses == 1
    assert document_of.cache_info().hits >= 5
