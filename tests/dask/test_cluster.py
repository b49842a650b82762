"""Publishing and creating on a Dask cluster of processes, against an emulator in a process of its own."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve
from distributed import LocalCluster

from aio_workflows import (
    BulkProgress,
    CollisionError,
    ConfigurationError,
    Credentials,
    IncompleteRunError,
    run,
)
from aio_workflows.dask import create_workflows, publish
from aio_workflows.rollout import Manifest, ManifestWorkflow, Target
from tests.dask.surroundings import (
    ACCOUNTS,
    PATIENCE,
    EmulatorProcess,
    emulator_process,
    environment,
    requests,
    targets,
)


def local_cluster(**options: Any) -> Any:
    made: Any = LocalCluster
    return made(**{"n_workers": 2, "threads_per_worker": 4, "dashboard_address": ":0"} | options)


@pytest.fixture(scope="module")
def emulator() -> Iterator[EmulatorProcess]:
    with emulator_process() as running:
        yield running


@pytest.fixture(scope="module")
def cluster(emulator: EmulatorProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two workers that have the accounts' keys; the caller has none."""
    with local_cluster(env=environment(emulator.url, tmp_path_factory.mktemp("workers"))) as running:
        yield running


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)


def manifest(count: int, where: list[Target], text: str = "", **more: Any) -> Manifest:
    workflows = tuple(
        ManifestWorkflow(
            label=f"{number}.yaml",
            on_change="patch" if number % 2 else "new_build",
            document=f"schemaVersion: 1.0\nsteps: []\n# {number} {text}\n",
            uri=None,
            fields={"name": f"published {number}", "semantic_version": "1.0.0", "type": "TEST"},
        )
        for number in range(count)
    )
    return Manifest(workflows=workflows, targets=tuple(where))


# --- What comes of it -------------------------------------------------------------------------------


async def test_a_restarted_caller_sends_the_same_tokens(cluster: Any, emulator: EmulatorProcess) -> None:
    """The first run is cut off in its midst; in the end everything is there once, and a third run replays it."""
    asked, where = requests(20, description="restarted"), targets(4)
    before = len(emulator.builds())
    async with create_workflows(asked, where, cluster, run_id="monday", chunk_size=5) as cut_off:
        async for _ in cut_off:
            if cut_off.progress.done >= 20:
                break
    assert cut_off.report.total == 80
    assert not cut_off.report.is_complete
    with pytest.raises(ExceptionGroup) as raised:
        cut_off.report.raise_for_failures()
    (incomplete,) = raised.value.exceptions
    assert isinstance(incomplete, IncompleteRunError)
    assert "run_id='monday'" in str(incomplete)

    first, second = [
        await create_workflows(asked, where, cluster, run_id="monday", chunk_size=size) for size in (7, 100)
    ]
    assert len(emulator.builds()) == before + 80
    assert first.counts == second.counts == {"created": 80}
    assert [one.response for one in first.outcomes] == [one.response for one in second.outcomes]
    assert [(one.target, one.index) for one in first.outcomes] == [
        (target.name, index) for target in where for index in range(20)
    ]


async def test_another_run_finds_what_is_there(cluster: Any) -> None:
    asked, where = requests(3, description="twice"), targets(2)
    first = await create_workflows(asked, where, cluster)
    second = await create_workflows(asked, where, cluster)
    assert first.run_id != second.run_id
    assert (first.counts, second.counts) == ({"created": 6}, {"already_exists": 6})
    assert first.succeeded == second.succeeded == 6


