"""``executions``, ``resume-step`` and ``stop-step``: how workflows run, and the steps that wait for an answer."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from aio_workflows.cli import options
from aio_workflows.cli.console import complain, say, say_json, say_rows
from aio_workflows.cli.options import Connection
from aio_workflows.models.enums import WorkflowStepActionName
from aio_workflows.protocol.wire import wire_structurer


@click.command()
@click.argument("image_arn", required=False, metavar="[IMAGE_BUILD_ARN]")
@click.option("--steps", is_flag=True, help="With the steps of each execution.")
@options.output
@options.connection
def executions(connection: Connection, image_arn: str | None, steps: bool, output: str) -> None:
    """List the executions of workflows for one build of an image.

    Without an image: the steps of all executions that wait for resume-step or stop-step.
    """
    if image_arn is None:
        _waiting(connection, output)
        return

    async def listed() -> list[dict[str, Any]]:
        async with connection.client() as client:
            found = list[dict[str, Any]]()
            async for one in client.list_workflow_executions(image_arn):
                plain = wire_structurer().unstructure(one)
                if steps and one.workflow_execution_id is not None:
                    listing = client.list_workflow_step_executions(one.workflow_execution_id)
                    plain["steps"] = [wire_structurer().unstructure(step) async for step in listing]
                found.append(plain)
        return found

    found = asyncio.run(listed())
    if output == "json":
        say_json(found)
        return
    rows = list[list[str]]()
    for one in found:
        rows.append(
            [
                _text(one, name)
                for name in ("workflowExecutionId", "status", "workflowBuildVersionArn", "message")
            ]
        )
        rows += [
            [
                f"  {_text(step, 'stepExecutionId')}",
                _text(step, "status"),
                _text(step, "name"),
                _text(step, "message"),
            ]
            for step in one.get("steps", [])
        ]
    _say_or_none(rows, "no executions")


def _waiting(connection: Connection, output: str) -> None:
    async def listed() -> list[dict[str, Any]]:
        async with connection.client() as client:
            return [
                wire_structurer().unstructure(step) async for step in client.list_waiting_workflow_steps()
            ]

    found = asyncio.run(listed())
    if output == "json":
        say_json(found)
        return
    names = ("stepExecutionId", "name", "startTime", "imageBuildVersionArn")
    _say_or_none([[_text(one, name) for name in names] for one in found], "no step waits")


def _text(members: dict[str, Any], name: str) -> str:
    return str(members.get(name, ""))


def _say_or_none(rows: list[list[str]], nothing: str) -> None:
    if rows:
        say_rows(rows)
    else:
        complain(nothing)


def _answer(name: str, action: WorkflowStepActionName, what: str, done: str) -> click.Command:
    """One of the two commands that answer a step."""

    @click.command(name, help=f"{what}\n\nBoth ids stand in the list of 'executions'.")
    @click.argument("step_execution_id")
    @click.option("--image", required=True, metavar="IMAGE_BUILD_ARN", help="The image that is being built.")
    @click.option("--reason", metavar="TEXT", help="Becomes the step's output 'reason'.")
    @options.output
    @options.connection
    def command(
        connection: Connection, step_execution_id: str, image: str, reason: str | None, output: str
    ) -> None:
        async def send() -> None:
            async with connection.client() as client:
                await client.send_workflow_step_action(
                    step_execution_id=step_execution_id,
                    image_build_version_arn=image,
                    action=action,
                    reason=reason,
                )

        asyncio.run(send())
        if output == "json":
            say_json({"stepExecutionId": step_execution_id, "action": action})
        else:
            say(f"{done} {step_execution_id}")

    return command


resume_step: click.Command = _answer(
    "resume-step", "RESUME", "Let a step go on that waits (WaitForAction).", "resumed"
)
stop_step: click.Command = _answer(
    "stop-step", "STOP", "Let a step fail that waits (WaitForAction).", "stopped"
)
