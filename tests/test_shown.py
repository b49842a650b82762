"""What answers, listings and executions show of themselves, and give as records."""

import asyncio
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows import (
    CreateWorkflowRequest,
    CreateWorkflowResponse,
    GetWorkflowResponse,
    Listing,
    ListWorkflowBuildVersionsResponse,
    ListWorkflowStepExecutionsResponse,
    PollingPace,
    RetryPolicy,
    ServiceException,
    Tags,
    WorkflowsClient,
    WorkflowStepExecutionStatus,
    WorkflowStepMetadata,
    WorkflowSummary,
)
from aio_workflows.emulator import Emulator, Fails, throttled
from aio_workflows.models.responses import Page, Response
from aio_workflows.models.tables import to_records
from aio_workflows.protocol.operations import OPERATIONS
from aio_workflows.transport.credentials import Credentials
from aio_workflows.transport.sts import AssumedRole
from tests.strategies import answers
from tests.test_views import HOSTILE, check_harmless, shown

CANARY = "canary-in-a-document"
DOCUMENT = f"schemaVersion: 1.0\nsteps:\n  - {{name: Wait, action: WaitForAction}}\n# {CANARY}\n"


def html(value: Any) -> str:
    fragment: str = value._repr_html_()
    return fragment


RESPONSES = sorted({one.response for one in OPERATIONS.values()}, key=lambda cls: cls.__name__)


def requests(count: int) -> list[CreateWorkflowRequest]:
    return [
        CreateWorkflowRequest(name=f"flow-{number}", semantic_version="1.0.0", type="TEST", data=DOCUMENT)
        for number in range(count)
    ]


# --- Answers and listings --------------------------------------------------------------------------


@pytest.mark.parametrize("cls", RESPONSES, ids=lambda cls: cls.__name__)
@given(st.data())
def test_any_answer_is_shown_harmlessly(cls: type[Response], data: st.DataObject) -> None:
    answer = data.draw(answers(cls))
    assert check_harmless(html(answer)).text.startswith(cls.__name__)
    if isinstance(answer, Page):
        check_records(answer.to_records())


def check_records(records: list[dict[str, Any]]) -> None:
    """Flat, of plain values, and all with the same keys: what pandas and polars take."""
    assert len({tuple(one) for one in records}) <= 1
    kinds = {type(value) for one in records for value in one.values()}
    assert kinds <= {str, int, float, bool, type(None)}


def test_a_secret_is_shown_nowhere() -> None:
    """The keys of an assumed role are such an answer too."""
    keys = Credentials("AKIA-an-id", f"{CANARY}-secret", f"{CANARY}-token", datetime.fromtimestamp(1, UTC))
    assert CANARY not in html(AssumedRole(credentials=keys))
    assert CANARY not in str(to_records([AssumedRole(credentials=keys)]))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_arrive_as_text(text: str) -> None:
    """In an answer, its tags, a listing, an error and a finding's message."""
    summary = WorkflowSummary(name=text, arn=text, tags=Tags({text: text}), date_created="today")
    page = ListWorkflowBuildVersionsResponse(workflow_summary_list=(summary,), next_token=text)
    found = check_harmless(html(page)).cells
    assert found.count(shown(text)) == 3  # next_token, name and arn
    assert check_harmless(html(Listing([summary]))).cells.count(shown(text)) == 2
    error = ServiceException(text, request_id=text)
    assert check_harmless(html(error)).cells.count(shown(text)) == 2


async def test_an_answer_shows_what_it_says_and_how_it_came_about(emulator: Emulator) -> None:
    """Each fact under the name by which it is reached; the attempts, if there were several."""
    emulator.faults = [throttled()]
    async with emulator.client(retry=RetryPolicy(base_delay=0.01)) as client:
        created = await client.create_workflow(
            name="golden", semantic_version="1.0.0", type="BUILD", data=DOCUMENT, tags={"owner": "me"}
        )
        read = await client.get_workflow(created.workflow_build_version_arn)
    cells = check_harmless(html(created)).cells
    facts = dict(zip(cells[::2], cells[1::2], strict=False))
    assert facts["workflow_build_version_arn"] == created.workflow_build_version_arn
    assert created.metadata is not None
    assert facts["metadata.request_id"] == created.metadata.request_id
    assert {"CallRateLimitExceededException", "429", "rejected", "done"} <= set(cells)
    cells = check_harmless(html(read)).cells
    facts = dict(zip(cells[::2], cells[1::2], strict=False))
    assert facts["workflow.name"] == "golden"
    assert facts["workflow.tags.owner"] == "me"
    assert facts["workflow.data"] == f"<{len(DOCUMENT)} characters>"
    assert CANARY not in html(read) + str(read) + repr(read)


