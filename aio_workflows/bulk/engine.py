"""The workers of a bulk run: they read items, do them, and give each exactly one outcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterable, Iterator
from pathlib import Path
from typing import Final, Generic

from attrs import evolve

from aio_workflows.bulk.collisions import check_all
from aio_workflows.bulk.input import Input
from aio_workflows.bulk.item import Item, ItemWork
from aio_workflows.bulk.job import BulkJob
from aio_workflows.bulk.options import BulkOptions
from aio_workflows.bulk.outcome import BulkOutcome, BulkStatus, RequestT, ResultT
from aio_workflows.bulk.progress import Meter, ProgressBar
from aio_workflows.bulk.report import BulkReport
from aio_workflows.errors import JournalError

_KEPT: Final = frozenset[BulkStatus]({"failed", "unknown", "cancelled"})  # kept even when iterated


class Engine(Generic[RequestT, ResultT]):
    """Does the items of one run. It knows nothing of who waits for it: that is ``BulkRun``.

    ``error`` is what ended the run early, apart from a cancellation: the input's own exception, a
    broken journal, a collision.
    """

    def __init__(
        self,
        job: BulkJob[RequestT, ResultT],
        requests: Iterable[RequestT] | AsyncIterable[RequestT],
        options: BulkOptions[RequestT, ResultT],
    ) -> None:
        self.error: BaseException | None = None
        self.task: asyncio.Task[None] | None = None
        self.meter: Meter = Meter(
            [options.on_progress] if options.on_progress is not None else [],
            pace=options.pace,
            clock=options.clock,
        )
        self._job = job
        self._options = options
        self._input = Input(requests)
        self._items = ItemWork(job, is_stopped=lambda: self._is_stopped, clock=options.clock)
        self._reading = asyncio.Lock()
        self._read = 0
        self._ready = asyncio.Queue[BulkOutcome[RequestT, ResultT] | None](options.concurrency)
        self._keeps_all = False
        self._kept = list[BulkOutcome[RequestT, ResultT]]()
        self._is_stopped = False
        self._is_begun = False
        self._is_cancelled = False

    # --- For the run ------------------------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        """Whether the run has ended: no task of it is left."""
        return self.task is not None and self.task.done()

    def start(self, *, keeps_all: bool) -> None:
        """Begin to work, in a task. With ``keeps_all`` outcomes are kept, otherwise handed out."""
        self._keeps_all = keeps_all
        self.task = asyncio.get_running_loop().create_task(self._run(), name=f"bulk {self._job.name}")
        self.task.add_done_callback(lambda _: self._wake())

    def cancel(self) -> None:
        """Cancel what is under way. The run is over when its task is."""
        was_cancelled, self._is_cancelled, self._is_stopped = self._is_cancelled, True, True
        if self.task is not None and self._is_begun and not was_cancelled:
            self.task.cancel()  # a task that has not begun would never come to the end of _run

    async def join(self) -> None:
        """Wait until the run is over. If the caller is cancelled, so is the run, and then it is over too."""
        if self.task is None:
            return
        cancelled: asyncio.CancelledError | None = None
        while not self.task.done():
            try:
                await asyncio.wait([self.task])
            except asyncio.CancelledError as error:
                cancelled = error
                self.cancel()
        if cancelled is not None:
            raise cancelled

    async def next_outcome(self) -> BulkOutcome[RequestT, ResultT] | None:
        """The next outcome that is ready, None when there are no more."""
        if self._ready.empty() and self.is_over:
            return None
        outcome = await self._ready.get()
        if outcome is None:
            self._wake()  # for others that wait
        return outcome

    def report(self) -> BulkReport[RequestT, ResultT]:
        """What has become of the items so far."""
        self._kept.sort(key=lambda outcome: outcome.index)
        counts = self.meter.counts
        progress = self.meter.snapshot()
        return BulkReport(
            outcomes=tuple(self._kept),
            counts=counts.copy(),
            is_complete=self._input.is_exhausted
            and self.is_over
            and not counts["cancelled"] + counts["not_started"],
            elapsed=progress.elapsed,
            throttles=progress.throttles,
            job=self._job,
        )

    # --- The run ----------------------------------------------------------------------------------

    async def _run(self) -> None:
        self._is_begun = True
        bar: ProgressBar | None = None
        try:
            if self._options.progress:
                bar = ProgressBar(self._job.noun)
                self.meter.add(bar.show)
            self.meter.start(self._input.length)
            await self._prepare()
            async with asyncio.TaskGroup() as group:
                for _ in range(self._options.concurrency):
                    group.create_task(self._work(), name=f"bulk {self._job.name}")
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the caller's to see
            self._stop(error)
        finally:
            await self._wind_up()
            if bar is not None:
                bar.close()

    async def _prepare(self) -> None:
        options = self._options
        if self._is_stopped:
            return
        if self._input.whole is not None:
            await check_all(self._job, self._input.whole)
        if isinstance(options.journal, str | Path):
            from aio_workflows.bulk.journal import Journal  # and SQLite, which most runs do without

            self._items.journal = await Journal.open(
                options.journal,
                job=self._job.name,
                scope=self._job.scope,
                resend_within=options.resend_within,
                clock=options.wall_clock,
            )
        else:
            self._items.journal = options.journal

    async def _wind_up(self) -> None:
        """Give the rest of the input its outcomes, and let go of the journal."""
        try:
            for outcome in self._never_started():
                if not self._is_cancelled:  # else nobody waits for it
                    await self._deliver(outcome)
        finally:
            for _ in self._never_started():
                pass  # cancelled just now: counted all the same
            try:
                journal = self._items.journal
                if journal is not None and journal is not self._options.journal:
                    await journal.close()
            except JournalError as error:
                self._stop(error)
            self.meter.stop()

    def _stop(self, error: BaseException | None) -> None:
        """Start nothing any more; what is under way goes on to its end."""
        self._is_stopped = True
        if error is not None and self.error is None:
            self.error = error

    async def _work(self) -> None:
        """Do one item after the other, until there are no more or the run is to end."""
        try:
            while (item := await self._next_item()) is not None:
                outcome = await self._do(item)
                self._heed(outcome)
                await self._deliver(outcome)
                await asyncio.sleep(0)  # a transport that never waits must not hold up everyone else
        except Exception as error:  # noqa: BLE001 - the input's own, which is for the caller to see
            self._stop(error)

    def _heed(self, outcome: BulkOutcome[RequestT, ResultT]) -> None:
        """End the run if the caller wants that after such an outcome."""
        stop_on = self._options.stop_on
        try:
            if stop_on == "failure":
                wanted = outcome.status in {"failed", "unknown"}
            else:
                wanted = stop_on is not None and stop_on(outcome)
        except Exception as error:  # noqa: BLE001 - of the caller's function: the caller's to see
            self._stop(error)
        else:
            if wanted:
                self._stop(None)

    async def _next_item(self) -> Item[RequestT, ResultT] | None:
        async with self._reading:
            if self._is_stopped or self._input.is_exhausted:
                return None
            try:
                request = await self._input.read()
            except StopAsyncIteration:
                return None
            return self._item(request)

    def _item(self, request: RequestT) -> Item[RequestT, ResultT]:
        self._read += 1
        return Item(self._read - 1, request, self._options.clock())

    async def _do(self, item: Item[RequestT, ResultT]) -> BulkOutcome[RequestT, ResultT]:
        """Do an item and count it, whatever happens to it."""
        self.meter.in_flight += 1
        try:
            await self._items.do(item)
        except Exception as error:  # noqa: BLE001 - the journal's: nothing more can be recorded
            self._stop(error)
        finally:
            self.meter.in_flight -= 1
            outcome = self._count(item)
        return outcome

    def _count(self, item: Item[RequestT, ResultT]) -> BulkOutcome[RequestT, ResultT]:
        outcome = self._items.outcome_of(item)
        self.meter.count(outcome.status, recalled=outcome.recalled)
        if self._keeps_all and outcome.response is not None:
            outcome = evolve(outcome, response=self._job.slim(outcome.response))
        if self._keeps_all or outcome.status in _KEPT:
            self._kept.append(outcome)
        return outcome

    async def _deliver(self, outcome: BulkOutcome[RequestT, ResultT]) -> None:
        if not self._keeps_all:
            await self._ready.put(outcome)

    def _never_started(self) -> Iterator[BulkOutcome[RequestT, ResultT]]:
        """Outcomes for the rest of an input that has a length; of any other, the rest is not read."""
        for request in self._input.rest():
            yield self._count(self._item(request))

    def _wake(self) -> None:
        """Let those know who wait for an outcome that there are no more."""
        if self.is_over and self._ready.empty():
            self._ready.put_nowait(None)
