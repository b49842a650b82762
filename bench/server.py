"""The emulator in a process of its own: it admits what a limit says, and counts what came."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TypeVar

from aio_workflows.emulator import Emulator, Fault, Quotas, throttled
from bench.limits import Bucket, Limit

T = TypeVar("T")

PATIENCE = 60.0  # seconds; the process is not meant to take them


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What the server saw: all calls, those it throttled, and how many builds there are in the end."""

    calls: int
    throttled: int
    builds: int


class Gate:
    """Throttles what is over the limit, and counts."""

    def __init__(self, limit: Limit | None) -> None:
        self._bucket = Bucket(limit) if limit is not None else None
        self.calls = 0
        self.throttled = 0

    def next(self, operation: str | None) -> Fault | None:  # noqa: ARG002 - all operations share the limit
        """The fault of the call that has just come."""
        self.calls += 1
        if self._bucket is None or self._bucket.admit(time.monotonic()):
            return None
        self.throttled += 1
        return throttled()


class Server:
    """A server that runs."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url = self._next(str)

    def stop(self) -> Counts:
        """End it; gives what it saw."""
        self._pipe.send("stop")
        return self._next(Counts)

    def _next(self, kind: type[T]) -> T:
        message = self._pipe.recv() if self._pipe.poll(PATIENCE) else None
        if not isinstance(message, kind):
            raise RuntimeError(f"the emulator's process tells {message!r} instead of a {kind.__name__}")  # noqa: TRY004
        return message


@contextmanager
def running(limit: Limit | None, workflows: int) -> Iterator[Server]:
    """A new server that has room for so many workflows."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_run, args=(theirs, limit, workflows))
    process.start()
    theirs.close()
    try:
        yield Server(ours)
        process.join(PATIENCE)
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _run(pipe: Connection, limit: Limit | None, workflows: int) -> None:
    asyncio.run(_serve(pipe, limit, workflows))


async def _serve(pipe: Connection, limit: Limit | None, workflows: int) -> None:
    gate = Gate(limit)
    async with Emulator(faults=gate, quotas=Quotas(workflows=workflows), keep_requests=0) as emulator:
        pipe.send(emulator.url)
        await asyncio.to_thread(pipe.recv)
        pipe.send(Counts(calls=gate.calls, throttled=gate.throttled, builds=len(emulator.builds)))
