"""What all clients have in common: the order they get, the workflows they create, the answer they print.

Standard library only, since one of the clients lives in an environment that has nothing of ours; and
what only tasks or only threads need is imported there, since a client's first create is timed from
the start of its process.
"""

import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import repeat
from typing import NamedTuple

REGION = "us-east-1"
ACCESS_KEY, SECRET_KEY = "anyone", "anything"  # the emulator lets in keys that it does not know

_STEPS = """\
schemaVersion: 1.0
steps:
  - name: LaunchBuildInstance
    action: LaunchInstance
    onFailure: Abort
    inputs:
      waitFor: ssmAgent
"""
DOCUMENT = f"name: benchmark\n{_STEPS}"


class Order(NamedTuple):
    """What a client is asked for.

    ``retries`` is its own setting of retrying, where it has several. ``warm_up`` creates come before
    the clock starts. ``characters`` is the size of each document, None for a short one.
    """

    url: str
    creates: int
    concurrency: int
    retries: str = ""
    warm_up: int = 0
    characters: int | None = None

    def requests(self) -> Iterator[dict[str, str]]:
        """The workflows, by the service's members except for the case: those of the warm-up first."""
        data = DOCUMENT if self.characters is None else DOCUMENT.ljust(self.characters, "#")
        for number in range(self.warm_up + self.creates):
            yield {
                "name": f"benchmark-{number}",
                "semantic_version": "1.0.0",
                "type": "BUILD",
                "data": data,
            }


class Reading(NamedTuple):
    """A moment: by the clock and in CPU seconds of all threads of this process since it started."""

    wall: float
    cpu: float


def reading() -> Reading:
    """This moment. The wall clock is the one that other processes read too."""
    return Reading(time.time(), time.process_time())


class Result(NamedTuple):
    """What a client says: when the creates began and ended, how many succeeded, its version."""

    began: Reading
    ended: Reading
    created: int
    version: str

    @property
    def seconds(self) -> float:
        """How long all creates took."""
        return self.ended.wall - self.began.wall

    @property
    def cpu(self) -> float:
        """The CPU seconds of all creates."""
        return self.ended.cpu - self.began.cpu


def boto_options(given: Order) -> dict[str, str]:
    """Where boto3 and aiobotocore are to go, and with which keys."""
    return {
        "region_name": REGION,
        "endpoint_url": given.url,
        "aws_access_key_id": ACCESS_KEY,
        "aws_secret_access_key": SECRET_KEY,
    }


def boto_members(request: dict[str, str]) -> dict[str, str]:
    """A workflow by the service's members, as boto3 and aiobotocore take them."""
    members = dict(request)
    members["semanticVersion"] = members.pop("semantic_version")
    return members


def order() -> Order:
    """The order, from the command line."""
    return Order(*json.loads(sys.argv[1]))


def tell(result: Result) -> None:
    """Answer the order."""
    print(json.dumps(result))


def heard(answer: str) -> Result:
    """The answer of a client's process."""
    began, ended, created, version = json.loads(answer)
    return Result(Reading(*began), Reading(*ended), created, version)


def version_of(package: str) -> str:
    """Which version is installed."""
    from importlib.metadata import version

    return version(package)


def in_threads(given: Order, create: Callable[[dict[str, str]], bool], package: str) -> Result:
    """Create all, each worker a thread; ``create`` tells whether it succeeded."""
    from concurrent.futures import ThreadPoolExecutor
    from itertools import islice

    requests = given.requests()
    with ThreadPoolExecutor(given.concurrency) as pool:
        list(pool.map(create, islice(requests, given.warm_up)))
        began = reading()
        created = sum(pool.map(create, requests))
        ended = reading()
    return Result(began, ended, created, version_of(package))


async def in_tasks(given: Order, create: Callable[[dict[str, str]], Awaitable[bool]], package: str) -> Result:
    """Create all, each worker a task; ``create`` tells whether it succeeded."""
    import asyncio
    from itertools import islice

    async def work(requests: Iterator[dict[str, str]]) -> int:
        async def worker() -> int:
            return sum([await create(request) for request in requests])

        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(worker()) for _ in repeat(None, given.concurrency)]
        return sum(worker.result() for worker in workers)

    requests = given.requests()
    await work(islice(requests, given.warm_up))
    began = reading()
    created = await work(requests)
    return Result(began, reading(), created, version_of(package))
