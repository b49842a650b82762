"""The emulator on its socket: HTTP, each fault as a bare client sees it, its beginning and its end."""

import asyncio
import contextlib
import io
import json
import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from aio_workflows.emulator import (
    Close,
    CloseAfter,
    Delay,
    Drip,
    Emulator,
    Fault,
    Garbage,
    GoStale,
    HalfAnswer,
    ImageBuilder,
    RateLimit,
    Reset,
    Respond,
    Secret,
    redirect,
    throttled,
)

from .asking import wanted

PATIENCE = 10.0  # seconds; no test is meant to take them


def create(**changes: Any) -> bytes:
    """The bytes of a create, as a client without any library writes them."""
    body = json.dumps(wanted(**changes)).encode()
    head = f"PUT /CreateWorkflow HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Line:
    """A bare connection to the emulator."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """One whole answer."""
        async with asyncio.timeout(PATIENCE):
            status, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            body = await self.reader.readexactly(int(headers["content-length"]))
        return int(status.split()[1]), headers, body

    async def rest(self) -> bytes:
        """Everything until the connection ends; raises ConnectionResetError if it ends in a reset."""
        async with asyncio.timeout(PATIENCE):
            return await self.reader.read()


@contextlib.asynccontextmanager
async def line(emulator: Emulator) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.001)


async def met(emulator: Emulator, fault: Fault) -> bytes:
    """Everything that a create gets when it meets a fault that ends the connection."""
    emulator.faults = [fault]
    async with line(emulator) as one:
        one.send(create())
        return await one.rest()


# --- Without faults -----------------------------------------------------------------------------


async def test_requests_on_one_connection(emulator: Emulator) -> None:
    async with line(emulator) as one:
        for number in range(3):
            one.send(create(data=f"{number}", clientToken=f"{number}"))
            status, headers, body = await one.answer()
            assert status == 200
            assert headers["content-type"] == "application/json"
            assert json.loads(body)["workflowBuildVersionArn"] == emulator.builds[number]
    assert len({request.connection for request in emulator.requests}) == 1


async def test_an_error_on_the_wire(emulator: Emulator) -> None:
    async with line(emulator) as one:
        one.send(create(name="?"))
        status, headers, body = await one.answer()
    assert (status, headers["x-amzn-errortype"]) == (400, "InvalidParameterValueException")
    assert json.loads(body).keys() == {"message"}


async def test_a_request_is_recorded_without_its_secrets(emulator: Emulator) -> None:
    emulator.faults = [Respond(503)]
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/imagebuilder/aws4_request, "
        "SignedHeaders=host, Signature=deadbeef",
        "X-Amz-Security-Token": "very secret",
    }
    async with aiohttp.ClientSession() as session:
        for _ in range(2):
            async with session.get(f"{emulator.url}/GetWorkflow?a=b%20c", headers=headers):
                pass
        async with session.get(f"{emulator.url}/elsewhere", headers={"Authorization": "Basic c2VjcmV0"}):
            pass
    first, second, third = emulator.requests
    assert (first.operation, first.method, first.path, first.query) == (
        "GetWorkflow",
        "GET",
        "/GetWorkflow",
        "a=b%20c",
    )
    assert (first.fault, second.fault) == (Respond(503), None)
    assert first.headers["authorization"].endswith("SignedHeaders=host, Signature=(hidden)")
    assert first.headers["x-amz-security-token"] == "(hidden)"
    assert (third.operation, third.headers["authorization"]) == (None, "(hidden)")


async def test_only_the_last_requests_are_kept() -> None:
    async with Emulator(keep_requests=2) as emulator, line(emulator) as one:
        for token in ("a", "b", "c"):
            one.send(create(clientToken=token))
            await one.answer()
        assert [json.loads(request.body)["clientToken"] for request in emulator.requests] == ["b", "c"]


async def test_the_date_is_the_emulators() -> None:
    """So a client with a wrong clock can be tried out."""
    now = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    async with Emulator(clock=now.timestamp) as emulator, line(emulator) as one:
        one.send(create())
        _, headers, _ = await one.answer()
        assert parsedate_to_datetime(headers["date"]) == now
        assert emulator.workflows[0].date_created == "2031-05-06T07:08:09.000Z"


async def test_a_request_that_is_too_large_is_refused(emulator: Emulator) -> None:
    large = io.BytesIO(b"x" * (2**20 + 1))
    async with aiohttp.ClientSession(emulator.url) as session:
        answer = await session.put("/CreateWorkflow", data=large)
        assert answer.status == 413
        assert answer.headers["x-amzn-errortype"] == "RequestEntityTooLargeException"


async def test_a_compressed_body_is_not_unpacked(emulator: Emulator) -> None:
    """The service takes none, and the signature is over the bytes of the wire."""
    async with aiohttp.ClientSession(emulator.url, headers={"content-encoding": "gzip"}) as session:
        answer = await session.put("/CreateWorkflow", data=b"\x1f\x8b not gzip")
        assert answer.status == 400
        assert answer.headers["x-amzn-errortype"] == "SerializationException"


async def test_it_listens_on_this_machine_only(emulator: Emulator) -> None:
    assert emulator.url == f"http://127.0.0.1:{emulator.port}"
    with socket.socket() as elsewhere, pytest.raises(ConnectionRefusedError):
        elsewhere.connect(("127.0.0.2", emulator.port))


# --- Faults: what the client sees ------------------------------------------------------------------


async def test_an_answer_of_ones_own_and_then_health(emulator: Emulator) -> None:
    emulator.faults = [Respond(code="ServiceUnavailableException", retry_after=3)]
    async with line(emulator) as one:
        one.send(create())
        status, headers, _ = await one.answer()
        assert (status, headers["x-amzn-errortype"], headers["retry-after"]) == (
            503,
            "ServiceUnavailableException",
            "3",
        )
        assert emulator.builds == []
        one.send(create())
        assert (await one.answer())[0] == 200


@pytest.mark.parametrize(
    "fault",
    [
        Respond(500, done=True),
        Respond(400, code="ClientException", done=True),
        Delay(0.0, Respond(500), done=True),
        Delay(0.0),
        Delay(0.0, Respond(500, done=True)),
    ],
)
async def test_what_is_done_is_done_once(emulator: Emulator, fault: Fault) -> None:
    emulator.faults = [fault]
    async with line(emulator) as one:
        one.send(create())
        await one.answer()
    assert len(emulator.builds) == 1


@pytest.mark.parametrize("done", [False, True])
async def test_a_delay(emulator: Emulator, done: bool) -> None:
    """With ``done`` the work is done before the wait, otherwise after it; the answer is the service's."""
    emulator.faults = [Delay(0.2, done=done)]
    async with line(emulator) as one:
        begin = time.monotonic()
        one.send(create())
        await until(lambda: len(emulator.requests) == 1)
        assert len(emulator.builds) == int(done)
        assert (await one.answer())[0] == 200
        assert time.monotonic() - begin >= 0.2
    assert len(emulator.builds) == 1


