"""The transport over real sockets of this machine."""

import asyncio
import socket
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows import (
    AioWorkflowsError,
    CallTimeoutError,
    ClientClosedError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    Credentials,
    InvalidSignatureException,
    ReadTimeoutError,
    RedirectError,
    RetryPolicy,
    WorkflowsClient,
)
from aio_workflows.emulator import (
    CloseAfter,
    Delay,
    Drip,
    Emulator,
    GoStale,
    Reset,
    Respond,
    Secret,
    redirect,
)
from aio_workflows.transport.aiobotocore import AiobotocoreTransport
from aio_workflows.transport.signing import Signer

KEYS = Credentials("AKIDEXAMPLE", "secret", "token")
KNOWN = {"AKIDEXAMPLE": Secret("secret", session_token="token")}
"""What an emulator gets that is to know those keys, and to refuse others."""
ARN = "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/abc/1.0.0/1"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def client(url: str, **options: Any) -> WorkflowsClient:
    one_try: dict[str, Any] = {
        "retry": RetryPolicy(max_attempts=1),
        "region": "us-east-1",
        "credentials": KEYS,
    }
    return WorkflowsClient(**(one_try | options), endpoint_url=url)


SIGNER = Signer("imagebuilder", "us-east-1")


@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE"]),
    host=st.sampled_from(
        ["https://imagebuilder.eu-west-1.api.aws", "http://127.0.0.1:80", "https://[::1]:8443"]
    ),
    path=st.sampled_from(
        ["", "/CreateWorkflow", "/tags/arn%3Aaws%3Aimagebuilder%3A%2Fa", "/a/../b/./c//d/", "/~x"]
    ),
    query=st.sampled_from(["", "?a=b", "?b=%2F&a=%3A", "?a-b=1&a=2&a=1", "?a"]),
    headers=st.fixed_dictionaries(
        {},
        optional={
            "Content-Type": st.text("ab ,;/", min_size=1),
            "User-Agent": st.just("ours"),
            "Expect": st.just("100-continue"),
            "X-Amz-Content-SHA256": st.just("UNSIGNED-PAYLOAD"),
        },
    ),
    body=st.binary(max_size=50),
    secret=st.sampled_from(["secret", "another"]),
    token=st.sampled_from([None, "token"]),
    seconds=st.integers(0, 2**31),
)
def test_the_signature_is_botocores(
    method: str,
    host: str,
    path: str,
    query: str,
    headers: dict[str, str],
    body: bytes,
    secret: str,
    token: str | None,
    seconds: int,
) -> None:
    """At the same time both sign alike, ours with one signer for all days and keys."""
    url = f"{host}{path}{query}"
    request = AWSRequest(method=method, url=url, headers=headers, data=body)
    now = datetime.fromtimestamp(seconds, UTC)
    with mock.patch("botocore.auth.get_current_datetime", return_value=now):
        SigV4Auth(BotocoreCredentials("AKIDEXAMPLE", secret, token), "imagebuilder", "us-east-1").add_auth(
            request
        )
    keys = Credentials("AKIDEXAMPLE", secret, token)
    ours = SIGNER.sign(method, url, headers, body, credentials=keys, now=seconds)
    assert ours == dict(request.headers.items())


