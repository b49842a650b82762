"""The client: how it is made, and each of its operations. Checked by `nox -s typing`, never run."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, assert_type

from aio_workflows import (
    AioWorkflowsError,
    AttemptEvent,
    CreateWorkflowRequest,
    CreateWorkflowResponse,
    Credentials,
    DeleteWorkflowResponse,
    DryRunResponse,
    ExecutionFollower,
    Filter,
    GetWorkflowExecutionResponse,
    GetWorkflowResponse,
    GetWorkflowStepExecutionResponse,
    HttpResponse,
    Listing,
    ListTagsForResourceResponse,
    ListWaitingWorkflowStepsResponse,
    ListWorkflowBuildVersionsResponse,
    ListWorkflowExecutionsResponse,
    ListWorkflowsResponse,
    ListWorkflowStepExecutionsResponse,
    Ownership,
    Paginator,
    PollingPace,
    RetryPolicy,
    SemanticVersion,
    SendWorkflowStepActionResponse,
    StepChange,
    TagResourceResponse,
    Tags,
    Transport,
    UntagResourceResponse,
    WorkflowArn,
    WorkflowExecutionMetadata,
    WorkflowsClient,
    WorkflowStepActionType,
    WorkflowStepExecution,
    WorkflowStepMetadata,
    WorkflowSummary,
    WorkflowType,
    WorkflowVersion,
)


async def provide_keys() -> Credentials:
    return Credentials("AKIDEXAMPLE", "a secret", "a token")


async def ask_for_code(serial_number: str) -> str:
    return serial_number


def note(event: AttemptEvent) -> None:
    assert_type(event.will_retry, bool)


def role_is_young(error: AioWorkflowsError) -> bool | None:
    return "does not exist" in error.message or None


class Recording:
    """A transport of one's own, around another one."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.bodies = list[bytes]()

    async def send(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
        deadline: float,
    ) -> HttpResponse:
        self.bodies.append(body)
        answer = await self._inner.send(method, path, query, headers, body, deadline)
        assert_type((answer.status, answer.body), tuple[int, bytes])
        return answer

    async def renew_credentials(self) -> bool:
        return await self._inner.renew_credentials()

    def correct_clock(self, server_date: str | None) -> bool:
        return self._inner.correct_clock(server_date)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def making_a_client(transport: Transport) -> None:
    assert_type(WorkflowsClient(), WorkflowsClient)
    WorkflowsClient("eu-west-1", credentials=Credentials("AKIDEXAMPLE", "a secret"))
    WorkflowsClient(region="eu-west-1", profile="production", mfa_prompt=ask_for_code)
    WorkflowsClient(transport=Recording(transport), on_attempt=note)
    policy = RetryPolicy(max_attempts=5, base_delay=0.1, max_delay=5, rate=2, retry_if=role_is_young)
    assert_type(policy.max_attempts, int)
    assert_type(policy.base_delay, float)
    assert_type(policy.max_delay, float)
    assert_type(policy.rate, float | None)
    assert_type(policy.retry_if, Callable[[AioWorkflowsError], bool | None] | None)
    async with WorkflowsClient(
        credentials=provide_keys,
        endpoint_url="http://127.0.0.1:4566",
        timeout=30,
        connect_timeout=1,
        read_timeout=10.0,
        max_connections=20,
        retry=policy,
        allow_plaintext=True,
    ) as client:
        assert_type(client, WorkflowsClient)
    await client.aclose()


async def creating(client: WorkflowsClient) -> None:
    request = CreateWorkflowRequest.from_file(Path("a.yaml"), semantic_version="1.0.0", type="BUILD")
    assert_type(request, CreateWorkflowRequest)
    assert_type(await client.create_workflow(request, timeout=5), CreateWorkflowResponse)
    assert_type(await client.create_workflow(request, check_document=True), CreateWorkflowResponse)
    by_data = await client.create_workflow(
        name="harden-linux",
        semantic_version=SemanticVersion(1, 0, 0),
        type=WorkflowType.BUILD,
        data="steps: []",
        description=None,
        change_description="first",
        kms_key_id="alias/images",
        tags={"team": "platform"},
        client_token="a-token",
        check_document=True,
    )
    assert_type(by_data, CreateWorkflowResponse)
    by_uri = await client.create_workflow(
        name="harden-linux",
        semantic_version="1.0.0",
        type="TEST",
        uri="s3://bucket/key",
        tags=Tags({"team": "platform"}),
    )
    assert_type(by_uri, CreateWorkflowResponse)
    assert_type(await client.dry_run_create_workflow(request), DryRunResponse)
    dry = await client.dry_run_create_workflow(
        name="abc", semantic_version="1.0.0", type=WorkflowType("NEW"), data="steps: []", timeout=5
    )
    assert_type(dry, DryRunResponse)
    dry = await client.dry_run_create_workflow(
        name="abc", semantic_version="1.0.0", type="DISTRIBUTION", uri="s3://bucket/key"
    )
    assert_type(dry, DryRunResponse)


