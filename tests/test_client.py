"""The client's methods as a caller meets them, against an emulator over sockets."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from aio_workflows import (
    AioWorkflowsError,
    AttemptRecord,
    ConfigurationError,
    CreateWorkflowRequest,
    Credentials,
    DryRunResponse,
    IdempotentParameterMismatchException,
    InvalidParameterValueException,
    RequestValidationError,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
    RetryPolicy,
    SemanticVersion,
    ServiceUnavailableException,
    WorkflowArn,
    WorkflowsClient,
    WorkflowType,
)
from aio_workflows.emulator import Delay, Emulator, Respond, throttled
from tests.scripted_transport import Scripted

TEXT = "name: é\r\nsteps: []"
FIELDS: Any = {"name": "Harden Linux", "semantic_version": "1.2.3", "type": "BUILD", "data": TEXT}
REQUEST = CreateWorkflowRequest(**FIELDS)
ARN = "arn:aws:imagebuilder:eu-west-1:123456789012:workflow/build/abc/1.0.0/1"
QUICK = RetryPolicy(base_delay=0.001, max_delay=0.01)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(region="eu-west-1", objects={"s3://bucket/key": TEXT}) as running:
        yield running


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[WorkflowsClient]:
    async with emulator.client(retry=QUICK) as running:
        yield running


def bodies(emulator: Emulator) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in emulator.requests]


# --- Creating ---------------------------------------------------------------------------------------


async def test_a_request_and_its_fields_are_the_same(emulator: Emulator, client: WorkflowsClient) -> None:
    """The same members go out, with a token of its own for each call."""
    created = await client.create_workflow(REQUEST)
    with pytest.raises(ResourceAlreadyExistsException) as caught:
        await client.create_workflow(**FIELDS)
    one, other = bodies(emulator)
    tokens = one.pop("clientToken"), other.pop("clientToken")
    assert tokens == (created.client_token, caught.value.client_token)
    assert tokens[0] != tokens[1]
    assert one == other == {"name": "Harden Linux", "semanticVersion": "1.2.3", "type": "BUILD", "data": TEXT}


async def test_what_a_create_answers(client: WorkflowsClient) -> None:
    """The ARN, the token, the references to the latest versions, and how it came about."""
    created = await client.create_workflow(REQUEST)
    arn = WorkflowArn.parse(created.workflow_build_version_arn)
    assert (arn.region, arn.slug, arn.version, arn.build) == (
        "eu-west-1",
        "harden-linux",
        SemanticVersion(1, 2, 3),
        1,
    )
    assert UUID.fullmatch(created.client_token or "")
    assert created.latest_version_references is not None
    assert created.latest_version_references.latest_major_version_arn == str(arn.version_arn).replace(
        "1.2.3", "1.x.x"
    )
    assert created.metadata is not None
    assert (created.metadata.http_status, len(created.metadata.request_id or "")) == (200, 36)
    (record,) = created.metadata.attempts
    assert record == AttemptRecord(
        number=1, http_status=200, request_id=created.metadata.request_id, duration=record.duration
    )
    assert record.duration > 0


async def test_every_field_arrives_as_it_was_given(emulator: Emulator, client: WorkflowsClient) -> None:
    """In the service's words; an empty mapping of tags is left out."""
    await client.create_workflow(
        name="abc",
        semantic_version=SemanticVersion(2021, 1, 1),
        type=WorkflowType.TEST,
        uri="s3://bucket/key",
        description="a description",
        change_description="a change",
        kms_key_id="alias/key",
        tags={"owner": ""},
        client_token="t",
    )
    await client.create_workflow(**FIELDS | {"tags": {}, "semantic_version": "2021.01.01"})
    given, small = bodies(emulator)
    assert given == {
        "name": "abc",
        "semanticVersion": "2021.1.1",
        "type": "TEST",
        "uri": "s3://bucket/key",
        "description": "a description",
        "changeDescription": "a change",
        "kmsKeyId": "alias/key",
        "tags": {"owner": ""},
        "clientToken": "t",
    }
    assert "tags" not in small
    assert small["semanticVersion"] == "2021.01.01"


