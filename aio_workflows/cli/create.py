"""``create``: workflows from files, as one bulk run."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
from attrs import frozen

from aio_workflows.bulk.outcome import BulkOutcome
from aio_workflows.bulk.progress import ProgressHook
from aio_workflows.cli import options as shared
from aio_workflows.cli.advice import explained
from aio_workflows.cli.console import complain, progress, say, say_json
from aio_workflows.client import WorkflowsClient
from aio_workflows.errors import AioWorkflowsError
from aio_workflows.models.arn import slug
from aio_workflows.models.enums import WorkflowTypeName
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.responses import CreateWorkflowResponse
from aio_workflows.views import printable

_Outcome = BulkOutcome[CreateWorkflowRequest, CreateWorkflowResponse]


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
    journal: Path | None
    concurrency: int


@frozen(kw_only=True)
class _Result:
    """What became of one file: a status, and an ARN or an error."""

    file: Path
    status: str = "failed"
    arn: str | None = None
    error: str | None = None

    def plain(self) -> dict[str, Any]:
        """The result for programs."""
        members = {
            "source": str(self.file),
            "status": self.status,
            "workflowBuildVersionArn": self.arn,
            "error": self.error,
        }
        return {name: value for name, value in members.items() if value is not None}

    def tell(self) -> None:
        """Print the line of the result, on stderr if there is no ARN."""
        if self.arn is not None:
            say(f"{self.file}: {self.arn}")
        else:
            what = f"error: {self.error}" if self.error is not None else self.status.replace("_", " ")
            complain(f"{self.file}: {what}")


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
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Note there what is done; with the same file an interrupted run is resumed.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="How many workflows at a time.",
)
@shared.output
def create(files: tuple[Path, ...], output: str, **options: object) -> None:
    """Create a workflow from each FILE, all at once.

    Prints a line for each file: its ARN on stdout, or its error on stderr. The exit status is 1 if
    any was not created; the others are created all the same.
    """
    chosen = _Options(**options)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # click has checked them
    if chosen.emulator and (chosen.endpoint_url or chosen.profile):
        raise click.UsageError("--emulator goes with neither --endpoint-url nor --profile")
    _refuse_one_name_for_many(files, chosen.name)
    run = _Run(files, chosen)
    try:
        with progress("creating", len(files)) as show:
            asyncio.run(run.create(show))
        interrupted = False
    except KeyboardInterrupt:
        interrupted = True
    if output == "json":
        say_json([result.plain() for result in run.results])
    else:
        for result in run.results:
            result.tell()
    counts = Counter(result.status for result in run.results)
    complain(", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items()))
    if interrupted:
        resume = (
            "give the same --journal again to resume"
            if chosen.journal
            else "with --journal a run can be resumed"
        )
        complain(f"interrupted; {resume}")
        raise SystemExit(130)
    if any(result.arn is None for result in run.results):
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


class _Run:
    """The bulk run of the files that can be read. ``results`` has one for each file at any time."""

    def __init__(self, files: Sequence[Path], options: _Options) -> None:
        self.results = [_Result(file=file, status="not_started") for file in files]
        self._options = options
        self._requests = list[CreateWorkflowRequest]()
        self._positions = list[int]()
        for position, file in enumerate(files):
            try:
                request = CreateWorkflowRequest.from_file(
                    file, semantic_version=options.semantic_version, type=options.type, name=options.name
                )
            except (AioWorkflowsError, OSError) as error:
                self.results[position] = _Result(file=file, error=explained(error))
            else:
                self._requests.append(request)
                self._positions.append(position)

    async def create(self, show: ProgressHook) -> None:
        """Create what can be created."""
        async with _client(self._options) as client:
            run = client.create_workflows(
                self._requests,
                concurrency=self._options.concurrency,
                journal=self._options.journal,
                on_progress=show,
            )
            try:
                await run
            finally:
                for outcome in run.report.outcomes:
                    position = self._positions[outcome.index]
                    self.results[position] = _result(self.results[position].file, outcome)


def _result(file: Path, outcome: _Outcome) -> _Result:
    response, error = outcome.response, outcome.error
    return _Result(
        file=file,
        status=outcome.status,
        arn=response.workflow_build_version_arn if response is not None else None,
        error=explained(error) if error is not None else None,
    )


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
