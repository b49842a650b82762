"""Leaving a call at once, wherever it is: nothing is sent afterwards, and the client stays usable."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from aio_workflows import Credentials, WorkflowsClient
from aio_workflows.emulator import Delay, Emulator, Respond
from aio_workflows.emulator.service import DUMMY_KEYS

KEYS = Credentials(*DUMMY_KEYS)


@dataclass
class Scene:
    """A client whose next call hangs at some place. ``reached`` is set when it is there."""

    emulator: Emulator
    client: WorkflowsClient
    reached: asyncio.Event
    release: Callable[[], object]
    before: int = 0
    """Requests that had come when the call hung."""
    others: list[asyncio.Task[Any]] = field(default_factory=list)


async def create(client: WorkflowsClient, number: int = 0) -> None:
    await client.create_workflow(
        name=f"name-{number}", semantic_version="1.0.0", type="BUILD", data=f"a: {number}"
    )


async def arrived(emulator: Emulator, count: int) -> None:
    while len(emulator.requests) < count:  # noqa: ASYNC110 - the emulator has no event for it
        await asyncio.sleep(0.01)


@asynccontextmanager
async def in_a_request() -> AsyncIterator[Scene]:
    """The request is at the service, which takes its time."""
    async with Emulator(faults=[Delay(60.0)]) as emulator, emulator.client(max_connections=1) as client:
        reached = asyncio.Event()
        scene = Scene(emulator, client, reached, lambda: None, before=1)
        scene.others.append(asyncio.create_task(_set_when(reached, arrived(emulator, 1))))
        yield scene


@asynccontextmanager
async def in_a_wait() -> AsyncIterator[Scene]:
    """The service failed, and asked for patience."""
    fault = Respond(503, retry_after=50.0)
    reached = asyncio.Event()

    def hook(event: Any) -> None:
        if event.phase == "end":
            reached.set()

    async with (
        Emulator(faults=[fault]) as emulator,
        emulator.client(max_connections=1, on_attempt=hook) as client,
    ):
        yield Scene(emulator, client, reached, lambda: None, before=1)


@asynccontextmanager
async def in_the_queue() -> AsyncIterator[Scene]:
    """Another call has the only connection."""
    async with Emulator(faults=[Delay(60.0)]) as emulator, emulator.client(max_connections=1) as client:
        reached = asyncio.Event()
        holder = asyncio.create_task(create(client, 1))
        await arrived(emulator, 1)
        asyncio.get_running_loop().call_later(0.1, reached.set)
        yield Scene(emulator, client, reached, holder.cancel, before=1, others=[holder])


@asynccontextmanager
async def in_a_fetch_of_keys() -> AsyncIterator[Scene]:
    """Whoever gives the keys takes his time."""
    reached, released = asyncio.Event(), asyncio.Event()

    async def provider() -> Credentials:
        reached.set()
        await released.wait()
        return KEYS

    async with Emulator() as emulator:
        options: dict[str, Any] = {"credentials": provider, "endpoint_url": emulator.url}
        async with WorkflowsClient("us-east-1", max_connections=1, **options) as client:
            yield Scene(emulator, client, reached, released.set)


async def _set_when(event: asyncio.Event, happened: Awaitable[None]) -> None:
    await happened
    event.set()


async def cancelled(scene: Scene) -> None:
    call = asyncio.create_task(create(scene.client))
    await scene.reached.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def timed_out(scene: Scene) -> None:
    async def within_limit() -> None:
        async with asyncio.timeout(None) as limit:
            scene.others.append(asyncio.create_task(_end_when_reached(scene, limit)))
            await create(scene.client)

    with pytest.raises(TimeoutError):
        await within_limit()


async def _end_when_reached(scene: Scene, limit: asyncio.Timeout) -> None:
    await scene.reached.wait()
    limit.reschedule(asyncio.get_running_loop().time())


@pytest.mark.parametrize("leave", [cancelled, timed_out])
@pytest.mark.parametrize("place", [in_a_request, in_a_wait, in_the_queue, in_a_fetch_of_keys])
async def test_leaving_is_at_once_and_leaves_a_usable_client(place: Any, leave: Any) -> None:
    """What hangs would hang for a minute; the only connection serves the next call."""
    async with place() as scene:
        async with asyncio.timeout(30):
            await leave(scene)
        await asyncio.sleep(0.1)
        assert len(scene.emulator.requests) == scene.before  # nothing was sent afterwards
        scene.release()
        async with asyncio.timeout(30):
            await create(scene.client, 2)
        for task in scene.others:
            task.cancel()
        await asyncio.gather(*scene.others, return_exceptions=True)
        assert len(scene.emulator.requests) == scene.before + 1


PROGRAM = """
import asyncio, os, sys
from aio_workflows import Credentials, RetryPolicy, WorkflowsClient

async def slow_keys():
    print("here", flush=True)
    await asyncio.sleep(60)

def tell(event):
    if event.phase == sys.argv[3]:
        print("here", flush=True)

keys = slow_keys if sys.argv[2] == "keys" else Credentials("EMULATOR", "emulator")

async def create(client):
    await client.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")

async def main():
    async with WorkflowsClient(
        "us-east-1", credentials=keys, endpoint_url=sys.argv[1], on_attempt=tell, max_connections=1
    ) as client:
        await asyncio.gather(create(client), create(client))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("place", "phase", "fault", "sent"),
    [
        ("request and queue", "none", Delay(60.0), 1),
        ("wait", "end", Respond(503, retry_after=50.0), 2),
        ("keys", "none", None, 0),
    ],
)
async def test_ctrl_c_ends_the_program(place: str, phase: str, fault: Any, sent: int, tmp_path: Path) -> None:
    """A real program, a real signal: it ends with KeyboardInterrupt, and nothing is sent afterwards."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    async with Emulator(faults=[fault] * 2 if fault else []) as emulator:
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, str(script), emulator.url, place, phase),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert program.stdout is not None
        async with asyncio.timeout(60):
            if place == "request and queue":
                await arrived(emulator, 1)
            else:
                assert await program.stdout.readline() == b"here\n"
                await arrived(emulator, sent)
            program.send_signal(signal.SIGINT)
            _, stderr = await program.communicate()
        assert stderr.decode().rstrip().endswith("KeyboardInterrupt")
        assert b"never retrieved" not in stderr
        await asyncio.sleep(0.1)
        assert len(emulator.requests) == sent
