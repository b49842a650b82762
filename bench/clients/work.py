"""What all clients have in common: the order they get, the workflows they create, the answer they print.

Standard library only, since one of the clients lives in an environment that has nothing of ours.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import repeat

REGION = "us-east-1"
ACCESS_KEY, SECRET_KEY = "anyone", "anything"  # the emulator lets in keys that it does not know

DOCUMENT = """\
name: benchmark
schemaVersion: 1.0
steps:
  - name: LaunchBuildInstance
    action: LaunchInstance
    onFailure: Abort
    inputs:
      waitFor: ssmAgent
"""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a client is asked for. ``retries`` is its own setting of retrying, where it has several."""

    url: str
    creates: int
    concurrency: int
    retries: str

    def requests(self) -> Iterator[dict[str, str]]:
        """The workflows, by the service's members except for the case."""
        for number in range(self.creates):
            yield {
                "name": f"benchmark-{number}",
                "semantic_version": "1.0.0",
                "type": "BUILD",
                "data": DOCUMENT,
            }


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a client says: the seconds of all creates, how many succeeded, its version."""

    seconds: float
    created: int
    version: str


def order() -> Order:
    """The order, from the command line."""
    return Order(**json.loads(sys.argv[1]))


def tell(result: Result) -> None:
    """Answer the order."""
    print(json.dumps(asdict(result)))


def in_threads(given: Order, create: Callable[[dict[str, str]], bool], version: str) -> Result:
    """Create all, each worker a thread; ``create`` tells whether it succeeded."""
    began = time.perf_counter()
    with ThreadPoolExecutor(given.concurrency) as pool:
        created = sum(pool.map(create, given.requests()))
    return Result(seconds=time.perf_counter() - began, created=created, version=version)


async def in_tasks(given: Order, create: Callable[[dict[str, str]], Awaitable[bool]], version: str) -> Result:
    """Create all, each worker a task; ``create`` tells whether it succeeded."""
    began = time.perf_counter()
    requests = given.requests()

    async def worker() -> int:
        return sum([await create(request) for request in requests])

    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(worker()) for _ in repeat(None, given.concurrency)]
    created = sum(worker.result() for worker in workers)
    return Result(seconds=time.perf_counter() - began, created=created, version=version)
