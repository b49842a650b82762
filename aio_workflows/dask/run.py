"""A run on a cluster as its caller holds it: to be awaited, or iterated."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import aclosing
from types import TracebackType
from typing import Any, Final, Generic, Self, cast

from attrs import evolve

from aio_workflows.bulk.outcome import BulkStatus, ResultT
from aio_workflows.bulk.progress import BulkProgress, Meter, ProgressBar
from aio_workflows.dask.chunk import Chunk, do_chunk
from aio_workflows.dask.connection import Cluster, Connection, Ended
from aio_workflows.dask.report import ClusterReport
from aio_workflows.dask.work import Work
from aio_workflows.retry.rate_limiter import PaceReading
from aio_workflows.rollout.partition import PartitionReport, TargetOutcome

_KEPT: Final = frozenset[BulkStatus]({"failed", "unknown", "cancelled"})  # kept even when iterated


class ClusterRun(Generic[ResultT]):
    """Work in many targets on a Dask cluster. Nothing happens until it is awaited or iterated.

        report = await run                  # all outcomes, target by target

        async with run:
            async for outcome in run: ...   # each outcome as its chunk ends; only failures are kept

    The chunks of a target follow each other: the next one is handed to the cluster when the outcomes of the one
    before are here. Only while it is awaited or iterated does the run go on.

    Both raise what ends the run early: a :class:`ConfigurationError` before anything is sent, such as for a
    worker with another release of this package, and a :class:`ClusterError` when the scheduler is gone. An item
    that fails raises nothing: see :meth:`ClusterReport.raise_for_failures`.

    A run that ends early, by a cancellation too, hands out no more chunks; those that a worker has begun go on
    to their end there. ``run.report`` tells what has become of the items at any time, and ``run.run_id`` is what
    another run needs to go on with the same client tokens.
    """

    def __init__(self, work: Work[ResultT], cluster: Cluster) -> None:
        self.run_id: str = work.run_id
        self._work = work
        self._cluster = cluster
        self._suffix = uuid.uuid4().hex[:8]  # two runs of one run id are not the same tasks to Dask
        self._throttles = 0
        self._meter = Meter(
            [work.on_progress] if work.on_progress is not None else [],
            pace=lambda: PaceReading(None, self._throttles),
        )
        self._left = {target.name: work.chunks(target) for target in work.targets}
        self._under_way = dict[str, Chunk[ResultT]]()
        self._kept = list[TargetOutcome[ResultT]]()
        self._keeps_all = False
        self._is_over = False
        self._outcomes: AsyncGenerator[TargetOutcome[ResultT], None] = self._run()

    @property
    def report(self) -> ClusterReport[ResultT]:
        """What has become of the items so far; of all of them, once the run is over."""
        places = {target.name: place for place, target in enumerate(self._work.targets)}
        self._kept.sort(key=lambda outcome: (places[outcome.target], outcome.index))
        counts = self._meter.counts
        return ClusterReport(
            run_id=self.run_id,
            outcomes=tuple(self._kept),
            counts=dict(counts),
            is_complete=self._is_over and not counts["cancelled"] + counts["not_started"],
            elapsed=self._meter.snapshot().elapsed,
            throttles=self._throttles,
        )

    @property
    def progress(self) -> BulkProgress:
        """How far the run has come at this moment."""
        return self._meter.snapshot()

    def __await__(self) -> Generator[Any, None, ClusterReport[ResultT]]:
        return self._finish().__await__()

    async def _finish(self) -> ClusterReport[ResultT]:
        self._keeps_all = True
        async with self:
            async for _ in self._outcomes:
                pass
        return self.report

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> TargetOutcome[ResultT]:
        return await anext(self._outcomes)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Hand out no more chunks. Calling it again does nothing."""
        await self._outcomes.aclose()
        self._wind_up()  # also of a run that was never begun

    # --- The run ----------------------------------------------------------------------------------

    async def _run(self) -> AsyncGenerator[TargetOutcome[ResultT], None]:
        bar: ProgressBar | None = None
        if self._work.progress:
            bar = ProgressBar("workflows")
            self._meter.add(bar.show)
        try:
            self._meter.start(self._work.total)
            await self._work.check()
            async with Connection(self._cluster) as connection:
                await connection.check(self._work.retries)
                async with aclosing(self._reports(connection)) as reports:
                    async for report in reports:
                        self._throttles += report.throttles
                        for outcome in report.outcomes:
                            self._count(outcome)
                        for outcome in report.outcomes:
                            yield outcome
        finally:
            self._wind_up()
            if bar is not None:
                bar.close()

    async def _reports(self, connection: Connection) -> AsyncGenerator[PartitionReport[ResultT], None]:
        """The report of each chunk; when it is given out, the next chunk of the target is under way."""
        name, retries = f"{self._work.name}-documents", self._work.retries
        items = connection.share(name, self._work.items, retries=retries)

        def hand_out(chunk: Chunk[ResultT]) -> None:
            key = self._key(chunk)
            self._under_way[key] = chunk
            self._meter.in_flight += len(chunk)
            connection.submit(do_chunk, items, chunk, key=key, retries=retries)

        for chunks in self._left.values():
            for chunk in chunks:
                hand_out(chunk)
                break
            await asyncio.sleep(0)  # thousands of targets are not to hold up the event loop
        async with aclosing(connection.ended()) as all_ended:
            async for ended in all_ended:
                chunk = self._under_way.pop(ended.key)
                self._meter.in_flight -= len(chunk)
                for following in self._left[chunk.target.name]:
                    hand_out(following)
                    break
                report = self._report_of(chunk, ended)
                if await connection.has_lost_workers(ended.key):
                    report = _doubted(report)
                yield report

    def _key(self, chunk: Chunk[ResultT]) -> str:
        """The name of a task on the dashboard; what stands before the first dash is its group there."""
        what = f"{chunk.first + 1} to {chunk.stop} of {len(self._work.items)}"
        return f"{self._work.name}-{self._suffix}: {chunk.target.name}, {what}"

    def _report_of(self, chunk: Chunk[ResultT], ended: Ended) -> PartitionReport[ResultT]:
        if ended.error is None:
            return cast("PartitionReport[ResultT]", ended.result)
        # Another try, which nobody knows of, may have come further.
        return PartitionReport(outcomes=tuple(self._unended(chunk, "unknown", ended.error)))

    def _unended(
        self, chunk: Chunk[ResultT], status: BulkStatus, error: Exception | None = None
    ) -> Iterator[TargetOutcome[ResultT]]:
        """Outcomes for the items of a chunk that did not come to its end."""
        for index in range(chunk.first, chunk.stop):
            yield TargetOutcome(
                target=chunk.target.name,
                index=index,
                workflow=self._work.labels[index],
                status=status,
                error=error,
            )

    def _count(self, outcome: TargetOutcome[ResultT]) -> None:
        self._meter.count(outcome.status, recalled=False)
        if self._keeps_all or outcome.status in _KEPT:
            self._kept.append(outcome)

    def _wind_up(self) -> None:
        """Give what has no outcome yet its outcome."""
        if self._is_over:
            return
        self._is_over = True
        for chunk in self._under_way.values():
            for outcome in self._unended(chunk, "cancelled"):
                self._count(outcome)
        self._under_way.clear()
        for chunks in self._left.values():
            for chunk in chunks:
                for outcome in self._unended(chunk, "not_started"):
                    self._count(outcome)
        self._meter.in_flight = 0
        self._meter.stop()


def _doubted(report: PartitionReport[ResultT]) -> PartitionReport[ResultT]:
    """The report of a chunk that a lost worker had begun: what has failed now may have been done by that one."""
    outcomes = [evolve(one, status="unknown") if one.status == "failed" else one for one in report.outcomes]
    return evolve(report, outcomes=tuple(outcomes))
