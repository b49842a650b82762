"""What is refused and what is accepted, exactly at each limit, in the service's words."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from aio_workflows.emulator import ImageBuilder
from aio_workflows.emulator.wire import Request

from .asking import create, listed, read

LONGEST = {
    "name": 128,
    "data": 16_000,
    "description": 1024,
    "changeDescription": 1024,
    "kmsKeyId": 1024,
    "clientToken": 64,
}
SHORTEST = {"name": 3} | {member: 1 for member in LONGEST if member != "name"}


@pytest.mark.parametrize("member", LONGEST)
def test_a_text_may_be_as_long_as_documented_and_no_longer(member: str) -> None:
    service = ImageBuilder()
    longest, shortest = LONGEST[member], SHORTEST[member]
    for length, accepted in [
        (shortest - 1, False),
        (shortest, True),
        (shortest + 1, True),
        (longest - 1, True),
        (longest, True),
        (longest + 1, False),
    ]:
        # Versions of their own, so that nothing is identical to anything.
        said = create(service, **{"semanticVersion": f"{length}.0.0", member: "a" * length})
        assert (said.status == 200) is accepted, (length, said)
        if not accepted:
            assert said.code == "InvalidParameterValueException"
            assert said.body["message"].startswith(
                f"The value supplied for parameter '{member}' is not valid. {member} must "
            )


@pytest.mark.parametrize(
    ("tags", "accepted"),
    [
        ({}, True),
        ({str(number): "" for number in range(49)}, True),
        ({str(number): "" for number in range(50)}, True),
        ({str(number): "" for number in range(51)}, False),
        ({"": "a"}, False),
        ({"k" * 127: "a"}, True),
        ({"k" * 128: "a"}, True),
        ({"k" * 129: "a"}, False),
        ({"k": "v" * 255}, True),
        ({"k": "v" * 256}, True),
        ({"k": "v" * 257}, False),
        ({"k": ""}, True),
        ({"aws:k": "v"}, False),
        ({"AWS:k": "v"}, True),
        ({"a b_.:/=+-@": "v"}, True),
        ({"ä": "v"}, False),
        ({"k\n": "v"}, True),
    ],
)
def test_tags(tags: dict[str, str], accepted: bool) -> None:
    said = create(ImageBuilder(), tags=tags)
    assert said.code == (None if accepted else "InvalidParameterValueException"), said


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("0.0.0", None),
        ("1073741822.0.0", None),
        ("1073741823.1073741823.1073741823", None),
        ("1073741824.0.0", "InvalidVersionNumberException"),
        ("0.0.1073741824", "InvalidVersionNumberException"),
        ("9" * 5000 + ".0.0", "InvalidVersionNumberException"),
        ("0" * 5000 + ".0.0", None),
        ("2021.01.01", None),
        ("1.0", "InvalidParameterValueException"),
        ("v1.0.0", "InvalidParameterValueException"),
        ("1.0.x", "InvalidParameterValueException"),
        ("1.0.0/2", "InvalidParameterValueException"),
        ("1.0.0-rc1", "InvalidParameterValueException"),
        ("1.0.0\n", "InvalidParameterValueException"),
        ("\u0661.0.0", "InvalidParameterValueException"),
    ],
)
def test_versions(version: str, code: str | None) -> None:
    assert create(ImageBuilder(), semanticVersion=version).code == code


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("abc", True),
        ("a c", True),
        ("-_9", True),
        (" bc", False),
        ("ab ", False),
        ("a.c", False),
        ("äbc", False),
        ("abc\n", False),
    ],
)
def test_names(name: str, accepted: bool) -> None:
    said = create(ImageBuilder(), name=name)
    assert (said.status == 200) is accepted
    if not accepted:
        assert said.body["message"] == (
            "The value supplied for parameter 'name' is not valid. "
            "name must match pattern ^[-_A-Za-z-0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z-0-9]$"
        )


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"name": None}, "name"),
        ({"semanticVersion": None}, "semanticVersion"),
        ({"type": None}, "type"),
        ({"clientToken": None}, "clientToken"),
        ({"type": "build"}, "type"),
        ({"type": "DEPLOY"}, "type"),
        ({"data": "a\x00b"}, "data"),
        ({"data": None, "uri": "https://bucket/key"}, "uri"),
        ({"data": None, "uri": "s3://bucket"}, "uri"),
        ({"data": None, "uri": ""}, "uri"),
    ],
)
def test_other_values_that_are_not_valid(change: dict[str, Any], parameter: str) -> None:
    said = create(ImageBuilder(), **change)
    assert (said.status, said.code) == (400, "InvalidParameterValueException")
    assert said.body["message"].startswith(f"The value supplied for parameter '{parameter}' is not valid. ")


def test_characters_are_counted_not_bytes() -> None:
    assert create(ImageBuilder(), data="🚀" * 16_000).status == 200


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"maxResults": 0}, "InvalidParameterValueException"),
        ({"maxResults": 1}, None),
        ({"maxResults": 25}, None),
        ({"maxResults": 26}, "InvalidParameterValueException"),
        ({"maxResults": "1"}, "SerializationException"),
        ({"maxResults": 1.5}, "SerializationException"),
        ({"byName": "no"}, "SerializationException"),
        ({"owner": "Self"}, None),
        ({"owner": "Amazon"}, None),
        ({"owner": "AWSMarketplace"}, None),
        ({"owner": "Shared"}, "InvalidParameterValueException"),
        ({"owner": "ThirdParty"}, "InvalidParameterValueException"),
        ({"owner": "self"}, "InvalidParameterValueException"),
        ({"filters": []}, "InvalidParameterValueException"),
        ({"filters": [{"name": "name", "values": ["a"]}] * 10}, None),
        ({"filters": [{"name": "name", "values": ["a"]}] * 11}, "InvalidParameterValueException"),
        ({"filters": [{"name": "name", "values": ["a"] * 10}]}, None),
        ({"filters": [{"name": "name", "values": ["a"] * 11}]}, "InvalidParameterValueException"),
        ({"filters": [{"name": "name", "values": []}]}, "InvalidParameterValueException"),
        ({"filters": [{"name": "name"}]}, "InvalidParameterValueException"),
        ({"filters": [{"name": "name", "values": ["?"]}]}, "InvalidParameterValueException"),
        ({"filters": [{"values": ["a"]}]}, "InvalidParameterValueException"),
        ({"filters": [{"name": "Name", "values": ["a"]}]}, "InvalidParameterValueException"),
        ({"filters": [{"name": "na me", "values": ["a"]}]}, "InvalidParameterValueException"),
        ({"filters": [{"name": "name", "values": [1]}]}, "SerializationException"),
        ({"filters": {"name": "name"}}, "SerializationException"),
        ({"filters": ["name"]}, "SerializationException"),
        ({"byName": True, "filters": [{"name": "name", "values": ["a"]}]}, None),
        (
            {"byName": True, "filters": [{"name": "version", "values": ["1.0.0"]}]},
            "InvalidParameterCombinationException",
        ),
    ],
)
def test_what_a_listing_may_ask_for(members: dict[str, Any], code: str | None) -> None:
    assert listed(ImageBuilder(), **members).code == code


@pytest.mark.parametrize(
    ("method", "query", "body"),
    [
        ("POST", "", {"tags": {}}),
        ("POST", "", {"tags": {"aws:a": ""}}),
        ("POST", "", {"tags": {"a": "b" * 257}}),
        ("DELETE", "", None),
        ("DELETE", "tagKeys=", None),
        ("DELETE", "&".join(f"tagKeys=key{number}" for number in range(51)), None),
    ],
)
def test_the_operations_on_tags_have_a_code_of_their_own(
    method: str, query: str, body: dict[str, Any] | None
) -> None:
    """For what is wrong with parameters; what is not there is not found as everywhere."""
    service = ImageBuilder()
    arn = create(service).arn
    content = json.dumps(body).encode() if body is not None else b""
    said = read(service.handle(Request(method, f"/tags/{quote(arn, safe='')}", query, (), content)))
    assert (said.status, said.code) == (400, "InvalidParameterException")
    tags = json.dumps({"tags": {"a": "b"}}).encode()
    missing = Request("POST", f"/tags/{quote(arn[:-1] + '9', safe='')}", body=tags)
    assert read(service.handle(missing)).code == "ResourceNotFoundException"
