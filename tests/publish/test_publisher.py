"""Publishing against the emulator, over sockets: what it comes to, and how many calls it takes."""

import asyncio
from typing import Any

import pytest

from aio_workflows import (
    AioWorkflowsError,
    CallTimeoutError,
    ConfigurationError,
    CreateWorkflowRequest,
    InvalidResponseError,
    OnChange,
    PublishResult,
    ResourceAlreadyExistsException,
    RetryPolicy,
    ServiceError,
    WorkflowChangedError,
    WorkflowsClient,
)
from aio_workflows.emulator import Close, Delay, Emulator, Fault, HalfAnswer, Reset, Respond, throttled

A, B, C = (f"schemaVersion: 1.0\nname: {letter}\nsteps: []\n" for letter in "ABC")
ACCOUNT = "arn:aws:imagebuilder:us-east-1:123456789012:workflow"


def request(data: str | None = A, **more: Any) -> CreateWorkflowRequest:
    fields: dict[str, Any] = {"name": "My Flow", "semantic_version": "1.0.0", "type": "BUILD", "data": data}
    return CreateWorkflowRequest(**(fields | more))


def operations(emulator: Emulator) -> list[str | None]:
    return [one.operation for one in emulator.requests]


# --- new_build ----------------------------------------------------------------------------------------


async def test_a_new_workflow_is_created_by_one_call(emulator: Emulator, client: WorkflowsClient) -> None:
    result = await client.publish_workflow(request(tags={"owner": "x"}))
    assert result.status == "created"
    assert result.workflow_build_version_arn == f"{ACCOUNT}/build/my-flow/1.0.0/1"
    assert (result.raced, dict(result.added_tags), result.dry_run) == (False, {}, False)
    assert result.diff is None
    assert operations(emulator) == ["CreateWorkflow"]
    assert result.client_token is not None
    assert result.client_token.encode() in emulator.requests[0].body


