"""The report: in words, as a table, and as one exception."""

import asyncio
import pickle
from typing import Any, get_args

import pytest

from aio_workflows import AioWorkflowsError, BulkStatus, IncompleteRunError
from aio_workflows.transport.base import HttpResponse
from tests.bulk.making import Gate, Handled, Report, client, created, refused, request, requests, result_of


async def mixed(body: dict[str, Any]) -> HttpResponse:
    await asyncio.sleep(0)
    answers = {
        "workflow-1": refused("ResourceAlreadyExistsException"),
        "workflow-2": refused("ServiceQuotaExceededException", 402),
        "workflow-3": refused("ServiceException", 500),
    }
    return answers.get(body["name"]) or created(body)


@pytest.fixture
async def report() -> Report:
    return await client(Handled(mixed)).create_workflows(requests(5))


async def test_a_report_sums_up_in_words(report: Report) -> None:
    head, *lines = str(report).splitlines()
    assert head.startswith("5 workflows: 2 created, 1 there already, 1 failed, 1 with unknown outcome (")
    assert lines[0].startswith("  2: workflow-2 1.0.0 (BUILD) failed: ServiceQuotaExceededException: no [")
    assert lines[1].startswith("  3: workflow-3 1.0.0 (BUILD) with unknown outcome: ServiceException: no [")
    assert repr(report) == str(report)


async def test_a_report_of_many_failures_stays_short() -> None:
    async def refuse(body: dict[str, Any]) -> HttpResponse:
        return HttpResponse(
            403, {"x-amzn-errortype": "ForbiddenException"}, b'{"message": "%s"}' % (b"no " * 999)
        )

    report = await client(Handled(refuse)).create_workflows(requests(500))
    assert "and 490 more: report.failures()" in str(report)
    assert len(str(report)) < 5000


async def test_a_report_before_the_first_outcome() -> None:
    run = client(Handled()).create_workflows(requests(5))
    assert str(run.report) == "0 workflows: nothing yet (0.0 s)"
    assert not run.report.is_complete


async def test_a_status_that_no_item_has_counts_as_zero() -> None:
    """So that a program can ask for each of them, whatever happened."""
    counts = (await client(Handled()).create_workflows([])).counts
    assert [counts[status] for status in get_args(BulkStatus)] == [0] * 6
    assert counts == {}


async def test_records_are_flat_and_plain(report: Report) -> None:
    records = report.to_records()
    assert [list(one) for one in records] == [list(records[0])] * 5
    assert [one["status"] for one in records] == ["created", "already_exists", "failed", "unknown", "created"]
    assert all(isinstance(value, str | int | float | None) for one in records for value in one.values())
    assert records[0]["workflow_build_version_arn"].endswith("workflow/build/workflow-0/1.0.0/1")
    assert records[2]["error"] == records[2]["code"] == "ServiceQuotaExceededException"
    assert records[2]["name"] == "workflow-2"
    assert "number: 2" not in str(records)


async def test_failures_are_raised_as_one(report: Report) -> None:
    """Each names its item, and keeps its facts."""
    with pytest.raises(ExceptionGroup, match="2 of 5 workflows are not done") as caught:
        report.raise_for_failures()
    errors = caught.value.exceptions
    assert [type(error).__name__ for error in errors] == ["ServiceQuotaExceededException", "ServiceException"]
    assert errors[0].__notes__ == ["item 2: workflow-2 1.0.0 (BUILD)"]
    assert isinstance(errors[1], AioWorkflowsError)
    assert errors[1].outcome == "unknown"
    assert pickle.loads(pickle.dumps(errors[0])).__notes__ == errors[0].__notes__


async def test_a_run_without_failures_raises_nothing() -> None:
    report = await client(Handled(mixed)).create_workflows(requests(2))
    assert report.failures() == []
    report.raise_for_failures()


async def test_an_iterated_run_reports_its_failures_too() -> None:
    async with client(Handled(mixed)).create_workflows(requests(5)) as run:
        async for _ in run:
            pass
    with pytest.raises(ExceptionGroup, match="2 of 5"):
        run.report.raise_for_failures()
    assert [one.index for one in run.report.failures()] == [2, 3]


async def test_a_run_that_ended_early_is_not_taken_for_a_success() -> None:
    run = client(Handled(Gate())).create_workflows(requests(9), concurrency=2)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(result_of(run), 0.05)
    report = run.report
    with pytest.raises(ExceptionGroup, match="9 of 9") as caught:
        report.raise_for_failures()
    (error,) = caught.value.exceptions
    assert isinstance(error, IncompleteRunError)
    assert (error.cancelled, error.not_started, error.outcome) == (2, 7, "unknown")
    token = report.failures()[0].client_token
    assert f"0: workflow-0 1.0.0 (BUILD) cancelled under way; client token {token}" in str(report)


async def test_a_stream_that_was_not_read_to_its_end_is_not_taken_for_a_success() -> None:
    async with client(Handled()).create_workflows(iter(requests(9)), concurrency=1) as run:
        async for _ in run:
            break
    with pytest.raises(ExceptionGroup, match="not done") as caught:
        run.report.raise_for_failures()
    assert "was not read" in str(caught.value.exceptions[0])


async def test_no_failure_holds_on_to_frames() -> None:
    """A traceback would keep every document near it in memory."""
    report = await client(Handled(mixed)).create_workflows([request(2), request(3)])
    for one in report.failures():
        assert one.error is not None
        assert one.error.__traceback__ is None
