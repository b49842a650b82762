"""Bulk runs and publishing. Checked by `nox -s typing`, never run."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, assert_type

from aio_workflows import (
    BulkOutcome,
    BulkProgress,
    BulkReport,
    BulkRun,
    BulkStatus,
    CreateWorkflowRequest,
    CreateWorkflowResponse,
    OnChange,
    PublishResult,
    PublishStatus,
    SemanticVersion,
    WorkflowsClient,
)

Created = BulkOutcome[CreateWorkflowRequest, CreateWorkflowResponse]


def show(progress: BulkProgress) -> None:
    assert_type(progress.time_left, float | None)


def is_bad(outcome: Created) -> bool:
    return not outcome.is_done


async def requests_as_they_come() -> AsyncIterator[CreateWorkflowRequest]:
    yield CreateWorkflowRequest(name="abc", semantic_version="1.0.0", type="BUILD", data="steps: []")


async def creating_many(client: WorkflowsClient, requests: Iterable[CreateWorkflowRequest]) -> None:
    report = await client.create_workflows(requests)
    assert_type(report, BulkReport[CreateWorkflowRequest, CreateWorkflowResponse])
    assert_type(report.outcomes, tuple[Created, ...])
    assert_type(report.failures(), list[Created])
    assert_type(report.counts, Counter[BulkStatus])
    assert_type((report.is_complete, report.elapsed, report.throttles), tuple[bool, float, int])
    assert_type((report.total, report.succeeded), tuple[int, int])
    assert_type(report.to_records(), list[dict[str, Any]])
    report.raise_for_failures()

    run = client.create_workflows(
        requests_as_they_come(),
        concurrency=20,
        journal=Path("run.sqlite"),
        resend_within=300,
        on_progress=show,
        progress=True,
        stop_on=is_bad,
        timeout=30,
    )
    assert_type(run, BulkRun[CreateWorkflowRequest, CreateWorkflowResponse])
    async with run:
        async for outcome in run:
            assert_type(outcome, Created)
            assert_type(outcome.index, int)
            assert_type(outcome.request, CreateWorkflowRequest)
            assert_type(outcome.status, BulkStatus)
            assert_type(outcome.response, CreateWorkflowResponse | None)
            assert_type(outcome.error, Exception | None)
            assert_type(outcome.client_token, str | None)
            assert_type((outcome.attempts, outcome.duration), tuple[int, float])
            assert_type((outcome.recalled, outcome.is_done), tuple[bool, bool])
    assert_type(run.report, BulkReport[CreateWorkflowRequest, CreateWorkflowResponse])
    assert_type(run.progress, BulkProgress)
    await run.aclose()
    client.create_workflows(requests, stop_on="failure", journal="run.sqlite")


async def publishing(client: WorkflowsClient, request: CreateWorkflowRequest) -> None:
    on_change: OnChange = "patch"
    result = await client.publish_workflow(
        request, on_change=on_change, dry_run="reads", document="steps: []", timeout=5
    )
    assert_type(result, PublishResult)
    assert_type(result.status, PublishStatus)
    assert_type(result.semantic_version, SemanticVersion)
    await client.publish_workflow(request, on_change="fail", dry_run=True)

    run = client.publish_workflows([request], on_change="minor", dry_run=True, stop_on="failure")
    assert_type(run, BulkRun[CreateWorkflowRequest, PublishResult])
    async for outcome in run:
        assert_type(outcome.response, PublishResult | None)
    assert_type(await run, BulkReport[CreateWorkflowRequest, PublishResult])