@pytest.mark.parametrize("method", ["create_workflow", "dry_run_create_workflow"])
@pytest.mark.parametrize(
    ("arguments", "fields", "named"),
    [
        ([REQUEST], {"name": "other"}, "name"),
        ([REQUEST], FIELDS, "name"),
        ([REQUEST], {"client_token": None}, "client_token"),
        ([FIELDS], {}, "CreateWorkflowRequest"),
        (["arn"], {}, "CreateWorkflowRequest"),
        ([], {}, "name"),
        ([], {"name": "abc", "data": "a"}, "semantic_version"),
        ([], FIELDS | {"dry_run": True}, "dry_run"),
        ([], FIELDS | {"semanticVersion": "1.0.0"}, "semanticVersion"),
        ([REQUEST, REQUEST], {}, "positional"),
    ],
)
async def test_arguments_that_make_no_sense_are_a_type_error(
    emulator: Emulator,
    client: WorkflowsClient,
    method: str,
    arguments: list[Any],
    fields: dict[str, Any],
    named: str,
) -> None:
    """That names what is wrong; nothing is sent."""
    with pytest.raises(TypeError, match=named):
        await getattr(client, method)(*arguments, **fields)
    assert not emulator.requests


async def test_nothing_is_sent_that_breaks_a_rule(emulator: Emulator, client: WorkflowsClient) -> None:
    """All complaints at once, before a connection is made."""
    with pytest.raises(RequestValidationError) as caught:
        await client.create_workflow(**FIELDS | {"name": "a", "data": "", "client_token": ""})
    assert [one.field for one in caught.value.complaints] == ["name", "data", "client_token"]
    assert (caught.value.outcome, caught.value.attempts) == ("not_sent", ())
    with pytest.raises(RequestValidationError):
        await client.get_workflow("arn:aws:s3:::bucket")
    with pytest.raises(RequestValidationError):
        client.list_workflows(max_results=26)
    assert not emulator.requests


async def test_a_token_of_the_callers_is_used_as_it_is(emulator: Emulator, client: WorkflowsClient) -> None:
    """In every attempt; the same request with it again is the same workflow, another is refused."""
    emulator.faults = [throttled(), Respond(503, done=True)]
    token = "My token: 漢 / 1"
    first = await client.create_workflow(**FIELDS, client_token=token)
    again = await client.create_workflow(CreateWorkflowRequest(**FIELDS, client_token=token))
    assert first.client_token == again.client_token == token
    assert first.workflow_build_version_arn == again.workflow_build_version_arn
    assert {body["clientToken"] for body in bodies(emulator)} == {token}
    with pytest.raises(IdempotentParameterMismatchException) as caught:
        await client.create_workflow(**FIELDS | {"data": "other: 1"}, client_token=token)
    assert caught.value.client_token == token
    assert len(emulator.builds) == 1


async def test_tags_that_change_meanwhile_change_nothing(emulator: Emulator) -> None:
    """The caller's mapping is read before the first attempt, and never again."""
    tags = {"owner": "platform"}
    emulator.faults = [throttled(), Respond(503, done=True), throttled()]

    def change(event: object) -> None:
        tags["owner"] = "nobody"
        tags["added"] = "later"

    async with emulator.client(retry=QUICK, on_attempt=change) as client:
        await client.create_workflow(**FIELDS, tags=tags)
    assert tags["added"] == "later"
    assert len(emulator.requests) == 4
    assert len({request.body for request in emulator.requests}) == 1
    assert bodies(emulator)[0]["tags"] == {"owner": "platform"}
    assert [dict(build.tags) for build in emulator.workflows] == [{"owner": "platform"}]


# --- Answers ----------------------------------------------------------------------------------------


