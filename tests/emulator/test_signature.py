"""Signatures: what botocore's own signer signs is accepted, and anything else is refused as the service does."""

import re
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode_sequence
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.emulator import ImageBuilder, Secret
from aio_workflows.emulator.signature import verify
from aio_workflows.emulator.wire import Request

from .asking import create, read

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
KEYS = {"AKIDEXAMPLE": Secret("wJalr/+secret")}
TEMPORARY = {"ASIAEXAMPLE": Secret("secret", "session/token==", account_id="210987654321")}


def signed(
    *,
    method: str = "PUT",
    path: str = "/CreateWorkflow",
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: bytes = b"{}",
    key: str = "AKIDEXAMPLE",
    secret: str = "wJalr/+secret",
    token: str | None = None,
    region: str = "eu-west-1",
    service: str = "imagebuilder",
    at: datetime = NOW,
) -> Request:
    """A request as botocore signs it and as it then stands on the wire."""
    # The query is put into the address as botocore's clients do it before they sign.
    search = f"?{percent_encode_sequence(query)}" if query else ""
    unsigned = AWSRequest(method, f"https://imagebuilder.{region}.amazonaws.com{path}{search}", headers, body)
    signer = botocore.auth.SigV4Auth(Credentials(key, secret, token), service, region)
    with patch("botocore.auth.get_current_datetime", lambda: at.replace(tzinfo=None)):
        signer.add_auth(unsigned)
    prepared = unsigned.prepare()
    target = prepared.url.split(".amazonaws.com", 1)[1]
    wire_path, _, wire_query = target.partition("?")
    on_wire = tuple(
        (name.lower(), value.decode() if isinstance(value, bytes) else str(value))
        for name, value in prepared.headers.items()
    )
    host = (("host", f"imagebuilder.{region}.amazonaws.com"),)
    return Request(method, wire_path, wire_query, on_wire + host, body)


def changed(request: Request, **headers: str | None) -> Request:
    """A request with headers set, or taken away by None; underscores stand for hyphens."""
    replaced = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = tuple(pair for pair in request.headers if pair[0] not in replaced)
    added = tuple((name, value) for name, value in replaced.items() if value is not None)
    return request._replace(headers=kept + added)


def refused(
    request: Request, keys: Any = KEYS, *, at: datetime = NOW, region: str | None = None
) -> tuple[str, str]:
    """The status, code and message of the refusal that a request meets."""
    service = ImageBuilder(credentials=keys, region=region, clock=at.timestamp)
    said = read(service.handle(request))
    return f"{said.status} {said.code}", said.body["message"]


NAMES = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=10)
ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VISIBLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
SEGMENTS = st.sampled_from(
    ["a", "tags", ".", "..", "", "arn%3Aaws%3Aworkflow%2Fbuild%2Fx", "%C3%A9", "a~b_c-d", "%20"]
)


@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE"]),
    path=st.lists(SEGMENTS, max_size=5).map(lambda segments: "/" + "/".join(segments)),
    query=st.dictionaries(ODD.filter(bool), ODD, max_size=4),
    headers=st.dictionaries(NAMES.map(lambda name: f"x-{name}"), VISIBLE, max_size=4),
    body=st.binary(max_size=50),
    secret=VISIBLE.filter(bool),
    token=st.none() | VISIBLE.map(str.strip).filter(bool),
    region=st.from_regex(r"\A[a-z]{2}-[a-z]{4,9}-[1-9]\Z"),
)
def test_what_botocore_signs_is_accepted(
    method: str,
    path: str,
    query: dict[str, str],
    headers: dict[str, str],
    body: bytes,
    secret: str,
    token: str | None,
    region: str,
) -> None:
    """Whatever the path, query, headers, body, keys and Region are; and one changed byte is refused."""
    request = signed(
        method=method,
        path=path,
        query=query,
        headers=headers,
        body=body,
        secret=secret,
        token=token,
        region=region,
    )
    keys = {"AKIDEXAMPLE": Secret(secret, token)}
    assert verify(request, keys, now=NOW.timestamp()) == ("AKIDEXAMPLE", None, region)
    mismatch = "403 InvalidSignatureException"
    for tampered in (
        request._replace(path="/CreateWorkflow", body=body + b" "),
        request._replace(path="/CreateWorkflow", query=f"{request.query}&zz=1"),
    ):
        assert refused(tampered._replace(method="PUT"), keys)[0] == mismatch


def test_a_changed_request_is_refused() -> None:
    request = signed(headers={"content-type": "application/json"})
    for tampered in (
        request._replace(method="POST", path="/ListWorkflows"),
        request._replace(body=b"{ }"),
        request._replace(query="a=b"),
        changed(request, content_type="text/plain"),
        changed(request, content_type=None),
        changed(request, host="elsewhere"),
        changed(request, x_amz_extra="unsigned"),
    ):
        code, message = refused(tampered)
        assert code == "403 InvalidSignatureException"
        assert message.startswith("The request signature we calculated does not match")


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_clock_may_be_five_minutes_off(seconds: int) -> None:
    at = datetime.fromtimestamp(NOW.timestamp() + seconds, UTC)
    assert verify(signed(), KEYS, now=at.timestamp()).access_key_id == "AKIDEXAMPLE"


def test_a_signature_from_the_past_has_expired() -> None:
    at = datetime.fromtimestamp(NOW.timestamp() + 301, UTC)
    assert refused(signed(), at=at) == (
        "403 InvalidSignatureException",
        "Signature expired: 20260301T120000Z is now earlier than 20260301T120001Z (20260301T120501Z - 5 min.)",
    )


