"""Where keys come from and how long they are kept; the clock is the test's."""

import asyncio
import errno
import json
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aio_workflows import (
    AioWorkflowsError,
    CallTimeoutError,
    ConfigurationError,
    Credentials,
    ExpiredTokenException,
    RetryPolicy,
    WorkflowsClient,
)
from aio_workflows.emulator import Emulator, Respond, Secret
from aio_workflows.transport.credential_source import CredentialSource
from aio_workflows.transport.credentials import CredentialProvider
from tests.transport.scripted_sts import scripted_sts
from tests.virtual_time import VirtualTime

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def source_of(provider: CredentialProvider, time: VirtualTime) -> CredentialSource:
    def no_chain() -> CredentialProvider:
        pytest.fail("the chain was asked, though a provider was given")

    now = lambda: EPOCH.timestamp() + time.now  # noqa: E731
    return CredentialSource(provider, no_chain, clock=time.clock, now=now)


def source(lifetime: float | None, time: VirtualTime) -> tuple[CredentialSource, list[Credentials]]:
    """A source of keys that live so many seconds, and the keys it has fetched."""
    fetched: list[Credentials] = []

    async def provider() -> Credentials:
        end = EPOCH + timedelta(seconds=time.now + lifetime) if lifetime is not None else None
        fetched.append(Credentials(f"KEY{len(fetched) + 1}", "secret", expires_at=end))
        return fetched[-1]

    return source_of(provider, time), fetched


@pytest.mark.parametrize(
    ("lifetime", "kept"),
    [
        (12 * 3600.0, 12 * 3600.0 - 900),  # until a quarter of an hour before the end
        (930.0, 60.0),  # nearer than that, a minute at a time
        (300.0, 60.0),
        (10.0, 5.0),  # and never to the very end
        (None, 60.0),
    ],
)
async def test_how_long_keys_are_kept(lifetime: float | None, kept: float) -> None:
    """One fetch until then, another one after."""
    time = VirtualTime()
    keys, fetched = source(lifetime, time)
    await keys.get(1.0)
    time.now += kept - 0.5
    await keys.get(1.0)
    assert len(fetched) == 1
    time.now += 1.0
    assert (await keys.get(1.0)).access_key_id == "KEY2"


async def test_good_keys_are_used_on_when_no_new_ones_are_to_be_had() -> None:
    """Until their end; then the failure is raised. It is tried again meanwhile, once a minute."""
    time, asked = VirtualTime(), 0

    async def provider() -> Credentials:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise OSError("the vault is closed")
        return Credentials("KEY1", "secret", expires_at=EPOCH + timedelta(seconds=time.now + 1_800))

    keys = source_of(provider, time)
    await keys.get(1.0)
    time.now += 1_000
    for _ in range(3):
        assert (await keys.get(1.0)).access_key_id == "KEY1"
    assert asked == 2
    time.now += 61
    assert (await keys.get(1.0)).access_key_id == "KEY1"
    assert asked == 3
    time.now += 800
    with pytest.raises(ConfigurationError, match="OSError"):
        await keys.get(1.0)


async def test_keys_rejected_together_are_fetched_anew_once() -> None:
    """Ten calls are refused one after the other: the first has them fetched, the others use those."""
    keys, fetched = source(None, VirtualTime())
    signed = asyncio.Barrier(10)

    async def call(number: int) -> str:
        await keys.get(1.0)
        await signed.wait()
        for _ in range(number * 3):  # some hear of it when the new keys are there already
            await asyncio.sleep(0)
        assert keys.forget()
        return (await keys.get(1.0)).access_key_id

    assert set(await asyncio.gather(*map(call, range(10)))) == {"KEY2"}
    assert len(fetched) == 2


async def test_ten_calls_whose_keys_expire_ask_once() -> None:
    """The same through the client: the refusals of the old keys come back at different times."""
    asked = 0

    async def provider() -> Credentials:
        nonlocal asked
        asked += 1
        return Credentials("OLD" if asked == 1 else "NEW", "secret")

    async with Emulator(credentials={"NEW": "secret"}) as emulator:  # which refuses the old ones
        options: dict[str, Any] = {"credentials": provider, "endpoint_url": emulator.url}
        async with WorkflowsClient("us-east-1", **options) as ours:
            creates = [
                ours.create_workflow(name=f"name-{n}", semantic_version="1.0.0", type="BUILD", data="a")
                for n in range(10)
            ]
            await asyncio.gather(*creates)
    assert asked == 2


async def test_keys_that_were_given_cannot_be_renewed() -> None:
    """One request, and the service's own error."""
    async with (
        Emulator(faults=[Respond(code="ExpiredTokenException")]) as emulator,
        emulator.client() as ours,
    ):
        with pytest.raises(ExpiredTokenException):
            await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
    assert len(emulator.requests) == 1


def test_an_end_without_a_time_zone_is_refused() -> None:
    """It would be off by hours, somewhere."""
    with pytest.raises(ConfigurationError, match="time zone"):
        Credentials("AKID", "secret", expires_at=datetime(2026, 1, 1))  # noqa: DTZ001