async def reading(client: WorkflowsClient, arn: WorkflowArn) -> None:
    assert_type(await client.get_workflow(arn), GetWorkflowResponse)
    assert_type(await client.get_workflow(str(arn), timeout=5), GetWorkflowResponse)
    assert_type(await client.delete_workflow(arn.with_build(1)), DeleteWorkflowResponse)

    filters: Mapping[str, Sequence[str]] = {"type": ["BUILD", "TEST"]}
    listing = client.list_workflows(owner="Self", filters=filters, by_name=True, max_results=25, limit=100)
    assert_type(listing, Paginator[WorkflowVersion, ListWorkflowsResponse])
    collected = await listing.collect()
    assert_type(collected, Listing[WorkflowVersion])
    assert_type(collected[0], WorkflowVersion)
    assert_type(collected.to_records(), list[dict[str, Any]])
    client.list_workflows(owner=Ownership.AMAZON, filters=[Filter("name", ["abc"])], next_token="t")
    async for version in listing:
        assert_type(version, WorkflowVersion)
    async for page in listing.pages():
        assert_type(page, ListWorkflowsResponse)

    builds = client.list_workflow_build_versions(arn.version_arn, max_results=5, timeout=3)
    assert_type(builds, Paginator[WorkflowSummary, ListWorkflowBuildVersionsResponse])
    assert_type([build async for build in builds], list[WorkflowSummary])


async def executions(client: WorkflowsClient, execution_id: str, image_arn: str) -> None:
    assert_type(
        client.list_workflow_executions(image_arn, limit=1),
        Paginator[WorkflowExecutionMetadata, ListWorkflowExecutionsResponse],
    )
    steps = client.list_workflow_step_executions(execution_id)
    assert_type(steps, Paginator[WorkflowStepMetadata, ListWorkflowStepExecutionsResponse])
    assert_type(await client.get_workflow_execution(execution_id), GetWorkflowExecutionResponse)
    assert_type(await client.get_workflow_step_execution("step-1"), GetWorkflowStepExecutionResponse)
    waiting = client.list_waiting_workflow_steps(max_results=1)
    assert_type(waiting, Paginator[WorkflowStepExecution, ListWaitingWorkflowStepsResponse])
    answered = await client.send_workflow_step_action(
        step_execution_id="step-1", image_build_version_arn=image_arn, action="RESUME", reason="looks good"
    )
    assert_type(answered, SendWorkflowStepActionResponse)
    await client.send_workflow_step_action(
        step_execution_id="step-1", image_build_version_arn=image_arn, action=WorkflowStepActionType.STOP
    )

    pace = PollingPace(shortest=1, longest=10, failures=3)
    assert_type((pace.shortest, pace.longest, pace.failures), tuple[float, float, int])
    assert_type(
        await client.wait_for_workflow_execution(execution_id, timeout=60, pace=pace),
        GetWorkflowExecutionResponse,
    )
    follower = client.follow_workflow_execution(execution_id, pace=pace)
    assert_type(follower, ExecutionFollower)
    async for change in follower:
        assert_type(change, StepChange)
        assert_type(change.step, WorkflowStepMetadata)
    assert_type(follower.execution, GetWorkflowExecutionResponse | None)
    assert_type(follower.steps, tuple[WorkflowStepMetadata, ...])
    assert_type(follower.to_records(), list[dict[str, Any]])
    assert_type(await follower.wait(), GetWorkflowExecutionResponse)


async def tags(client: WorkflowsClient, arn: WorkflowArn) -> None:
    assert_type(await client.tag_resource(arn, {"team": "platform"}), TagResourceResponse)
    assert_type(await client.untag_resource(str(arn), ["team"]), UntagResourceResponse)
    listed = await client.list_tags_for_resource(arn)
    assert_type(listed, ListTagsForResourceResponse)
    if listed.tags is not None:
        assert_type(listed.tags["team"], str)
        assert_type(dict(listed.tags), dict[str, str])
