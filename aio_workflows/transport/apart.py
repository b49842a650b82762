"""A coroutine in a thread and on an event loop of its own: what blocks there holds up nobody else."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def run_apart(work: Callable[[], Coroutine[Any, Any, T]], name: str) -> T:
    """What ``work`` gives. The thread, called ``name``, ends with it.

    Cancelled with the one that waits, who is let go when it has ended.
    """
    begun: Future[asyncio.Task[T]] = Future()
    ended: Future[T] = Future()

    async def main() -> T:
        task = asyncio.create_task(work())
        begun.set_result(task)
        return await task

    def run() -> None:
        try:
            ended.set_result(asyncio.run(main()))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            ended.set_exception(error)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(run,), name=name, daemon=True)
    thread.start()
    waited_for = asyncio.wrap_future(ended)
    try:
        await asyncio.wait({waited_for})
    except asyncio.CancelledError:
        begun.add_done_callback(_cancel)
        await asyncio.wait({waited_for})
        thread.join()  # which has nothing left to do
        waited_for.exception()  # so that asyncio does not complain that nobody asked
        raise
    return waited_for.result()


def _cancel(begun: Future[asyncio.Task[T]]) -> None:
    task = begun.result()
    with suppress(RuntimeError):  # it has ended, and its loop is closed
        task.get_loop().call_soon_threadsafe(task.cancel)
