"""Where requests go. No name is resolved here: the resolver knows none, and says who asked."""

import socket
from pathlib import Path
from typing import Any

import pytest

from aio_workflows import (
    AioWorkflowsError,
    ConfigurationError,
    ConnectTimeoutError,
    Credentials,
    NameResolutionError,
    RetryPolicy,
    WorkflowsClient,
)

ARN = "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/abc/1.0.0/1"


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names that were looked up. Nothing of the machine's own configuration is read."""
    names: list[str] = []

    def getaddrinfo(host: str, *_: object, **__: object) -> Any:
        names.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return names


async def failure(region: str | None, **options: Any) -> AioWorkflowsError:
    settings: dict[str, Any] = {
        "credentials": Credentials("AKID", "secret"),
        "retry": RetryPolicy(base_delay=0.001),
    }
    async with WorkflowsClient(region, **(settings | options)) as client:
        with pytest.raises(AioWorkflowsError) as caught:
            await client.get_workflow(ARN)
    return caught.value


@pytest.mark.parametrize(
    "region", ["not a region", "eu-west-1.evil.example", "-eu-west-1", "eu-west-1/", "ü", "x" * 64, "a\nb"]
)
async def test_a_malformed_region_is_met_before_any_look_up(region: str, asked: list[str]) -> None:
    """Neither a name nor keys are asked for, and the error shows the text."""

    async def provider() -> Credentials:
        pytest.fail("the keys were asked for")

    error = await failure(region, credentials=provider)
    assert type(error) is ConfigurationError
    assert repr(region) in str(error)
    assert asked == []


async def test_a_region_that_does_not_exist_is_named_with_its_host(asked: list[str]) -> None:
    """After a second try at the name, and no more."""
    error = await failure("xx-nowhere-9")
    host = "imagebuilder.xx-nowhere-9.amazonaws.com"
    assert type(error) is NameResolutionError
    assert (error.host, error.outcome, len(error.attempts)) == (f"{host}:443", "not_sent", 2)
    assert "region xx-nowhere-9" in str(error)
    assert host in str(error)
    assert asked == [host, host]


@pytest.mark.parametrize(
    ("region", "variables", "host"),
    [
        ("eu-west-1", {}, "imagebuilder.eu-west-1.amazonaws.com"),
        ("cn-north-1", {}, "imagebuilder.cn-north-1.amazonaws.com.cn"),
        ("us-east-1", {"AWS_USE_FIPS_ENDPOINT": "true"}, "imagebuilder-fips.us-east-1.amazonaws.com"),
        ("us-east-1", {"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "imagebuilder.us-east-1.api.aws"),
        ("us-east-1", {"AWS_ENDPOINT_URL_IMAGEBUILDER": "https://mine.example"}, "mine.example"),
        ("us-east-1", {"AWS_ENDPOINT_URL": "https://all.example/"}, "all.example"),
        (
            "us-east-1",
            {"AWS_ENDPOINT_URL": "https://all.example", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
            "imagebuilder.us-east-1.amazonaws.com",
        ),
    ],
)
async def test_the_endpoint_is_the_one_that_aws_tools_use(
    region: str, variables: dict[str, str], host: str, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By partition and by the settings of the environment."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    error = await failure(region)
    assert isinstance(error, NameResolutionError)
    assert set(asked) == {host}


async def test_an_endpoint_option_wins_over_the_environment(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_IMAGEBUILDER", "https://mine.example")
    await failure("us-east-1", endpoint_url="https://theirs.example")
    assert set(asked) == {"theirs.example"}


@pytest.mark.parametrize("text", ["[profile a\n", "region = us-east-1\n"])
async def test_a_configuration_file_that_cannot_be_parsed_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(text)
    error = await failure("us-east-1")
    assert type(error) is ConfigurationError
    assert str(tmp_path / "config") in str(error)


async def test_a_host_that_takes_no_connections_is_a_time_out_of_its_own() -> None:
    """A listener whose queue is full: the connect limit ends it, and nothing was sent."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filling in (first, second):
            filling.setblocking(False)
            filling.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        error = await failure(
            "us-east-1", endpoint_url=url, connect_timeout=0.2, retry=RetryPolicy(max_attempts=1)
        )
    assert type(error) is ConnectTimeoutError
    assert (error.outcome, error.stop_reason) == ("not_sent", "attempts")
    assert "region us-east-1" in str(error)
