"""``create``: workflows from files, all at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import click
from attrs import frozen

from aio_workflows.cli import options as shared
from aio_workflows.cli.advice import explained
from aio_workflows.cli.console import Advance, complain, progress, say, say_json
from aio_workflows.client import WorkflowsClient
from aio_workflows.errors import AioWorkflowsError
from aio_workflows.models.arn import slug
from aio_workflows.models.enums import WorkflowTypeName
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.views import printable


@frozen(kw_only=True)
class _Options:
    """What the command was given for all its files."""

    type: WorkflowTypeName
    semantic_version: str
    name: str | None
    region: str | None
    profile: str | None
    endpoint_url: str | None
    emulator: bool


@frozen
class _Result:
    """What became of one file: an ARN or an error."""

    file: Path
    arn: str | None = None
    error: str | None = None

    def plain(self) -> dict[str, str | None]:
        """The result for programs."""
        members = {"source": str(self.file), "workflowBuildVersionArn": self.arn, "error": self.error}
        return {name: value for name, value in members.items() if value is not None}


@click.command()
@shared.files
@shared.workflow_type
@click.option("--semantic-version", required=True, metavar="X.Y.Z", help="Their version, such as 1.0.0.")
@click.option("--name", metavar="NAME", help="The workflow's name; the file's stem if left out.")
@shared.region
@shared.profile
@shared.endpoint_url
@click.option(
    "--emulator",
    is_flag=True,
    help="Create them on an emulator that lives as long as the command; no AWS account is touched.",
)
@shared.output
def create(files: tuple[Path, ...], output: str, **options: object) -> None:
    """Create a workflow from each FILE, all at once.

    Prints a line for each file: its ARN on stdout, or its error on stderr. The exit status is 1 if
    any failed; the others are created all the same.
    """
    chosen = _Options(**options)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # click has checked them
    if chosen.emulator and (chosen.endpoint_url or chosen.profile):
        raise click.UsageError("--emulator goes with neither --endpoint-url nor --profile")
    _refuse_one_name_for_many(files, chosen.name)
    results = asyncio.run(_create_all(files, chosen))
    if output == "json":
        say_json([result.plain() for result in results])
    for result in results:
        if result.arn is not None:
            if output == "text":
                say(f"{result.file}: {result.arn}")
        else:
            complain(f"{result.file}: error: {result.error}")
    if any(result.error is not None for result in results):
        raise SystemExit(1)


def _refuse_one_name_for_many(files: Sequence[Path], name: str | None) -> None:
    """Two files with one name would be two builds of one workflow, in no certain order."""
    if name is not None and len(files) > 1:
        raise click.UsageError("--name goes with one FILE; without it each file's stem is the name")
    seen = dict[str, Path]()
    for file in files:
        first = seen.setdefault(slug(file.stem), file)
        if first is not file:
            raise click.UsageError(
                f"{printable(str(first))} and {printable(str(file))} give the same workflow name; "
                "create one of them with --name"
            )


async def _create_all(files: Sequence[Path], options: _Options) -> list[_Result]:
    async with _client(options) as client:
        with progress("creating", len(files)) as advance:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(_create_one(client, file, options, advance)) for file in files]
    return [task.result() for task in tasks]


@asynccontextmanager
async def _client(options: _Options) -> AsyncGenerator[WorkflowsClient]:
    if not options.emulator:
        async with WorkflowsClient(
            options.region, profile=options.profile, endpoint_url=options.endpoint_url
        ) as client:
            yield client
        return
    from aio_workflows.emulator import Emulator

    async with Emulator() as emulator, emulator.client(region=options.region or "us-east-1") as client:
        yield client


async def _create_one(client: WorkflowsClient, file: Path, options: _Options, advance: Advance) -> _Result:
    try:
        request = CreateWorkflowRequest.from_file(
            file, semantic_version=options.semantic_version, type=options.type, name=options.name
        )
        created = await client.create_workflow(request)
    except (AioWorkflowsError, OSError) as error:
        return _Result(file, error=explained(error))
    finally:
        advance()
    return _Result(file, arn=created.workflow_build_version_arn)
