"""``list`` and ``show``: what workflows there are, and what is in one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

from aio_workflows.cli import options
from aio_workflows.cli.console import complain, say, say_document, say_json, say_rows
from aio_workflows.cli.options import Connection
from aio_workflows.models.enums import WorkflowType
from aio_workflows.models.responses import GetWorkflowResponse, WorkflowVersion
from aio_workflows.protocol.wire import wire_structurer

_MEMBERS: Final = (
    ("name", "name"),
    ("version", "version"),
    ("type", "type"),
    ("arn", "arn"),
    ("owner", "owner"),
    ("created", "date_created"),
    ("description", "description"),
    ("changed", "change_description"),
    ("key", "kms_key_id"),
)


@click.command("list")
@click.option("--owner", type=click.Choice(["Self", "Amazon"]), default="Self", show_default=True)
@click.option("--name", metavar="NAME", help="Only workflows of this name.")
@click.option("--type", "type_", type=click.Choice([*WorkflowType], case_sensitive=False))
@click.option("--limit", type=click.IntRange(1), metavar="N", help="No more than so many.")
@options.output
@options.connection
def list_(
    connection: Connection, owner: Any, name: str | None, type_: str | None, limit: int | None, output: str
) -> None:
    """List the versions of workflows in a region."""
    filters = {member: [value] for member, value in (("name", name), ("type", type_)) if value is not None}

    async def listed() -> list[WorkflowVersion]:
        async with connection.client() as client:
            listing = client.list_workflows(owner=owner, filters=filters or None, limit=limit)
            return [version async for version in listing]

    versions = asyncio.run(listed())
    if output == "json":
        say_json([wire_structurer().unstructure(version) for version in versions])
    elif versions:
        say_rows([_row(version) for version in versions])
    else:
        complain("no workflows")


def _row(version: WorkflowVersion) -> Sequence[str]:
    return [version.name or "", version.version or "", str(version.type or ""), version.arn or ""]


@click.command()
@click.argument("arn")
@click.option("--document", "only_document", is_flag=True, help="Print the document alone.")
@options.output
@options.connection
def show(connection: Connection, arn: str, only_document: bool, output: str) -> None:
    """Show a workflow and its document.

    ARN names a build, a version (its latest build is shown), or a wildcard such as .../1.x.x.
    """

    async def read() -> GetWorkflowResponse:
        async with connection.client() as client:
            return await client.get_workflow(arn)

    workflow = asyncio.run(read()).workflow
    if output == "json":
        say_json(wire_structurer().unstructure(workflow))
        return
    if not only_document:
        rows = [(label, getattr(workflow, member)) for label, member in _MEMBERS]
        held: Mapping[str, str] = workflow.tags or {}
        tags = [(f"tag {key}", value) for key, value in held.items()]
        say_rows([(label, str(value)) for label, value in [*rows, *tags] if value is not None])
        say("")
    say_document(workflow.data or "")
