"""The rollout: the workflows of a manifest made so in all of its targets, none of which waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from fnmatch import fnmatchcase
from typing import Final

from attrs import evolve

from aio_workflows.errors import AioWorkflowsError, ConfigurationError
from aio_workflows.models.client_token import derive_client_token
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.publish.result import DryRun, PublishResult
from aio_workflows.rollout.access import Access, Site
from aio_workflows.rollout.journal import Journal, item_key
from aio_workflows.rollout.model import Manifest, ManifestWorkflow, Target
from aio_workflows.rollout.report import RolloutOutcome, RolloutReport

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


class Rollout:
    """One run of a manifest over targets. ``report`` tells at any time how far it has come.

    Every target has its own client, and with it its own pace and credentials: one that is down, or
    forbids, fails by itself. What a cancelled run has done stays in the report and in the journal.

    :param targets: by default all of the manifest's.
    :param concurrency: how many workflows are published at a time in each target.
    :param dry_run: send only dry runs and reads.
    :param journal: what is done is noted there, and what is done there is not done again.
    :param on_outcome: called with each outcome as it comes.
    :param timeout: seconds for each publication.
    """

    def __init__(
        self,
        manifest: Manifest,
        access: Access,
        *,
        targets: Sequence[Target] | None = None,
        concurrency: int = CONCURRENCY,
        dry_run: bool = False,
        journal: Journal | None = None,
        on_outcome: Callable[[RolloutOutcome], None] | None = None,
        timeout: float | None = None,
    ) -> None:
        if concurrency < 1:
            raise ConfigurationError(f"concurrency must be at least 1, is {concurrency}")
        self._workflows = manifest.workflows
        self._targets = tuple(manifest.targets if targets is None else targets)
        self._access = access
        self._concurrency = concurrency
        self._dry_run = dry_run
        self._journal = journal if journal is not None else Journal()
        self._on_outcome = on_outcome
        self._timeout = timeout
        self._outcomes = [
            RolloutOutcome(target=target.name, workflow=workflow.name, label=workflow.label)
            for target in self._targets
            for workflow in self._workflows
        ]

    @property
    def report(self) -> RolloutReport:
        """What has become of everything so far."""
        return RolloutReport(outcomes=tuple(self._outcomes))

    async def run(self) -> RolloutReport:
        """Publish everything everywhere. To be called once."""
        async with asyncio.TaskGroup() as group:
            for number, target in enumerate(self._targets):
                group.create_task(self._publish_in(target, number * len(self._workflows)))
        return self.report

    async def _publish_in(self, target: Target, first: int) -> None:
        """Publish in one target; its outcomes begin at ``first``."""
        left = [*enumerate(self._workflows, start=first)]
        try:
            site = await self._access.open(target)
        except AioWorkflowsError as error:
            for position, _ in left:
                self._settle(position, evolve(self._outcomes[position], status="failed", error=error))
            return
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(site.client)
            if site.documents is not None:
                stack.push_async_callback(site.documents.aclose)
            queue = iter(left)
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._concurrency, len(left))):
                    group.create_task(self._work(queue, target, site))

    async def _work(self, queue: Iterator[tuple[int, ManifestWorkflow]], target: Target, site: Site) -> None:
        for position, workflow in queue:
            outcome = self._outcomes[position]
            key = item_key(workflow, target)
            known = self._journal.done(key) if not self._dry_run else None
            if known is not None:
                outcome = evolve(outcome, status=known.status, result=known, resumed=True)
                self._settle(position, outcome)
                continue
            # Until it has ended, a cancellation finds it under way.
            self._outcomes[position] = evolve(outcome, status="cancelled")
            try:
                result = await self._publish(workflow, target, site)
            except AioWorkflowsError as error:
                self._settle(position, evolve(outcome, status="failed", error=error))
                continue
            if not self._dry_run:
                self._journal.record(key, result)
            self._settle(position, evolve(outcome, status=result.status, result=result))

    async def _publish(self, workflow: ManifestWorkflow, target: Target, site: Site) -> PublishResult:
        dry_run: DryRun = self._dry_run
        uri: str | None = None
        if workflow.is_long:
            if site.documents is None or workflow.document is None:
                raise ConfigurationError(
                    f"{workflow.label} has more than 16,000 characters, and the target {target.name!r} lacks a "
                    "region or 'documents', a place in S3 to put it in"
                )
            if dry_run:
                # Nothing is put there by a dry run, so the service cannot be asked about it.
                dry_run, uri = "reads", site.documents.address(workflow.document)
            else:
                uri = await site.documents.put(workflow.document)
        request = workflow.request(uri)
        return await site.client.publish_workflow(
            self._with_token(request, target),
            on_change=workflow.on_change,
            dry_run=dry_run,
            document=workflow.document,
            timeout=self._timeout,
        )

    def _with_token(self, request: CreateWorkflowRequest, target: Target) -> CreateWorkflowRequest:
        """A token of this run: the same when it is resumed, another one in the next."""
        token = derive_client_token(
            request, region=target.region or "", salt=self._journal.run_id, account=target.name
        )
        return evolve(request, client_token=token)

    def _settle(self, position: int, outcome: RolloutOutcome) -> None:
        self._outcomes[position] = outcome
        if self._on_outcome is not None:
            self._on_outcome(outcome)
