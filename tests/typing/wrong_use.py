"""Wrong use that both checkers must refuse. Checked by `nox -s typing`, never run.

Each wrong line says which error it expects from mypy and which from pyright. A comment that is not needed is an error
itself, so a line that is taken for right fails the session.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=error

from aio_workflows import (
    AioWorkflowsError,
    CreateWorkflowRequest,
    PollingPace,
    RetryPolicy,
    SemanticVersion,
    Tags,
    WorkflowsClient,
)
from aio_workflows.document import CreateImage, LaunchInstance, check_document, string_equals
from aio_workflows.emulator import Emulator, Reset, Respond
from aio_workflows.rollout import AwsAccess, Manifest, Rollout, Target


async def creating(client: WorkflowsClient, request: CreateWorkflowRequest) -> None:
    await client.create_workflow()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await client.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a", uri="s3://b/k")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await client.create_workflow(name="abc", semantic_version="1.0.0", data="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await client.create_workflow(name="abc", semantic_version="1.0.0", type="build", data="a")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    await client.create_workflow(name="abc", semantic_version=1.0, type="BUILD", data="a")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    await client.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data=b"a")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    await client.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a", tags={"a": 1})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    await client.create_workflow(name="abc", semanticVersion="1.0.0", type="BUILD", data="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await client.create_workflow(name="abc", semantic_version="1.0.0", type="BUILD", data="a", dry_run=True)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await client.create_workflow(  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
        name="abc", semantic_version="1.0.0", type="BUILD", uri="s3://b/k", check_document=True
    )
    await client.create_workflow(request, name="abc")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await client.create_workflow("abc")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    await client.dry_run_create_workflow(request, check_document=True)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await client.dry_run_create_workflow(  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
        name="abc", semantic_version="1.0.0", type="BUILD", data="a", uri="s3://b/k"
    )
    CreateWorkflowRequest(name="abc", semantic_version="1.0.0", type="DEPLOY", data="a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    CreateWorkflowRequest(name="abc", semantic_version="1.0.0", type="BUILD", data="a", dry_run=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    CreateWorkflowRequest("abc", "1.0.0", "BUILD", "a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    CreateWorkflowRequest.from_file("a.yaml", semantic_version="1.0.0", type="BUILD", data="a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    request.name = "other"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


async def other_operations(client: WorkflowsClient, request: CreateWorkflowRequest) -> None:
    await client.get_workflow()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.get_workflow(arn="arn:aws:imagebuilder:eu-west-1:123456789012:workflow/build/abc/1.0.0/1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await client.delete_workflow(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.list_workflows(owner="self")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.list_workflows(limit="10")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.list_workflows(filters={"type": 1})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    for _ in client.list_workflows():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        pass
    async for version in client.list_workflows():
        print_upper(version.name)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.list_workflows()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    await client.send_workflow_step_action(step_execution_id="s", image_build_version_arn="a", action="PAUSE")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.untag_resource("arn", {"team": "platform"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.wait_for_workflow_execution("wf-1", pace=2.0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.publish_workflow(request, on_change="newest")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await client.publish_workflow(request, dry_run="writes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.create_workflows(request)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.create_workflows(["a.yaml"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.create_workflows([request], stop_on="success")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.create_workflows([request], on_progress=print_upper)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def print_upper(text: str) -> None:
    text.upper()


def values(error: AioWorkflowsError, version: SemanticVersion, tags: Tags) -> None:
    WorkflowsClient("eu-west-1", "production")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    WorkflowsClient(regoin="eu-west-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    WorkflowsClient(retry=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    WorkflowsClient(credentials=("AKIDEXAMPLE", "a secret"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    RetryPolicy(5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    RetryPolicy(retry_if="always")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    PollingPace(shortest="2s")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    version.bump("build")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    tags["team"] = "platform"  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    if error.outcome == "done":  # type: ignore[comparison-overlap]  # pyright: ignore[reportUnnecessaryComparison]
        raise error


def documents() -> None:
    LaunchInstance("Launch")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    LaunchInstance(name="Launch", on_failure="Retry")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    LaunchInstance(name="Launch", health_check="HEALTHY")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    LaunchInstance(name="Launch", instance_type="m7i.large")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    CreateImage(name="Keep")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    string_equals(1, "AMI")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    check_document("steps: []", unknown_action="refuse")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def emulator_and_rollout(emulator: Emulator, manifest: Manifest) -> None:
    Emulator(8080)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    emulator.faults = [Reset, Respond]  # type: ignore[list-item]  # pyright: ignore[reportAttributeAccessIssue]
    emulator.faults = [500]  # type: ignore[list-item]  # pyright: ignore[reportAttributeAccessIssue]
    emulator.rate_limit = 20  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    Respond(form="yaml")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Target(region="eu-west-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Rollout(manifest, AwsAccess(), on_progress=print_upper)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Rollout(manifest, WorkflowsClient())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
