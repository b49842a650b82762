"""ListWorkflows, asked without a network."""

import base64
from typing import Any

import pytest

from aio_workflows.emulator import ImageBuilder

from .asking import create, listed


@pytest.fixture
def service() -> ImageBuilder:
    return ImageBuilder(clock=lambda: 1788983755.0)


def names(service: ImageBuilder, **members: Any) -> list[list[str]]:
    """The names on each page, followed to the end."""
    pages = list[list[str]]()
    token: dict[str, str] = {}
    while True:
        body = listed(service, **members, **token).body
        pages.append([entry["name"] for entry in body["workflowVersionList"]])
        if "nextToken" not in body:
            return pages
        token = {"nextToken": body["nextToken"]}


def test_an_entry_is_a_version_without_its_builds(service: ImageBuilder) -> None:
    create(service, data="a")
    create(service, data="b", description="the latest build's")
    assert listed(service).body == {
        "workflowVersionList": [
            {
                "arn": "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/harden-linux/1.0.0",
                "name": "harden-linux",
                "version": "1.0.0",
                "description": "the latest build's",
                "type": "BUILD",
                "owner": "123456789012",
                "dateCreated": "2026-09-09T19:55:55.000Z",
            }
        ]
    }


@pytest.mark.parametrize(("size", "pages"), [(1, 7), (3, 3), (7, 1), (25, 1)])
def test_pages_hold_each_version_once(service: ImageBuilder, size: int, pages: int) -> None:
    expected = [f"flow-{number}" for number in range(7)]
    for name in expected:
        create(service, name=name)
    found = names(service, maxResults=size)
    assert [name for page in found for name in page] == expected
    assert len(found) == pages


def test_a_page_has_25_entries_unless_asked_otherwise(service: ImageBuilder) -> None:
    for number in range(26):
        create(service, name=f"flow-{number}")
    assert [len(page) for page in names(service)] == [25, 1]


def test_what_is_created_meanwhile_comes_at_the_end(service: ImageBuilder) -> None:
    for name in ("one", "two", "three"):
        create(service, name=name)
    token = listed(service, maxResults=2).body["nextToken"]
    create(service, name="four")
    rest = listed(service, maxResults=25, nextToken=token).body
    assert [entry["name"] for entry in rest["workflowVersionList"]] == ["three", "four"]


def test_filtered_pages_may_be_empty_and_yet_go_on(service: ImageBuilder) -> None:
    for kind in ("TEST", "TEST", "BUILD"):
        create(service, name=f"flow-{len(service.store.builds)}", type=kind)
    assert names(service, maxResults=1, filters=[{"name": "type", "values": ["BUILD"]}]) == [
        [],
        [],
        ["flow-2"],
    ]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"name": ["one"]}, ["one"]),
        ({"name": ["One"]}, []),
        ({"name": ["one", "two"]}, ["one", "two"]),
        ({"version": ["2.0.0"]}, ["two"]),
        ({"description": ["second"]}, ["two"]),
        ({"type": ["TEST"]}, ["two"]),
        ({"type": ["TEST"], "name": ["one"]}, []),
    ],
)
def test_filters(service: ImageBuilder, filters: dict[str, list[str]], found: list[str]) -> None:
    """Values of one filter are alternatives; several filters must all be met."""
    create(service, name="one")
    create(service, name="two", semanticVersion="2.0.0", type="TEST", description="second")
    asked = [{"name": name, "values": values} for name, values in filters.items()]
    assert names(service, filters=asked) == [found]


def test_by_name_there_is_one_entry_with_the_highest_version(service: ImageBuilder) -> None:
    for name, version in [("one", "2.0.0"), ("two", "1.0.0"), ("one", "10.0.0"), ("One", "3.0.0")]:
        create(service, name=name, semanticVersion=version)
    create(service, name="one", type="TEST")
    body = listed(service, byName=True).body
    assert [
        (entry["arn"].split("workflow/")[1], entry["version"]) for entry in body["workflowVersionList"]
    ] == [
        ("build/two/x.x.x", "1.0.0"),
        ("build/one/x.x.x", "10.0.0"),
        ("test/one/x.x.x", "1.0.0"),
    ]
    assert names(service, byName=True, maxResults=1) == [["two"], ["one"], ["one"]]


def test_the_marketplace_has_none(service: ImageBuilder) -> None:
    create(service)
    assert listed(service, owner="AWSMarketplace").body == {"workflowVersionList": []}


def test_a_region_lists_its_own(service: ImageBuilder) -> None:
    create(service, region="eu-west-1")
    assert listed(service).body == {"workflowVersionList": []}


def test_a_token_that_was_not_given_out_is_refused(service: ImageBuilder) -> None:
    for name in ("one", "two", "three"):
        create(service, name=name)
    token = listed(service, maxResults=1).body["nextToken"]
    page, _, seal = base64.urlsafe_b64decode(token).split(b":")
    forged = base64.urlsafe_b64encode(b":".join((page, b"3", seal))).decode()
    for wrong in ("", "nonsense", "é", token[:-1], token + "=", forged):
        said = listed(service, nextToken=wrong)
        assert (said.status, said.code) == (400, "InvalidPaginationTokenException"), wrong


def test_a_token_goes_with_its_question(service: ImageBuilder) -> None:
    for name in ("one", "two", "three"):
        create(service, name=name)
    token = listed(service, maxResults=1).body["nextToken"]
    for change in ({"byName": True}, {"owner": "Amazon"}, {"filters": [{"name": "name", "values": ["a"]}]}):
        assert listed(service, nextToken=token, **change).code == "InvalidPaginationTokenException"
    assert listed(service, nextToken=token, region="eu-west-1").code == "InvalidPaginationTokenException"
    assert listed(service, nextToken=token, maxResults=2).status == 200
