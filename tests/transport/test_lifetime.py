"""From the constructor to the end: opened once, closed once, silent when forgotten, nothing left."""

import asyncio
import gc
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aio_workflows import (
    AioWorkflowsError,
    ClientClosedError,
    CreateWorkflowRequest,
    Credentials,
    EventLoopError,
    WorkflowsClient,
)
from aio_workflows.emulator import Delay, Emulator
from aio_workflows.emulator.service import DUMMY_KEYS
from tests.transport.tls import ANSWER

REQUEST = CreateWorkflowRequest(name="abc", semantic_version="1.0.0", type="BUILD", data="a: 1\n")
KEYS = Credentials(*DUMMY_KEYS)


LIBRARIES = {"aio_workflows", "aiohttp", "aiobotocore", "botocore", "tenacity"}
KEPT_BY_SYSTEM = (socket.socket, asyncio.Task, asyncio.BaseTransport)


class Listener(asyncio.Protocol):
    """Answers every request with success; as little work as can be. ``open`` are its connections."""

    open: set[asyncio.BaseTransport]

    def __init__(self, connections: set[asyncio.BaseTransport]) -> None:
        self.open = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.open.add(transport)

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"}"):  # the body's last byte
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER))

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.discard(self.transport)


def census() -> Counter[str]:
    """Live objects of ours by class, and sockets and tasks."""
    gc.collect()
    return Counter(
        f"{type(thing).__module__}.{type(thing).__qualname__}"
        for thing in gc.get_objects()
        if str(type(thing).__module__).partition(".")[0] in LIBRARIES or isinstance(thing, KEPT_BY_SYSTEM)
    )


async def test_cycles_of_opening_and_closing_leave_nothing(full_size: bool) -> None:
    """No socket, no task and no live object of ours or of the libraries, counted after a collection."""
    connections: set[asyncio.BaseTransport] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Listener(connections), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def cycle() -> None:
        async with WorkflowsClient("us-east-1", credentials=KEYS, endpoint_url=url) as client:
            await client.create_workflow(REQUEST)

    async with server:
        for _ in range(3):
            await cycle()
        await asyncio.sleep(0.1)
        before = census()
        for _ in range(1_000 if full_size else 100):
            await cycle()
        for _ in range(20):  # the loop and the server have to hear of the last one's end
            await asyncio.sleep(0.1)
            left = census() - before
            if not left:
                break
    assert (left, connections) == (Counter(), set())


@contextmanager
def answering() -> Iterator[str]:
    """The same in a thread of its own, for those who have no event loop."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: Listener(set()), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


FORGOTTEN = """
import asyncio, gc, logging, sys
from aio_workflows import Credentials, WorkflowsClient
logging.basicConfig(level=logging.INFO)
logging.getLogger("asyncio").setLevel(logging.ERROR)  # a slow machine is told of in warnings
client = WorkflowsClient("us-east-1", credentials=Credentials("AKID", "secret"), endpoint_url=sys.argv[1])
create = lambda client: client.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
"""


PROGRAMS = {
    "never used": "del client; gc.collect()",
    "global, and the loop ends before it": "asyncio.run(create(client))",
    "used in one loop after the other": "asyncio.run(create(client)); asyncio.run(create(client))",
    "forgotten while the loop runs": """
async def main():
    global client
    await create(client)
    del client
    gc.collect()
    await asyncio.sleep(0.05)
asyncio.run(main())
""",
    "left while it was opening": """
async def main():
    try:
        await asyncio.wait_for(create(client), 0.01)
    except TimeoutError:
        pass
