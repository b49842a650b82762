"""Roles whose keys want an MFA code, against a scripted STS of this machine."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aio_workflows import ConfigurationError, CreateWorkflowRequest, WorkflowsClient
from aio_workflows.emulator import Emulator, Secret
from tests.transport.scripted_sts import scripted_sts

DEVICE = "arn:aws:iam::123456789012:mfa/me"
REQUEST = CreateWorkflowRequest(name="abc", semantic_version="1.0.0", type="BUILD", data="a: 1\n")


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile whose role wants a code; the terminal must stay untouched."""
    file = tmp_path / "config"
    file.write_text(
        "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = base\n"
        f"mfa_serial = {DEVICE}\nregion = us-east-1\n"
        "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = base-secret\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr("sys.stdin", None)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN"):
        monkeypatch.delenv(name, raising=False)


def client(emulator: Emulator, **options: Any) -> WorkflowsClient:
    return WorkflowsClient(profile="admin", endpoint_url=emulator.url, **options)


def role_keys(*numbers: int) -> Emulator:
    """An emulator that knows the keys of these answers of the scripted STS."""
    return Emulator(
        credentials={f"ASIA{n}": Secret("role-secret", session_token="role-token") for n in numbers}
    )


async def test_a_role_that_wants_a_code_is_refused_without_a_prompt(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The terminal is not read, nothing is sent, and no library complains beside the error."""
    async with Emulator() as emulator, client(emulator) as ours:
        with pytest.raises(ConfigurationError, match="mfa_prompt"):
            await ours.create_workflow(REQUEST)
    assert list(emulator.requests) == []
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_the_code_reaches_sts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten calls share one question, which holds up nothing else, and are signed with the role's keys."""
    asked: list[str] = []

    async def prompt(serial: str) -> str:
        asked.append(serial)
        await asyncio.sleep(0.05)
        return "123456"

    async with scripted_sts() as sts, role_keys(1) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        async with client(emulator, mfa_prompt=prompt) as ours:
            await asyncio.gather(
                *(
                    ours.create_workflow(name=f"name-{n}", semantic_version="1.0.0", type="BUILD", data="a")
                    for n in range(10)
                )
            )
    assert asked == [DEVICE]
    assert [(form["TokenCode"], form["SerialNumber"]) for form in sts.asked] == [("123456", DEVICE)]


async def test_a_code_goes_to_the_role_that_wants_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A role assumed by way of another: the first takes no code, the second does."""
    (tmp_path / "config").write_text(
        (tmp_path / "config").read_text().replace("source_profile = base", "source_profile = between")
        + "[profile between]\nrole_arn = arn:aws:iam::123456789012:role/between\nsource_profile = base\n"
    )

    async def prompt(_: str) -> str:
        return "123456"

    async with scripted_sts() as sts, role_keys(2) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        async with client(emulator, mfa_prompt=prompt) as ours:
            await ours.create_workflow(REQUEST)
    codes = [(form["RoleArn"].rpartition("/")[2], form.get("TokenCode")) for form in sts.asked]
    assert codes == [("between", None), ("admin", "123456")]


async def test_an_end_near_is_an_occasion_to_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of seconds: the person is asked for a new code before they end, not refused."""
    codes = iter(["111111", "222222"])

    async def prompt(_: str) -> str:
        return next(codes)

    async with scripted_sts() as sts, role_keys(1, 2) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        sts.lifetime = timedelta(seconds=4)
        async with client(emulator, mfa_prompt=prompt) as ours:
            await ours.create_workflow(REQUEST)
            sts.lifetime = timedelta(hours=1)
            await asyncio.sleep(2.1)  # past half of their life
            await ours.create_workflow(name="abd", semantic_version="1.0.0", type="BUILD", data="a")
    assert [form["TokenCode"] for form in sts.asked] == ["111111", "222222"]


async def test_a_code_that_is_refused_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With STS's code. The next call asks again."""
    asked = 0

    async def prompt(_: str) -> str:
        nonlocal asked
        asked += 1
        return "000000"

    async with scripted_sts() as sts, role_keys(2) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        sts.refuses = True
        async with client(emulator, mfa_prompt=prompt) as ours:
            with pytest.raises(ConfigurationError, match="AssumeRole was refused with AccessDenied"):
                await ours.create_workflow(REQUEST)
            sts.refuses = False
            await ours.create_workflow(REQUEST)
    assert asked == 2


async def test_a_prompt_that_fails_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by its kind alone; nothing was sent to STS."""

    async def prompt(_: str) -> str:
        raise RuntimeError("the person's own text")

    async with scripted_sts() as sts, Emulator() as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        async with client(emulator, mfa_prompt=prompt) as ours:
            with pytest.raises(ConfigurationError, match="RuntimeError") as caught:
                await ours.create_workflow(REQUEST)
    assert "own text" not in str(caught.value)
    assert sts.asked == []


async def test_nothing_of_the_keys_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even with every logger at DEBUG, where botocore prints STS's answers."""
    caplog.set_level(logging.DEBUG)

    async def prompt(_: str) -> str:
        return "123456"

    async with scripted_sts() as sts, role_keys(1) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        async with client(emulator, mfa_prompt=prompt) as ours:
            await ours.create_workflow(REQUEST)
    for secret in ("role-secret", "role-token", "base-secret", "Signature="):
        assert secret not in caplog.text


async def test_a_session_brings_its_own_way() -> None:
    """Two places to ask would be one too many."""

    async def prompt(_: str) -> str:
        return "123456"

    with pytest.raises(ConfigurationError, match="session"):
        WorkflowsClient("us-east-1", session=object(), mfa_prompt=prompt)


async def test_the_terminal_is_not_read_for_a_given_session_either() -> None:
    """A session made by the user would ask there from within the event loop."""
    from aiobotocore.session import AioSession

    session = AioSession(profile="admin")
    async with Emulator() as emulator, WorkflowsClient(session=session, endpoint_url=emulator.url) as ours:
        with pytest.raises(ConfigurationError, match="mfa_prompt"):
            await ours.create_workflow(REQUEST)
