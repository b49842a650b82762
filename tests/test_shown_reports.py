"""What reports, findings and errors show of themselves, and give as records."""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows import (
    AioWorkflowsError,
    AttemptRecord,
    CreateWorkflowRequest,
    PublishResult,
    ResourceAlreadyExistsException,
    RetryPolicy,
    SemanticVersion,
    WorkflowsClient,
)
from aio_workflows.document import Findings, check_document
from aio_workflows.emulator import Emulator, Respond
from aio_workflows.rollout import RolloutOutcome, RolloutReport
from tests.strategies import texts
from tests.test_shown import CANARY, DOCUMENT, check_records, html, requests
from tests.test_views import check_harmless, shown


def subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    for one in cls.__subclasses__():
        yield one
        yield from subclasses(one)


# --- Reports ---------------------------------------------------------------------------------------


async def test_a_bulk_report_shows_first_what_is_to_be_done(emulator: Emulator) -> None:
    """Counts, then the failures with their errors, then what was done; the first ones of them."""
    emulator.faults = {
        "CreateWorkflow": [Respond(code="ServiceQuotaExceededException", message="<full>"), Respond(503)]
    }
    async with emulator.client(retry=RetryPolicy(max_attempts=1)) as client:
        report = await client.create_workflows(requests(60), concurrency=1)
    page = check_harmless(html(report))
    assert page.text.startswith("60 workflows")
    assert "... and 35 more: report.to_records()" in page.text
    assert sum("workflow/test/flow-" in cell for cell in page.cells) == 23
    first = page.cells.index("0")
    assert page.cells[first + 1] == "failed"
    assert any("ServiceQuotaExceededException: <full>" in cell for cell in page.cells)
    assert any("outcome unknown" in cell for cell in page.cells)
    assert CANARY not in html(report) + str(report)


async def test_an_iterated_run_shows_its_failures_only(emulator: Emulator, client: WorkflowsClient) -> None:
    emulator.faults = [Respond(code="ServiceQuotaExceededException")]
    async with client.create_workflows(requests(3), concurrency=1) as run:
        assert "0 workflows" in check_harmless(html(run.report)).text
        async for _ in run:
            pass
    page = check_harmless(html(run.report))
    assert "flow-0" in page.cells
    assert "flow-1" not in page.cells


async def test_a_publication_shows_what_became_of_it(client: WorkflowsClient) -> None:
    """The diff by its size only; in bulk too."""
    request = requests(1)[0]
    made = await client.publish_workflow(request)
    cells = check_harmless(html(made)).cells
    assert {"created", made.workflow_build_version_arn, "1.0.0"} <= set(cells)
    changed = CreateWorkflowRequest(name="flow-0", semantic_version="1.0.0", type="TEST", data=DOCUMENT + "#")
    planned = await client.publish_workflow(changed, dry_run=True)
    assert planned.diff is not None
    assert CANARY in planned.diff
    assert CANARY not in html(planned)
    assert {"nothing was done", f"<{len(planned.diff)} characters>"} <= set(
        check_harmless(html(planned)).cells
    )
    report = await client.publish_workflows([request])
    assert {"unchanged", "already_exists"} <= set(check_harmless(html(report)).cells)


@given(texts(0, 40))
def test_a_rollout_shows_first_what_is_to_be_done(text: str) -> None:
    result = PublishResult(
        status="created", workflow_build_version_arn=text, semantic_version=SemanticVersion.parse("1.0.0")
    )
    done = RolloutOutcome(target="a", workflow=text, label=text, status="created", result=result)
    error = ResourceAlreadyExistsException(text)
    failed = RolloutOutcome(target="b", workflow=text, label=text, status="failed", error=error)
    report = RolloutReport(outcomes=(done, failed))
    page = check_harmless(html(report))
    rows = page.cells[page.cells.index("target") :]
    assert [one for one in rows if one in ("failed", "created")] == ["failed", "created"]
    assert page.cells.count(shown(text)) >= 2
    records = report.to_records()
    check_records(records)
    assert [one["status"] for one in records] == ["created", "failed"]
    assert (records[0]["error"], records[1]["error"]) == (None, "ResourceAlreadyExistsException")
    assert records[1]["message"] == str(error)
    assert str(report).startswith("2 publications\n")


# --- Findings --------------------------------------------------------------------------------------

FAULTY = """schemaVersion: 1.0
steps:
  - name: Launch
    action: LaunchInstance
    timeoutInSeconds: 600
  - name: Keep
    action: CreateImage
    inputs:
      instanceId.$: $.stepOutputs.Lunch.instanceId
"""


