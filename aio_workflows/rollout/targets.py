"""The rollout: the workflows of a manifest made so in all of its targets, none of which waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from attrs import define, evolve

from aio_workflows.bulk.journal import Journal
from aio_workflows.bulk.options import BulkOptions
from aio_workflows.bulk.outcome import BulkOutcome, BulkStatus
from aio_workflows.bulk.progress import BulkProgress, ProgressHook, together
from aio_workflows.bulk.run import BulkRun
from aio_workflows.errors import AioWorkflowsError, ConfigurationError
from aio_workflows.publish.result import PublishResult
from aio_workflows.rollout.access import Access
from aio_workflows.rollout.job import JOB, TargetJob
from aio_workflows.rollout.model import Manifest, ManifestWorkflow, Target
from aio_workflows.rollout.report import OutcomeStatus, RolloutOutcome, RolloutReport

CONCURRENCY: Final = 10
"""How many workflows are published at a time in each target."""


def choose_targets(targets: Sequence[Target], wanted: Sequence[str]) -> tuple[Target, ...]:
    """The targets with these names, all if none is named.

    ``*`` stands for anything, and a name without its region for all of its regions.

    :raises ConfigurationError: a name fits no target.
    """
    for name in wanted:
        if not any(_fits(target, name) for target in targets):
            known = ", ".join(target.name for target in targets)
            raise ConfigurationError(f"no target is called {name!r}; there are {known}")
    return tuple(one for one in targets if not wanted or any(_fits(one, name) for name in wanted))


def _fits(target: Target, wanted: str) -> bool:
    return any(fnmatchcase(name, wanted) for name in (target.name, target.name.rpartition("/")[0]))


_UNDONE: Final[Mapping[BulkStatus, OutcomeStatus]] = {
    "cancelled": "cancelled",
    "not_started": "not_started",
}


class Rollout:
    """One run of a manifest over targets. ``report`` tells at any time how far it has come.

    Every target is a bulk run of its own, with its own client, and with it its own pace and
    credentials: one that is down, or forbids, fails by itself. What a cancelled run has done stays in
    the report and in the journal.

    :param targets: by default all of the manifest's.
    :param concurrency: how many workflows are published at a time in each target.
    :param dry_run: send only dry runs and reads.
    :param journal: a file that remembers, for all targets, what was sent and what came of it, as that
        of ``client.create_workflows``: a run that was killed goes on where it stood.
    :param on_progress: called with a :class:`BulkProgress` of all targets together.
    :param timeout: seconds for each call of a publication, in place of the client's. They begin when
        the target's pace first lets the call go.
    :raises ConfigurationError: an option is out of its range, or a dry run is to have a journal.
    """

    def __init__(
        self,
        manifest: Manifest,
        access: Access,
        *,
        targets: Sequence[Target] | None = None,
        concurrency: int = CONCURRENCY,
        dry_run: bool = False,
        journal: str | Path | None = None,
        on_progress: ProgressHook | None = None,
        timeout: float | None = None,
    ) -> None:
        if dry_run and journal is not None:
            raise ConfigurationError(
                "a dry run does nothing that a journal could hold: leave one of them out"
            )
        self._workflows = manifest.workflows
        self._parts = [_Part(target) for target in (manifest.targets if targets is None else targets)]
        self._access = access
        self._options: BulkOptions[ManifestWorkflow, PublishResult] = BulkOptions(
            concurrency=concurrency, on_progress=self._tell if on_progress is not None else None
        )
        self._dry_run = dry_run
        self._journal = journal
        self._on_progress = on_progress
        self._timeout = timeout

    @property
    def report(self) -> RolloutReport:
        """What has become of everything so far."""
        return RolloutReport(
            outcomes=tuple(one for part in self._parts for one in part.outcomes(self._workflows))
        )

    @property
    def progress(self) -> BulkProgress:
        """How far all targets together have come at this moment."""
        return together([part.progress(len(self._workflows)) for part in self._parts])

    async def run(self) -> RolloutReport:
        """Publish everything everywhere. To be called once.

        :raises JournalError: the journal cannot be used, or no longer; nothing more was sent.
        :raises CollisionError: two workflows of the manifest are one, with different content.
        """
        async with AsyncExitStack() as stack:
            options = self._options
            if self._journal is not None:
                journal = await Journal.open(
                    self._journal,
                    job=JOB,
                    scope=None,
                    resend_within=options.resend_within,
                    clock=options.wall_clock,
                )
                stack.push_async_callback(journal.close)
                options = evolve(options, journal=journal)
            async with asyncio.TaskGroup() as group:
                for part in self._parts:
                    group.create_task(self._publish_in(part, options))
            for part in self._parts:
                if part.ended_by is not None:
                    raise part.ended_by
        return self.report

    async def _publish_in(self, part: _Part, options: BulkOptions[ManifestWorkflow, PublishResult]) -> None:
        try:
            site = await self._access.open(part.target)
        except AioWorkflowsError as error:
            part.closed_by = error
            self._tell()
            return
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(site.client)
            if site.documents is not None:
                stack.push_async_callback(site.documents.aclose)
            job = TargetJob(part.target, site, dry_run=self._dry_run, timeout=self._timeout)
            part.run = BulkRun(job, self._workflows, options)
            try:
                await part.run
            except AioWorkflowsError as error:  # of the run as a whole; the other targets come to their end
                part.ended_by = error

    def _tell(self, *_: object) -> None:
        if self._on_progress is not None:
            self._on_progress(self.progress)


@define
class _Part:
    """What a rollout knows of one of its targets: the error that kept it from being opened, or its bulk run."""

    target: Target
    run: BulkRun[ManifestWorkflow, PublishResult] | None = None
    closed_by: AioWorkflowsError | None = None
    ended_by: AioWorkflowsError | None = None

    def outcomes(self, workflows: Sequence[ManifestWorkflow]) -> list[RolloutOutcome]:
        """One for each workflow, in their order."""
        status: OutcomeStatus = "not_started" if self.closed_by is None else "failed"
        found = [
            RolloutOutcome(
                target=self.target.name,
                workflow=workflow.name,
                label=workflow.label,
                status=status,
                error=self.closed_by,
            )
            for workflow in workflows
        ]
        for one in self.run.report.outcomes if self.run is not None else ():
            found[one.index] = evolve(
                found[one.index],
                status=_status(one),
                result=one.response,
                error=one.error,
                resumed=one.recalled,
            )
        return found

    def progress(self, size: int) -> BulkProgress:
        """How far its ``size`` workflows have come."""
        if self.run is not None:
            return self.run.progress
        failed = size if self.closed_by is not None else 0
        return BulkProgress(
            done=failed,
            succeeded=0,
            failed=failed,
            recalled=0,
            in_flight=0,
            total=size,
            elapsed=0.0,
            rate=None,
            pace=None,
            throttles=0,
            time_left=None,
        )


def _status(outcome: BulkOutcome[ManifestWorkflow, PublishResult]) -> OutcomeStatus:
    if outcome.response is not None:
        return outcome.response.status
    return _UNDONE.get(outcome.status, "failed")
