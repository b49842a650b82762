"""Items that the service would take for one resource are found before they are sent."""

import asyncio
import pickle
from pathlib import Path
from typing import Any

import pytest

from aio_workflows import Collision, CollisionError, CreateWorkflowRequest, RequestValidationError
from tests.bulk.making import Gate, Handled, client, nothing_is_left, request, requests, stream

ALIKE = [
    ("My Flow", "my_flow"),
    ("my-flow", "MY-FLOW"),
    ("my_flow", "my flow"),
    ("my-flow", "my-flow"),
]


def pair(first: str, second: str, **fields: Any) -> list[CreateWorkflowRequest]:
    return [
        request(name=first, data="a: 1", semantic_version="1.0.0", type="TEST"),
        request(**{"name": second, "data": "a: 2", "semantic_version": "1.0.0", "type": "TEST", **fields}),
    ]


@pytest.mark.parametrize(("first", "second"), ALIKE)
async def test_names_that_are_one_resource_collide(first: str, second: str) -> None:
    transport = Handled()
    run = client(transport).create_workflows([request(0), *pair(first, second)])
    with pytest.raises(CollisionError, match=r"items 1 and 2 are both test/my-flow/1\.0\.0") as caught:
        await run
    assert caught.value.collisions == (Collision(first=1, second=2, resource="test/my-flow/1.0.0"),)
    assert isinstance(caught.value, RequestValidationError)
    assert transport.sent == []
    assert run.report.counts == {"not_started": 3}
    assert nothing_is_left()


@pytest.mark.parametrize(
    "other", [{"semantic_version": "1.0.1"}, {"type": "BUILD"}, {"name": "my-flow-2"}, {"data": "a: 1"}]
)
async def test_what_differs_in_name_version_or_type_does_not_collide(other: dict[str, Any]) -> None:
    """Nor does what is the same altogether."""
    report = await client(Handled()).create_workflows(pair("my-flow", "my-flow", **other))
    assert report.counts == {"created": 2}


async def test_versions_with_leading_zeros_are_one() -> None:
    with pytest.raises(CollisionError):
        await client(Handled()).create_workflows(pair("my-flow", "my-flow", semantic_version="01.0.0"))


async def test_every_collision_of_a_list_is_told_at_once() -> None:
    """The error stays readable, and whole, also in another process."""
    items = [*requests(1500), *(request(number, data="another") for number in range(0, 1500, 2))]
    transport = Handled()
    with pytest.raises(CollisionError) as caught:
        await client(transport).create_workflows(items)
    assert transport.sent == []
    pairs = [(one.first, one.second) for one in caught.value.collisions]
    assert pairs == [(number, 1500 + number // 2) for number in range(0, 1500, 2)]
    assert len(str(caught.value)) < 1000
    assert "and 745 more" in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).collisions == caught.value.collisions


async def test_a_long_list_is_looked_through_without_holding_up_the_loop() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.ensure_future(tick())
    with pytest.raises(CollisionError):
        await client(Handled()).create_workflows([*requests(3000), request(0, data="another")])
    ticking.cancel()
    assert ticks >= 6


async def test_a_collision_of_a_stream_is_found_among_those_in_flight() -> None:
    """It fails by itself, unsent, and the others go on."""
    gate = Gate()

    async def items() -> Any:
        first, second = pair("My Flow", "my_flow")
        yield first
        yield request(1)
        await gate.arrived.acquire()
        yield second
        gate.open.release()
        gate.open.release()

    transport = Handled(gate)
    report = await client(transport).create_workflows(items(), concurrency=3)
    assert [one.status for one in report.outcomes] == ["created", "created", "failed"]
    error = report.outcomes[2].error
    assert isinstance(error, CollisionError)
    assert error.collisions == (Collision(first=0, second=2, resource="test/my-flow/1.0.0"),)
    assert len(transport.sent) == 2


async def test_equal_items_of_a_stream_may_be_in_flight_together() -> None:
    report = await client(Handled()).create_workflows(iter([request(0)] * 9), concurrency=3)
    assert report.counts == {"created": 9}


async def test_the_window_forgets_what_is_through() -> None:
    """Without a journal, an endless input is compared with what is in flight, and memory stays flat."""
    report = await client(Handled()).create_workflows(iter(pair("My Flow", "my_flow")), concurrency=1)
    assert report.counts == {"created": 2}


async def test_with_a_journal_a_stream_is_compared_with_all_before(tmp_path: Path) -> None:
    """Also with what an earlier life of the run did, once it has been read again."""
    path = tmp_path / "run.sqlite"
    first, second = pair("My Flow", "my_flow")
    for _ in range(2):
        items = iter([first, *stream(20), second])
        report = await client(Handled()).create_workflows(items, concurrency=2, journal=path)
        assert report.counts == {"created": 21, "failed": 1}
        error = report.outcomes[21].error
        assert isinstance(error, CollisionError)
        assert error.collisions == (Collision(first=0, second=21, resource="test/my-flow/1.0.0"),)


async def test_a_changed_document_is_no_collision_with_an_earlier_life(tmp_path: Path) -> None:
    """Whoever mends a document and starts again with the same journal wants the new one."""
    path = tmp_path / "run.sqlite"
    first, second = pair("my-flow", "my-flow")
    assert (await client(Handled()).create_workflows(iter([first]), journal=path)).counts == {"created": 1}
    transport = Handled()
    assert (await client(transport).create_workflows(iter([second]), journal=path)).counts == {"created": 1}
    assert len(transport.sent) == 1
