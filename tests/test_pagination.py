"""Listings as async iterators: followed to the end and no further, over real sockets."""

import asyncio
import json
import random
from contextlib import aclosing
from typing import Any

import pytest

from aio_workflows import AccessDeniedException, InvalidResponseError, WorkflowsClient
from aio_workflows.emulator import Delay, Emulator, Fault, InTurn, Quotas, Respond, StepRun
from aio_workflows.pagination import Paginator
from aio_workflows.protocol.operations import GET_WORKFLOW

IMAGE = "arn:aws:imagebuilder:us-east-1:123456789012:image/golden/1.0.0/1"
WORKFLOW = "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/golden/1.0.0/1"


def page(*names: str, **more: Any) -> Respond:
    """One page of ListWorkflows that the emulator is told to answer."""
    return Respond(200, body=json.dumps({"workflowVersionList": [{"name": name} for name in names]} | more))


def asked_for(emulator: Emulator) -> list[str | None]:
    """The token of each request that came."""
    return [json.loads(request.body or b"{}").get("nextToken") for request in emulator.requests]


async def collect(listing: Paginator[Any, Any], found: list[str]) -> None:
    """Read a listing into ``found``, which keeps what came before an error."""
    async for item in listing:
        found += [item.name]


async def names(listing: Paginator[Any, Any]) -> list[str]:
    found = list[str]()
    await collect(listing, found)
    return found


@pytest.mark.parametrize("end", [{}, {"nextToken": None}, {"nextToken": ""}], ids=["absent", "null", "empty"])
async def test_a_listing_ends_without_a_token(
    end: dict[str, Any], emulator: Emulator, client: WorkflowsClient
) -> None:
    """However the service says that there is none."""
    emulator.faults = [page("a", nextToken="t1"), page("b", **end)]
    assert await names(client.list_workflows()) == ["a", "b"]
    assert asked_for(emulator) == [None, "t1"]


async def test_empty_pages_are_followed(emulator: Emulator, client: WorkflowsClient) -> None:
    """One without items, one whose list is null, one that has no list: only the token counts."""
    nothing = Respond(200, body='{"nextToken": "t3"}')
    null = Respond(200, body='{"workflowVersionList": null, "nextToken": "t4"}')
    emulator.faults = [page(nextToken="t1"), page("a", nextToken="t2"), nothing, null, page("b")]
    assert await names(client.list_workflows()) == ["a", "b"]
    assert asked_for(emulator) == [None, "t1", "t2", "t3", "t4"]


async def test_pages_come_as_they_are(emulator: Emulator, client: WorkflowsClient) -> None:
    """Empty ones included, each with its metadata; a limit of items does not apply to them."""
    emulator.faults = [page(nextToken="t1"), page("a", "b")]
    pages = [one async for one in client.list_workflows(limit=1).pages()]
    assert [len(one.workflow_version_list or ()) for one in pages] == [0, 2]
    assert [one.next_token for one in pages] == ["t1", None]
    assert all(one.metadata is not None and one.metadata.http_status == 200 for one in pages)


@pytest.mark.parametrize(
    ("first", "tokens"),
    [(None, ["t1", "t1"]), (None, ["t1", "t2", "t1"]), ("given", ["given"])],
    ids=["at once", "in a circle", "the one it began with"],
)
async def test_a_repeated_token_is_an_error_that_names_it(
    first: str | None, tokens: list[str], emulator: Emulator, client: WorkflowsClient
) -> None:
    """In place of a listing without end; what came before it has been given."""
    emulator.faults = [page(str(number), nextToken=token) for number, token in enumerate(tokens)]
    found = list[str]()
    with pytest.raises(InvalidResponseError, match=repr(tokens[-1])) as caught:
        await collect(client.list_workflows(next_token=first), found)
    assert found == [str(number) for number in range(len(tokens))]
    assert len(emulator.requests) == len(tokens)
    assert (caught.value.operation, caught.value.stop_reason) == ("ListWorkflows", "not_retryable")


@pytest.mark.parametrize(
    ("limit", "found", "requests"),
    [(0, "", 0), (-1, "", 0), (1, "a", 1), (2, "ab", 1), (3, "abc", 2), (9, "abcd", 2), (None, "abcd", 2)],
)
async def test_a_limit_ends_it(
    limit: int | None, found: str, requests: int, emulator: Emulator, client: WorkflowsClient
) -> None:
    """And no page is asked for that it does not need."""
    emulator.faults = [page("a", "b", nextToken="t1"), page("c", "d")]
    assert await names(client.list_workflows(limit=limit)) == list(found)
    assert len(emulator.requests) == requests


async def test_each_iteration_begins_anew(emulator: Emulator, client: WorkflowsClient) -> None:
    """With its whole limit, from where the request began."""
    emulator.faults = [page("a", nextToken="t1"), page("b"), page("a", nextToken="t1"), page("b")]
    listing = client.list_workflows(limit=2, next_token="t0")
    assert await names(listing) == await names(listing) == ["a", "b"]
    assert asked_for(emulator) == ["t0", "t1", "t0", "t1"]


