"""Workers that lack the package or have another release of it, and a scheduler that dies: each is told clearly."""

import asyncio
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from aio_workflows import ClusterError, ConfigurationError
from aio_workflows.dask import create_workflows
from tests.dask.surroundings import PATIENCE, emulator_process, environment, requests, targets

SCHEDULER = ["-m", "distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard"]
WORKER = ["-m", "distributed.cli.dask_worker", "--no-nanny", "--no-dashboard", "--nthreads", "2"]


@contextmanager
def process(*command: str | Path, until: str, **env: str) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """A process that has printed what is waited for; gives it and that."""
    with subprocess.Popen(
        [*map(str, command)], stderr=subprocess.PIPE, text=True, env=os.environ | env, cwd=os.sep
    ) as running:
        try:
            assert running.stderr is not None
            said = ""
            while not (found := re.search(until, said)):
                line = running.stderr.readline()
                assert line, said
                said += line
            yield running, found[1]
        finally:
            running.kill()


@pytest.fixture
def scheduler() -> "Iterator[tuple[subprocess.Popen[str], str]]":
    with process(sys.executable, *SCHEDULER, until=r"Scheduler at:\s+(tcp://\S+)") as running:
        yield running


@contextmanager
def worker(python: str | Path, address: str, **env: str) -> "Iterator[subprocess.Popen[str]]":
    with process(python, *WORKER, address, until=r"(Registered to)", **env) as (running, _):
        yield running


@pytest.fixture(scope="module")
def without_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has everything but this package."""
    place = tmp_path_factory.mktemp("other")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / "venv"], check=True)
    others = place / "others"
    others.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not re.match(r"_*(editable_*)?(impl_)?aio_workflows", entry.name):
            (others / entry.name).symlink_to(entry)
    (home,) = (place / "venv").glob("lib/python*/site-packages")
    (home / "others.pth").write_text(f"{others}\n", encoding="utf-8")
    python = place / "venv" / "bin" / "python"
    asked: list[str | Path] = [python, "-c", "import aio_workflows"]
    assert subprocess.run(asked, check=False, stderr=subprocess.PIPE, cwd=os.sep).returncode
    return python


async def test_every_worker_that_does_not_fit_is_named_before_anything_is_sent(
    scheduler: "tuple[subprocess.Popen[str], str]", without_package: Path, tmp_path: Path
) -> None:
    release = tmp_path / "aio_workflows-9.9.9.dist-info"
    release.mkdir()
    (release / "METADATA").write_text("Metadata-Version: 2.1\nName: aio-workflows\nVersion: 9.9.9\n")
    _, address = scheduler
    with (
        worker(sys.executable, address),
        worker(sys.executable, address, PYTHONPATH=str(tmp_path)),
        worker(without_package, address),
    ):
        run = create_workflows(requests(1), targets(1), address)
        with pytest.raises(ConfigurationError) as raised:
            await run
    told = str(raised.value)
    assert re.search(r"the worker tcp://\S+ has 9\.9\.9[;.]", told)
    assert re.search(r"the worker tcp://\S+ has none[;.]", told)
    assert told.count("the worker") == 2
    assert re.search(r"Install 'aio-workflows==\S+' there", told)
    assert run.report.counts == {"not_started": 1}


async def test_a_scheduler_without_the_package_is_named(without_package: Path) -> None:
    with (
        process(without_package, *SCHEDULER, until=r"Scheduler at:\s+(tcp://\S+)") as (_, address),
        worker(sys.executable, address),
        pytest.raises(ConfigurationError, match="the scheduler has none"),
    ):
        await create_workflows(requests(1), targets(1), address)


async def test_a_worker_that_comes_later_and_does_not_fit_is_named_too(
    scheduler: "tuple[subprocess.Popen[str], str]", without_package: Path, tmp_path: Path
) -> None:
    """The only other worker is lost then, so that the documents are to go to this one."""
    _, address = scheduler
    with emulator_process([5], seconds=3600) as emulator, ExitStack() as stack:
        good = stack.enter_context(worker(sys.executable, address, **environment(emulator.url, tmp_path)))
        run = create_workflows(requests(20), targets(1), address, chunk_size=10)

        async def change_workers() -> None:
            await asyncio.to_thread(emulator.next, int)
            await asyncio.to_thread(stack.enter_context, worker(without_package, address))
            good.kill()

        changing = asyncio.create_task(change_workers())
        async with asyncio.timeout(PATIENCE):
            report = await run
        await changing
    assert report.counts == {"unknown": 20}
    assert all(isinstance(one.error, ConfigurationError) for one in report.outcomes)
    assert "a worker lacks this package: install 'aio-workflows==" in str(report)


async def test_a_scheduler_that_dies_ends_the_run(
    scheduler: "tuple[subprocess.Popen[str], str]", tmp_path: Path
) -> None:
    """Every item has an outcome all the same, and those under way say that they may have been done."""
    running, address = scheduler
    with (
        emulator_process([5], seconds=3600) as emulator,
        worker(sys.executable, address, **environment(emulator.url, tmp_path)),
    ):
        run = create_workflows(requests(20), targets(2), address, chunk_size=10)

        async def kill() -> None:
            await asyncio.to_thread(emulator.next, int)
            running.kill()

        killing = asyncio.create_task(kill())
        with pytest.raises(ClusterError, match=r"the scheduler at tcp://127\.0\.0\.1:\d+ is gone"):
            await run
        await killing
    assert run.report.counts == {"cancelled": 20, "not_started": 20}
