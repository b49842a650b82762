"""Work that one task does for all who wait for it, and that goes on when one of them leaves."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from aio_workflows.errors import AioWorkflowsError, CallTimeoutError, ClientClosedError

T = TypeVar("T")


class SharedWork(Generic[T]):
    """At most one run of ``work`` at a time; ``purpose`` names it in messages ("credentials")."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, T]], purpose: str) -> None:
        self._work = work
        self._purpose = purpose
        self._task: asyncio.Task[T] | None = None

    async def result(self, timeout: float) -> T:
        """What the run under way gives, or a new one. Waits for ``timeout`` seconds at most.

        :raises CallTimeoutError: it did not end in time; it goes on for others.
        :raises ClientClosedError: it was ended by :meth:`aclose`.
        """
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
            self._task.add_done_callback(_retrieved)
        task = self._task
        # Waited for, not awaited: the cancellation of one that waits does not reach the others.
        done, _ = await asyncio.wait({task}, timeout=timeout)
        if not done:
            raise CallTimeoutError(f"the time limit passed while waiting for {self._purpose}")
        if task.cancelled():
            raise ClientClosedError(f"the client was closed while it waited for {self._purpose}")
        error = task.exception()
        if isinstance(error, AioWorkflowsError):
            raise copy.copy(error)  # one for each that waited: they get facts of their own
        return task.result()

    async def aclose(self) -> None:
        """End the run that is under way, if any."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})


def _retrieved(task: asyncio.Task[Any]) -> None:
    """Keep asyncio from complaining of an error that nobody waited for any more."""
    if not task.cancelled():
        task.exception()
