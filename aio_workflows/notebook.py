"""``run()``: awaits where nothing can be awaited, on an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import atexit
import inspect
import signal
import threading
from collections.abc import Awaitable, Generator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, Final, Generic, TypeVar

from aio_workflows.errors import EventLoopError

T = TypeVar("T")

_GLANCE: Final = (
    0.2  # seconds; where the system does not break off a wait for an interrupt, it is seen after this
)


def run(awaitable: Awaitable[T]) -> T:
    """Wait for an awaitable and give its result, in a plain script, a notebook, a coroutine or any thread.

    It runs on an event loop in a thread of its own. All calls of a process share that loop, so one
    client serves them all; let such a client be used through ``run`` only, and close it with
    ``run(client.aclose())``. Inside a running event loop, that loop stands still meanwhile.

    An interrupt (Ctrl-C, interrupting the kernel) cancels the work, waits until it has ended, and raises
    ``KeyboardInterrupt``; a second one leaves the work to end by itself. A result or an exception,
    cancellation included, is that of the awaitable. Context variables are those of the caller.

    :raises EventLoopError: ``run`` was called by what it runs, or the awaitable is a task or a future
        of another event loop; each would wait forever.
    :raises TypeError: it is nothing that can be awaited.
    """
    try:
        loop = _BACKGROUND.loop_for(awaitable)
    except BaseException:
        _discard(awaitable)
        raise
    work = _Work(awaitable)
    with _interrupts_raised():
        try:
            loop.call_soon_threadsafe(work.start, context=copy_context())
            work.join()
        except BaseException as interruption:
            loop.call_soon_threadsafe(work.cancel)
            work.join()
            raise interruption from work.failure()
    return work.ended.result()


class _Work(Generic[T]):
    """One awaitable on its way. ``ended`` is done once nothing of it runs any more."""

    def __init__(self, awaitable: Awaitable[T]) -> None:
        self.ended = Future[T]()
        self._awaitable = awaitable
        self._task: asyncio.Task[None] | None = None

    def join(self) -> None:
        """Wait for the end, whatever it is."""
        while not wait([self.ended], timeout=_GLANCE).done:
            pass

    def failure(self) -> BaseException | None:
        """How it failed, apart from having been cancelled."""
        error = self.ended.exception()
        return None if isinstance(error, asyncio.CancelledError) else error

    def start(self) -> None:
        """Begin; on the loop, like what follows."""
        self._task = asyncio.create_task(self._do())
        self._task.add_done_callback(self._abandon)

    def cancel(self) -> None:
        """Ask it to end, or never begin."""
        if self._task is None:
            self._abandon()
        else:
            self._task.cancel()

    async def _do(self) -> None:
        try:
            result = await self._awaitable
        except BaseException as error:  # noqa: BLE001 - SystemExit would end the loop; the caller gets everything
            self.ended.set_exception(error)
        else:
            self.ended.set_result(result)

    def _abandon(self, _: object = None) -> None:
        """What was cancelled before its first step has not told so itself."""
        if not self.ended.done():
            _discard(self._awaitable)
            self.ended.set_exception(asyncio.CancelledError())


class _BackgroundLoop:
    """The event loop that all calls share: made for the first one, closed at the end of the program."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._runner: asyncio.Runner | None = None
        self._stop = asyncio.Event()

    def loop_for(self, awaitable: Awaitable[Any]) -> asyncio.AbstractEventLoop:
        """The running loop, if the awaitable can be awaited there."""
        if not inspect.isawaitable(awaitable):
            raise TypeError(
                f"run() takes something to await, such as a call of a client, not a {type(awaitable).__name__}"
            )
        if threading.current_thread() is self._thread:
            raise EventLoopError("run() was called by what it runs; await there instead")
        loop = self._started()
        if asyncio.isfuture(awaitable) and awaitable.get_loop() is not loop:
            raise EventLoopError(
                "a task or a future belongs to its event loop; await it there, or give run() the coroutine itself"
            )
        return loop

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            # A process that was forked has the loop, but not its thread.
            if self._runner is None or self._thread is None or not self._thread.is_alive():
                self._stop = asyncio.Event()
                self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
                self._runner.get_loop()  # makes it, here: two threads would make one each
                self._thread = threading.Thread(
                    target=self._serve, args=(self._runner, self._stop), name="aio_workflows.run", daemon=True
                )
                self._thread.start()
            return self._runner.get_loop()

    @staticmethod
    def _serve(runner: asyncio.Runner, stop: asyncio.Event) -> None:
        with runner:  # which in the end cancels what is left, and lets the loop close forgotten clients
            runner.run(_until(stop))

    def close(self) -> None:
        """End the loop and its thread, orderly: nothing is torn apart when the interpreter goes."""
        if self._runner is not None and self._thread is not None and self._thread.is_alive():
            self._runner.get_loop().call_soon_threadsafe(self._stop.set)
            self._thread.join()


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


def _discard(awaitable: object) -> None:
    """Spare a coroutine that will never be awaited the warning that says so."""
    if inspect.iscoroutine(awaitable):
        awaitable.close()


@contextmanager
def _interrupts_raised() -> Generator[None, None, None]:
    """Let an interrupt raise ``KeyboardInterrupt`` inside a running event loop too.

    The handlers of asyncio and of notebook kernels ask the loop to cancel a task, which it cannot
    do while it stands still. Outside of loops the handler is the user's choice.
    """
    handler = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not callable(handler) or not _is_in_loop():
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _is_in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


_BACKGROUND: Final = _BackgroundLoop()
atexit.register(_BACKGROUND.close)
