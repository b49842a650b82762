"""Listings over pages as a service may send them: short, empty, broken, without an end."""

import json
from collections.abc import AsyncIterable, Sequence
from typing import Any

import pytest

from aio_workflows import (
    ForbiddenException,
    InvalidResponseError,
    RetryPolicy,
    WorkflowsClient,
    WorkflowVersion,
)
from aio_workflows.transport.base import HttpResponse
from tests.scripted_transport import Scripted


class Pages(Scripted):
    """A transport that answers with one page after the other, whatever is asked."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        super().__init__([])
        self._pages = list(pages)

    async def send(self, *parts: Any) -> HttpResponse:
        self.sent.append(parts[:-1])
        page = self._pages.pop(0)
        if "code" in page:
            return HttpResponse(403, {"x-amzn-errortype": page["code"]}, b"{}")
        return HttpResponse(200, {}, json.dumps(page).encode())

    @property
    def tokens(self) -> list[str | None]:
        """The tokens that were asked with."""
        return [json.loads(sent[4]).get("nextToken") for sent in self.sent]


def page(names: Sequence[str] | None, token: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if names is not None:
        made["workflowVersionList"] = [{"name": name} for name in names]
    if token is not None:
        made["nextToken"] = token
    return made


def client(pages: Pages) -> WorkflowsClient:
    return WorkflowsClient("eu-west-1", transport=pages, retry=RetryPolicy(max_attempts=1))


async def collect(listing: AsyncIterable[WorkflowVersion], names: list[str | None]) -> None:
    """Keep the names as they come, up to the error."""
    async for one in listing:
        names.append(one.name)  # noqa: PERF401 - what came before an error counts


async def test_only_a_missing_token_ends_a_listing() -> None:
    """Short and empty pages, and pages without a list, are passed on the way."""
    pages = Pages(page(["a", "b"], "1"), page([], "2"), page(None, "3"), page(["c"], "4"), page([], ""))
    names = [one.name async for one in client(pages).list_workflows(owner="Self", max_results=2)]
    assert names == ["a", "b", "c"]
    assert pages.tokens == [None, "1", "2", "3", "4"]
    bodies = [json.loads(sent[4]) for sent in pages.sent]
    assert all((body["owner"], body["maxResults"]) == ("Self", 2) for body in bodies)


async def test_pages_come_as_they_are() -> None:
    """Empty ones too, each with the metadata of its own call."""
    pages = Pages(page(["a"], "1"), page([], "2"), page(None))
    found = [one async for one in client(pages).list_workflows().pages()]
    assert [one.next_token for one in found] == ["1", "2", None]
    assert [one.raw for one in found] == [page(["a"], "1"), page([], "2"), page(None)]


@pytest.mark.parametrize(
    ("limit", "names", "calls"), [(0, "", 0), (1, "a", 1), (2, "ab", 1), (3, "abc", 2), (9, "abc", 2)]
)
async def test_a_limit_fetches_no_page_in_vain(limit: int, names: str, calls: int) -> None:
    """The page after the last item that is wanted is never asked for."""
    pages = Pages(page(["a", "b"], "1"), page(["c"]))
    assert [one.name async for one in client(pages).list_workflows(limit=limit)] == [*names]
    assert len(pages.sent) == calls


async def test_a_listing_can_begin_in_the_middle() -> None:
    """With a token that was kept."""
    pages = Pages(page(["c"]))
    assert [one.name async for one in client(pages).list_workflows(next_token="kept")] == ["c"]
    assert pages.tokens == ["kept"]


@pytest.mark.parametrize(
    ("first", "pages"),
    [
        (None, [page(["a"], "1"), page(["b"], "1")]),
        (None, [page(["a"], "1"), page(["b"], "2"), page(["c"], "1")]),
        ("1", [page(["a"], "1")]),
    ],
)
async def test_a_listing_without_an_end_is_noticed(first: str | None, pages: list[dict[str, Any]]) -> None:
    """A token that came before is an answer that cannot be used; what came until then was given."""
    sent = Pages(*pages)
    names = list[str | None]()
    with pytest.raises(InvalidResponseError, match="would never end") as caught:
        await collect(client(sent).list_workflows(next_token=first), names)
    assert names == [one["workflowVersionList"][0]["name"] for one in pages]
    assert (caught.value.operation, len(sent.sent)) == ("ListWorkflows", len(pages))


async def test_a_page_that_fails_ends_the_listing_where_it_is() -> None:
    """With the error of its call, after the items of the pages before."""
    names = list[str | None]()
    pages = Pages(page(["a"], "1"), {"code": "ForbiddenException"})
    with pytest.raises(ForbiddenException):
        await collect(client(pages).list_workflows(), names)
    assert names == ["a"]


async def test_nothing_is_fetched_before_it_is_asked_for() -> None:
    """Neither by making a listing nor beyond the item where the caller leaves."""
    pages = Pages(page(["a"], "1"), page(["b"], "2"))
    listing = client(pages).list_workflows()
    assert not pages.sent
    async for one in listing:
        assert one.name == "a"
        break
    assert len(pages.sent) == 1