async def test_a_verified_signature_is_accepted() -> None:
    """An emulator that verifies every byte of a signature takes ours, with a session token."""
    async with Emulator(credentials=KNOWN) as emulator, emulator.client() as ours:
        created = await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a: ü")
        read = await ours.get_workflow(created.workflow_build_version_arn)
        assert read.workflow.data == "a: ü"
        assert [one.name async for one in ours.list_workflows(filters={"name": ["abc"]})] == ["abc"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    """Nothing arrives at the second server, neither the document nor the session token."""
    async with Emulator() as second, Emulator() as first:
        first.faults = [redirect(f"{second.url}/CreateWorkflow", status)]
        async with first.client() as ours:
            with pytest.raises(RedirectError) as caught:
                await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        assert len(first.requests) == 1
        assert list(second.requests) == []
        assert caught.value.host == f"127.0.0.1:{first.port}"
    assert (caught.value.http_status, caught.value.outcome) == (status, "unknown")
    assert "to 127.0.0.1, which is not followed" in str(caught.value)


async def test_a_put_is_sent_once_by_an_attempt() -> None:
    """The HTTP library's own second sending is off: one connection that is reset, one request."""
    async with Emulator(faults=[Reset()]) as emulator:
        async with emulator.client(retry=RetryPolicy(max_attempts=1)) as ours:
            with pytest.raises(ConnectionLostError) as caught:
                await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        assert len(emulator.requests) == 1
        assert caught.value.outcome == "unknown"


@pytest.mark.parametrize("fault", [GoStale(), CloseAfter(0.01)])
async def test_a_stale_connection_costs_no_attempt(fault: Any) -> None:
    """The second call succeeds at its first attempt."""
    async with Emulator(faults=[fault]) as emulator, emulator.client() as ours:
        await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        await asyncio.sleep(0.05)
        again = await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="b")
        assert again.metadata is not None
        assert len(again.metadata.attempts) == 1
        assert len(emulator.builds) == 2


@pytest.mark.parametrize("fault", [Delay(30.0), Drip(0.1)])
async def test_the_read_limit_is_for_the_whole_answer(fault: Any) -> None:
    """Silence trips it, and so does a drip that never pauses for long."""
    async with (
        Emulator(credentials=KNOWN, faults=[fault]) as emulator,
        client(emulator.url, read_timeout=0.4) as ours,
    ):
        with pytest.raises(ReadTimeoutError) as caught:
            await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        assert caught.value.outcome == "unknown"


async def test_nothing_was_sent_to_a_port_that_refuses() -> None:
    """A refused connection is told from a lost one."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with client(url) as ours:
            with pytest.raises(ConnectError) as caught:
                await ours.get_workflow(ARN)
    assert caught.value.outcome == "not_sent"


async def test_garbage_is_a_transport_error_without_secrets() -> None:
    """What the cause holds of the request is cleared."""

    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"this is not HTTP\r\n\r\n")
        writer.close()

    async with listening(garbage) as url, client(url) as ours:
        with pytest.raises(Exception, match="HTTP answer") as caught:
            await ours.get_workflow(ARN)
    error: BaseException | None = caught.value
    while error is not None:
        assert "AKIDEXAMPLE" not in repr(vars(error))
        assert "token" not in repr(vars(error)).replace("client_token", "")
        error = error.__cause__


async def test_an_endless_answer_is_cut() -> None:
    """At most 4 MiB are read."""
    async with (
        Emulator(credentials=KNOWN, faults=[Respond(200, body=b" " * 5_000_000)]) as emulator,
        client(emulator.url) as ours,
    ):
        with pytest.raises(Exception, match="longer than"):
            await ours.get_workflow(ARN)


async def test_waiting_for_a_connection_is_bounded_by_the_call_alone() -> None:
    """More calls than connections wait their turn, however short the connect limit is."""
    async with Emulator(credentials=KNOWN, faults=[Delay(0.2)] * 4) as emulator:
        async with client(emulator.url, max_connections=1, connect_timeout=0.1) as ours:
            calls = [
                ours.create_workflow(name=f"name-{n}", semantic_version="1.0.0", type="BUILD", data="a")
                for n in range(4)
            ]
            await asyncio.gather(*calls)
        async with client(emulator.url, max_connections=1) as ours:
            emulator.faults = [Delay(2.0)]
            first = asyncio.create_task(ours.get_workflow(ARN))
            await asyncio.sleep(0.3)
            with pytest.raises(CallTimeoutError):
                await ours.get_workflow(ARN, timeout=0.2)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)


async def test_a_cancelled_call_frees_its_connection() -> None:
    """The client stays usable, with its only slot free again."""
    async with (
        Emulator(credentials=KNOWN, faults=[Delay(30.0)]) as emulator,
        client(emulator.url, max_connections=1) as ours,
    ):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="b")


@pytest.mark.parametrize(
    "options",
    [
        {"endpoint_url": "http://example.com"},
        {"endpoint_url": "ftp://127.0.0.1"},
        {"region": None},
        {"profile": "no-such-profile"},
    ],
)
async def test_bad_settings_are_met_before_anything_is_sent(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Each is a ConfigurationError."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    defaults: dict[str, Any] = {"region": "us-east-1", "credentials": KEYS}
    async with WorkflowsClient(**(defaults | options)) as ours:
        with pytest.raises(ConfigurationError):
            await ours.get_workflow(ARN)


async def test_keys_are_found_in_the_environment_or_missed_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """White space around them does no harm; without any, the error says where it looked."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    async with Emulator(credentials={"AKIDEXAMPLE": "secret"}) as emulator:
        async with client(emulator.url, credentials=None) as ours:
            with pytest.raises(ConfigurationError, match="AWS_ACCESS_KEY_ID"):
                await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE ")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", " secret\n")
        async with client(emulator.url, credentials=None) as ours:
            await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")