async def test_changed_content_is_a_new_build_by_one_call(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    await client.publish_workflow(request())
    result = await client.publish_workflow(request(B))
    assert (result.status, result.workflow_build_version_arn) == ("new_build", emulator.builds[1])
    assert operations(emulator) == ["CreateWorkflow"] * 2


async def test_unchanged_content_is_found_by_the_arn_of_the_refusal(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    first = await client.publish_workflow(request(description="d"))
    again = await client.publish_workflow(request(description="d"))
    assert again.status == "unchanged"
    assert again.workflow_build_version_arn == first.workflow_build_version_arn
    assert again.client_token is None
    assert operations(emulator) == ["CreateWorkflow", "CreateWorkflow", "GetWorkflow"]
    assert (first.attempts, again.attempts) == (1, 2)
    assert len(emulator.builds) == 1


@pytest.mark.parametrize(
    "message",
    [
        "The resource already exists.",
        "'arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/other/1.0.0/1' exists",
        "'arn:aws:imagebuilder:us-east-1:123456789012:workflow/test/my-flow/1.0.0/1' exists",
        "'arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/my-flow/1.0.1/1' exists",
        "'arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/my-flow/1.0.0/9' exists",
        "'arn:aws:imagebuilder:us-east-1:123456789012:image/my-flow/1.0.0/1' exists",
    ],
)
@pytest.mark.parametrize("name", ["My Flow", "my_flow"])
async def test_without_a_usable_arn_in_the_refusal_it_is_listed(
    emulator: Emulator, client: WorkflowsClient, message: str, name: str
) -> None:
    """By its name, then by its slug: the same workflow may have been made under another spelling."""
    for data in (B, A):
        await client.publish_workflow(request(data))
    await client.publish_workflow(request(name="other"))
    emulator.faults = {"CreateWorkflow": [Respond(code="ResourceAlreadyExistsException", message=message)]}
    result = await client.publish_workflow(request(name=name))
    assert (result.status, result.workflow_build_version_arn) == ("unchanged", emulator.builds[1])
    listings = operations(emulator)[4:].count("ListWorkflows")
    assert listings == (1 if name == "My Flow" else 2)


async def test_a_b_a_is_three_builds_and_ends_at_a(emulator: Emulator, client: WorkflowsClient) -> None:
    statuses = [(await client.publish_workflow(request(data))).status for data in (A, B, A)]
    assert statuses == ["created", "new_build", "new_build"]
    assert [build.data for build in emulator.workflows] == [A, B, A]


@pytest.mark.parametrize("field", ["description", "kms_key_id"])
async def test_description_and_key_are_content(client: WorkflowsClient, field: str) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    await client.publish_workflow(request())
    changed = request(**{field: key})
    assert (await client.publish_workflow(changed)).status == "new_build"
    assert (await client.publish_workflow(changed)).status == "unchanged"
    assert (await client.publish_workflow(request())).status == "new_build"


async def test_tags_are_added_and_none_is_removed(emulator: Emulator, client: WorkflowsClient) -> None:
    await client.publish_workflow(request(tags={"kept": "1", "changed": "old"}))
    result = await client.publish_workflow(request(tags={"changed": "new", "added": ""}))
    assert (result.status, dict(result.added_tags)) == ("unchanged", {"changed": "new", "added": ""})
    assert emulator.workflows[0].tags == {"kept": "1", "changed": "new", "added": ""}
    again = await client.publish_workflow(request(tags={"changed": "new"}))
    assert (again.status, dict(again.added_tags)) == ("unchanged", {})
    assert operations(emulator).count("TagResource") == 1


async def test_a_change_description_alone_is_no_change(client: WorkflowsClient) -> None:
    await client.publish_workflow(request(change_description="first"))
    assert (await client.publish_workflow(request(change_description="again"))).status == "unchanged"


async def test_a_refusal_that_nothing_explains_is_raised_in_the_end(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    """The service calls two things identical that are not: no other build can be made of this version."""
    await client.publish_workflow(request(description="one"))
    emulator.faults = {"CreateWorkflow": [Respond(code="ResourceAlreadyExistsException")] * 10}
    with pytest.raises(ResourceAlreadyExistsException) as caught:
        await client.publish_workflow(request(description="two"))
    assert "on_change" in caught.value.__notes__[0]
    assert len(emulator.builds) == 1


async def test_a_build_that_was_deleted_in_between_is_made_again(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    emulator.faults = {"CreateWorkflow": [Respond(code="ResourceAlreadyExistsException")]}
    assert (await client.publish_workflow(request())).status == "created"
    assert operations(emulator) == ["CreateWorkflow", "ListWorkflows", "ListWorkflows", "CreateWorkflow"]


# --- Versions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_change", "version"), [("patch", "1.2.4"), ("minor", "1.3.0"), ("major", "2.0.0")]
)
async def test_changed_content_is_a_new_version(
    emulator: Emulator, client: WorkflowsClient, on_change: OnChange, version: str
) -> None:
    await client.publish_workflow(request(semantic_version="1.2.3"))
    changed = request(B, semantic_version="1.2.3")
    result = await client.publish_workflow(changed, on_change=on_change)
    assert (result.status, result.raced, result.differences) == ("new_version", False, ("data",))
    assert result.workflow_build_version_arn == f"{ACCOUNT}/build/my-flow/{version}/1"
    assert str(result.semantic_version) == version
    assert result.previous_build_version_arn == emulator.builds[0]
    again = await client.publish_workflow(changed, on_change=on_change)
    assert (again.status, again.workflow_build_version_arn) == ("unchanged", emulator.builds[1])
    third = await client.publish_workflow(request(C, semantic_version="1.2.3"), on_change=on_change)
    assert third.semantic_version == result.semantic_version.bump(on_change)  # type: ignore[arg-type]


async def test_a_version_that_was_bumped_by_hand_is_created(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    """Even where the content is that of the version before: the request asks for this version."""
    for version in ("1.0.0", "1.0.5", "1.1.0", "2.0.0"):
        result = await client.publish_workflow(request(semantic_version=version), on_change="patch")
        assert (result.status, str(result.semantic_version)) == ("created", version)
    assert len(emulator.builds) == 4


async def test_lines_of_versions_are_kept_apart(emulator: Emulator, client: WorkflowsClient) -> None:
    await client.publish_workflow(request(semantic_version="1.0.0"))
    await client.publish_workflow(request(semantic_version="2.0.0"))
    result = await client.publish_workflow(request(B, semantic_version="1.0.0"), on_change="patch")
    assert str(result.semantic_version) == "1.0.1"
    result = await client.publish_workflow(request(C, semantic_version="1.0.0"), on_change="minor")
    assert str(result.semantic_version) == "1.1.0"


async def test_another_spelling_of_the_name_is_the_same_workflow(client: WorkflowsClient) -> None:
    await client.publish_workflow(request())
    result = await client.publish_workflow(request(B, name="MY_FLOW"), on_change="patch")
    assert (result.status, str(result.semantic_version)) == ("new_version", "1.0.1")


async def test_fail_creates_what_is_not_there_and_raises_where_it_differs(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    assert (await client.publish_workflow(request(), on_change="fail")).status == "created"
    assert (await client.publish_workflow(request(), on_change="fail")).status == "unchanged"
    for dry_run in (False, True):
        with pytest.raises(WorkflowChangedError, match=r"my-flow/1\.0\.0/1") as caught:
            await client.publish_workflow(request(B, description="d"), on_change="fail", dry_run=dry_run)
        assert caught.value.differences == ("data", "description")
        assert caught.value.workflow_build_version_arn == emulator.builds[0]
    assert len(emulator.builds) == 1


async def test_an_unknown_on_change_is_refused(emulator: Emulator, client: WorkflowsClient) -> None:
    with pytest.raises(ConfigurationError, match="new_build, patch"):
        await client.publish_workflow(request(), on_change="replace")  # type: ignore[arg-type]
    assert not emulator.requests


# --- Documents in S3, keys by alias -------------------------------------------------------------------

PLACES = {"s3://docs/a": A, "s3://docs/also-a": A, "s3://docs/b": B}


@pytest.mark.parametrize("knows_text", [False, True])
@pytest.mark.parametrize("on_change", ["new_build", "patch"])
async def test_a_document_in_s3_is_compared(on_change: OnChange, knows_text: bool) -> None:
    """By its text where it is known; otherwise the service says whether it is the same."""
    async with Emulator(objects=PLACES) as emulator, emulator.client() as client:

        async def publish(uri: str, **more: Any) -> PublishResult:
            document = PLACES[uri] if knows_text else None
            asked = request(uri=uri, data=None)
            return await client.publish_workflow(asked, on_change=on_change, document=document, **more)

        assert (await publish("s3://docs/a")).status == "created"
        assert (await publish("s3://docs/also-a")).status == "unchanged"
        planned = await publish("s3://docs/b", dry_run=True)
        assert planned.status == ("new_build" if on_change == "new_build" else "new_version")
        assert (planned.diff is not None) == knows_text
        assert (await publish("s3://docs/b")).status == planned.status
        assert len(emulator.builds) == 2


async def test_an_alias_of_a_key_is_left_to_the_service(emulator: Emulator, client: WorkflowsClient) -> None:
    """The service may tell the key itself: its refusal says that it is the same."""
    key = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    await client.publish_workflow(request(kms_key_id=key))
    emulator.faults = {"CreateWorkflow": [Respond(code="ResourceAlreadyExistsException")] * 2}
    aliased = request(kms_key_id="arn:aws:kms:us-east-1:123456789012:alias/mine")
    assert (await client.publish_workflow(aliased)).status == "unchanged"
    assert (await client.publish_workflow(aliased, on_change="patch")).status == "unchanged"


# --- Two at once --------------------------------------------------------------------------------------


@pytest.mark.parametrize("on_change", ["new_build", "patch", "fail"])
async def test_two_publishers_end_as_one(emulator: Emulator, on_change: OnChange) -> None:
    """The same set at the same moment, twice: no error, and nothing is there twice."""
    names = [f"flow {number}" for number in range(8)]

    async def publish_all(client: WorkflowsClient, data: str) -> list[PublishResult]:
        return await asyncio.gather(
            *(client.publish_workflow(request(data, name=name), on_change=on_change) for name in names)
        )

    async with emulator.client() as one, emulator.client() as other:
        for data in (A,) if on_change == "fail" else (A, B):
            first, second = await asyncio.gather(publish_all(one, data), publish_all(other, data))
            made = [result.status != "unchanged" for result in [*first, *second]]
            assert sum(made) == len(names)
            arns = [result.workflow_build_version_arn for result in first]
            assert arns == [result.workflow_build_version_arn for result in second]
    assert len(emulator.builds) == len(names) * (1 if on_change == "fail" else 2)


class _Meanwhile:
    """A script that lets another publisher in before the first create of the one under test."""

    def __init__(self, emulator: Emulator, others: list[CreateWorkflowRequest]) -> None:
        self.emulator, self.others = emulator, others

    def next(self, operation: str | None) -> Fault | None:
        if operation == "CreateWorkflow" and self.others:
            other = self.others.pop(0)
            caller = self.emulator._caller(None)
            body = {
                "name": other.name,
                "semanticVersion": str(other.semantic_version),
                "type": str(other.type),
                "data": other.data,
                "clientToken": f"other-{len(self.others)}",
            }
            self.emulator.service.workflows.create(caller, body)
        return None


@pytest.mark.parametrize(("on_change", "version"), [("patch", "1.0.1"), ("fail", "1.0.0")])
async def test_a_version_that_another_made_first_is_told(
    emulator: Emulator, client: WorkflowsClient, on_change: OnChange, version: str
) -> None:
    """Both saw it missing, and their contents differ: ours is a further build, and the result says so."""
    if on_change == "patch":
        await client.publish_workflow(request(A))
    emulator.faults = _Meanwhile(emulator, [request(C, semantic_version=version)])
    result = await client.publish_workflow(request(B), on_change=on_change)
    assert (result.status, result.raced) == ("new_build", True)
    assert result.workflow_build_version_arn == f"{ACCOUNT}/build/my-flow/{version}/2"
    assert emulator.workflows[-1].data == B


async def test_a_version_that_another_made_with_the_same_content_is_found(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    await client.publish_workflow(request(A))
    emulator.faults = _Meanwhile(emulator, [request(B, semantic_version="1.0.1")])
    result = await client.publish_workflow(request(B), on_change="patch")
    assert (result.status, result.workflow_build_version_arn) == ("unchanged", emulator.builds[1])


# --- Faults -------------------------------------------------------------------------------------------

FAULTS = {
    "done and lost": Reset(done=True),
    "not done and lost": Close(),
    "half an answer": HalfAnswer(done=True),
    "failed": Respond(503),
    "throttled": throttled(),
    "broken success": Respond(200, body="<html>", done=True),
}
QUICK = RetryPolicy(max_attempts=3, base_delay=0.001, max_delay=0.01)
ONCE = RetryPolicy(max_attempts=1)


async def _prepare(client: WorkflowsClient) -> None:
    await client.publish_workflow(request(A))


@pytest.mark.parametrize("operation", ["CreateWorkflow", "GetWorkflow", "ListWorkflows", "TagResource"])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("on_change", ["new_build", "patch"])
async def test_a_fault_in_any_call_is_borne(
    emulator: Emulator, operation: str, fault: str, on_change: OnChange
) -> None:
    """With a second attempt each publication comes to its end; there is never a build too many."""
    async with emulator.client(retry=QUICK) as client:
        await _prepare(client)
        for asked, status in ((request(A, tags={"t": "1"}), "unchanged"), (request(B), None)):
            emulator.faults = {operation: [FAULTS[fault]]}
            result = await client.publish_workflow(asked, on_change=on_change)
            assert status is None or result.status == status
    assert [build.data for build in emulator.workflows] == [A, B]
    assert emulator.workflows[0].tags == {"t": "1"}


@pytest.mark.parametrize("operation", ["CreateWorkflow", "GetWorkflow", "ListWorkflows", "TagResource"])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("on_change", ["new_build", "patch"])
async def test_publishing_again_after_a_failure_is_safe(
    emulator: Emulator, operation: str, fault: str, on_change: OnChange
) -> None:
    """Without a second attempt the error comes out; the next publication finds what was done."""
    async with emulator.client(retry=ONCE) as client:
        await _prepare(client)
        failed = list[str | None]()
        for asked in (request(A, tags={"t": "1"}), request(B)):
            emulator.faults = {operation: [FAULTS[fault]] * 2}  # a reused connection is tried again by itself
            try:
                await client.publish_workflow(asked, on_change=on_change)
            except AioWorkflowsError as error:
                failed.append(error.operation)
            emulator.faults = None
            result = await client.publish_workflow(asked, on_change=on_change)
            assert result.workflow_build_version_arn == emulator.builds[-1]
        # With new_build the lists and reads are asked for only after a refusal that names no ARN.
        assert (
            failed
            or (on_change == "new_build" and operation == "ListWorkflows")
            or operation == "CreateWorkflow"
        )
    assert [build.data for build in emulator.workflows] == [A, B]


async def test_an_interrupted_publication_with_a_token_of_its_own_ends_as_one(emulator: Emulator) -> None:
    """A token kept by the caller goes with the request that it came with; other bodies get tokens of it."""
    asked = request(B, client_token="kept")
    async with emulator.client(retry=ONCE) as client:
        await _prepare(client)
        emulator.faults = {"CreateWorkflow": [Reset(done=True)] * 2}
        with pytest.raises(AioWorkflowsError) as caught:
            await client.publish_workflow(asked)
        assert caught.value.client_token == "kept"
        result = await client.publish_workflow(asked)
        assert (result.client_token, result.workflow_build_version_arn) == ("kept", emulator.builds[1])
        bumped = await client.publish_workflow(request(C, client_token="kept"), on_change="patch")
        assert bumped.client_token not in {"kept", None}
    assert [build.data for build in emulator.workflows] == [A, B, C]


async def test_an_answer_without_a_usable_arn_is_no_result(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    await client.publish_workflow(request())
    emulator.faults = {
        "GetWorkflow": [Respond(200, body='{"workflow": {"arn": "arn:new:form", "data": "x"}}')]
    }
    with pytest.raises(InvalidResponseError, match="does not name its build"):
        await client.publish_workflow(request(), on_change="patch")


async def test_an_arn_of_a_new_form_is_handed_on(emulator: Emulator, client: WorkflowsClient) -> None:
    body = '{"workflowBuildVersionArn": "arn:new:form"}'
    emulator.faults = {"CreateWorkflow": [Respond(200, body=body)]}
    result = await client.publish_workflow(request())
    assert (result.status, result.workflow_build_version_arn) == ("created", "arn:new:form")


async def test_one_time_limit_is_for_the_whole_publication(emulator: Emulator) -> None:
    async with emulator.client(retry=ONCE) as client:
        await _prepare(client)
        emulator.faults = {"ListWorkflows": [Delay(5)]}
        with pytest.raises((CallTimeoutError, TimeoutError)):
            await client.publish_workflow(request(B), on_change="patch", timeout=0.2)
    with pytest.raises(ConfigurationError, match="timeout"):
        await client.publish_workflow(request(), timeout=0)


async def test_a_refusal_of_another_kind_is_raised_as_it_is(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    emulator.faults = {"CreateWorkflow": [Respond(code="ForbiddenException")]}
    with pytest.raises(ServiceError) as caught:
        await client.publish_workflow(request())
    assert caught.value.code == "ForbiddenException"
    assert len(emulator.requests) == 1


# --- Dry runs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_change", "status"), [("new_build", "new_build"), ("patch", "new_version"), ("fail", None)]
)
async def test_a_dry_run_changes_nothing_and_tells_what_would_happen(
    emulator: Emulator, client: WorkflowsClient, on_change: OnChange, status: str | None
) -> None:
    planned = await client.publish_workflow(request(), on_change=on_change, dry_run=True)
    assert (planned.status, planned.workflow_build_version_arn, planned.dry_run) == ("created", None, True)
    assert planned.diff is not None
    assert planned.diff.startswith("--- /dev/null\n+++ My Flow\n@@ -0,0 +1,3 @@\n+schemaVersion: 1.0\n")
    arn = (await client.publish_workflow(request())).workflow_build_version_arn
    emulator.requests.clear()
    same = await client.publish_workflow(request(tags={"new": "1"}), on_change=on_change, dry_run=True)
    assert (same.status, same.workflow_build_version_arn, same.diff) == ("unchanged", arn, "")
    assert same.added_tags == {"new": "1"}
    if status is not None:
        changed = await client.publish_workflow(request(B[:-1]), on_change=on_change, dry_run=True)
        assert (changed.status, changed.differences) == (status, ("data",))
        assert changed.previous_build_version_arn == arn
        assert changed.diff == (
            f"--- {arn}\n+++ My Flow\n@@ -1,3 +1,3 @@\n schemaVersion: 1.0\n-name: A\n-steps: []\n"
            "+name: B\n+steps: []\n\\ No newline at end of file\n"
        )
        assert "name: B" not in repr(changed)
    for one in emulator.requests:
        assert one.operation in {"ListWorkflows", "GetWorkflow", "CreateWorkflow"}
        assert one.operation != "CreateWorkflow" or b'"dryRun":true' in one.body.replace(b" ", b"")
    assert emulator.builds == [arn]
    assert not emulator.workflows[0].tags


async def test_a_dry_run_fails_as_the_publication_would(emulator: Emulator, client: WorkflowsClient) -> None:
    emulator.faults = {"CreateWorkflow": [Respond(code="InvalidParameterValueException", message="bad")]}
    with pytest.raises(ServiceError, match="bad"):
        await client.publish_workflow(request(), dry_run=True)


async def test_a_dry_run_that_another_publisher_overtakes_looks_again(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    emulator.faults = _Meanwhile(emulator, [request(A)])
    assert (await client.publish_workflow(request(), dry_run=True)).status == "unchanged"