async def test_chunks_of_a_target_follow_each_other(cluster: Any, emulator: EmulatorProcess) -> None:
    before = set(emulator.builds())
    await create_workflows(requests(40, description="in order"), targets(3), cluster, chunk_size=10)
    made = [arn for arn in emulator.builds() if arn not in before]
    for target in targets(3):
        place = f"{target.region}:{ACCOUNTS[target.name.partition('/')[0]]}:"
        numbers = [
            int(found[1]) for arn in made if place in arn and (found := re.search(r"flow-(\d+)/", arn))
        ]
        assert len(numbers) == 40
        assert [number // 10 for number in numbers] == sorted(number // 10 for number in numbers)


async def test_a_manifest_is_published(cluster: Any, emulator: EmulatorProcess) -> None:
    """Each workflow in its manner of change; a dry run does nothing."""
    where = targets(3)
    before = len(emulator.builds())
    dry = await publish(manifest(4, where), cluster, dry_run=True)
    assert dry.counts == {"created": 12}
    assert len(emulator.builds()) == before
    first = await publish(manifest(4, where), cluster, chunk_size=3)
    again = await publish(manifest(4, where), cluster, chunk_size=3)
    changed = await publish(manifest(4, where, "changed"), cluster, targets=where[:1])
    assert (first.counts, again.counts) == ({"created": 12}, {"already_exists": 12})
    results = [one.response.status if one.response else None for one in changed.outcomes]
    assert results == ["new_build", "new_version"] * 2
    assert len(emulator.builds()) == before + 16


async def test_a_target_that_cannot_be_opened_fails_alone(cluster: Any) -> None:
    stranger = Target(name="stranger", region="eu-west-1", profile="nobody")
    report = await create_workflows(
        requests(3, description="alone"), [*targets(1), stranger], cluster, chunk_size=2
    )
    assert report.counts == {"created": 3, "failed": 3}
    assert {one.target for one in report.failures()} == {"stranger"}
    with pytest.raises(ExceptionGroup) as raised:
        report.raise_for_failures()
    assert [error.__notes__ for error in raised.value.exceptions] == [
        [f"stranger, item {number}: flow-{number} 1.0.0 (BUILD)"] for number in range(3)
    ]
    assert "stranger, 2: flow-2 1.0.0 (BUILD) failed" in str(report)
    assert [row["status"] for row in report.to_records()] == ["created"] * 3 + ["failed"] * 3


async def test_nothing_is_sent_of_requests_that_collide(cluster: Any, emulator: EmulatorProcess) -> None:
    before = len(emulator.builds())
    asked = requests(3, description="collide")
    asked.append(evolve(asked[0], data="other: 1"))
    collides = create_workflows(asked, targets(2), cluster, chunk_size=1)
    with pytest.raises(CollisionError):
        await collides
    assert collides.report.counts == {"not_started": 8}
    assert len(emulator.builds()) == before


def test_code_that_cannot_await_uses_it_too(cluster: Any) -> None:
    report = run(create_workflows(requests(2, description="plain"), targets(1), cluster.scheduler_address))
    assert report.counts == {"created": 2}


# --- What it looks like -----------------------------------------------------------------------------


async def test_progress_shows_in_the_caller_and_on_the_dashboard(cluster: Any) -> None:
    seen = list[BulkProgress]()
    report = await create_workflows(
        requests(20, description="watched"), targets(2), cluster, chunk_size=10, on_progress=seen.append
    )
    assert (seen[0].done, seen[-1].done, seen[-1].total, seen[-1].in_flight) == (0, 40, 40, 0)
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    keys = {entry.key for entry in cluster.scheduler.transition_log if "account1/" in str(entry.key)}
    names = {re.sub("-[0-9a-f]{8}: ", ": ", key) for key in keys}
    assert names >= {
        "create: account1/us-east-1, 1 to 10 of 20",
        "create: account1/us-east-1, 11 to 20 of 20",
    }
    assert "create" in cluster.scheduler.task_prefixes
    assert report.throttles == 0


async def test_a_run_that_was_never_begun_is_closed_quietly(cluster: Any) -> None:
    never = create_workflows(requests(2), targets(2), cluster)
    async with never:
        pass
    assert never.report.counts == {"not_started": 4}


async def test_a_cancelled_run_tells_what_may_have_been_done(cluster: Any) -> None:
    asked = create_workflows(requests(40, description="cancelled"), targets(4), cluster, chunk_size=4)

    async def wait() -> None:
        await asked

    waiting = asyncio.create_task(wait())
    async with asyncio.timeout(PATIENCE):
        while asked.progress.in_flight == 0:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.001)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    report = asked.report
    assert report.total == 160
    assert report.counts["cancelled"] % 4 == 0
    assert report.counts["cancelled"] + report.counts["not_started"] + report.succeeded == 160
    assert Counter((one.target, one.index) for one in report.outcomes).most_common(1)[0][1] == 1


# --- What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"credentials": Credentials("key", "secret")}, "Credentials do not travel"),
        ({"session": object()}, "'session' cannot be given"),
        ({"chunk_size": 0}, "chunk_size must be at least 1"),
        ({"retries": -1}, "retries must be at least 0"),
        ({"run_id": ""}, "run_id must not be empty"),
    ],
)
def test_what_cannot_be_is_refused_at_once(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as raised:
        create_workflows(requests(1), targets(1), "tcp://127.0.0.1:1", **settings)
    assert "secret" not in str(raised.value)


def test_two_targets_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="twice there: account1/us-east-1"):
        publish(manifest(1, targets(1) * 2), "tcp://127.0.0.1:1")


async def test_a_scheduler_that_is_not_there_is_named() -> None:
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "200ms"}),
        pytest.raises(ConfigurationError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"),
    ):
        await create_workflows(requests(1), targets(1), "tcp://127.0.0.1:1")


async def test_what_is_no_cluster_is_named() -> None:
    with pytest.raises(ConfigurationError, match="not dict"):
        await create_workflows(requests(1), targets(1), {})  # type: ignore[arg-type]


async def test_a_cluster_that_gives_up_early_is_refused(cluster: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"more than 3 lost workers, and retries is 4"):
        await create_workflows(requests(1), targets(1), cluster, retries=4)
