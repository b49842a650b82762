"""``delete``: builds of workflows, after asking."""

from __future__ import annotations

import asyncio

import click

from aio_workflows.cli import options
from aio_workflows.cli.advice import explained
from aio_workflows.cli.console import complain, say, say_json
from aio_workflows.cli.options import Connection
from aio_workflows.errors import AioWorkflowsError
from aio_workflows.views import printable


@click.command()
@click.argument("arns", nargs=-1, required=True, metavar="ARN...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.output
@options.connection
def delete(connection: Connection, arns: tuple[str, ...], yes: bool, output: str) -> None:
    """Delete builds of workflows. There is no way back.

    Each ARN names one build, .../<version>/<build>. Asks before anything is deleted, unless --yes.
    """
    if not yes:
        for arn in arns:
            click.echo(printable(arn), err=True)
        click.confirm(
            f"Delete {'this build' if len(arns) == 1 else f'these {len(arns)} builds'}?", abort=True, err=True
        )

    async def delete_all() -> list[dict[str, str]]:
        async with connection.client() as client:
            done = list[dict[str, str]]()
            for arn in arns:
                try:
                    await client.delete_workflow(arn)
                except AioWorkflowsError as error:
                    complain(f"{arn}: error: {explained(error)}")
                    done.append({"arn": arn, "status": "failed", "error": str(error)})
                else:
                    done.append({"arn": arn, "status": "deleted"})
        return done

    done = asyncio.run(delete_all())
    if output == "json":
        say_json(done)
    else:
        for one in done:
            if one["status"] == "deleted":
                say(f"deleted {one['arn']}")
    if any(one["status"] == "failed" for one in done):
        raise SystemExit(1)
