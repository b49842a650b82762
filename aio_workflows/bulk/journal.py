"""The journal of a bulk run, for the event loop: written by a thread of its own, many items at a time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar, cast

from aio_workflows.bulk.journal_file import JournalFile
from aio_workflows.bulk.outcome import BulkStatus
from aio_workflows.bulk.ticket import NewItem, Ticket
from aio_workflows.errors import JournalError

T = TypeVar("T")


class Journal:
    """An open journal. Each method returns once what it says is on the disk.

    What comes in while a transaction is written goes into the next one together. After the first
    error, every further call raises it.
    """

    def __init__(self, file: JournalFile, thread: ThreadPoolExecutor) -> None:
        self.path: Path = file.path
        self._file = file
        self._thread = thread
        self._loop = asyncio.get_running_loop()
        self._waiting = list[tuple[Callable[[JournalFile], object], asyncio.Future[Any]]]()
        self._is_writing = False
        self._error: JournalError | None = None

    @classmethod
    async def open(
        cls,
        path: str | Path,
        *,
        job: str,
        scope: str | None,
        resend_within: float,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open the journal at ``path``, or begin a new one there.

        ``resend_within`` is for how many seconds a token is trusted to be remembered by the service.

        :raises JournalError: it cannot be used, or another run is using it.
        """
        thread = ThreadPoolExecutor(1, "aio_workflows journal")
        make = partial(
            JournalFile, Path(path), job=job, scope=scope, resend_within=resend_within, clock=clock
        )
        opening = thread.submit(make)
        try:
            file = await asyncio.wrap_future(opening)
        except BaseException:  # cancelled in between: what was opened is closed again, by the thread itself
            opening.add_done_callback(_close_if_open)
            thread.shutdown(wait=False)
            raise
        return cls(file, thread)

    async def begin(self, item: NewItem) -> Ticket:
        """Record that an item is about to be sent; the ticket says whether and how to."""
        return await self._write(lambda file: file.begin(item))

    async def send_anew(self, ticket: Ticket) -> None:
        """Record that a ticket's item is about to be sent, after a look-up did not find it."""
        await self._write(lambda file: file.send_anew(ticket))

    async def end(self, ticket: Ticket, status: BulkStatus, data: object = None) -> None:
        """Record how a ticket's item ended. It is written even if the caller is cancelled meanwhile."""
        result = json.dumps(data, separators=(",", ":")) if data is not None else None
        await self._write(lambda file: file.end(ticket.number, status, result))

    async def close(self) -> None:
        """Write what is left, and let go of the file.

        :raises JournalError: something could not be written.
        """
        # All of it is handed over at once: even if this is cancelled, the thread closes the file.
        if self._waiting:
            self._write_batch()
        closing = self._loop.run_in_executor(self._thread, self._file.close)
        self._thread.shutdown(wait=False)
        await closing
        if self._error is not None:
            raise self._error

    def _write(self, operation: Callable[[JournalFile], T]) -> asyncio.Future[T]:
        if self._error is not None:
            raise self._error
        written = self._loop.create_future()
        self._waiting.append((operation, written))
        if not self._is_writing:
            self._write_batch()
        return written

    def _write_batch(self) -> None:
        batch, self._waiting = self._waiting, []
        self._is_writing = True
        operations = [operation for operation, _ in batch]
        writing = self._loop.run_in_executor(self._thread, self._file.commit, operations)
        writing.add_done_callback(lambda done: self._written([written for _, written in batch], done))

    def _written(self, waiting: list[asyncio.Future[Any]], done: asyncio.Future[list[object]]) -> None:
        self._is_writing = False
        error = done.exception()
        if error is not None:
            self._error = cast("JournalError", error)
            waiting += [written for _, written in self._waiting]
            self._waiting = []
        results = done.result() if error is None else [None] * len(waiting)
        for written, result in zip(waiting, results, strict=True):
            if written.cancelled():
                continue
            if error is not None:
                written.set_exception(error)
            else:
                written.set_result(result)
        if self._waiting:
            self._write_batch()


def _close_if_open(opening: Any) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