def test_findings_are_a_list_a_table_and_records() -> None:
    """And hold no document."""
    findings = check_document(FAULTY)
    assert [one.code for one in findings] == ["WF101", "WF103", "WF502"]
    assert findings == list(findings)
    assert pickle.loads(pickle.dumps(findings)) == findings
    cells = check_harmless(html(findings)).cells
    assert {"5", "WF103", "warning", "9", "21", "WF502", "error", "steps[1].inputs.instanceId.$"} <= set(
        cells
    )
    records = findings.to_records()
    check_records(records)
    assert [(one["line"], one["severity"]) for one in records] == [(3, "error"), (5, "warning"), (9, "error")]
    assert "Lunch.instanceId" not in html(findings) + repr(findings)
    assert "0 findings" in check_harmless(html(check_document(DOCUMENT))).text
    title, header, *rows = str(findings).splitlines()
    assert (title, header.split()[:4]) == ("3 findings", ["line", "column", "severity", "code"])
    assert [row.split()[3] for row in rows] == ["WF101", "WF103", "WF502"]
    assert str(check_document(DOCUMENT)) == "0 findings"


def test_findings_stand_beside_the_document_for_whoever_asks() -> None:
    """In the page and in print. What ends in logs has neither."""
    annotated = check_document(FAULTY).beside(FAULTY)
    page = check_harmless(html(annotated))
    assert page.marked == ["name:", "timeoutInSeconds:", "$.stepOutputs.Lunch.instanceId"]
    assert [one for one in page.cells if one in FAULTY.splitlines()] == FAULTY.splitlines()
    toned = [one.get("class") for tag, one in page.elements if tag == "td" and one.get("class")]
    assert toned == ["bad", "doubtful", "bad"]
    lines = str(annotated).splitlines()
    place = lines.index("9 |       instanceId.$: $.stepOutputs.Lunch.instanceId")
    assert lines[place + 1].startswith("  |                     ^ error WF502: there is no step 'Lunch'")
    assert "Lunch.instanceId" not in repr(annotated)


def test_of_a_long_document_only_the_neighbourhood_is_shown() -> None:
    text = "schemaVersion: 1.0\nsteps:\n" + "".join(
        f"  - {{name: Step{number}, action: WaitForAction}}\n" for number in range(300)
    )
    text = text.replace("Step150, action: WaitForAction", "Step150, action: WaitForever")
    cells = check_harmless(html(check_document(text).beside(text))).cells
    numbers = [int(one) for one in cells if one.isdecimal()]
    assert numbers
    near = [number for number in numbers if 145 <= number <= 160]
    assert near == [150, 151, 152, 153, 154, 155, 156]
    assert "..." in cells


@given(texts(0, 200), st.sampled_from(["", "steps:\n", "schemaVersion: 1.0\nsteps: [{name: "]))
def test_any_text_can_be_looked_at(text: str, start: str) -> None:
    document = start + text
    annotated = check_document(document).beside(document)
    check_harmless(html(annotated))
    assert all(one.isprintable() or one == "\n" for one in str(annotated))
    assert all(one.isprintable() or one == "\n" for one in str(Findings().beside(document)))


# --- Errors ----------------------------------------------------------------------------------------


def every_error() -> list[type[AioWorkflowsError]]:
    made = {one for one in subclasses(AioWorkflowsError) if one.__module__.startswith("aio_workflows")}
    return sorted(made, key=lambda cls: cls.__name__)


@pytest.mark.parametrize("cls", every_error(), ids=lambda cls: cls.__name__)
def test_every_error_shows_its_facts(cls: type[AioWorkflowsError]) -> None:
    is_list = issubclass(cls, ValueError)
    make: Any = cls
    error = make([]) if is_list else make("<b>no</b>")
    error.operation, error.stop_reason, error.client_token = "CreateWorkflow", "attempts", "a-token"
    error.attempts = (
        AttemptRecord(number=1, error="<i>", http_status=503, outcome="unknown", duration=0.5, wait=1.25),
    )
    page = check_harmless(html(error))
    assert page.text.startswith(cls.__name__)
    assert {error.outcome, "CreateWorkflow", "attempts", "a-token", "<i>", "503", "0.50 s"} <= set(page.cells)
    assert "1.25 s" in page.cells
    assert is_list or "<b>no</b>" in page.cells


async def test_an_error_of_a_call_shows_all_attempts(emulator: Emulator) -> None:
    emulator.faults = [Respond(503), Respond(503), Respond(503)]
    async with emulator.client(retry=RetryPolicy(max_attempts=3, base_delay=0.01)) as client:
        with pytest.raises(AioWorkflowsError) as caught:
            await client.create_workflow(requests(1)[0])
    cells = check_harmless(html(caught.value)).cells
    table = cells[cells.index("number") :]
    assert table.count("503") == 3
    assert all(one in cells for one in caught.value.request_ids)
    assert CANARY not in html(caught.value)
