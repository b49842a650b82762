"""A bulk run as its caller holds it: to be awaited, or iterated."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterable, Generator, Iterable
from types import TracebackType
from typing import Any, Generic, Self

from aio_workflows.bulk.engine import Engine
from aio_workflows.bulk.job import BulkJob
from aio_workflows.bulk.options import BulkOptions
from aio_workflows.bulk.outcome import BulkOutcome, RequestT, ResultT
from aio_workflows.bulk.progress import BulkProgress
from aio_workflows.bulk.report import BulkReport


class BulkRun(Generic[RequestT, ResultT]):
    """Many items of work. Nothing happens until it is awaited or iterated.

        report = await run                  # all outcomes, in the order of the input

        async with run:
            async for outcome in run: ...   # each outcome as its item ends; only failures are kept

    ``run.report`` tells what has become of the items at any time, after a cancellation too.

    ``await run`` and ``async with run`` leave no task behind, however they end: a cancellation or
    Ctrl-C cancels the items under way and waits for them. A bare ``async for`` does so when it is
    exhausted or cancelled while it waits; after a ``break`` it does not, so use ``async with``, or
    call ``await run.aclose()``. A run that is dropped while it works is cancelled, with a
    ResourceWarning.

    Both raise, once every item under way has ended, what ended the run early: the exception of the
    input's iterator or of ``stop_on``, a :class:`CollisionError`, a :class:`JournalError`. An item
    that fails raises nothing: see :meth:`BulkReport.raise_for_failures`.
    """

    def __init__(
        self,
        job: BulkJob[RequestT, ResultT],
        requests: Iterable[RequestT] | AsyncIterable[RequestT],
        options: BulkOptions[RequestT, ResultT],
    ) -> None:
        self._engine: Engine[RequestT, ResultT] = Engine(job, requests, options)
        self._is_closed = False
        self._has_raised = False

    @property
    def report(self) -> BulkReport[RequestT, ResultT]:
        """What has become of the items so far; of all of them, once the run is over."""
        return self._engine.report()

    @property
    def progress(self) -> BulkProgress:
        """How far the run has come at this moment."""
        return self._engine.meter.snapshot()

    def __await__(self) -> Generator[Any, None, BulkReport[RequestT, ResultT]]:
        return self._finish().__await__()

    async def _finish(self) -> BulkReport[RequestT, ResultT]:
        self._start(keeps_all=True)
        # If it was iterated before, the outcomes that nobody has taken would hold up the workers.
        while await self._next_outcome() is not None:
            pass
        await self._engine.join()
        self._raise_error()
        return self.report

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BulkOutcome[RequestT, ResultT]:
        self._start(keeps_all=False)
        outcome = await self._next_outcome()
        if outcome is not None:
            return outcome
        await self._engine.join()
        if not self._has_raised:
            self._raise_error()
        raise StopAsyncIteration

    async def _next_outcome(self) -> BulkOutcome[RequestT, ResultT] | None:
        try:
            return await self._engine.next_outcome()
        except asyncio.CancelledError:
            await self.aclose()
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
        if error is None and not self._has_raised:
            self._raise_error()

    async def aclose(self) -> None:
        """Cancel what is under way and wait for it. Calling it again does nothing."""
        self._is_closed = True
        self._engine.cancel()
        await self._engine.join()

    def _start(self, *, keeps_all: bool) -> None:
        if self._engine.task is None:
            if self._is_closed:
                raise RuntimeError("the run was closed before it began; make a new one")
            self._engine.start(keeps_all=keeps_all)

    def _raise_error(self) -> None:
        if self._engine.error is not None:
            self._has_raised = True
            raise self._engine.error

    def __del__(self) -> None:
        task = self._engine.task if hasattr(self, "_engine") else None
        if task is None or task.done():
            return
        warnings.warn(
            "a bulk run was dropped while it worked, and is cancelled: "
            "use `async with`, or `await run.aclose()`",
            ResourceWarning,
            source=self,
            stacklevel=1,
        )
        loop = task.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._engine.cancel)