async def test_what_is_broken_off_asks_for_nothing_more(emulator: Emulator, client: WorkflowsClient) -> None:
    """Break in the middle of a page, over items and over pages; the client goes on to work."""
    emulator.faults = [page("a", "b", nextToken="t1"), page("a", "b", nextToken="t1")]
    async with aclosing(aiter(client.list_workflows())) as items:  # type: ignore[type-var]
        async for item in items:
            assert item.name == "a"
            break
    async for one in client.list_workflows().pages():
        assert one.next_token == "t1"
        break
    assert asked_for(emulator) == [None, None]
    assert await names(client.list_workflows()) == []


async def test_a_listing_that_is_cancelled_ends_at_once(emulator: Emulator, client: WorkflowsClient) -> None:
    """While a page is on its way; the client goes on to work, and so does the listing."""
    on_its_way = asyncio.Event()

    class Hangs(InTurn):
        def next(self, operation: str | None) -> Fault | None:
            fault = super().next(operation)
            if isinstance(fault, Delay):
                on_its_way.set()
            return fault

    emulator.faults = Hangs([page("a", nextToken="t1"), Delay(60.0)])
    listing, found = client.list_workflows(), list[str]()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        task = group.create_task(collect(listing, found))
        await on_its_way.wait()
        task.cancel()
    assert task.cancelled()
    assert found == ["a"]
    assert await names(listing) == []


async def test_a_page_that_is_refused_ends_it_and_can_be_asked_for_again(
    emulator: Emulator, client: WorkflowsClient
) -> None:
    """What came before has been given; a listing can go on from the last token."""
    emulator.faults = [page("a", nextToken="t1"), Respond(403, code="AccessDeniedException"), page("b")]
    pages = client.list_workflows().pages()
    one = await anext(pages)
    assert [item.name for item in one.workflow_version_list or ()] == ["a"]
    with pytest.raises(AccessDeniedException):
        await anext(pages)
    assert await names(client.list_workflows(next_token=one.next_token)) == ["b"]


def test_an_operation_without_pages_has_no_listing() -> None:
    """Asked for by mistake, it says which."""

    async def fetch(_request: Any) -> Any: ...

    with pytest.raises(TypeError, match="GetWorkflow has no pages"):
        Paginator(fetch, GET_WORKFLOW, object())


async def fill(emulator: Emulator, client: WorkflowsClient, count: int) -> tuple[str, dict[str, list[str]]]:
    """Put ``count`` of everything in. Gives an execution with that many steps, and what there is to list."""
    steps = [
        StepRun(
            step_id=f"step-00000000-0000-4000-8000-{number:012}",
            name=f"Approve{number}",
            action="WaitForAction",
            status="RUNNING",
        )
        for number in range(count)
    ]
    of_other = IMAGE.replace("golden", "other")
    long = emulator.put_execution(workflow_arn=WORKFLOW, image_arn=of_other, steps=steps)
    executions = [emulator.put_execution(workflow_arn=WORKFLOW, image_arn=IMAGE) for _ in range(count)]
    ids = [step.step_id for step in steps]
    slots = asyncio.Semaphore(10)

    async def create(number: int) -> str:
        async with slots:
            created = await client.create_workflow(
                name=f"name-{number}", semantic_version="1.0.0", type="BUILD", data="steps: []"
            )
            return created.workflow_build_version_arn

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(create(number)) for number in range(count)]
    builds = [task.result() for task in tasks]
    workflows = [arn.rpartition("/")[0] for arn in builds]
    return long, {
        "workflows": workflows,
        "builds": builds,
        "executions": executions,
        "steps": ids,
        "waiting": ids,
    }


@pytest.mark.parametrize("size", [1, 25, None], ids=["pages of 1", "pages of 25", "pages at random"])
async def test_each_of_a_thousand_items_comes_once(size: int | None) -> None:
    """In every listing; the pages at random are short, and empty between."""
    dice = random.Random(20261125)
    lengths = list[int]()

    def length(asked: int) -> int:
        lengths.append(asked if size is not None else dice.choice((0, dice.randint(1, asked))))
        return lengths[-1]

    async with (
        Emulator(quotas=Quotas(workflows=2000), page_size=length) as emulator,
        emulator.client() as client,
    ):
        long, there = await fill(emulator, client, 1000)
        found = {
            "workflows": [one.arn async for one in client.list_workflows(max_results=size)],
            "builds": [one.arn async for one in client.list_workflow_build_versions(max_results=size)],
            "executions": [
                one.workflow_execution_id
                async for one in client.list_workflow_executions(IMAGE, max_results=size)
            ],
            "steps": [
                one.step_execution_id
                async for one in client.list_workflow_step_executions(long, max_results=size)
            ],
            "waiting": [
                one.step_execution_id async for one in client.list_waiting_workflow_steps(max_results=size)
            ],
        }
    for listing, items in there.items():
        assert sorted(map(str, found[listing])) == sorted(items), listing
    if size is None:
        assert 0 in lengths
    else:
        assert len(lengths) == 5 * 1000 / size
