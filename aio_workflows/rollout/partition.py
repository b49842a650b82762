"""A partition of work: what one process does in one target, as a function of plain arguments.

This is what another engine runs: a task of Dask, Ray or Spark, a job of AWS Batch. Everything that goes in
and comes out pickles and holds no credentials, and a partition that is done a second time does nothing twice.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from copy import copy
from typing import Any, Generic, TypedDict, TypeVar, Unpack

from attrs import define, evolve, field, frozen

from aio_workflows.bulk.outcome import UNDONE, BulkStatus, ResultT
from aio_workflows.bulk.report import BulkReport
from aio_workflows.errors import AioWorkflowsError, ConfigurationError
from aio_workflows.models.client_token import derive_client_token
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.responses import CreateWorkflowResponse
from aio_workflows.publish.result import DryRun, OnChange, PublishResult
from aio_workflows.retry.policy import RetryPolicy
from aio_workflows.rollout.access import Site
from aio_workflows.rollout.aws import AwsAccess
from aio_workflows.rollout.job import place
from aio_workflows.rollout.model import ManifestWorkflow, Target
from aio_workflows.rollout.targets import CONCURRENCY

ErrorT = TypeVar("ErrorT", bound=Exception)


class ClientSettings(TypedDict, total=False):
    """The options of :class:`WorkflowsClient` that may travel to another process.

    Credentials are not among them: a target names a profile or a role, or has what the process itself has.
    """

    region: str
    profile: str
    endpoint_url: str
    timeout: float
    connect_timeout: float
    read_timeout: float
    max_connections: int
    retry: RetryPolicy
    allow_plaintext: bool


def check_settings(settings: Mapping[str, Any]) -> None:
    """Refuse what may not travel.

    :raises ConfigurationError: there is an option that is not one of :class:`ClientSettings`.
    """
    for name in settings:
        if name not in ClientSettings.__optional_keys__:
            known = ", ".join(sorted(ClientSettings.__optional_keys__))
            raise ConfigurationError(
                f"{name!r} cannot be given for clients in other processes; there are {known}. "
                "Credentials do not travel: let the target name a profile or a role, which the process resolves"
            )


@frozen(kw_only=True)
class TargetOutcome(Generic[ResultT]):
    """What became of one item in one target.

    ``index`` is the item's position in the input, from 0, and ``workflow`` its name, version and type. The
    other fields are those of :class:`BulkOutcome`; ``response`` has no body any more.

    An item that a process was to do which is gone was perhaps done by it: then ``failed`` tells of the last
    try only.
    """

    target: str
    index: int
    workflow: str
    status: BulkStatus
    response: ResultT | None = None
    error: Exception | None = field(default=None, eq=False)
    client_token: str | None = None
    attempts: int = 0
    duration: float = 0.0

    @property
    def is_done(self) -> bool:
        """Whether the service has what was asked for: now, or from before."""
        return self.status not in UNDONE


@frozen(kw_only=True)
class PartitionReport(Generic[ResultT]):
    """What became of a partition: one outcome for each item, in order, and how many calls were throttled."""

    outcomes: tuple[TargetOutcome[ResultT], ...]
    throttles: int = 0


def create_partition(
    requests: Sequence[CreateWorkflowRequest],
    target: Target,
    run_id: str,
    *,
    first: int = 0,
    concurrency: int = CONCURRENCY,
    **settings: Unpack[ClientSettings],
) -> PartitionReport[CreateWorkflowResponse]:
    """Create workflows in one target, and wait for the end of it.

    The client tokens are derived from request, target and ``run_id``, so that the same arguments create the
    same workflows once, in whatever process and however often, for as long as the service remembers tokens.
    Runs an event loop of its own: inside a running one, call it in a thread.

    :param first: the position of the first request in the whole input, for the outcomes.
    :param concurrency: how many requests are under way at a time.
    :param settings: options of :class:`WorkflowsClient`; what the target says itself goes before.
    :raises CollisionError: two requests are one workflow with different content; nothing was sent.
    :raises ConfigurationError: an option may not travel, or is out of its range.
    """

    async def work(site: Site, gathered: _Gathered[CreateWorkflowResponse]) -> None:
        given = [_with_token(request, target, run_id) for request in requests]
        gathered.take(range(len(given)), await site.client.create_workflows(given, concurrency=concurrency))

    return _run(work, target, _Gathered(target, first, [label(one) for one in requests]), settings)


def publish_partition(
    workflows: Sequence[ManifestWorkflow],
    target: Target,
    run_id: str,
    *,
    first: int = 0,
    concurrency: int = CONCURRENCY,
    dry_run: bool = False,
    **settings: Unpack[ClientSettings],
) -> PartitionReport[PublishResult]:
    """Publish workflows of a manifest in one target, and wait for the end of it.

    Long documents are put into the target's place in S3. The other parameters, tokens and errors are those of
    :func:`create_partition`.

    :param dry_run: send only dry runs and reads.
    """

    async def work(site: Site, gathered: _Gathered[PublishResult]) -> None:
        kinds = defaultdict[tuple[OnChange, DryRun], dict[int, CreateWorkflowRequest]](dict)
        slots = asyncio.Semaphore(concurrency)

        async def prepare(index: int, workflow: ManifestWorkflow) -> None:
            try:
                async with slots:
                    uri, how_dry = await place(workflow, target, site, dry_run=dry_run)
            except AioWorkflowsError as error:
                gathered.fail(index, error)
                return
            request = _with_token(workflow.request(uri), target, run_id)
            kinds[workflow.on_change, how_dry][index] = request

        async with asyncio.TaskGroup() as group:
            for index, workflow in enumerate(workflows):
                group.create_task(prepare(index, workflow))
        for (on_change, how_dry), given in kinds.items():
            report = await site.client.publish_workflows(
                [*given.values()], on_change=on_change, dry_run=how_dry, concurrency=concurrency
            )
            gathered.take(given, report)

    return _run(work, target, _Gathered(target, first, [label(one) for one in workflows]), settings)


def _with_token(request: CreateWorkflowRequest, target: Target, run_id: str) -> CreateWorkflowRequest:
    """The request with the token of this run, the same in every process."""
    token = derive_client_token(request, region=target.region or "", salt=run_id, account=target.name)
    return evolve(request, client_token=token)


def label(item: CreateWorkflowRequest | ManifestWorkflow) -> str:
    """What an item is called in outcomes: ``"harden-linux 1.0.0 (BUILD)"``."""
    if isinstance(item, ManifestWorkflow):
        return f"{item.name} {item.fields['semantic_version']} ({item.fields['type']})"
    return f"{item.name} {item.semantic_version} ({item.type})"


def _run(
    work: Callable[[Site, _Gathered[ResultT]], Awaitable[None]],
    target: Target,
    gathered: _Gathered[ResultT],
    settings: ClientSettings,
) -> PartitionReport[ResultT]:
    """Do the work with the target open; where it cannot be opened, all items fail."""
    check_settings(settings)

    async def main() -> None:
        async with AwsAccess(**settings) as access, AsyncExitStack() as stack:
            try:
                site = await access.open(target)
            except AioWorkflowsError as error:
                gathered.fail_all(error)
                return
            await stack.enter_async_context(site.client)
            if site.documents is not None:
                stack.push_async_callback(site.documents.aclose)
            await work(site, gathered)

    asyncio.run(main())
    return gathered.report()


@define
class _Gathered(Generic[ResultT]):
    """The outcomes of a partition as they come in, by the item's position in it."""

    _target: Target
    _first: int
    _labels: Sequence[str]
    _outcomes: dict[int, TargetOutcome[ResultT]] = field(
        factory=dict[int, TargetOutcome[ResultT]], init=False
    )
    _throttles: int = field(default=0, init=False)

    def take(self, indices: Iterable[int], report: BulkReport[Any, ResultT]) -> None:
        """Take the report of a bulk run, whose items are those of the partition with these positions."""
        self._throttles += report.throttles
        for index, outcome in zip(indices, report.outcomes, strict=True):
            self._outcomes[index] = TargetOutcome(
                target=self._target.name,
                index=self._first + index,
                workflow=self._labels[index],
                status=outcome.status,
                response=outcome.response,
                error=self._noted(outcome.error, index) if outcome.error is not None else None,
                client_token=outcome.client_token,
                attempts=outcome.attempts,
                duration=outcome.duration,
            )

    def fail(self, index: int, error: AioWorkflowsError) -> None:
        """An item has failed before it was sent."""
        self._outcomes[index] = TargetOutcome(
            target=self._target.name,
            index=self._first + index,
            workflow=self._labels[index],
            status="failed",
            error=self._noted(copy(error), index),
            attempts=len(error.attempts),
        )

    def _noted(self, error: ErrorT, index: int) -> ErrorT:
        """The error with a note of what it belongs to, in place of the bulk run's, which knows less."""
        notes: list[str] = getattr(error, "__notes__", [])
        error.__notes__ = [note for note in notes if not note.startswith("item ")]
        error.add_note(f"{self._target.name}, item {self._first + index}: {self._labels[index]}")
        return error

    def fail_all(self, error: AioWorkflowsError) -> None:
        """No item can be sent."""
        for index in range(len(self._labels)):
            self.fail(index, error)

    def report(self) -> PartitionReport[ResultT]:
        """All of it, in order."""
        outcomes = tuple(self._outcomes[index] for index in range(len(self._labels)))
        return PartitionReport(outcomes=outcomes, throttles=self._throttles)