async def test_the_terminal_is_never_asked_for_a_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A role that wants an MFA code is a ConfigurationError that says so."""
    config = tmp_path / "config"
    config.write_text(
        "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = base\n"
        "mfa_serial = arn:aws:iam::123456789012:mfa/me\nregion = us-east-1\n"
        "[profile base]\naws_access_key_id = AKID\naws_secret_access_key = secret\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr("getpass.getpass", lambda *_: pytest.fail("the terminal was asked"))
    async with Emulator() as emulator, client(emulator.url, credentials=None, profile="admin") as ours:
        with pytest.raises(ConfigurationError, match="MFA"):
            await ours.get_workflow(ARN)
    assert list(emulator.requests) == []


async def test_expired_keys_are_fetched_anew_once() -> None:
    """A provider is asked again when the service calls its keys expired; ten tasks share one question."""
    asked = 0

    async def provider() -> Credentials:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        return Credentials(f"KEY{asked}", "secret")

    async with (
        Emulator(credentials={"KEY1": "secret", "KEY2": "secret"}) as emulator,
        client(emulator.url, credentials=provider, retry=RetryPolicy()) as ours,
    ):
        await asyncio.gather(
            *(
                ours.create_workflow(name=f"name-{n}", semantic_version="1.0.0", type="BUILD", data="a")
                for n in range(10)
            )
        )
        assert asked == 1
        emulator.faults = [Respond(code="ExpiredTokenException")]
        await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        assert asked == 2


async def test_a_clock_that_is_off_is_corrected() -> None:
    """The server's clock is an hour ahead: one refusal, then success."""
    clock = lambda: time.time() + 3600  # noqa: E731
    async with Emulator(credentials={"AKID": "secret"}, clock=clock) as emulator, emulator.client() as ours:
        created = await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
    assert created.metadata is not None
    assert len(created.metadata.attempts) == 2


async def test_calls_that_find_the_clock_off_together_all_succeed() -> None:
    """Whichever of them corrected it: the others were signed before."""
    clock = lambda: time.time() + 7200  # noqa: E731
    faults = [Delay(0.02 * n) for n in range(10)]
    async with Emulator(clock=clock, faults=faults) as emulator, emulator.client() as ours:
        calls = [
            ours.create_workflow(name=f"name-{n}", semantic_version="1.0.0", type="BUILD", data="a")
            for n in range(10)
        ]
        created = await asyncio.gather(*calls)
    attempts = [len(one.metadata.attempts) for one in created if one.metadata]
    assert attempts.count(2) > 1  # refused together
    assert max(attempts) == 2