async def test_a_listing_is_collected_shown_and_taken_as_records(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    """To the limit; a tuple in all other respects. Printed, it is a table."""
    await client.create_workflows(requests(5))
    listing = await client.list_workflows(owner="Self").collect()
    assert isinstance(listing, tuple)
    assert len(listing) == 5
    assert len(await client.list_workflows(owner="Self", limit=3).collect()) == 3
    assert pickle.loads(pickle.dumps(listing)) == listing
    assert [one["name"] for one in listing.to_records()] == [one.name for one in listing]
    check_records(listing.to_records())
    cells = check_harmless(html(listing)).cells
    assert all(one.arn in cells and one.name in cells for one in listing)
    title, header, *rows = str(listing).splitlines()
    assert title == "5 WorkflowVersion"
    assert header.split() == ["name", "version", "type", "date_created", "arn"]
    assert [row.split()[0] for row in rows] == [one.name for one in listing]
    async for page in client.list_workflows(owner="Self", max_results=2).pages():
        assert len(page.to_records()) == len(page.workflow_version_list or ())
        assert all(one.arn in check_harmless(html(page)).cells for one in page.workflow_version_list or ())
        assert all(str(one.arn) in str(page) for one in page.workflow_version_list or ())
    assert "collect()" in repr(client.list_workflows())


async def test_an_empty_listing_says_so(client: WorkflowsClient) -> None:
    listing = await client.list_workflows(owner="Self").collect()
    assert (listing, listing.to_records(), str(listing)) == ((), [], "0 items")
    assert check_harmless(html(listing)).tables() == 0


def test_records_have_a_column_for_each_tag_and_each_field_of_a_field() -> None:
    """Though one item has no state at all, and the other tags."""
    builds = Listing([WorkflowSummary(name="a", tags=Tags({"owner": "me"})), WorkflowSummary(name="b")])
    first, second = builds.to_records()
    assert (first["tags.owner"], second["tags.owner"]) == ("me", None)
    assert first["state.status"] is None
    assert {"state", "tags"}.isdisjoint(first)
    assert "tags" not in Listing([WorkflowSummary(name="b")]).to_records()[0]


# --- Executions ------------------------------------------------------------------------------------


def step(name: str, status: str, start: str | None, end: str | None, **more: Any) -> WorkflowStepMetadata:
    return WorkflowStepMetadata(
        name=name,
        status=WorkflowStepExecutionStatus(status),
        start_time=start,
        end_time=end,
        inputs=f'{{"secret": "{CANARY}"}}',
        outputs=CANARY,
        **more,
    )


STEPS = (
    step("Launch", "COMPLETED", "2026-09-09T19:00:00.000Z", "2026-09-09T19:01:00.000Z"),
    step("Build", "FAILED", "2026-09-09T19:01:00.000Z", "2026-09-09T19:03:20.000Z", message="no <disk>"),
    step("Clean", "RUNNING", "2026-09-09T19:03:00.000Z", None),
    step("Odd", "RUNNING", "last Tuesday", None),
    step("Later", "PENDING", None, None),
)


def bars(fragment: str) -> list[tuple[str | None, str | None]]:
    elements = check_harmless(fragment).elements
    return [(one["class"], one["style"]) for _, one in elements if "bar" in (one.get("class") or "").split()]


def test_steps_are_a_timeline() -> None:
    """What runs still goes up to the last moment that is known; what has no time has no bar."""
    page = ListWorkflowStepExecutionsResponse(steps=STEPS)
    assert bars(html(page)) == [
        ("bar good", "margin-left:0.00%;width:30.00%"),
        ("bar bad", "margin-left:30.00%;width:70.00%"),
        ("bar busy", "margin-left:90.00%;width:10.00%"),
    ]
    cells = check_harmless(html(page)).cells
    assert {"1 min 00 s", "2 min 20 s", "no <disk>", "Odd", "Later"} <= set(cells)
    assert bars(html(Listing(STEPS))) == bars(html(page))
    assert str(Listing(STEPS)).splitlines()[2:5] == [
        "Launch  COMPLETED  1 min 00 s  #######·················",
        "Build   FAILED     2 min 20 s  ·······#################  no <disk>",
        "Clean   RUNNING                ·····················##·",
    ]
    for one in (html(page), str(page), html(Listing(STEPS)), str(page.to_records())):
        assert CANARY not in one
    check_records(page.to_records())


async def test_a_follower_shows_the_execution_as_it_was_last_seen(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    document = """
schemaVersion: 1.0
steps:
  - {name: Launch, action: LaunchInstance}
  - {name: Approve, action: WaitForAction}
  - {name: Keep, action: CreateImage, inputs: {instanceId: i-1}}
"""
    created = await client.create_workflow(
        name="golden", semantic_version="1.0.0", type="BUILD", data=document
    )
    played = emulator.play(created.workflow_build_version_arn, outcomes={"Keep": Fails("no <disk>")})
    follower = client.follow_workflow_execution(played, pace=PollingPace(shortest=0.01, longest=0.02))
    assert (str(follower), follower.steps, follower.to_records()) == (played, (), [])
    async for change in follower:
        if change.step.name == "Approve" and change.before is None:
            assert {"Approve", "RUNNING", "PENDING"} & set(check_harmless(html(follower)).cells)
            async for waiting in client.list_waiting_workflow_steps():
                await client.send_workflow_step_action(
                    step_execution_id=str(waiting.step_execution_id),
                    image_build_version_arn=str(waiting.image_build_version_arn),
                    action="RESUME",
                )
    cells = check_harmless(html(follower)).cells
    assert {"Launch", "Approve", "Keep", "COMPLETED", "FAILED", created.workflow_build_version_arn} <= set(
        cells
    )
    assert [one.name for one in follower.steps] == ["Launch", "Approve", "Keep"]
    assert [one["status"] for one in follower.to_records()] == ["COMPLETED", "COMPLETED", "FAILED"]
    assert "Keep" in str(follower)


# --- What needs no notebook ------------------------------------------------------------------------


async def test_views_are_made_when_they_are_asked_for(client: WorkflowsClient) -> None:
    """Never for a repr: what is logged stays short."""
    created = await asyncio.wait_for(client.create_workflow(requests(1)[0]), 60)
    assert isinstance(created, CreateWorkflowResponse)
    assert "<table" not in repr(created) + str(created)
    read = await client.get_workflow(created.workflow_build_version_arn)
    assert isinstance(read, GetWorkflowResponse)
    assert "\n" not in str(read)