async def test_a_client_that_leaves_does_not_stop_the_work(emulator: Emulator) -> None:
    emulator.faults = [Delay(0.1)]
    async with line(emulator) as one:
        one.send(create())
        await until(lambda: len(emulator.requests) == 1)
    await until(lambda: len(emulator.builds) == 1)


@pytest.mark.parametrize(("fault", "builds"), [(Reset(unread=True), 0), (Reset(), 0), (Reset(done=True), 1)])
async def test_a_reset(emulator: Emulator, fault: Fault, builds: int) -> None:
    with pytest.raises(ConnectionResetError):
        await met(emulator, fault)
    assert len(emulator.builds) == builds


async def test_a_reset_before_the_body_has_come(emulator: Emulator) -> None:
    emulator.faults = [Reset(unread=True)]
    async with line(emulator) as one:
        one.send(create().partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            await one.rest()
    assert emulator.requests[0].body == b""


@pytest.mark.parametrize("done", [False, True])
async def test_closed_without_an_answer(emulator: Emulator, done: bool) -> None:
    assert await met(emulator, Close(done=done)) == b""
    assert len(emulator.builds) == int(done)


def whole(answer: bytes) -> tuple[int, bytes]:
    """The announced length of a body, and what came of it."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    (length,) = (line for line in head.split(b"\r\n") if line.startswith(b"content-length: "))
    return int(length.split()[1]), body


async def test_half_an_answer(emulator: Emulator) -> None:
    length, body = whole(await met(emulator, HalfAnswer(done=True)))
    assert len(body) == length // 2
    assert body.startswith(b'{"clientToken": "token-1"')
    assert len(emulator.builds) == 1


async def test_half_an_answer_to_what_was_not_done(emulator: Emulator) -> None:
    length, body = whole(await met(emulator, HalfAnswer(keep=0.25)))
    assert (len(body), body.strip()) == (length // 4, b"{")
    assert emulator.builds == []


async def test_half_an_answer_and_then_a_reset(emulator: Emulator) -> None:
    emulator.faults = [HalfAnswer(done=True, reset=True)]
    async with line(emulator) as one:
        one.send(create())
        assert (await one.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        with pytest.raises(ConnectionResetError):
            await one.rest()


@pytest.mark.parametrize("done", [False, True])
async def test_a_slow_drip_is_the_whole_answer_in_the_end(emulator: Emulator, done: bool) -> None:
    emulator.faults = [Drip(interval=0.001, size=40, done=done)]
    async with line(emulator) as one:
        one.send(create())
        status, _, body = await one.answer()
    assert status == 200
    assert ("workflowBuildVersionArn" in json.loads(body)) is done
    assert len(emulator.builds) == int(done)


async def test_garbage(emulator: Emulator) -> None:
    assert b"HTTP/1" not in await met(emulator, Garbage())
    assert await met(emulator, Garbage(b"\x00", done=True)) == b"\x00"
    assert len(emulator.builds) == 1


async def test_a_connection_that_is_closed_after_the_answer(emulator: Emulator) -> None:
    """Though the answer did not say so."""
    emulator.faults = [CloseAfter()]
    async with line(emulator) as one:
        one.send(create())
        status, headers, _ = await one.answer()
        assert status == 200
        assert headers.get("connection", "keep-alive") == "keep-alive"
        assert await one.rest() == b""


async def test_a_connection_that_is_stale_when_it_is_used_again(emulator: Emulator) -> None:
    """The second request is not even received; on another connection all is well."""
    emulator.faults = [GoStale()]
    async with line(emulator) as one, line(emulator) as other:
        one.send(create())
        assert (await one.answer())[0] == 200
        one.send(create())
        assert await one.rest() == b""
        assert len(emulator.requests) == 1
        other.send(create())
        assert (await other.answer())[0] == 200


async def test_a_redirect(emulator: Emulator) -> None:
    emulator.faults = [redirect("http://127.0.0.1:1/")]
    async with aiohttp.ClientSession(emulator.url) as session:
        answer = await session.put("/CreateWorkflow", allow_redirects=False)
        assert (answer.status, answer.headers["location"]) == (307, "http://127.0.0.1:1/")
    assert emulator.builds == []


async def test_faults_by_operation(emulator: Emulator) -> None:
    emulator.faults = {"CreateWorkflow": [Respond(503)]}
    async with aiohttp.ClientSession(emulator.url) as session:
        statuses = [
            (await session.post("/ListWorkflows")).status,
            (await session.put("/CreateWorkflow", json=wanted())).status,
            (await session.put("/CreateWorkflow", json=wanted())).status,
        ]
    assert statuses == [200, 503, 200]


async def test_a_limit_of_calls() -> None:
    """A call over it is refused, nothing is done, and no fault is used up."""
    now = [0.0]
    limit = RateLimit(rate=1, burst=2, refusal=throttled(retry_after=1))
    async with Emulator(rate_limit=limit, monotonic=lambda: now[0]) as emulator, line(emulator) as one:
        assert emulator.rate_limit is limit

        async def status() -> int:
            one.send(create(clientToken=f"{len(emulator.requests)}", data=f"{len(emulator.requests)}"))
            return (await one.answer())[0]

        emulator.faults = [None, None, Respond(500)]
        assert [await status() for _ in range(3)] == [200, 200, 429]
        assert emulator.requests[-1].fault is limit.refusal
        now[0] = 1.0
        assert [await status() for _ in range(2)] == [500, 429]
        now[0] = 2.5
        emulator.rate_limit = slower = RateLimit(rate=0.5, burst=5)  # what is left goes on, and no new burst
        assert emulator.rate_limit is slower
        assert [await status() for _ in range(2)] == [200, 429]
        now[0] = 3.5
        assert await status() == 200
        emulator.rate_limit = None
        assert [await status() for _ in range(5)] == [200] * 5
        assert len(emulator.builds) == 9


async def test_a_bug_of_the_emulator_is_told(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is a 500, and it is in the log, so that nobody takes it for a fault that was asked for."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ImageBuilder, "handle", broken)
    async with line(emulator) as one:
        one.send(create())
        status, headers, _ = await one.answer()
    assert (status, headers["x-amzn-errortype"]) == (500, "InternalFailure")
    assert [record.exc_info is not None for record in caplog.records] == [True]


async def test_clients_that_misbehave_are_not_logged(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    async with line(emulator) as one:
        one.send(b"no http at all\r\n\r\n")
        assert b" 400 " in await one.rest()
    async with line(emulator) as one:
        one.send(create()[:-5])
        one.writer.transport.abort()
    async with line(emulator) as one:
        one.send(create())
        assert (await one.answer())[0] == 200
    assert [record for record in caplog.records if record.name != "asyncio"] == []
    assert len(emulator.requests) == 1


# --- Its beginning and its end -----------------------------------------------------------------------


async def test_the_end_comes_at_once_whatever_is_going_on() -> None:
    """Open connections, a silence of an hour, a drip without end: all are closed, no task is left."""
    before = asyncio.all_tasks()
    emulator = Emulator(faults=[Delay(3600.0), Drip(3600.0, done=True)])
    await emulator.start()
    async with line(emulator) as silent, line(emulator) as dripping, line(emulator) as idle:
        silent.send(create(clientToken="a"))
        await until(lambda: len(emulator.requests) == 1)
        dripping.send(create(clientToken="a"))
        await dripping.reader.readuntil(b"\r\n\r\n")
        async with asyncio.timeout(1.0):
            await emulator.stop()
        for one in (silent, dripping, idle):
            with contextlib.suppress(ConnectionResetError):
                await one.rest()
    assert asyncio.all_tasks() == before
    assert len(emulator.builds) == 1


async def test_what_was_created_outlives_the_socket() -> None:
    emulator = Emulator()
    async with emulator, line(emulator) as one:
        one.send(create())
        await one.answer()
        first_port = emulator.port
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.url
    assert len(emulator.builds) == 1
    await emulator.stop()
    async with emulator, line(emulator) as one:
        one.send(create())
        assert (await one.answer())[0] == 200
    assert len(emulator.builds) == 1
    assert first_port > 0


async def test_it_is_started_once() -> None:
    async with Emulator() as emulator:
        with pytest.raises(RuntimeError, match="running already"):
            await emulator.start()


async def test_a_port_that_is_taken_is_said_to_be() -> None:
    async with Emulator() as first:
        second = Emulator(port=first.port)
        with pytest.raises(OSError, match="in use"):
            await second.start()
        await second.stop()


async def test_its_clients_have_its_keys_and_never_real_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "REAL")
    async with Emulator(credentials={"ASIA": Secret("s", "t")}, region="eu-west-3") as emulator:
        assert emulator.boto_options(region_name="eu-west-2") == {
            "region_name": "eu-west-2",
            "endpoint_url": emulator.url,
            "aws_access_key_id": "ASIA",
            "aws_secret_access_key": "s",
            "aws_session_token": "t",
        }
        async with emulator.client() as client:
            made = await client.create_workflow(name="abc", semantic_version="1.0.0", type="TEST", data="a")
        assert made.workflow_build_version_arn.startswith("arn:aws:imagebuilder:eu-west-3:")
        assert "Credential=ASIA/" in emulator.requests[0].headers["authorization"]
    async with Emulator(credentials={"AKIA": "s"}) as emulator:
        assert emulator.boto_options()["aws_secret_access_key"] == "s"
    async with Emulator() as emulator, emulator.client() as client:
        await client.create_workflow(name="abc", semantic_version="1.0.0", type="TEST", data="a")
        assert "Credential=EMULATOR/" in emulator.requests[0].headers["authorization"]


def test_serving_until_it_is_interrupted() -> None:
    """Ctrl-C ends it in peace."""
    program = (
        "from aio_workflows.emulator import Emulator, serve\n"
        "serve(Emulator(), ready=lambda emulator: print(emulator.url, flush=True))\n"
        "print('over')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=PATIENCE):
            pass
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=PATIENCE) == ("over\n", "")
        assert process.returncode == 0
