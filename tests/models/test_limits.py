"""Every documented limit of creating, getting and listing: the last good value on each side, the first bad one."""

from typing import Any

import pytest

from aio_workflows import (
    CreateWorkflowRequest,
    Filter,
    GetWorkflowRequest,
    ListWorkflowsRequest,
    Ownership,
    RequestValidationError,
    SemanticVersion,
    WildcardVersion,
    WorkflowArn,
    WorkflowType,
)

NODE = 2**30 - 1
ARN = "arn:aws:imagebuilder:eu-west-1:123456789012:workflow/build/abc"

CREATE: dict[str, tuple[list[Any], list[Any]]] = {
    "name": (
        ["a" * 3, "a" * 128, "-a_", "_ -", "A9z", "a  b"],
        [
            "",
            "a" * 2,
            "a" * 129,
            " ab",
            "ab ",
            "a.b",
            "abc\n",
            "\nabc",
            "a\tb",
            "äbc",
            "a\u00a0b",
            "\uff1123",
            5,
            None,
            b"abc",
        ],
    ),
    "semantic_version": (
        ["0.0.0", f"{NODE}.{NODE}.{NODE}", "2021.01.01", "000.1.2", SemanticVersion(1, 2, 3)],
        [
            *(
                "",
                "1",
                "1.0",
                "1.0.0.0",
                "v1.0.0",
                "1.0.x",
                "1.0.0/2",
                "1.0.0-rc1",
                "1.0.0+1",
                "1..0",
                ".1.0",
            ),
            *(" 1.0.0", "1.0.0\n", "1.0.0 ", "-1.0.0", "1.+0.0", "1_0.0.0", "\uff11.0.0", "\u0663.0.0"),
            *(f"{NODE + 1}.0.0", f"0.{NODE + 1}.0", f"0.0.{NODE + 1}", "9" * 5_000 + ".0.0"),
            *(1, 1.0, None, (1, 0, 0), WildcardVersion()),
        ],
    ),
    "type": (
        ["BUILD", "TEST", "DISTRIBUTION", WorkflowType("NEW")],
        ["", "build", "NEW", "BUILD\n", 5, None, Ownership.SELF],
    ),
    "data": (
        ["a", "a" * 16_000, "é" * 16_000, "🚀" * 16_000, "\r\n", " ", "\x01", "\ufeff", "\u2028"],
        ["", "a" * 16_001, "a\x00", "\x00", "\ud800", "a\udfff", b"a", 5],
    ),
    "description": (["a", "a" * 1024, "🚀" * 1024, "\n"], ["", "a" * 1025, "\ud800", 5]),
    "change_description": (["a", "a" * 1024, "🚀" * 1024], ["", "a" * 1025, "\ud800", 5]),
    "kms_key_id": (["a", "a" * 1024, "alias/a"], ["", "a" * 1025, 5]),
    "client_token": (["t", "t" * 64, "漢"], ["", "t" * 65, "\ud800", 5]),
    "tags": (
        [
            {},
            {str(number): "" for number in range(50)},
            {"k": ""},
            {"k" * 128: "v" * 256},
            {"k": "🚀" * 256},
            {"a aws:_.:/=+-@": "v"},
            {"AWS:x": "v"},
            {"aws": "v"},
        ],
        [
            {str(number): "" for number in range(51)},
            {"": "v"},
            {"k" * 129: ""},
            {"k": "v" * 257},
            {"aws:": ""},
            {"aws:x": ""},
            {"k!": ""},
            {"é": ""},
            {"k": "\ud800"},
            {"k": None},
            {"k": 5},
            {5: "v"},
            ["k"],
            "k",
        ],
    ),
}
URIS: tuple[list[Any], list[Any]] = (
    ["s3://b/k", "s3://bucket/a/b c/é.yaml", "s3://bucket//"],
    [
        "",
        "s3://",
        "s3://b",
        "s3://b/",
        "s3:///k",
        "S3://b/k",
        "https://b/k",
        "s3://b/k\n",
        "s3://b c/k",
        "s3://b/\x00",
        5,
    ],
)
OTHERS: dict[tuple[type, str], tuple[list[Any], list[Any]]] = {
    (GetWorkflowRequest, "workflow_build_version_arn"): (
        [
            f"{ARN}/1.0.0/1",
            f"{ARN}/1.0.0",
            f"{ARN}/x.x.x",
            f"{ARN}/1.x.x",
            ARN.replace("123456789012", "aws") + "/x.x.x",
            ARN.replace("arn:aws", "arn:aws-us-gov").replace("eu-west-1", "us-gov-west-1") + "/1.0.0",
            WorkflowArn.parse(f"{ARN}/1.0.0/1"),
        ],
        [
            *(
                "",
                ARN,
                f"{ARN}/1.0",
                f"{ARN}/1.0.0/",
                f"{ARN}/x.x.x/1",
                f"{ARN}/1.0.0/1\n",
                f"{ARN}/1.0.0/x",
                5,
                None,
            ),
            *(
                f"{ARN}/1.0.0".replace(one, other)
                for one, other in (("build", "image"), ("123456789012", "12345"))
            ),
        ],
    ),
    (ListWorkflowsRequest, "owner"): (
        ["Self", "Amazon", "Shared", "ThirdParty", Ownership("NEW")],
        ["", "self", "NEW", 5],
    ),
    (ListWorkflowsRequest, "by_name"): ([True, False], [1, 0, "true"]),
    (ListWorkflowsRequest, "max_results"): ([1, 25], [0, 26, -1, True, 1.0, "1", 10**4_000]),
    (ListWorkflowsRequest, "next_token"): (["t", "t" * 65_535], ["", "t" * 65_536, 5]),
    (ListWorkflowsRequest, "filters"): (
        [[Filter("name", ["a"])], [Filter("name", ["a"])] * 10, {"type": ["BUILD"]}],
        [[], {}, [Filter("name", ["a"])] * 11, "name", ["name"], 5],
    ),
}


