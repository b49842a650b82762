"""``publish``: a manifest, or a folder of documents, made so in every target."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any, Final

import click

from aio_workflows.cli import options
from aio_workflows.cli.advice import explained
from aio_workflows.cli.console import complain, painted, progress, say_document, say_json
from aio_workflows.cli.emulated import EmulatedAccess
from aio_workflows.errors import AioWorkflowsError, ConfigurationError
from aio_workflows.rollout.aws import AwsAccess
from aio_workflows.rollout.folder import manifest_of_folder
from aio_workflows.rollout.form import FILE_NAME
from aio_workflows.rollout.manifest import read_manifest
from aio_workflows.rollout.model import Manifest
from aio_workflows.rollout.report import RolloutOutcome, RolloutReport
from aio_workflows.rollout.targets import CONCURRENCY, Rollout, choose_targets
from aio_workflows.views import printable

_COLOURS: Final = {
    "created": "green",
    "new_build": "green",
    "new_version": "green",
    "failed": "red",
    "cancelled": "yellow",
    "not_started": "yellow",
}


@click.command()
@click.argument("source", metavar="MANIFEST_OR_DIR", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--target",
    "wanted",
    multiple=True,
    metavar="NAME",
    help="Only this target: its name, NAME/REGION, or a pattern with *. May be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing; tell what would happen, with a diff.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Note there what is done; with the same file an interrupted run is resumed.",
)
@click.option("--emulator", is_flag=True, help="Publish to an emulator in place of AWS, to try it out.")
@click.option(
    "--semantic-version",
    default="1.0.0",
    show_default=True,
    metavar="X.Y.Z",
    help="The version of the documents of a folder without a manifest.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1),
    default=CONCURRENCY,
    show_default=True,
    help="How many workflows at a time in each target.",
)
@options.output
@options.connection
def publish(
    connection: options.Connection,
    source: Path,
    wanted: tuple[str, ...],
    dry_run: bool,
    journal: Path | None,
    emulator: bool,
    semantic_version: str,
    concurrency: int,
    output: str,
) -> None:
    """Make the workflows of a manifest so, in all of its targets.

    What is unchanged is left alone, what has changed gets a new build or version, and nothing is ever
    deleted. MANIFEST_OR_DIR is a manifest, or a folder with a workflows.yaml; in a folder without one,
    the documents in build/, test/ and distribution/ are published.

    Prints a line for each workflow in each target: results on stdout, errors on stderr. The exit status
    is 1 if any failed; the others are published all the same. --region, --profile and --endpoint-url
    are for targets that do not name their own.
    """
    if emulator and (connection.profile or connection.endpoint_url):
        raise click.UsageError("--emulator goes with neither --endpoint-url nor --profile")
    if dry_run and journal is not None:
        raise click.UsageError("--dry-run does nothing that a --journal could hold")
    manifest = _manifest(source, semantic_version)
    try:
        targets = choose_targets(manifest.targets, wanted)
    except ConfigurationError as error:
        raise click.UsageError(printable(str(error))) from None
    with progress("publishing", len(targets) * len(manifest.workflows)) as show:
        access = (
            EmulatedAccess(targets, connection.region)
            if emulator
            else AwsAccess(
                region=connection.region,
                profile=connection.profile,
                endpoint_url=connection.endpoint_url,
                max_connections=concurrency,
            )
        )
        rollout = Rollout(
            manifest,
            access,
            targets=targets,
            concurrency=concurrency,
            dry_run=dry_run,
            journal=journal,
            on_progress=show,
        )
        interrupted = _run(rollout, access)
    _tell(rollout.report, output, dry_run=dry_run)
    if interrupted:
        resume = (
            "give the same --journal again to resume" if journal else "with --journal a run can be resumed"
        )
        complain(f"interrupted; {resume}")
        raise SystemExit(130)
    if not rollout.report.ok:
        raise SystemExit(1)


def _manifest(source: Path, semantic_version: str) -> Manifest:
    if source.is_dir() and not (source / FILE_NAME).exists():
        return manifest_of_folder(source, semantic_version=semantic_version)
    return read_manifest(source)


def _run(rollout: Rollout, access: AwsAccess | EmulatedAccess) -> bool:
    """Run it; whether it was interrupted."""

    async def run() -> None:
        async with access:
            await rollout.run()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        return True
    return False


def _tell(report: RolloutReport, output: str, *, dry_run: bool) -> None:
    if output == "json":
        say_json({"dryRun": dry_run, "outcomes": [_plain(one) for one in report.outcomes]})
    else:
        # Failures last: on a terminal they would be lost among hundreds of lines.
        for outcome in sorted(report.outcomes, key=lambda one: one.result is None):
            _tell_one(outcome)
    counts = Counter(outcome.status for outcome in report.outcomes)
    summary = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items())
    raced = sum(one.result is not None and one.result.raced for one in report.outcomes)
    if raced:
        summary += f"; {raced} raced with another publisher"
    complain(f"{'dry run: ' if dry_run else ''}{summary}")


def _tell_one(outcome: RolloutOutcome) -> None:
    place = printable(f"{outcome.target}  {outcome.label}: ")
    failed = outcome.result is None
    status = painted(outcome.status.replace("_", " "), _COLOURS.get(outcome.status), err=failed)
    if outcome.result is None:
        why = f": {printable(explained(outcome.error))}" if outcome.error is not None else ""
        click.echo(f"{place}{status}{why}", err=True)
        return
    result = outcome.result
    what = result.workflow_build_version_arn or f"{outcome.workflow} {result.semantic_version}"
    tags = f" (tags added: {', '.join(result.added_tags)})" if result.added_tags else ""
    click.echo(f"{place}{status}  {printable(what + tags)}")
    if result.diff:
        say_document(result.diff)


def _plain(outcome: RolloutOutcome) -> dict[str, Any]:
    """An outcome for programs."""
    plain: dict[str, Any] = {
        "target": outcome.target,
        "workflow": outcome.workflow,
        "source": outcome.label,
        "status": outcome.status,
    }
    if outcome.result is not None:
        result = outcome.result
        plain |= {
            "workflowBuildVersionArn": result.workflow_build_version_arn,
            "semanticVersion": str(result.semantic_version),
            "raced": result.raced,
            "addedTags": dict(result.added_tags),
            "resumed": outcome.resumed,
        }
        if result.diff is not None:
            plain["diff"] = result.diff
    if outcome.error is not None:
        error = outcome.error
        plain["error"] = {
            "type": type(error).__name__,
            "message": str(error),
            **(_facts(error) if isinstance(error, AioWorkflowsError) else {}),
        }
    return plain


def _facts(error: AioWorkflowsError) -> dict[str, Any]:
    return {"code": error.code, "requestId": error.request_id, "outcome": error.outcome}