async def test_unknown_members_stay_reachable(emulator: Emulator, client: WorkflowsClient) -> None:
    """What the service adds tomorrow breaks nothing, and is in `raw`."""
    answer = {
        "workflowBuildVersionArn": "arn:new",
        "colour": {"blue": [1, None]},
        "latestVersionReferences": {"n": 1},
    }
    emulator.faults = [Respond(201, body=json.dumps(answer))]
    created = await client.create_workflow(REQUEST)
    assert created.workflow_build_version_arn == "arn:new"
    assert created.raw == answer
    created.raw["colour"] = "red"
    assert created.raw == answer
    assert created.metadata is not None
    assert created.metadata.http_status == 201


async def test_a_success_tells_its_story(emulator: Emulator, client: WorkflowsClient) -> None:
    """One record for each attempt, with its own request id."""
    emulator.faults = [throttled(0.001), Respond(503, code="ServiceUnavailableException", done=True)]
    created = await client.create_workflow(REQUEST)
    assert created.metadata is not None
    attempts = created.metadata.attempts
    assert [(one.number, one.error, one.http_status, one.outcome) for one in attempts] == [
        (1, "CallRateLimitExceededException", 429, "rejected"),
        (2, "ServiceUnavailableException", 503, "unknown"),
        (3, None, 200, None),
    ]
    assert len({one.request_id for one in attempts}) == 3
    assert attempts[0].wait >= 0.001
    assert attempts[-1].request_id == created.metadata.request_id


async def test_the_document_comes_back_byte_for_byte(client: WorkflowsClient) -> None:
    """Given as text or by its place in S3, read by build, version and wildcard."""
    created = await client.create_workflow(REQUEST)
    arn = WorkflowArn.parse(created.workflow_build_version_arn)
    for name in (str(arn), arn, arn.version_arn, str(arn.version_arn).replace("1.2.3", "1.x.x")):
        found = await client.get_workflow(name)
        assert found.workflow is not None
        assert found.workflow.data == TEXT
    with pytest.raises(ResourceNotFoundException):
        await client.get_workflow(arn.with_build(2))


async def test_a_dry_run_makes_nothing(emulator: Emulator, client: WorkflowsClient) -> None:
    """It returns where the real call would, raises what that would raise, and never uses the token."""
    request = CreateWorkflowRequest(**FIELDS, client_token="mine")
    done = await client.dry_run_create_workflow(request)
    assert isinstance(done, DryRunResponse)
    assert done.metadata is not None
    assert done.metadata.http_status == 412
    await client.dry_run_create_workflow(**FIELDS)
    assert emulator.builds == []
    assert all(body["dryRun"] is True for body in bodies(emulator))
    tokens = [body["clientToken"] for body in bodies(emulator)]
    assert len({*tokens, "mine"}) == 3
    await client.create_workflow(request)
    with pytest.raises(ResourceAlreadyExistsException):
        await client.dry_run_create_workflow(**FIELDS)


async def test_listings_go_over_all_pages(client: WorkflowsClient) -> None:
    """Items one by one, pages as they come, and no more than asked for."""
    for number in range(5):
        await client.create_workflow(**FIELDS | {"name": f"number-{number}"})
    listing = client.list_workflows(owner="Self", max_results=2)
    names = [version.name async for version in listing]
    assert names == [f"number-{number}" for number in range(5)]
    assert [version.name async for version in listing] == names  # each iteration begins anew
    sizes = [len(page.workflow_version_list or ()) async for page in listing.pages()]
    assert sizes == [2, 2, 1]
    limited = client.list_workflows(owner="Self", max_results=2, limit=3)
    assert [version.name async for version in limited] == names[:3]
    filtered = client.list_workflows(filters={"name": ["number-3"]})
    assert [version.name async for version in filtered] == ["number-3"]


# --- Options ----------------------------------------------------------------------------------------


