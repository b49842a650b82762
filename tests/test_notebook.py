"""run(): from a script, a coroutine and a thread, and in a real kernel; interrupted, it leaves nothing running."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import warnings
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest

from aio_workflows import EventLoopError, run
from aio_workflows.emulator import Emulator

posix = pytest.mark.skipif(os.name != "posix", reason="an interrupt is sent as a POSIX signal")
setting = ContextVar("setting", default="none")


async def where() -> tuple[int, asyncio.AbstractEventLoop]:
    await asyncio.sleep(0)
    return threading.get_ident(), asyncio.get_running_loop()


def test_one_client_serves_call_after_call() -> None:
    """With no loop of the caller's own; the emulator is there as well."""
    emulator = run(Emulator().start())
    client = emulator.client()
    try:
        for number in range(3):
            created = run(
                client.create_workflow(
                    name=f"name-{number}",
                    semantic_version="1.0.0",
                    type="TEST",
                    data="schemaVersion: 1.0\nsteps:\n  - {name: Wait, action: WaitForAction}\n",
                )
            )
            assert created.workflow_build_version_arn.endswith(f"/name-{number}/1.0.0/1")
    finally:
        run(client.aclose())
        run(emulator.stop())


def test_every_caller_has_the_same_loop() -> None:
    """A script, a coroutine and another thread; it is none of theirs."""

    async def inside() -> tuple[int, asyncio.AbstractEventLoop]:
        return run(where())

    found = [run(where()), asyncio.run(inside()), asyncio.run(asyncio.to_thread(run, where()))]
    assert len(set(found)) == 1
    assert found[0][0] != threading.get_ident()


def test_context_variables_are_the_callers() -> None:
    async def read() -> str:
        return setting.get()

    token = setting.set("here")
    try:
        assert run(read()) == "here"
    finally:
        setting.reset(token)


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt, asyncio.CancelledError])
def test_an_exception_is_the_callers_and_the_loop_goes_on(kind: type[BaseException]) -> None:
    async def fail() -> None:
        raise kind("no")

    before = run(where())
    with pytest.raises(kind):
        run(fail())
    assert run(where()) == before


def test_what_would_wait_for_ever_is_refused() -> None:
    """A call from within, and a task of another loop; no coroutine is left with a warning."""

    async def within() -> None:
        run(where())

    async def foreign() -> None:
        run(asyncio.get_running_loop().create_future())

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(EventLoopError, match="await there instead"):
            run(within())
        with pytest.raises(EventLoopError, match="belongs to its event loop"):
            asyncio.run(foreign())


def test_what_cannot_be_awaited_is_refused() -> None:
    nothing: Any = 5
    with pytest.raises(TypeError, match="not a int"):
        run(nothing)


INTERRUPTED = """
import asyncio, os, signal, sys
from aio_workflows import run

async def work():
    try:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()
    finally:
        print("cleaned up")

async def left():
    return [task.get_coro().__name__ for task in asyncio.all_tasks() if task is not asyncio.current_task()]

def interrupted():
    try:
        run(work())
    except KeyboardInterrupt:
        print("interrupted")
    print(run(left()))

async def inside():
    interrupted()

asyncio.run(inside()) if sys.argv[1] == "inside" else interrupted()
"""


@posix
@pytest.mark.parametrize("place", ["outside", "inside"])
def test_an_interrupt_cancels_the_work_and_leaves_nothing(place: str, tmp_path: Path) -> None:
    """Besides the task that holds the loop. The loop is of use afterwards, and the program ends in silence."""
    script = tmp_path / "program.py"
    script.write_text(INTERRUPTED)
    command = [sys.executable, "-X", "dev", "-W", "error", str(script), place]
    environment = {**os.environ, "PYTHONASYNCIODEBUG": "0"}  # a slow machine is told of in debug mode
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert (done.returncode, done.stdout) == (0, "cleaned up\ninterrupted\n['_until']\n"), done.stderr
    assert done.stderr == ""


@posix
def test_in_a_kernel_that_runs_a_loop(tmp_path: Path) -> None:
    """Cells with and without `await`; an interrupted one gives the kernel back, and the next one works."""
    finished = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("kernel_session.py"))],
        env={**os.environ, "IPYTHONDIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.stdout.splitlines() == [
        "3 name-2",
        "mixed 1",
        "KeyboardInterrupt",
        "KeyboardInterrupt",
        "['_until']",
        "closed",
    ], finished.stderr


def test_sigint_is_given_back() -> None:
    """Whoever handled interrupts before handles them afterwards."""

    async def inside() -> bool:
        before = signal.getsignal(signal.SIGINT)
        run(where())
        return signal.getsignal(signal.SIGINT) is before

    assert asyncio.run(inside())
