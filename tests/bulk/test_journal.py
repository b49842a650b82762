"""The journal: what a run that was ended owes to the next one, and when it refuses to be used."""

import asyncio
import json
import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aio_workflows import CreateWorkflowRequest, JournalError, RetryPolicy
from aio_workflows.bulk.journal import Journal
from aio_workflows.bulk.ticket import NewItem
from aio_workflows.emulator import Close, Emulator, Reset, Respond
from aio_workflows.transport.base import HttpResponse
from tests.bulk.making import (
    Gate,
    Handled,
    client,
    created,
    nothing_is_left,
    refused,
    request,
    requests,
    result_of,
    stream,
)

ONE_TRY = RetryPolicy(max_attempts=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.sqlite"


def rows(path: Path) -> list[dict[str, Any]]:
    """What is in a journal that nobody uses."""
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute("SELECT * FROM items ORDER BY position")]


def edit(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()


async def cut_off(transport: Handled, path: Path, items: Any, *, arrivals: int, **options: Any) -> None:
    """Begin a run, and cancel it when so many requests have arrived at its gate."""
    gate = transport._handler
    assert isinstance(gate, Gate)
    run = client(transport).create_workflows(items, journal=path, **options)
    task = asyncio.ensure_future(result_of(run))
    for _ in range(arrivals):
        await gate.arrived.acquire()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


# --- Going on -------------------------------------------------------------------------------------


async def test_what_is_done_is_recalled_and_not_sent(path: Path) -> None:
    """With the answers of the first run; the order of the input does not matter."""
    first = await client(Handled()).create_workflows(requests(5), journal=path)
    transport = Handled()
    again = await client(transport).create_workflows(requests(8)[::-1], journal=path)
    assert sorted(body["name"] for body in transport.sent) == ["workflow-5", "workflow-6", "workflow-7"]
    assert again.counts == {"created": 8}
    assert again.is_complete
    for one in again.outcomes[3:]:
        before = first.outcomes[7 - one.index]
        assert one.recalled
        assert one.attempts == 0
        assert one.response == before.response
        assert one.client_token == before.client_token
    assert not any(one.recalled for one in again.outcomes[:3])


async def test_what_is_there_already_is_recalled_too(path: Path) -> None:
    async with Emulator() as emulator, emulator.client() as one:
        await one.create_workflow(request(0))
        report = await one.create_workflows([request(0)], journal=path)
        assert report.counts == {"already_exists": 1}
        count = len(emulator.requests)
        (outcome,) = (await one.create_workflows([request(0)], journal=path)).outcomes
        assert len(emulator.requests) == count
    assert (outcome.status, outcome.recalled, outcome.response) == ("already_exists", True, None)


async def test_what_was_under_way_goes_with_its_old_token(path: Path) -> None:
    first = Handled(Gate())
    await cut_off(first, path, requests(9), arrivals=3, concurrency=3)
    second = Handled()
    report = await client(second).create_workflows(requests(9), journal=path)
    assert report.counts == {"created": 9}
    old = {body["name"]: body["clientToken"] for body in first.sent}
    new = {body["name"]: body["clientToken"] for body in second.sent}
    assert len(old) == 3
    assert old.items() <= new.items()
    assert len(set(new.values())) == 9


async def test_an_unknown_outcome_goes_with_its_old_token(path: Path) -> None:
    """The service had done it, and says so again: one build."""
    async with Emulator(faults=[Close(done=True)]) as emulator, emulator.client(retry=ONE_TRY) as one:
        assert (await one.create_workflows([request(0)], journal=path)).counts == {"unknown": 1}
        assert (await one.create_workflows([request(0)], journal=path)).counts == {"created": 1}
        assert len(emulator.builds) == 1


async def test_what_was_refused_is_sent_anew(path: Path) -> None:
    """Under a token of its own: the old one might bring back the old refusal."""

    async def refuse(body: dict[str, Any]) -> HttpResponse:
        return refused("ForbiddenException", 403)

    first, second = Handled(refuse), Handled()
    assert (await client(first).create_workflows(requests(2), journal=path)).counts == {"failed": 2}
    assert (await client(second).create_workflows(requests(2), journal=path)).counts == {"created": 2}
    tokens = {body["clientToken"] for body in first.sent + second.sent}
    assert len(tokens) == 4
    assert {row["client_token"] for row in rows(path)} == {body["clientToken"] for body in second.sent}


async def test_equal_requests_are_items_of_their_own(path: Path) -> None:
    items = [request(0), request(1), request(0), request(0)]
    await client(Handled()).create_workflows(items, journal=path)
    assert sorted(row["occurrence"] for row in rows(path)) == [0, 0, 1, 2]
    transport = Handled()
    report = await client(transport).create_workflows([*items, request(0)], journal=path)
    assert len(transport.sent) == 1
    assert report.total == 5


async def test_a_token_of_the_caller_is_recorded_and_kept(path: Path) -> None:
    gate = Handled(Gate())
    await cut_off(gate, path, [request(0, client_token="mine")], arrivals=1)
    assert rows(path)[0]["client_token"] == "mine"
    transport = Handled()
    await client(transport).create_workflows([request(0, client_token="mine")], journal=path)
    assert [body["clientToken"] for body in transport.sent] == ["mine"]


# --- Tokens that may be forgotten -----------------------------------------------------------------


async def lost_answers(emulator: Emulator, path: Path, count: int) -> None:
    """A run whose requests were done and whose answers were lost."""
    emulator.faults = [Reset(done=True)] * count
    async with emulator.client(retry=ONE_TRY) as one:
        report = await one.create_workflows(requests(count), journal=path)
    assert report.counts == {"unknown": count}
    emulator.faults = None


async def test_an_old_item_is_looked_up_and_found(path: Path) -> None:
    async with Emulator(forget_tokens_after=0) as emulator, emulator.client() as one:
        await lost_answers(emulator, path, 3)
        report = await one.create_workflows(requests(3), journal=path, resend_within=0)
        assert report.counts == {"already_exists": 3}
        arns = [
            outcome.response.workflow_build_version_arn for outcome in report.outcomes if outcome.response
        ]
        assert arns == sorted(emulator.builds)
        # It is done now, and known to be.
        count = len(emulator.requests)
        assert (await one.create_workflows(requests(3), journal=path, resend_within=0)).succeeded == 3
        assert len(emulator.requests) == count


async def test_an_old_item_is_found_behind_a_newer_build(path: Path) -> None:
    """The case in which sending again would really make a second build."""
    async with Emulator(forget_tokens_after=0) as emulator, emulator.client() as one:
        await lost_answers(emulator, path, 1)
        for number in range(30):
            await one.create_workflow(request(0, data=f"another: {number}"))
        report = await one.create_workflows([request(0)], journal=path, resend_within=0)
        assert report.counts == {"already_exists": 1}
        assert report.outcomes[0].response is not None
        assert report.outcomes[0].response.workflow_build_version_arn.endswith("/workflow-0/1.0.0/1")
        assert len(emulator.builds) == 31


@pytest.mark.parametrize("others", [0, 1])
async def test_an_old_item_that_was_not_done_is_sent(path: Path, others: int) -> None:
    """Into an account with workflows or without; another build of the version is not taken for it."""
    async with Emulator(faults=[Reset()]) as emulator, emulator.client(retry=ONE_TRY) as one:
        assert (await one.create_workflows([request(0)], journal=path)).counts == {"unknown": 1}
        (before,) = rows(path)
        for number in range(others):
            await one.create_workflow(request(9))
            await one.create_workflow(request(0, data=f"another: {number}"))
            await one.create_workflow(request(0, description="another"))
        report = await one.create_workflows([request(0)], journal=path, resend_within=0)
        assert report.counts == {"created": 1}
        (after,) = rows(path)
        assert after["client_token"] == before["client_token"]
        assert after["sent_at"] > before["sent_at"]


async def test_a_document_in_s3_is_not_looked_up_but_sent(path: Path) -> None:
    """Its content cannot be compared from here; the service refuses a second equal build."""
    item = request(0, data=None, uri="s3://bucket/key")
    async with (
        Emulator(
            forget_tokens_after=0, objects={"s3://bucket/key": "a: 1"}, faults=[Reset(done=True)]
        ) as emulator,
        emulator.client(retry=ONE_TRY) as one,
    ):
        assert (await one.create_workflows([item], journal=path)).counts == {"unknown": 1}
        report = await one.create_workflows([item], journal=path, resend_within=0)
        assert report.counts == {"already_exists": 1}
        assert len(emulator.builds) == 1


async def test_an_old_item_that_cannot_be_looked_up_is_not_sent(path: Path) -> None:
    async with Emulator(forget_tokens_after=0) as emulator, emulator.client(retry=ONE_TRY) as one:
        await lost_answers(emulator, path, 1)
        emulator.faults = {"ListWorkflows": [Respond(code="AccessDeniedException")]}
        creates = len([one for one in emulator.requests if one.operation == "CreateWorkflow"])
        report = await one.create_workflows([request(0)], journal=path, resend_within=0)
        assert report.counts == {"unknown": 1}
        assert type(report.outcomes[0].error).__name__ == "AccessDeniedException"
        assert len([one for one in emulator.requests if one.operation == "CreateWorkflow"]) == creates
        assert (await one.create_workflows([request(0)], journal=path)).succeeded == 1


async def test_another_token_of_the_caller_is_not_trusted_blindly(path: Path) -> None:
    """The old token is what the service may remember: with a new one, it is looked up first."""
    async with Emulator() as emulator, emulator.client() as one:
        await lost_answers(emulator, path, 1)
        report = await one.create_workflows([request(0, client_token="another")], journal=path)
        assert report.counts == {"already_exists": 1}
        assert len(emulator.builds) == 1


async def test_age_is_counted_from_the_first_sending(path: Path) -> None:
    """A token that was sent again is remembered since the first time only. A clock set back is no age."""

    async def ticket(now: float) -> str:
        journal = await Journal.open(
            path, job="CreateWorkflow", scope=None, resend_within=600, clock=lambda: now
        )
        item = NewItem(digest=b"d", resource="r", position=0, given_token=None, fresh_token=f"at {now}")
        try:
            found = await journal.begin(item)
        finally:
            await journal.close()
        assert found.client_token == "at 1000.0"
        return found.action

    assert [await ticket(now) for now in (1000.0, 1400.0, 1600.0, 1601.0, 999.0)] == [
        "send",
        "send",
        "send",
        "look_up",
        "look_up",
    ]


# --- What is in it --------------------------------------------------------------------------------


async def test_the_token_is_on_the_disk_before_anything_is_sent(path: Path) -> None:
    """Seen by another process, through a copy, at the moment in which the request arrives."""
    missing = list[str]()

    async def handler(body: dict[str, Any]) -> HttpResponse:
        copy = path.with_name(f"copy-{body['name']}")
        for suffix in ("", "-wal"):
            Path(f"{copy}{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())
        if body["clientToken"] not in {row["client_token"] for row in rows(copy)}:
            missing.append(body["name"])
        return created(body)

    await client(Handled(handler)).create_workflows(requests(20), journal=path, concurrency=5)
    assert missing == []


async def test_the_files_are_for_the_owner_alone(path: Path) -> None:
    modes = set[int]()

    async def handler(body: dict[str, Any]) -> HttpResponse:
        files = list(path.parent.iterdir())
        assert path.with_name("run.sqlite-wal") in files
        modes.update(stat.S_IMODE(file.stat().st_mode) for file in files)
        return created(body)

    umask = os.umask(0)
    try:
        await client(Handled(handler)).create_workflows(requests(3), journal=path)
        path.chmod(0o644)
        await client(Handled(handler)).create_workflows(requests(6), journal=path)
    finally:
        os.umask(umask)
    assert modes == {0o600}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_neither_document_nor_credential_is_in_it(path: Path) -> None:
    secret, document = "emulator", "this is: the document"
    contents = set[bytes]()

    def look() -> None:
        contents.update(file.read_bytes() for file in path.parent.iterdir())

    async with Emulator(faults=[None, None, Reset(done=True)]) as emulator, emulator.client() as one:
        items = [request(number, data=f"{document}: {number}") for number in range(5)]
        async with one.create_workflows(items, journal=path) as run:
            async for _ in run:
                look()
    look()
    together = b"".join(contents)
    assert b"workflow-0" in together
    assert document.encode() not in together
    assert secret.encode() not in together


async def test_names_that_sqlite_takes_for_something_else_are_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "run?mode=memory", "a b%20c.sqlite"):
        await client(Handled()).create_workflows(requests(1), journal=name)
        assert rows_exist(tmp_path / name)


def rows_exist(path: Path) -> bool:
    with closing(sqlite3.connect(path.as_uri(), uri=True)) as database:
        return bool(database.execute("SELECT count(*) FROM items").fetchone()[0])


# --- When it cannot be used -----------------------------------------------------------------------


async def refused_because(path: Path, reason: str, **options: Any) -> None:
    """A run with this journal ends with an error, and nothing is sent."""
    transport = Handled()
    run = client(transport).create_workflows(requests(3), journal=path, **options)
    with pytest.raises(JournalError, match=reason) as caught:
        await run
    assert caught.value.path == str(path)
    assert str(path) in str(caught.value)
    assert transport.sent == []
    assert run.report.counts == {"not_started": 3}
    assert nothing_is_left()


async def test_a_second_run_of_this_process_is_refused(path: Path) -> None:
    """And trying does not cost the first one its lock."""
    gate = Gate()
    run = client(Handled(gate)).create_workflows(requests(3), journal=path)
    task = asyncio.ensure_future(result_of(run))
    await gate.arrived.acquire()
    transport = Handled()
    for _ in range(2):
        path.read_bytes()  # which drops SQLite's own lock
        with pytest.raises(JournalError, match="in use by another run"):
            await client(transport).create_workflows(requests(3), journal=path)
    assert transport.sent == []
    assert "in use by another run" in in_another_process(path)
    for _ in range(3):
        gate.open.release()
    assert (await task).counts == {"created": 3}
    assert in_another_process(path) == "{'created': 3}\n"


def in_another_process(path: Path) -> str:
    """What a run in another process prints."""
    program = f"""
        import asyncio
        from aio_workflows import JournalError
        from tests.bulk.making import Handled, client, requests, result_of
        try:
            report = asyncio.run(result_of(client(Handled()).create_workflows(requests(3), journal={str(path)!r})))
            print(dict(report.counts))
        except JournalError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


async def test_a_file_that_is_no_journal_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("a list of my own, which is rather long\n" * 100)
    await refused_because(path, "is not a journal")
    assert path.read_text() == "a list of my own, which is rather long\n" * 100


async def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    edit(path, "CREATE TABLE mine (a)")
    await refused_because(path, "of another program")
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT name FROM sqlite_schema").fetchall() == [("mine",)]


async def test_a_journal_of_a_newer_version_is_refused(path: Path) -> None:
    await client(Handled()).create_workflows(requests(1), journal=path)
    edit(path, "PRAGMA user_version = 7")
    await refused_because(path, "version 7.*newer release")


async def test_a_journal_of_another_region_is_refused(path: Path) -> None:
    async with Emulator() as emulator, emulator.client(region="eu-north-1") as one:
        await one.create_workflows(requests(1), journal=path)
    await refused_because(path, "CreateWorkflow in eu-north-1.*in eu-west-1")


async def test_a_damaged_journal_is_refused(path: Path) -> None:
    """Pages overwritten in the middle, as after a fault of the disk."""
    await client(Handled()).create_workflows(requests(200), journal=path)
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    await refused_because(path, "is damaged")


async def test_a_result_that_cannot_be_read_ends_the_run(path: Path) -> None:
    await client(Handled()).create_workflows(requests(3), journal=path)
    edit(path, "UPDATE items SET result = '[1, 2]' WHERE position = 0")
    await refused_because(path, "cannot be read, of workflow-0", concurrency=1)
    edit(path, "UPDATE items SET result = '{' WHERE position = 0")
    await refused_because(path, "is damaged", concurrency=1)


async def test_a_journal_without_its_job_is_damaged(path: Path) -> None:
    await client(Handled()).create_workflows(requests(1), journal=path)
    edit(path, "DELETE FROM job")
    await refused_because(path, "is damaged")


async def test_a_folder_that_does_not_exist_is_told(path: Path) -> None:
    await refused_because(path.parent / "nowhere" / "run.sqlite", "No such file")
    await refused_because(path.parent, "cannot be opened")


async def test_a_file_that_cannot_be_written_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await client(Handled()).create_workflows(requests(1), journal=path)
    # A test may run as root, for whom no file is read-only: so the disk says it.
    edit(path, "CREATE TRIGGER refuse BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'no'); END")
    await refused_because(path, "cannot be used: no")


async def test_a_run_that_is_cancelled_while_it_opens_leaves_no_lock(path: Path) -> None:
    for rounds in range(12):
        run = client(Handled(Gate())).create_workflows(requests(3), journal=path)
        task = asyncio.ensure_future(result_of(run))
        for _ in range(rounds):
            await asyncio.sleep(0.0005)
        task.cancel()
        await asyncio.wait([task])
        assert nothing_is_left()
    async with asyncio.timeout(30):
        while True:  # the thread closes the file by itself, in a moment
            try:
                report = await client(Handled()).create_workflows(requests(3), journal=path)
            except JournalError:
                await asyncio.sleep(0.01)
            else:
                break
    assert report.counts == {"created": 3}


FULL_DISK = """
    import asyncio, json, resource, signal, sys
    from aio_workflows import JournalError
    from tests.bulk.making import Handled, client, requests, result_of

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    transport = Handled()
    run = client(transport).create_workflows(requests(400), journal=sys.argv[1])
    try:
        asyncio.run(result_of(run))
    except JournalError as error:
        print(error)
    print(json.dumps([body["clientToken"] for body in transport.sent]))
    print(json.dumps(run.report.counts))
"""


def test_a_full_disk_ends_the_run_with_nothing_sent_unrecorded(path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(FULL_DISK), str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    error, sent, counts = finished.stdout.splitlines()
    assert "cannot be" in error
    assert "disk full" in error or "disk is full" in error
    tokens = set(json.loads(sent))
    assert 0 < len(tokens) < 400
    assert tokens <= {row["client_token"] for row in rows(path)}
    told = json.loads(counts)
    assert sum(told.values()) == 400
    assert told["created"] == len(tokens)
    # With room again, it goes on where it stood.
    resumed = asyncio.run(result_of(client(Handled()).create_workflows(requests(400), journal=path)))
    assert resumed.counts == {"created": 400}
    assert sum(one.recalled for one in resumed.outcomes) > 0


@pytest.mark.parametrize("moment", ["BEFORE INSERT ON items WHEN NEW", "BEFORE UPDATE ON items WHEN NEW"])
async def test_a_journal_that_breaks_midway_ends_the_run(path: Path, moment: str) -> None:
    """What was sent by then keeps its outcome, recorded or not; what could not be recorded is not sent."""
    await client(Handled()).create_workflows([], journal=path)
    edit(path, f"CREATE TRIGGER broken {moment}.position = 5 BEGIN SELECT RAISE(ABORT, 'it broke'); END")
    transport = Handled()
    run = client(transport).create_workflows(stream(1_000), journal=path, concurrency=1)
    seen = list[str]()

    async def take() -> None:
        async for outcome in run:
            seen.append(outcome.status)

    with pytest.raises(JournalError, match="it broke"):
        await take()
    assert nothing_is_left()
    sent = 5 if "INSERT" in moment else 6
    assert len(transport.sent) == sent
    assert seen == (["created"] * sent + ["not_started"] * 6)[:6]


async def test_a_journal_that_breaks_after_a_look_up_leaves_the_item_unknown(path: Path) -> None:
    async with Emulator(faults=[Reset()]) as emulator, emulator.client(retry=ONE_TRY) as one:
        await one.create_workflows([request(0)], journal=path)
        edit(
            path,
            "CREATE TRIGGER broken BEFORE UPDATE OF sent_at ON items BEGIN SELECT RAISE(ABORT, 'it broke'); END",
        )
        run = one.create_workflows([request(0)], journal=path, resend_within=0)
        with pytest.raises(JournalError, match="it broke"):
            await run
        assert run.report.counts == {"unknown": 1}
        assert emulator.builds == []


async def test_the_journal_does_not_hold_up_the_loop(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread writes while the loop goes round; what waits is written together."""
    threads = set[str]()
    batches = list[int]()
    from aio_workflows.bulk.journal_file import JournalFile

    commit = JournalFile.commit

    def watched(self: JournalFile, operations: Any) -> list[object]:
        import threading

        threads.add(threading.current_thread().name)
        batches.append(len(operations))
        return commit(self, operations)

    monkeypatch.setattr(JournalFile, "commit", watched)
    await client(Handled()).create_workflows(requests(100), journal=path, concurrency=10)
    assert all(name.startswith("aio_workflows journal") for name in threads)
    assert sum(batches) == 200
    assert len(batches) < 200


def endless() -> Iterator[CreateWorkflowRequest]:
    number = 0
    while True:
        yield request(number)
        number += 1


async def test_an_endless_input_may_be_broken_off_and_gone_on_with(path: Path) -> None:
    async with client(Handled()).create_workflows(endless(), journal=path, concurrency=3) as run:
        async for outcome in run:
            if outcome.index == 20:
                break
    transport = Handled()
    async with client(transport).create_workflows(endless(), journal=path, concurrency=3) as run:
        recalled = 0
        async for outcome in run:
            recalled += outcome.recalled
            if outcome.index == 40:
                break
    assert recalled >= 18
    assert run.report.counts["created"] >= 38