async def test_a_call_may_have_its_own_time_limit(emulator: Emulator) -> None:
    """Shorter than the client's: it ends in time, or at once where a wait would not."""
    emulator.faults = {"CreateWorkflow": [Respond(503, retry_after=3_600)], "GetWorkflow": [Delay(3_600.0)]}
    async with emulator.client(timeout=7_200.0, read_timeout=7_200.0) as client:
        with pytest.raises(ServiceUnavailableException) as refused:
            await client.create_workflow(REQUEST, timeout=60.0)
        assert (len(refused.value.attempts), refused.value.stop_reason) == (1, "deadline")
        with pytest.raises(TimeoutError) as late:
            await client.get_workflow(ARN, timeout=0.2)
        assert isinstance(late.value, AioWorkflowsError)
        assert late.value.stop_reason == "deadline"


async def test_a_call_may_take_longer_than_the_client_has_it(emulator: Emulator) -> None:
    """The client's own limit would be over before anything is sent."""
    async with emulator.client(timeout=1e-9) as client:
        with pytest.raises(TimeoutError):
            await client.create_workflow(REQUEST)
        assert emulator.builds == []
        await client.create_workflow(REQUEST, timeout=60.0)
        assert len(emulator.builds) == 1


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 10**9, "5", True])
async def test_a_time_limit_that_is_none_is_refused(
    emulator: Emulator, client: WorkflowsClient, timeout: Any
) -> None:
    """Before anything is sent, in the call and in the client."""
    with pytest.raises(ConfigurationError, match="timeout must be a number of seconds"):
        await client.create_workflow(REQUEST, timeout=timeout)
    for name in ("timeout", "connect_timeout", "read_timeout"):
        with pytest.raises(ConfigurationError, match=f"{name} must be"):
            WorkflowsClient("eu-west-1", **{name: timeout})
    assert not emulator.requests


async def test_retry_if_goes_before_the_rules(emulator: Emulator) -> None:
    """A role that was made a moment ago is asked for again; a throttle need not be."""
    emulator.faults = [
        Respond(code="InvalidParameterValueException", message="The role does not exist."),
        throttled(),
    ]

    def decide(error: Exception) -> bool | None:
        return True if "does not exist" in str(error) else None

    policy = RetryPolicy(base_delay=0.001, max_delay=0.01, retry_if=decide)
    async with emulator.client(retry=policy) as client:
        created = await client.create_workflow(REQUEST)
    assert created.metadata is not None
    assert [one.error for one in created.metadata.attempts] == [
        "InvalidParameterValueException",
        "CallRateLimitExceededException",
        None,
    ]
    emulator.faults = [Respond(code="InvalidParameterValueException", message="No.")]
    async with emulator.client(retry=policy) as client:
        with pytest.raises(InvalidParameterValueException):
            await client.create_workflow(REQUEST)


def test_an_async_function_is_no_hook() -> None:
    """It would never be awaited, and its coroutine would count as a yes."""

    async def hook(_: object) -> bool:
        return False

    with pytest.raises(ConfigurationError, match="on_attempt must be a plain function"):
        WorkflowsClient("eu-west-1", on_attempt=hook)
    with pytest.raises(ConfigurationError, match="retry_if must be a plain function"):
        RetryPolicy(retry_if=hook)  # type: ignore[arg-type]


async def test_a_transport_of_ones_own_needs_no_network() -> None:
    """It is what sends, and gets what would have gone out."""
    transport = Scripted([])
    async with WorkflowsClient("eu-west-1", transport=transport) as client:
        created = await client.create_workflow(REQUEST)
    assert created.workflow_build_version_arn == "arn"
    ((method, path, query, headers, body),) = transport.sent
    assert (method, path, list(query)) == ("PUT", "/CreateWorkflow", [])
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body)["clientToken"] == created.client_token


def test_a_client_shows_no_secret() -> None:
    """Its text names the Region and nothing of the keys."""
    client = WorkflowsClient("eu-west-1", credentials=Credentials("AKIDEXAMPLE", "hunter2", "token3"))
    assert repr(client) == "WorkflowsClient(region='eu-west-1')"
    assert "hunter2" not in repr(Credentials("AKIDEXAMPLE", "hunter2", "token3"))
