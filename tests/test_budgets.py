"""What a create may cost, counted: function calls, imported modules, bytes. Never seconds, which depend on
who else uses the machine. A budget that is passed is a regression, or has to be raised with a reason; one
that is far from reached is to be lowered.
"""

import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

from aio_workflows import Credentials, WorkflowsClient
from bench.plain_server import plain_server
from bench.programs.tools import NullTransport, request

CALLS_OF_LAYERS = 200
"""Calls of functions, in Python and in C, for a create over a transport that is nothing: 168 when written."""

CALLS_OVER_HTTP = 850
"""The same over a connection that is open, aiohttp and the event loop included: 710 when written."""

BYTES_OF_AN_OUTCOME = 1_600
"""What a run keeps of each item, apart from its request: 1,270 bytes when this was written."""

BYTES_OF_A_CLIENT = 2_000
"""What a client takes that has not been used: 830 when written."""

MODULES = 110
"""Modules that making a client and a request loads, Python's own included: 93 when written."""


class Count:
    """Counts the calls of functions, in Python and in C, while it is entered."""

    def __init__(self) -> None:
        self.calls = 0

    def __enter__(self) -> Self:
        self._before = sys.getprofile()
        sys.setprofile(self._profile)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._before)

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        if event in {"call", "c_call"}:
            self.calls += 1


async def calls_per_create(client: WorkflowsClient, creates: int = 20) -> float:
    """How many calls of functions a create makes, once everything is open and loaded."""
    requests = [request(number) for number in range(2 * creates)]
    for one in requests[:creates]:
        await client.create_workflow(one)
    gc.disable()
    try:
        with Count() as count:
            for one in requests[creates:]:
                await client.create_workflow(one)
    finally:
        gc.enable()
    return count.calls / creates


async def test_calls_of_functions_in_our_layers() -> None:
    """Request, token, serializer, retry and deserializer."""
    async with WorkflowsClient("us-east-1", transport=NullTransport()) as client:
        assert await calls_per_create(client) <= CALLS_OF_LAYERS


async def test_calls_of_functions_over_http() -> None:
    """A signature and an exchange besides, and what the event loop does for them."""
    with plain_server() as url:
        keys = Credentials("AKID", "secret")
        async with WorkflowsClient("us-east-1", endpoint_url=url, credentials=keys) as client:
            assert await calls_per_create(client) <= CALLS_OVER_HTTP


async def test_bytes_of_an_outcome() -> None:
    """In a run whose outcomes are all kept."""
    items = 2_000
    async with WorkflowsClient("us-east-1", transport=NullTransport()) as client:
        await client.create_workflows([request(number) for number in range(10)])
        requests = [request(number) for number in range(items)]
        with tracing():
            report = await client.create_workflows(requests)
            assert traced() <= items * BYTES_OF_AN_OUTCOME
    assert len(report.outcomes) == items


def test_bytes_of_a_client() -> None:
    """One that nobody has used."""
    with tracing():
        clients = [WorkflowsClient("us-east-1") for _ in range(100)]
        assert traced() <= len(clients) * BYTES_OF_A_CLIENT


@contextmanager
def tracing() -> Iterator[None]:
    """Trace what is allocated from here on."""
    gc.collect()
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def traced() -> int:
    """The bytes that were allocated since, and are in use."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_modules_of_a_cold_start() -> None:
    """In a fresh process; which libraries they must not be of is held in test_front_door."""
    program = (
        "import sys; before = set(sys.modules)\n"
        "from aio_workflows import WorkflowsClient, CreateWorkflowRequest; WorkflowsClient(region='eu-west-1')\n"
        "print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert len(loaded) <= MODULES
    assert not {
        "asyncio",
        "aio_workflows.call",
        "aio_workflows.bulk",
        "aio_workflows.models.responses",
    } & set(loaded)


def test_the_second_client_loads_nothing() -> None:
    """What the first one needed is there, whichever it was told."""
    program = (
        "import asyncio, sys\n"
        "from bench.programs.opening import first_create\n"
        "asyncio.run(first_create()); before = set(sys.modules)\n"
        "asyncio.run(first_create()); print(*set(sys.modules) - before, end='')"
    )
    with plain_server() as url:
        done = subprocess.run(
            [sys.executable, "-c", program, url], capture_output=True, text=True, check=True
        )
    assert done.stdout == ""


def test_a_first_call_does_without_what_it_does_not_need() -> None:
    """Told region, endpoint and keys, it needs nothing of botocore; nor tenacity, before something fails."""
    # What is there at the beginning is not ours: the measure of coverage has SQLite loaded.
    program = (
        "import sys; before = set(sys.modules)\n"
        "import asyncio\n"
        "from bench.programs.opening import first_create\n"
        "asyncio.run(first_create())\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    with plain_server() as url:
        done = subprocess.run(
            [sys.executable, "-c", program, url], capture_output=True, text=True, check=True
        )
    assert {"aiohttp", "cattrs"} <= set(done.stdout.split())
    assert not {"aiobotocore", "botocore", "tenacity", "sqlite3", "yaml"} & set(done.stdout.split())