@pytest.mark.parametrize("date", ["", "yesterday", "%a, %d %b %Y %H:%M:%S GMT"])
async def test_a_signature_refused_by_a_clock_like_ours_is_raised(date: str) -> None:
    """Then it is the secret that is wrong: one request."""
    refusal = Respond(code="InvalidSignatureException", headers={"date": datetime.now(UTC).strftime(date)})
    async with Emulator(faults=[refusal]) as emulator, emulator.client() as ours:
        with pytest.raises(InvalidSignatureException):
            await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
    assert len(emulator.requests) == 1


async def test_a_closed_transport_says_so() -> None:
    """So does a closed client, and closing twice is fine."""
    transport = AiobotocoreTransport(region="us-east-1", credentials=KEYS)
    await transport.aclose()
    await transport.aclose()
    with pytest.raises(ClientClosedError):
        await transport.send("GET", "/", (), {}, b"", time.monotonic() + 1)


async def test_answers_are_asked_for_uncompressed() -> None:
    """Nothing is decompressed here, so a compressed answer could not be read."""
    async with Emulator() as emulator, emulator.client() as ours:
        await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        assert emulator.requests[-1].headers["accept-encoding"] == "identity"


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"nonsense\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("is_listening", [True, False])
async def test_the_cause_can_be_printed_and_has_no_secret(is_listening: bool) -> None:
    """A log shows what the library said, and nothing of the keys or the request."""
    async with listening(garbage) as url, client(url if is_listening else "http://127.0.0.1:9") as ours:
        with pytest.raises(AioWorkflowsError) as caught:
            await ours.get_workflow(ARN)
    assert str(caught.value.__cause__)
    printed = "".join(traceback.format_exception(caught.value))
    assert "str() failed" not in printed
    assert "AKIDEXAMPLE" not in printed + repr(vars(caught.value.__cause__))


@pytest.mark.parametrize("problem", [TimeoutError("vault"), RuntimeError("vault"), OSError("vault")])
async def test_a_provider_that_fails_is_a_configuration_error(problem: Exception) -> None:
    """Whatever it raises; each of the calls that waited for it has an error of its own."""

    async def provider() -> Credentials:
        raise problem

    async with Emulator(credentials=KNOWN) as emulator, client(emulator.url, credentials=provider) as ours:
        results = await asyncio.gather(*(ours.get_workflow(ARN) for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [ConfigurationError] * 3
    assert len({id(result) for result in results}) == 3
    assert all(type(problem).__name__ in str(result) and "vault" not in str(result) for result in results)


async def test_a_fetch_outlives_the_call_that_began_it() -> None:
    """One task is cancelled and another has no time left: the third gets the keys, asked for once."""
    asked = 0

    async def provider() -> Credentials:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.3)
        return KEYS

    async with Emulator(credentials=KNOWN) as emulator, client(emulator.url, credentials=provider) as ours:
        first = asyncio.create_task(ours.get_workflow(ARN))
        third = asyncio.create_task(
            ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
        )
        await asyncio.sleep(0.1)
        first.cancel()
        with pytest.raises(CallTimeoutError, match="credentials"):
            await ours.get_workflow(ARN, timeout=0.05)
        await third
    assert asked == 1


async def test_closing_ends_a_call_that_waits_for_keys() -> None:
    """With an error that says so, not with a cancellation that nobody asked for."""

    async def provider() -> Credentials:
        await asyncio.sleep(30)
        return KEYS

    ours = client("http://127.0.0.1:9", credentials=provider)
    call = asyncio.create_task(ours.get_workflow(ARN))
    await asyncio.sleep(0.5)
    await ours.aclose()
    with pytest.raises(ClientClosedError):
        await call


async def test_a_time_out_holds_no_frame_of_the_attempt() -> None:
    """What the time-out looked like inside is no part of the error."""
    async with (
        Emulator(credentials=KNOWN, faults=[Delay(30.0)]) as emulator,
        client(emulator.url, read_timeout=0.3) as ours,
    ):
        with pytest.raises(ReadTimeoutError) as caught:
            await ours.get_workflow(ARN)
    assert caught.value.__context__ is None
