"""A run that is killed in its midst, and started again: every request has exactly one build."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from aio_workflows.models.arn import WorkflowArn
from tests.bulk.processes import client_of, items

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dice() -> Random:
    """Other moments in every run of the suite; set KILL_SEED to the printed number to see them again."""
    seed = int(os.environ.get("KILL_SEED") or random.randrange(1_000_000))
    print("KILL_SEED", seed)  # noqa: T201
    return Random(seed)


@contextmanager
def process(*arguments: object) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", "tests.bulk.processes", *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def line_of(running: "subprocess.Popen[str]") -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


def forget_tokens(emulator: "subprocess.Popen[str]") -> None:
    assert emulator.stdin is not None
    emulator.stdin.write("\n")
    emulator.stdin.flush()
    assert line_of(emulator) == "forgotten"


def kill_a_run(url: str, journal: Path, prefix: str, count: int, dice: Random) -> int:
    """Begin a run, or go on with it, and kill it at some moment; gives how many items it had told of."""
    told, last = 0, dice.randrange(count)
    with process("run", url, journal, prefix, count) as running:
        while told < last and line_of(running):
            told += 1
        time.sleep(dice.uniform(0, 0.01))  # so that it may strike at any point of an item's life
        running.send_signal(signal.SIGKILL)
        running.wait()
    return told


async def resume(url: str, journal: Path, prefix: str, count: int, *, resend_within: float = 600.0) -> None:
    async with client_of(url) as client:
        report = await client.create_workflows(
            items(prefix, count), journal=journal, resend_within=resend_within
        )
    assert report.total == report.succeeded == count, str(report)
    assert report.is_complete


async def builds_of(url: str, prefix: str) -> Counter[str]:
    """How many builds with our document each name has."""
    ours = Counter[str]()
    async with client_of(url) as client:
        builds = [one async for one in client.list_workflow_build_versions() if one.arn is not None]
        counts = Counter(one.name for one in builds)
        for one in builds:
            assert one.arn is not None
            assert one.name is not None
            if not one.name.startswith(f"{prefix}-"):
                continue
            if counts[one.name] == 1:
                ours[one.name] += 1
            else:
                found = await client.get_workflow(one.arn)
                ours[one.name] += found.workflow.data == f"ours: {one.name}"
    return ours


def expected(prefix: str, count: int) -> dict[str, int]:
    return {f"{prefix}-{number}": 1 for number in range(count)}


async def test_a_killed_run_goes_on_and_makes_everything_once(
    tmp_path: Path, dice: Random, full_size: bool
) -> None:
    """At random moments, and at a second one while it goes on."""
    count = 500
    with process("emulator", dice.randrange(1000)) as emulator:
        url = line_of(emulator)
        for number in range(20 if full_size else 1):
            prefix, journal = f"round{number}", tmp_path / f"{number}.sqlite"
            told = [kill_a_run(url, journal, prefix, count, dice) for _ in range(2 if number == 0 else 1)]
            await resume(url, journal, prefix, count)
            assert await builds_of(url, prefix) == expected(prefix, count), told


async def test_tokens_that_were_forgotten_meanwhile_make_no_second_build(
    tmp_path: Path, dice: Random, full_size: bool
) -> None:
    """Someone else has published another content by then, so that sending again would make one."""
    count = 500 if full_size else 150
    with process("emulator", dice.randrange(1000)) as emulator:
        url = line_of(emulator)
        for number in range(20 if full_size else 1):
            prefix, journal = f"round{number}", tmp_path / f"{number}.sqlite"
            told = kill_a_run(url, journal, prefix, count, dice)
            forget_tokens(emulator)
            async with client_of(url) as client:
                arns = [one.arn async for one in client.list_workflow_build_versions() if one.arn]
                slugs = {WorkflowArn.parse(arn).slug for arn in arns}
                others = [
                    client.create_workflow(
                        name=one, semantic_version="1.0.0", type="TEST", data=f"theirs: {one}"
                    )
                    for one in slugs
                    if one.startswith(f"{prefix}-")
                ]
                for other in others:
                    await other
            await resume(url, journal, prefix, count, resend_within=0)
            assert await builds_of(url, prefix) == expected(prefix, count), told
