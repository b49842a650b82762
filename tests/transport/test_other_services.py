"""STS and S3: what is sent, what becomes of each answer, and XML that is not to be trusted."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from aio_workflows.errors import InvalidResponseError
from aio_workflows.errors.service import (
    PermissionDeniedError,
    ResourceNotFoundException,
    ServiceError,
    ServiceUnavailableException,
    ThrottlingException,
)
from aio_workflows.transport.base import HttpResponse
from aio_workflows.transport.s3 import locate_bucket, put_object
from aio_workflows.transport.sts import assume_role
from aio_workflows.transport.xml_answer import error_of, leaves

KEYS = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>sec&amp;ret</SecretAccessKey><SessionToken>to/ken==</SessionToken>
<Expiration>2026-11-25T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
DENIED = b"""<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>not authorized</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"""


class Answers:
    """A transport that gives one answer, and keeps what it was asked."""

    def __init__(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.answer = HttpResponse(status, headers or {}, body)
        self.asked: list[Any] = []

    async def send(self, *parts: Any) -> HttpResponse:
        self.asked = list(parts)
        return self.answer

    async def renew_credentials(self) -> bool:
        return False

    def correct_clock(self, server_date: str | None) -> bool:
        return False

    async def aclose(self) -> None: ...


async def assume(transport: Answers, external_id: str | None = None) -> Any:
    return await assume_role(
        transport,
        1.0,
        role_arn="arn:aws:iam::111122223333:role/r",
        session_name="s",
        external_id=external_id,
        seconds=900,
    )


@pytest.mark.parametrize("external_id", [None, "a&b=c"])
async def test_a_role_is_asked_for_in_a_form(external_id: str | None) -> None:
    transport = Answers(200, KEYS)
    role = await assume(transport, external_id)
    assert (role.credentials.access_key_id, role.credentials.session_token) == ("ASIA", "to/ken==")
    assert role.credentials.secret_access_key == "sec&ret"
    assert role.credentials.expires_at == datetime.fromtimestamp(1795611600, UTC)
    assert "sec&ret" not in repr(role)
    method, path, _, headers, body, _ = transport.asked
    assert (method, path) == ("POST", "/")
    assert headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    expected = {
        "Action": ["AssumeRole"],
        "Version": ["2011-06-15"],
        "RoleArn": ["arn:aws:iam::111122223333:role/r"],
        "RoleSessionName": ["s"],
        "DurationSeconds": ["900"],
    }
    assert parse_qs(body.decode()) == expected | ({"ExternalId": [external_id]} if external_id else {})


async def test_a_refusal_keeps_what_the_service_said() -> None:
    with pytest.raises(PermissionDeniedError) as caught:
        await assume(Answers(403, DENIED))
    error = caught.value
    assert (error.code, error.message, error.request_id) == ("AccessDenied", "not authorized", "r-1")
    assert (error.operation, error.outcome) == ("AssumeRole", "rejected")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{}",
        KEYS.replace(b"Expiration", b"Until"),
        KEYS.replace(b"2026-", b"year"),
        KEYS.replace(b"00Z", b"00"),  # of no time zone
    ],
)
async def test_a_success_without_keys_is_none(body: bytes) -> None:
    with pytest.raises(InvalidResponseError) as caught:
        await assume(Answers(200, body))
    assert caught.value.__context__ is None


# --- S3 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "expected"), [(200, "put"), (412, "present")])
async def test_an_object_is_put_once(status: int, expected: str) -> None:
    transport = Answers(status)
    done = await put_object(transport, 1.0, bucket="docs", key="a/b.yaml", body=b"abc", owner="111122223333")
    assert done.status == expected
    method, path, query, headers, body, _ = transport.asked
    assert (method, path, query, body) == ("PUT", "/docs/a/b.yaml", (), b"abc")
    assert headers["If-None-Match"] == "*"
    assert headers["x-amz-expected-bucket-owner"] == "111122223333"
    assert headers["x-amz-content-sha256"] == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert headers["x-amz-checksum-sha256"] == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="


async def test_another_owner_is_a_refusal() -> None:
    body = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    with pytest.raises(PermissionDeniedError, match="Access Denied"):
        await put_object(
            Answers(403, body, {"x-amz-request-id": "r-2"}), 1.0, bucket="docs", key="a", body=b"", owner="1"
        )


@pytest.mark.parametrize("status", [200, 301, 400, 403])
async def test_a_bucket_is_located_even_where_the_rest_is_refused(status: int) -> None:
    transport = Answers(status, headers={"x-amz-bucket-region": "eu-west-1"})
    place = await locate_bucket(transport, 1.0, bucket="docs", owner="1")
    assert place.region == "eu-west-1"
    assert transport.asked[0] == "HEAD"


async def test_a_bucket_that_tells_no_region() -> None:
    """Other stores than S3 may not tell it; a refusal without it is one."""
    assert (await locate_bucket(Answers(200), 1.0, bucket="docs", owner="1")).region is None
    with pytest.raises(ServiceError) as caught:
        await locate_bucket(Answers(403), 1.0, bucket="docs", owner="1")
    assert (caught.value.code, caught.value.message) == ("403", "HTTP 403 without an error message")


# --- XML ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "cls"),
    [
        (503, "SlowDown", ThrottlingException),
        (503, "Other", ServiceUnavailableException),
        (400, "Throttling", ServiceError),
        (400, "ThrottlingException", ThrottlingException),
        (404, "ResourceNotFoundException", ResourceNotFoundException),
    ],
)
def test_codes_lead_to_the_classes_that_are_known(status: int, code: str, cls: type[ServiceError]) -> None:
    body = f"<Error><Code>{code}</Code></Error>".encode()
    error = error_of(HttpResponse(status, {"retry-after": "3"}, body), "PutObject")
    assert isinstance(error, cls)
    assert (error.code, error.retry_after) == (code, 3.0)


BOMB = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a><Code>&c;</Code></a>'


@pytest.mark.parametrize("body", [BOMB, b"<a>" * 30 + b"</a>" * 30, b"\xff\xfe", b"<a><b></a>"])
def test_what_is_not_to_be_trusted_says_nothing(body: bytes) -> None:
    assert leaves(body) == {}


def test_leaves_are_found_wherever_they_are() -> None:
    body = b"<a xmlns:n='x'><n:b>1<!-- no --></n:b><c><b>2</b>text</c><d/></a>"
    assert leaves(body) == {"b": "1", "d": ""}