asyncio.run(main())
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_forgotten_client_is_silent(program: str, tmp_path: Path) -> None:
    """In development mode, with every warning an error: no warning, no complaint at the end."""
    script = tmp_path / "program.py"
    script.write_text(FORGOTTEN + program)
    with answering() as url:
        command = [sys.executable, "-X", "dev", "-W", "error", str(script), url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


async def create(client: WorkflowsClient, number: int = 0) -> str:
    created = await client.create_workflow(
        name=f"name-{number}", semantic_version="1.0.0", type="BUILD", data="a"
    )
    return created.workflow_build_version_arn


async def test_a_client_is_opened_once_by_whichever_task_comes_first() -> None:
    """The keys are asked for once, and the tasks that came together share one pool of connections."""
    asked = 0

    async def provider() -> Credentials:
        nonlocal asked
        asked += 1
        return KEYS

    async with Emulator() as emulator:
        options: dict[str, Any] = {
            "credentials": provider,
            "endpoint_url": emulator.url,
            "max_connections": 1,
        }
        async with WorkflowsClient("us-east-1", **options) as client:
            await asyncio.gather(*(create(client, number) for number in range(20)))
        assert asked == 1
        assert len({request.connection for request in emulator.requests}) == 1


async def test_use_after_closing_is_refused() -> None:
    """With the facts of the call; closing again, and twice at a time, does nothing."""
    async with Emulator() as emulator:
        client = emulator.client()
        await create(client)
        await asyncio.gather(client.aclose(), client.aclose())
        await client.aclose()
        with pytest.raises(ClientClosedError) as caught:
            await create(client)
    assert (caught.value.operation, caught.value.outcome) == ("CreateWorkflow", "not_sent")
    assert len(emulator.requests) == 1


async def test_a_client_closed_before_its_first_use_stays_closed() -> None:
    """Closing it opens nothing."""
    client = WorkflowsClient("us-east-1", credentials=KEYS, endpoint_url="http://127.0.0.1:9")
    await client.aclose()
    with pytest.raises(ClientClosedError):
        await create(client)


async def test_closing_ends_the_calls_under_way() -> None:
    """Each with an error that tells what is known: one was sent, one waited for the connection."""
    async with Emulator(faults=[Delay(30.0)]) as emulator:
        client = emulator.client(max_connections=1)
        calls = [asyncio.create_task(create(client, number)) for number in range(2)]
        while not emulator.requests:  # noqa: ASYNC110 - the emulator has no event for it
            await asyncio.sleep(0.01)
        await client.aclose()
        results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [ClientClosedError] * 2
    assert [result.outcome for result in results if isinstance(result, AioWorkflowsError)] == [
        "unknown",
        "not_sent",
    ]
    assert len(emulator.requests) == 1


async def test_closing_ends_a_client_that_is_just_opening() -> None:
    """The call that opened it is told so."""
    client = WorkflowsClient("us-east-1", credentials=KEYS, endpoint_url="http://127.0.0.1:9")
    call = asyncio.create_task(create(client))
    await asyncio.sleep(0)
    await client.aclose()
    with pytest.raises(ClientClosedError):
        await call


async def test_another_event_loop_is_refused_while_the_first_runs() -> None:
    """It would wait for sockets that the other loop looks after. The first one is not disturbed."""
    async with Emulator() as emulator, emulator.client() as client:
        await create(client)
        with pytest.raises(EventLoopError, match="another event loop"):
            await asyncio.to_thread(asyncio.run, create(client, 1))
        await create(client, 2)


def test_a_client_outlives_its_event_loop() -> None:
    """The next use opens it anew, also after a loop in which it was closed by nobody."""
    with answering() as url:
        client = WorkflowsClient("us-east-1", credentials=KEYS, endpoint_url=url)
        assert asyncio.run(create(client)) == asyncio.run(create(client, 1)) == "arn"


WATCHED = """
import asyncio, sys, threading
from aio_workflows import Credentials, WorkflowsClient

seen = []

def watch(event, arguments):
    if watching and event in {"open", "import"} and threading.current_thread() is threading.main_thread():
        seen.append((event, str(arguments[0])))

async def main():
    global watching
    keys = Credentials("AKID", "secret")
    async with WorkflowsClient("us-east-1", credentials=keys, endpoint_url=sys.argv[1]) as client:
        watching = True
        await client.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        watching = False

watching = False
sys.addaudithook(watch)
asyncio.run(main())
print(*seen, sep="\\n", end="")
"""


def test_opening_reads_and_imports_nothing_on_the_event_loop(tmp_path: Path) -> None:
    """Neither a file nor a library of the quarter of a second that they take: other tasks go on meanwhile."""
    script = tmp_path / "program.py"
    script.write_text(WATCHED)
    with answering() as url:
        command = [sys.executable, str(script), url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == ""
