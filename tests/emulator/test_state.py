"""State in a file: a real process, killed with SIGKILL, loses nothing that it answered."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aio_workflows import AioWorkflowsError, Credentials, RetryPolicy, WorkflowsClient
from aio_workflows.emulator import Emulator
from aio_workflows.emulator.moto import MotoEmulator

KEYS = Credentials("any", "keys")


@contextmanager
def process(state: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    command = [sys.executable, "-m", "aio_workflows", "emulator", "--state", str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            url = running.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:"), running.stderr and running.stderr.read()
            yield url, running
        finally:
            running.kill()


def client(url: str, region: str = "eu-west-1") -> WorkflowsClient:
    one_try = RetryPolicy(max_attempts=1)
    return WorkflowsClient(region, endpoint_url=url, credentials=KEYS, retry=one_try)


async def create(one: WorkflowsClient, number: int) -> str:
    created = await one.create_workflow(
        name=f"name-{number}",
        semantic_version="1.0.0",
        type="TEST",
        data=f"a: {number}",
        client_token=f"token-{number}",
    )
    return created.workflow_build_version_arn


@pytest.mark.parametrize("after", [5, 40])
async def test_nothing_that_was_answered_is_lost(after: int, tmp_path: Path) -> None:
    """Killed in the midst of creates: what was answered is there, tokens are remembered, nothing is twice."""
    state = tmp_path / "state"
    answered = dict[int, str]()
    with process(state) as (url, running):

        async def work(one: WorkflowsClient, number: int) -> None:
            try:
                answered[number] = await create(one, number)
            except AioWorkflowsError:
                return
            if len(answered) == after:
                running.send_signal(signal.SIGKILL)

        async with client(url) as one, asyncio.TaskGroup() as group:
            for number in range(100):
                group.create_task(work(one, number))
    assert after <= len(answered) < 100
    with process(state) as (url, _):
        async with client(url) as one:
            kept = {version.name async for version in one.list_workflows()}
            assert kept >= {f"name-{number}" for number in answered}
            for number, arn in answered.items():
                assert await create(one, number) == arn
            await asyncio.gather(*(create(one, number) for number in range(100)))
            builds = [build.arn async for build in one.list_workflow_build_versions()]
    assert len(builds) == len(set(builds)) == 100
    assert all(str(arn).endswith("/1") for arn in builds)


async def test_regions_deletions_tags_and_executions_are_kept(tmp_path: Path) -> None:
    """Everything that changed is there at the next start, each Region for itself."""
    state = tmp_path / "state"
    async with Emulator(state=state) as emulator:
        async with emulator.client() as here, emulator.client(region="eu-west-1") as there:
            first, second = await create(here, 1), await create(here, 2)
            await create(there, 1)
            await here.tag_resource(second, {"a": "1"})
            await here.delete_workflow(first)
        document = "schemaVersion: 1.0\nsteps:\n  - {name: Wait, action: WaitForAction}\n"
        async with emulator.client() as here:
            played = await here.create_workflow(
                name="abc", semantic_version="1.0.0", type="TEST", data=document
            )
        execution = emulator.play(played.workflow_build_version_arn)
        before = emulator.builds
    async with Emulator(state=state) as emulator, emulator.client() as here:
        assert emulator.builds == before
        assert dict((await here.list_tags_for_resource(second)).tags or {}) == {"a": "1"}
        (waiting,) = [one async for one in here.list_waiting_workflow_steps()]
        assert waiting.workflow_execution_id == execution


async def test_a_torn_last_line_is_dropped_and_another_file_refused(tmp_path: Path) -> None:
    """Half a line was never answered; anything else is no state, and says so with its line."""
    state = tmp_path / "state"
    async with Emulator(state=state) as emulator, emulator.client() as here:
        await create(here, 1)
    whole = state.read_bytes()
    state.write_bytes(whole + b'{"do": "put bui')
    async with Emulator(state=state) as emulator:
        assert len(emulator.builds) == 1
    assert state.read_bytes() == whole
    for foreign in (
        "something else\n",
        '{"do": "a thing of tomorrow"}\n',
        '{"do": "put execution"}\n',
        "[]\n",
    ):
        state.write_text(foreign)
        with pytest.raises(ValueError, match="line 1"):
            Emulator(state=state)
    state.write_bytes(whole)  # the same file, so a lock that was kept would be met
    async with Emulator(state=state):
        pass  # the file was let go of each time


def test_ctrl_c_stops_the_command(tmp_path: Path) -> None:
    """In peace, saying so."""
    with process(tmp_path / "state") as (_, running):
        running.send_signal(signal.SIGINT)
        assert running.communicate(timeout=60) == ("", "stopped\n")
        assert running.returncode == 0


async def test_a_file_is_for_one_emulator(tmp_path: Path) -> None:
    """A second one is refused clearly, by the class and on the command line."""
    state = tmp_path / "state"
    async with Emulator(state=state):
        command = [sys.executable, "-m", "aio_workflows", "emulator", "--state", str(state)]
        second = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, timeout=30, check=False
        )
    assert second.returncode == 1
    assert "in use by another emulator" in second.stderr


async def test_a_start_that_fails_lets_go_of_the_file(tmp_path: Path) -> None:
    """The port is taken; another port will do, with the same file."""
    state = tmp_path / "state"
    async with Emulator() as first:
        with pytest.raises(OSError, match=str(first.port)):
            await Emulator(port=first.port, state=state).start()
    async with Emulator(state=state) as second, second.client() as one:
        await create(one, 1)


async def test_the_face_in_moto_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Stopped and started again, and by another one after it."""
    state = tmp_path / "state"
    emulator = MotoEmulator(state=state)
    for number in range(2):
        with emulator:
            async with emulator.client() as one:
                await create(one, number)
    with MotoEmulator(state=state) as another:
        assert another.builds == emulator.builds
        assert len(another.builds) == 2