async def test_what_is_no_credentials_is_named() -> None:
    """As a dictionary, or a tuple as other libraries have it."""

    async def provider() -> Any:
        return ("AKID", "secret")

    async with WorkflowsClient("us-east-1", credentials=provider) as ours:
        with pytest.raises(ConfigurationError, match="not tuple"):
            await ours.delete_workflow(
                "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/abc/1.0.0/1"
            )


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes the profile that is used, and nothing else is there to be used."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))

    def write(text: str) -> None:
        (tmp_path / "config").write_text(f"[default]\n{text}")

    return write


async def create(url: str, **options: Any) -> None:
    async with WorkflowsClient(endpoint_url=url, retry=RetryPolicy(max_attempts=2), **options) as ours:
        await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")


async def failure(call: Awaitable[None]) -> AioWorkflowsError:
    with pytest.raises(AioWorkflowsError) as caught:
        await call
    return caught.value


PROCESS = """\
import json, pathlib, sys
runs = pathlib.Path(sys.argv[1])
runs.write_text(runs.read_text() + "x" if runs.exists() else "x")
print(json.dumps({"Version": 1, "AccessKeyId": f"KEY{len(runs.read_text())}", "SecretAccessKey": "secret",
                  "Expiration": "2100-01-01T00:00:00Z"}))
"""


async def test_a_credential_process_runs_once_for_all_and_again_when_refused(
    profile: Callable[[str], None], tmp_path: Path
) -> None:
    """Ten calls, one process; after a refusal it runs a second time."""
    (tmp_path / "give.py").write_text(PROCESS)
    runs = tmp_path / "runs"
    profile(f"region = us-east-1\ncredential_process = {sys.executable} {tmp_path / 'give.py'} {runs}\n")
    async with (
        Emulator(credentials={"KEY1": "secret", "KEY2": "secret"}) as emulator,
        WorkflowsClient(endpoint_url=emulator.url) as ours,
    ):
        creates = [
            ours.create_workflow(name=f"name-{n}", semantic_version="1.0.0", type="BUILD", data="a")
            for n in range(10)
        ]
        await asyncio.gather(*creates)
        assert runs.read_text() == "x"
        emulator.faults = [Respond(code="ExpiredTokenException")]
        await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
    assert runs.read_text() == "xx"