def test_a_signature_from_the_future_is_not_yet_current() -> None:
    at = datetime.fromtimestamp(NOW.timestamp() - 301, UTC)
    assert refused(signed(), at=at) == (
        "403 InvalidSignatureException",
        "Signature not yet current: 20260301T120000Z is still later than 20260301T115959Z (20260301T115459Z + 5 min.)",
    )


AUTHORIZATION = dict(signed().headers)["authorization"]


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (changed(signed(), authorization=None), "MissingAuthenticationTokenException", "Missing"),
        (changed(signed(), authorization=""), "MissingAuthenticationTokenException", "Missing"),
        (changed(signed(), authorization="Basic YTpi"), "IncompleteSignature", "must begin with"),
        (changed(signed(), authorization="AWS4-HMAC-SHA256"), "IncompleteSignature", "'Credential'"),
        (
            changed(signed(), authorization=AUTHORIZATION.partition(", Signature=")[0]),
            "IncompleteSignature",
            "'Signature'",
        ),
        (
            changed(signed(), authorization=re.sub("SignedHeaders=[^,]*, ", "", AUTHORIZATION)),
            "IncompleteSignature",
            "'SignedHeaders'",
        ),
        (
            changed(signed(), authorization=AUTHORIZATION.replace("/eu-west-1", "")),
            "IncompleteSignature",
            "5 slash-delimited",
        ),
        (changed(signed(), x_amz_date=None), "IncompleteSignature", "X-Amz-Date"),
        (changed(signed(), x_amz_date="2026-03-01T12:00:00Z"), "IncompleteSignature", "basic format"),
        (changed(signed(), x_amz_date="20260301T120000Z\u00e9"), "IncompleteSignature", "basic format"),
        (signed(service="ec2"), "InvalidSignatureException", "correct service: 'imagebuilder'"),
        (
            changed(signed(), authorization=AUTHORIZATION.replace("aws4_request", "aws5")),
            "InvalidSignatureException",
            "valid terminator",
        ),
        (
            changed(signed(), authorization=AUTHORIZATION.replace("/20260301/", "/20260302/")),
            "InvalidSignatureException",
            "Date in Credential scope",
        ),
        (
            changed(signed(), authorization=AUTHORIZATION.replace("host;", "")),
            "InvalidSignatureException",
            "'Host'",
        ),
        (signed(secret="wrong"), "InvalidSignatureException", "does not match"),
        (signed(key="AKIDUNKNOWN"), "UnrecognizedClientException", "invalid"),
        (signed(token="unasked"), "UnrecognizedClientException", "invalid"),
        (
            changed(signed(), authorization=AUTHORIZATION + "\udcff"),
            "InvalidSignatureException",
            "does not match",
        ),
    ],
)
def test_what_is_not_signed_as_it_must_be(request_: Request, code: str, message: str) -> None:
    found, text = refused(request_)
    assert found == f"403 {code}"
    assert message in text


def test_temporary_keys_need_their_session_token() -> None:
    request = signed(key="ASIAEXAMPLE", secret="secret", token="session/token==")
    assert verify(request, TEMPORARY, now=NOW.timestamp()) == (
        "ASIAEXAMPLE",
        "210987654321",
        "eu-west-1",
    )
    for wrong in (None, "another"):
        other = signed(key="ASIAEXAMPLE", secret="secret", token=wrong)
        assert refused(other, TEMPORARY)[0] == "403 UnrecognizedClientException"


def test_temporary_keys_expire() -> None:
    keys = {"AKIDEXAMPLE": Secret("wJalr/+secret", "t", expires=NOW.timestamp() + 10)}
    request = signed(token="t")
    assert verify(request, keys, now=NOW.timestamp() + 9).region == "eu-west-1"
    later = datetime.fromtimestamp(NOW.timestamp() + 10, UTC)
    assert refused(request, keys, at=later) == (
        "403 ExpiredTokenException",
        "The security token included in the request is expired",
    )


def test_an_emulator_of_one_region_refuses_the_others() -> None:
    assert refused(signed(region="eu-west-2"), region="eu-west-1") == (
        "403 InvalidSignatureException",
        "Credential should be scoped to a valid region.",
    )


def test_keys_may_be_plain_text_and_lead_to_accounts() -> None:
    """What one account creates, another does not see."""
    body = b'{"name": "abc", "semanticVersion": "1.0.0", "type": "TEST", "data": "a", "clientToken": "t"}'
    keys: dict[str, Secret | str] = {"AKIDEXAMPLE": "wJalr/+secret", **TEMPORARY}
    service = ImageBuilder(credentials=keys, clock=NOW.timestamp)
    for request in (
        signed(body=body),
        signed(body=body, key="ASIAEXAMPLE", secret="secret", token="session/token=="),
    ):
        assert service.handle(request).status == 200
    assert [build.owner for build in service.store.builds.values()] == ["123456789012", "210987654321"]


def test_without_credentials_anyone_may_come() -> None:
    assert create(ImageBuilder()).status == 200
    assert create(ImageBuilder(region="eu-west-3")).arn.startswith("arn:aws:imagebuilder:eu-west-3:")
    assert create(ImageBuilder(region="eu-west-3"), region="eu-west-2").arn.split(":")[3] == "eu-west-2"


def test_a_secret_does_not_show() -> None:
    assert "session" not in repr(TEMPORARY)
    assert "wJalr" not in repr(KEYS)
