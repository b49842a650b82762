"""run(): from a script, a coroutine and a thread, and in a real kernel; interrupted, it leaves nothing running."""

import asyncio
import json
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
from tests.html_page import HtmlPage

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


def in_a_kernel(tmp_path: Path, *cells: str) -> list[list[Any]]:
    """What cells give in a new kernel, whose own loop runs all the time (tests/kernel_session.py)."""
    finished = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("kernel_session.py"))],
        input=json.dumps(cells),
        env={**os.environ, "IPYTHONDIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    given: list[list[Any]] = json.loads(finished.stdout)
    return given


KERNEL_SETUP = r"""
import asyncio
from aio_workflows import CreateWorkflowRequest, run
from aio_workflows.emulator import Emulator
asyncio.get_running_loop()  # the kernel's own
emulator = run(Emulator().start())
client = emulator.client()
def request(number):
    document = "schemaVersion: 1.0\nsteps:\n  - {name: Wait, action: WaitForAction}\n"
    return CreateWorkflowRequest(name=f"name-{number}", semantic_version="1.0.0", type="TEST", data=document)
async def names():
    return [one.name async for one in client.list_workflows(owner="Self")]
async def stuck():
    print("at work", flush=True)
    await asyncio.Event().wait()
async def left():
    return [task.get_coro().__name__ for task in asyncio.all_tasks() if task is not asyncio.current_task()]
"""


@posix
def test_in_a_kernel_that_runs_a_loop(tmp_path: Path) -> None:
    """Cells with and without `await`; an interrupted one gives the kernel back, and the next one works."""
    given = in_a_kernel(
        tmp_path,
        KERNEL_SETUP,
        "for number in range(3): run(client.create_workflow(request(number)))",
        "found = run(names()); print(len(found), sorted(found)[-1])",
        "await asyncio.sleep(0); print('mixed', len([name for name in run(names()) if name == 'name-1']))",
        "run(stuck())",
        "await asyncio.sleep(0); run(stuck())",
        "run(client.aclose()); run(emulator.stop()); print(run(left()))",
        "print('closed')",
    )
    interrupted = [["error", "KeyboardInterrupt", ""]]
    assert given == [
        [],
        [],
        [["stdout", "3 name-2\n"]],
        [["stdout", "mixed 1\n"]],
        interrupted,
        interrupted,
        [["stdout", "['_until']\n"]],
        [["stdout", "closed\n"]],
    ]


def test_a_client_of_the_kernels_loop_says_what_to_do_under_run(tmp_path: Path) -> None:
    """And the other way round. Each goes on to serve its own cells."""
    *_, awaited, mixed, again, other, theirs, closed = in_a_kernel(
        tmp_path,
        KERNEL_SETUP,
        "run(client.list_workflows().collect())",
        "ours = emulator.client(); len(await ours.list_workflows().collect())",
        "run(ours.list_workflows().collect())",
        "len(await ours.list_workflows().collect())",
        "await client.list_workflows().collect()",
        "len(run(client.list_workflows().collect()))",
        "await ours.aclose(); run(client.aclose()); run(emulator.stop())",
    )
    nothing = [["shown", {"text/plain": "0"}]]
    assert (awaited, again, theirs, closed) == (nothing, nothing, nothing, [])
    for error in (mixed, other):
        (_, name, text) = error[0]
        assert name == "EventLoopError"
        assert "either by `await` only or by run() only" in text


def test_a_kernel_shows_tables_and_bars(tmp_path: Path) -> None:
    """HTML beside the plain text. Without ipywidgets a bar is of characters, and nothing complains."""
    _, _, made, report, listing, error, _ = in_a_kernel(
        tmp_path,
        "import sys; sys.modules['ipywidgets'] = None",
        KERNEL_SETUP,
        "report = run(client.create_workflows(map(request, range(3)), progress=True))",
        "report",
        "run(client.list_workflows().collect())",
        "try: run(client.create_workflow(request(0)))\nexcept Exception as error: display(error)",
        "run(client.aclose()); run(emulator.stop())",
    )
    ((stream, drawn),) = made
    assert stream == "stderr"
    assert "workflows: " in drawn
    assert "3 [" in drawn
    assert "arning" not in drawn
    for cell, word in ((report, "name-2"), (listing, "name-1"), (error, "ResourceAlreadyExistsException")):
        ((_, data),) = cell
        assert "3 workflows" in data["text/plain"] or word in data["text/plain"]
        assert word in HtmlPage(data["text/html"]).text


def test_sigint_is_given_back() -> None:
    """Whoever handled interrupts before handles them afterwards."""

    async def inside() -> bool:
        before = signal.getsignal(signal.SIGINT)
        run(where())
        return signal.getsignal(signal.SIGINT) is before

    assert asyncio.run(inside())
