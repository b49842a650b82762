"""Certificates are checked, and proxies asked, as the environment says."""

import logging
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aio_workflows import (
    AioWorkflowsError,
    CertificateError,
    ConfigurationError,
    ConnectError,
    CreateWorkflowRequest,
    CreateWorkflowResponse,
    Credentials,
    NameResolutionError,
    RetryPolicy,
    WorkflowsClient,
)
from tests.transport.tls import Authority, proxying, serving

REQUEST = CreateWorkflowRequest(name="abc", semantic_version="1.0.0", type="BUILD", data="a: 1\n")
PASSWORD = "pass%3Aword"  # pass:word, as a URL has it


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def create(url: str, attempts: int = 3) -> CreateWorkflowResponse:
    policy = RetryPolicy(max_attempts=attempts, base_delay=0.001)
    keys = Credentials("AKID", "secret", "session-token")
    async with WorkflowsClient("us-east-1", credentials=keys, endpoint_url=url, retry=policy) as ours:
        return await ours.create_workflow(REQUEST)


async def failure(url: str, attempts: int = 3) -> AioWorkflowsError:
    with pytest.raises(AioWorkflowsError) as caught:
        await create(url, attempts)
    return caught.value


async def test_the_bundle_of_the_environment_is_trusted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS_CA_BUNDLE names the authority of a company's own, and the request arrives."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.bundle))
    async with serving(authority.context("127.0.0.1")) as server:
        await create(server.url)
    assert len(server.requests) == 1


async def test_an_unknown_authority_is_refused(authority: Authority) -> None:
    """Without the bundle: nothing is sent, and it is not tried again."""
    async with serving(authority.context("127.0.0.1")) as server:
        error = await failure(server.url)
    check_refused(error, server.requests, server.url)


async def test_a_bundle_replaces_the_usual_authorities(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An authority that is in no bundle is unknown, whatever its name."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(Authority(tmp_path, "another").bundle))
    async with serving(authority.context("127.0.0.1")) as server:
        error = await failure(server.url)
    check_refused(error, server.requests, server.url)


@pytest.mark.parametrize(
    ("host", "ends"), [("other.example", None), ("127.0.0.1", datetime.now(UTC) - timedelta(days=1))]
)
async def test_a_wrong_host_and_an_expired_certificate_are_refused(
    host: str, ends: datetime | None, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the authority is trusted."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.bundle))
    async with serving(authority.context(host, ends=ends)) as server:
        error = await failure(server.url)
    check_refused(error, server.requests, server.url)


def check_refused(error: AioWorkflowsError, requests: list[bytes], url: str) -> None:
    assert type(error) is CertificateError
    assert (error.outcome, len(error.attempts), error.stop_reason) == ("not_sent", 1, "not_retryable")
    assert url.removeprefix("https://") in str(error)
    assert "region us-east-1" in str(error)
    assert requests == []


@pytest.mark.parametrize("content", [None, "no certificate"])
async def test_a_bundle_that_cannot_be_read_is_named(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is sent."""
    if content is not None:
        (tmp_path / "bundle.pem").write_text(content)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "bundle.pem"))
    error = await failure("https://127.0.0.1:9")
    assert type(error) is ConfigurationError
    assert "bundle.pem" in str(error)


async def test_the_proxy_of_the_environment_is_asked(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By CONNECT, with its user and password; it never sees what goes through the tunnel."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.bundle))
    async with serving(authority.context("127.0.0.1")) as server, proxying() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@{proxy.url}")
        await create(server.url)
    (asked,) = proxy.asked
    assert asked.startswith(f"CONNECT {server.url.removeprefix('https://')} HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic dXNlcjpwYXNzOndvcmQ=" in asked  # user:pass:word
    assert "AKID" not in asked
    assert len(server.requests) == 1
    assert b"proxy-authorization" not in server.requests[0].lower()


async def test_certificates_are_checked_behind_a_proxy_too(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tunnel is no reason to trust who answers at its other end."""
    async with serving(authority.context("127.0.0.1")) as server, proxying() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.url}")
        error = await failure(server.url)
    assert type(error) is CertificateError
    assert server.requests == []


async def test_hosts_without_proxy_are_asked_directly(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_PROXY wins over HTTPS_PROXY."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.bundle))
    monkeypatch.setenv("NO_PROXY", "example.com,127.0.0.1")
    async with serving(authority.context("127.0.0.1")) as server, proxying() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.url}")
        await create(server.url)
    assert proxy.asked == []


@pytest.mark.parametrize(
    "refusal",
    [
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nno TLS here",
        b"no HTTP here\r\n\r\n",
        b"",
    ],
)
async def test_a_proxy_that_fails_has_sent_nothing_and_keeps_its_password(
    refusal: bytes, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither errors nor logs hold it, at any level."""
    caplog.set_level(logging.DEBUG)
    async with proxying() as proxy:
        proxy.refusal = refusal
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@{proxy.url}")
        error = await failure("https://imagebuilder.us-east-1.amazonaws.com", attempts=2)
    assert isinstance(error, ConnectError)
    assert (error.outcome, len(error.attempts)) == ("not_sent", 2)
    assert ("proxy" in str(error)) == (b"HTTP/1.1 4" in refusal or b"HTTP/1.1 5" in refusal)
    check_secret(error, caplog.text)


async def test_a_proxy_that_is_not_there_is_named(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Since the endpoint itself may well be reachable."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:9")
    error = await failure("https://imagebuilder.us-east-1.amazonaws.com", attempts=1)
    assert isinstance(error, ConnectError)
    assert "proxy" in str(error)
    check_secret(error, caplog.text)


async def test_a_proxy_whose_name_does_not_resolve_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the proxy's name that is wrong, and not the endpoint's."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@proxy.invalid:3128")
    error = await failure("https://imagebuilder.us-east-1.amazonaws.com", attempts=1)
    assert isinstance(error, NameResolutionError)
    assert error.host == "proxy.invalid:3128"
    assert "the name of the proxy (HTTPS_PROXY, HTTP_PROXY) does not resolve: proxy.invalid" in str(error)
    assert "amazonaws" not in str(error)
    check_secret(error, "")


async def test_a_malformed_proxy_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its text, which may hold a password."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:port")
    error = await failure("https://imagebuilder.us-east-1.amazonaws.com")
    assert type(error) is ConfigurationError
    check_secret(error, "")


def check_secret(error: BaseException, logged: str) -> None:
    told = "".join(traceback.format_exception(error)) + logged
    chain: BaseException | None = error
    while chain is not None:
        told += f"{vars(chain)}{chain.args}"
        chain = chain.__cause__ or chain.__context__
    for secret in (PASSWORD, "pass:word", "dXNlcjpwYXNzOndvcmQ="):
        assert secret not in told