async def test_what_a_failing_process_says_is_kept_out(
    profile: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """It may be a secret: neither in the error nor in a log."""
    command = f"{sys.executable} -c \"import sys; sys.exit('the-pass' + 'word')\""
    profile(f"region = us-east-1\ncredential_process = {command}\n")
    async with Emulator() as emulator:
        error = await failure(create(emulator.url))
    assert isinstance(error, ConfigurationError)
    assert "the-password" not in f"{error}{vars(error)}{caplog.text}"
    assert error.__context__ is None or error.__suppress_context__


async def test_half_of_the_keys_is_said(profile: Callable[[str], None]) -> None:
    """The message of the library tells which part is missing."""
    profile("region = us-east-1\naws_access_key_id = AKID\n")
    async with Emulator() as emulator:
        assert "aws_secret_access_key" in str(await failure(create(emulator.url)))


@pytest.mark.parametrize(
    ("option", "variables", "used"),
    [
        ("eu-west-1", {"AWS_REGION": "eu-west-2"}, "eu-west-1"),
        (None, {"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-3"}, "eu-west-2"),
        (None, {"AWS_DEFAULT_REGION": "eu-west-3"}, "eu-west-3"),
        (None, {}, "eu-north-1"),
    ],
)
async def test_which_region_counts(
    option: str | None,
    variables: dict[str, str],
    used: str,
    profile: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The option, AWS_REGION, AWS_DEFAULT_REGION, the profile: in this order."""
    profile("region = eu-north-1\n")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    async with Emulator(credentials={"AKID": "secret"}) as emulator:
        await create(emulator.url, region=option, credentials=Credentials("AKID", "secret"))
        assert f"/{used}/imagebuilder/" in emulator.requests[-1].headers["authorization"]


async def test_a_missing_region_says_where_it_was_looked_for(profile: Callable[[str], None]) -> None:
    """Both variables, the option and the profile."""
    profile("output = json\n")
    error = await failure(create("http://127.0.0.1:9", credentials=Credentials("AKID", "secret")))
    for place in ("region=", "AWS_REGION", "AWS_DEFAULT_REGION", "profile"):
        assert place in str(error)


async def test_a_given_session_is_asked_again_after_a_refusal(tmp_path: Path) -> None:
    """Its own cache would give the refused keys for ever."""
    from aiobotocore.session import AioSession

    (tmp_path / "give.py").write_text(PROCESS)
    runs = tmp_path / "runs"
    session: Any = AioSession(
        session_vars={"config_file": (None, None, str(tmp_path / "config"), None)}, profile="default"
    )
    (tmp_path / "config").write_text(
        f"[default]\nregion = us-east-1\ncredential_process = {sys.executable} {tmp_path / 'give.py'} {runs}\n"
    )
    async with Emulator(credentials={"KEY2": "secret"}) as emulator:
        emulator.faults = [Respond(code="ExpiredTokenException")]
        await create(emulator.url, session=session)
    assert runs.read_text() == "xx"


async def test_a_web_identity_is_exchanged_for_keys(
    profile: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pods have it: the token of the file, in the region that was given, nothing signed."""
    profile("output = json\n")
    (tmp_path / "token").write_text("web-token")
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    keys = {"ASIA1": Secret("role-secret", session_token="role-token")}
    async with scripted_sts() as sts, Emulator(credentials=keys) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        await create(emulator.url, region="eu-west-1")
    (asked,) = sts.asked
    assert (asked["Action"], asked["WebIdentityToken"]) == ("AssumeRoleWithWebIdentity", "web-token")


async def test_a_file_that_is_slow_to_read_does_not_hold_the_event_loop(
    profile: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token's file that is a pipe: reading it blocks until this test, on the same loop, writes to it."""
    profile("output = json\n")
    pipe = tmp_path / "token"
    os.mkfifo(pipe)
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(pipe))
    keys = {"ASIA1": Secret("role-secret", session_token="role-token")}
    async with scripted_sts() as sts, Emulator(credentials=keys) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        call = asyncio.create_task(create(emulator.url, region="eu-west-1"))
        writer = await opened_for_writing(pipe)
        await asyncio.sleep(0.05)  # others go on while the file is read
        os.write(writer, b"web-token")
        os.close(writer)
        await call
    assert [form["WebIdentityToken"] for form in sts.asked] == ["web-token"]


async def opened_for_writing(pipe: Path) -> int:
    """The descriptor, as soon as somebody reads from the pipe."""
    while True:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:  # nobody reads yet
                raise
        await asyncio.sleep(0.01)


async def test_the_keys_set_in_a_given_session_are_used() -> None:
    """Those count before all that its chain would find."""
    from aiobotocore.session import AioSession

    session: Any = AioSession()
    session.set_credentials("AKIDSET", "secret")
    async with Emulator(credentials={"AKIDSET": "secret"}) as emulator:
        await create(emulator.url, region="us-east-1", session=session)


async def test_a_given_session_without_its_profile_is_a_configuration_error() -> None:
    """As a profile of ours would be."""
    from aiobotocore.session import AioSession

    error = await failure(
        create("http://127.0.0.1:9", region="us-east-1", session=AioSession(profile="none"))
    )
    assert type(error) is ConfigurationError
    assert "none" in str(error)


@asynccontextmanager
async def metadata(answer: bytes | None) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A service of this machine that gives every question the answer, or none at all, and the questions."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        if answer is None:
            await reader.read()
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(answer))
            writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", asked


KEYS_OF_THE_CONTAINER = json.dumps(
    {
        "AccessKeyId": "ASIATASK",
        "SecretAccessKey": "task-secret",
        "Token": "task-token",
        "Expiration": "2100-01-01T00:00:00Z",
    }
).encode()


async def test_the_keys_of_a_container_are_asked_for_directly(
    profile: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once for ten calls, past every proxy, and without a word in the logs of what came."""
    caplog.set_level(logging.DEBUG)
    profile("region = us-east-1\n")
    keys = {"ASIATASK": Secret("task-secret", session_token="task-token")}
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with metadata(KEYS_OF_THE_CONTAINER) as (url, asked), Emulator(credentials=keys) as emulator:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
        async with WorkflowsClient(endpoint_url=emulator.url) as ours:
            creates = [
                ours.create_workflow(name=f"name-{n}", semantic_version="1.0.0", type="BUILD", data="a")
                for n in range(10)
            ]
            await asyncio.gather(*creates)
    assert len(asked) == 1
    assert "task-secret" not in caplog.text
    assert "task-token" not in caplog.text


async def test_metadata_that_never_answers_is_waited_for_no_longer_than_the_call(
    profile: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Off AWS the address leads nowhere. Nothing was sent."""
    profile("region = us-east-1\n")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_METADATA_SERVICE_TIMEOUT", "50")
    async with metadata(None) as (url, _), Emulator() as emulator:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
        async with WorkflowsClient(endpoint_url=emulator.url, timeout=1.0) as ours:
            with pytest.raises(CallTimeoutError, match="credentials") as caught:
                await ours.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a")
    assert caught.value.outcome == "not_sent"
    assert len(emulator.requests) == 0
    assert "aio_workflows credentials" not in {thread.name for thread in threading.enumerate()}


async def test_keys_of_the_environment_need_no_metadata(
    profile: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is asked who need not be."""
    profile("region = us-east-1\n")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    keys = {"AKID": "secret"}
    async with metadata(b"") as (url, asked), Emulator(credentials=keys) as emulator:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
        await create(emulator.url)
    assert asked == []