def refused(cls: Any, field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(RequestValidationError) as caught:
        cls(**fields)
    assert {one.field.partition("[")[0].partition(" ")[0] for one in caught.value.complaints} == {field}
    assert all(one.limit and one.actual and one.text for one in caught.value.complaints)
    assert len(str(caught.value)) < 400  # whatever the size of what was given


def created(**changes: Any) -> dict[str, Any]:
    return {"name": "abc", "semantic_version": "1.0.0", "type": "BUILD", "data": "a"} | changes


def shown(value: object) -> str:
    return ascii(value)[:20]


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, (good, _) in CREATE.items() for value in good], ids=shown
)
def test_the_last_good_values_of_a_create(field: str, value: Any) -> None:
    """They pass, and nothing is mended in silence."""
    made = CreateWorkflowRequest(**created(**{field: value}))
    kept = getattr(made, field)
    assert (str(kept) if isinstance(value, str) else kept) == value


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, (_, bad) in CREATE.items() for value in bad], ids=shown
)
def test_the_first_bad_values_of_a_create(field: str, value: Any) -> None:
    """They are refused by the name of their field, with limit and actual size."""
    refused(CreateWorkflowRequest, field, created(**{field: value}))


@pytest.mark.parametrize("value", URIS[0], ids=shown)
def test_a_good_uri(value: str) -> None:
    assert CreateWorkflowRequest(**created(data=None, uri=value)).uri == value


@pytest.mark.parametrize("value", URIS[1], ids=shown)
def test_a_bad_uri(value: Any) -> None:
    refused(CreateWorkflowRequest, "uri", created(data=None, uri=value))


def test_exactly_one_of_data_and_uri() -> None:
    """Both and none are a complaint about the combination."""
    for both in ({"uri": "s3://b/k"}, {"data": None}):
        refused(CreateWorkflowRequest, "data", created(**both))


@pytest.mark.parametrize(
    ("cls", "field", "value"),
    [(*place, value) for place, (good, _) in OTHERS.items() for value in good],
    ids=shown,
)
def test_the_last_good_values_of_the_others(cls: Any, field: str, value: Any) -> None:
    assert getattr(cls(**{field: value}), field) is not None


@pytest.mark.parametrize(
    ("cls", "field", "value"),
    [(*place, value) for place, (_, bad) in OTHERS.items() for value in bad],
    ids=shown,
)
def test_the_first_bad_values_of_the_others(cls: Any, field: str, value: Any) -> None:
    refused(cls, field, {field: value})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("n" * 1024, ["v"]),
        ("name", ["v"] * 10),
        ("name", ["v" * 1024]),
        ("name", ['1.0/_ :,{}"-']),
    ],
)
def test_a_good_filter(name: str, values: list[str]) -> None:
    assert Filter(name, values).values == tuple(values)


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("", ["v"], "name"),
        ("n" * 1025, ["v"], "name"),
        ("na1", ["v"], "name"),
        ("name", [], "values"),
        ("name", ["v"] * 11, "values"),
        ("name", [""], "values"),
        ("name", ["v" * 1025], "values"),
        ("name", ["é"], "values"),
        ("name", "value", "values"),
        ("name", [5], "values"),
    ],
)
def test_a_bad_filter(name: Any, values: Any, field: str) -> None:
    refused(Filter, field, {"name": name, "values": values})
