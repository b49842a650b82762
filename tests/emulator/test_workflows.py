"""CreateWorkflow and GetWorkflow, asked without a network."""

import json
import re
from typing import Any

import pytest

from aio_workflows.emulator import ImageBuilder, Quotas
from aio_workflows.emulator.wire import Request

from .asking import DOCUMENT, create, get, read, request, wanted

PREFIX = "arn:aws:imagebuilder:us-east-1:123456789012:workflow"


@pytest.fixture
def service() -> ImageBuilder:
    return ImageBuilder(clock=lambda: 1788983755.731)


def test_the_first_build_is_number_one(service: ImageBuilder) -> None:
    said = create(service, name="Harden My_Linux", clientToken="mine")
    assert said.status == 200
    assert said.body == {
        "clientToken": "mine",
        "workflowBuildVersionArn": f"{PREFIX}/build/harden-my-linux/1.0.0/1",
        "latestVersionReferences": {
            "latestVersionArn": f"{PREFIX}/build/harden-my-linux/x.x.x",
            "latestMajorVersionArn": f"{PREFIX}/build/harden-my-linux/1.x.x",
            "latestMinorVersionArn": f"{PREFIX}/build/harden-my-linux/1.0.x",
            "latestPatchVersionArn": f"{PREFIX}/build/harden-my-linux/1.0.0",
        },
    }


def test_changed_content_is_a_new_build_and_identical_content_is_refused(service: ImageBuilder) -> None:
    """Compared is the latest build only: A, B, A are three builds."""
    assert create(service, data="a").arn.endswith("/1.0.0/1")
    refused = create(service, data="a")
    assert (refused.status, refused.code) == (400, "ResourceAlreadyExistsException")
    assert refused.body == {
        "message": f"The following resource 'Workflow' already exists: '{PREFIX}/build/harden-linux/1.0.0/1'."
    }
    assert create(service, data="b").arn.endswith("/1.0.0/2")
    assert create(service, data="a").arn.endswith("/1.0.0/3")


@pytest.mark.parametrize(
    ("member", "value", "is_new"),
    [
        ("description", "other", True),
        ("kmsKeyId", "alias/other", True),
        ("changeDescription", "other", False),
        ("tags", {"other": "tag"}, False),
    ],
)
def test_what_makes_content_another(service: ImageBuilder, member: str, value: object, is_new: bool) -> None:
    create(service)
    assert (create(service, **dict[str, Any]({member: value})).status == 200) is is_new


def test_names_that_differ_in_case_blank_and_underscore_are_one_workflow(service: ImageBuilder) -> None:
    create(service, name="My Flow_1", data="a")
    assert create(service, name="my-flow 1", data="b").arn == f"{PREFIX}/build/my-flow-1/1.0.0/2"


def test_the_type_and_the_version_are_part_of_the_identity(service: ImageBuilder) -> None:
    arns = {
        create(service, type=kind, semanticVersion=version).arn
        for kind in ("BUILD", "TEST", "DISTRIBUTION")
        for version in ("1.0.0", "01.0.0", "2021.01.01")
    }
    assert len(arns) == 9
    assert all(arn.endswith("/1") for arn in arns)


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_request_lands_in_the_region_it_is_signed_for(
    service: ImageBuilder, region: str, partition: str
) -> None:
    made = create(service, region=region)
    assert (
        made.arn == f"arn:{partition}:imagebuilder:{region}:123456789012:workflow/build/harden-linux/1.0.0/1"
    )
    assert get(service, made.arn, region=region).status == 200
    assert get(service, made.arn).code == "ResourceNotFoundException"


def test_a_build_says_what_it_was_made_of(service: ImageBuilder) -> None:
    made = create(
        service,
        name="Harden Linux",
        description="d",
        changeDescription="c",
        kmsKeyId="k",
        tags={"team": "", "a b": "c"},
        data="x: é\r\ny",
    )
    assert get(service, made.arn).body == {
        "workflow": {
            "arn": made.arn,
            "name": "Harden Linux",
            "version": "1.0.0",
            "type": "BUILD",
            "description": "d",
            "changeDescription": "c",
            "kmsKeyId": "k",
            "owner": "123456789012",
            "data": "x: é\r\ny",
            "dateCreated": "2026-09-09T19:55:55.731Z",
            "tags": {"team": "", "a b": "c"},
        },
        "latestVersionReferences": made.body["latestVersionReferences"],
    }


def test_what_was_not_given_is_absent_and_tags_are_empty(service: ImageBuilder) -> None:
    workflow = get(service, create(service).arn).body["workflow"]
    assert workflow["tags"] == {}
    assert workflow.keys().isdisjoint({"kmsKeyId", "description", "changeDescription", "state"})


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("1.0.0/1", "1.0.0/1"),
        ("1.0.0", "1.0.0/2"),
        ("1.0.x", "1.0.10/1"),
        ("1.x.x", "1.2.0/1"),
        ("x.x.x", "10.0.0/1"),
        ("2.x.x", "2.0.0/1"),
    ],
)
def test_an_arn_without_build_or_with_wildcards_finds_the_newest_match(
    service: ImageBuilder, asked: str, found: str
) -> None:
    for number, version in enumerate(["1.0.0", "1.0.10", "1.0.9", "1.2.0", "10.0.0", "2.0.0", "1.0.0"]):
        create(service, semanticVersion=version, data=f"{number}")
    workflow = get(service, f"{PREFIX}/build/harden-linux/{asked}").body["workflow"]
    assert workflow["arn"] == f"{PREFIX}/build/harden-linux/{found}"


@pytest.mark.parametrize(
    ("tail", "status", "code"),
    [
        ("build/harden-linux/1.0.0/2", 404, "ResourceNotFoundException"),
        ("build/harden-linux/1.0.1", 404, "ResourceNotFoundException"),
        ("build/harden-linux/2.x.x", 404, "ResourceNotFoundException"),
        ("test/harden-linux/1.0.0/1", 404, "ResourceNotFoundException"),
        ("build/other/x.x.x", 404, "ResourceNotFoundException"),
        ("build/harden-linux/x.0.x", 400, "InvalidVersionNumberException"),
        ("build/harden-linux/1.x.0", 400, "InvalidVersionNumberException"),
        ("build/harden-linux/1.0.1073741824", 400, "InvalidVersionNumberException"),
        ("build/harden-linux", 400, "InvalidParameterValueException"),
        ("build/Harden/1.0.0", 400, "InvalidParameterValueException"),
        ("deploy/harden-linux/1.0.0", 400, "InvalidParameterValueException"),
    ],
)
def test_what_is_not_there_and_what_is_no_arn(
    service: ImageBuilder, tail: str, status: int, code: str
) -> None:
    create(service)
    said = get(service, f"{PREFIX}/{tail}")
    assert (said.status, said.code) == (status, code)


def test_another_accounts_workflow_is_not_there(service: ImageBuilder) -> None:
    arn = create(service).arn.replace("123456789012", "210987654321")
    assert get(service, arn).code == "ResourceNotFoundException"


def test_get_wants_its_arn(service: ImageBuilder) -> None:
    said = read(service.handle(Request("GET", "/GetWorkflow")))
    assert (said.status, said.code) == (400, "InvalidParameterValueException")


# --- Client tokens ------------------------------------------------------------------------------


def test_the_same_token_gives_the_first_answer_again(service: ImageBuilder) -> None:
    first = create(service, clientToken="t")
    assert create(service, clientToken="t") == first
    create(service, data="changed")
    assert create(service, clientToken="t") == first
    assert len(service.store.builds) == 2


def test_each_answer_has_a_request_id_of_its_own(service: ImageBuilder) -> None:
    ids = {service.handle(request("CreateWorkflow", wanted())).headers["x-amzn-requestid"] for _ in range(3)}
    assert len(ids) == 3


def test_the_same_token_with_other_parameters_is_refused(service: ImageBuilder) -> None:
    create(service, clientToken="t")
    for change in ({"data": "other"}, {"tags": {"a": "b"}}, {"name": "other-name"}):
        said = create(service, clientToken="t", **change)
        assert (said.status, said.code) == (400, "IdempotentParameterMismatchException")


def test_the_order_of_members_does_not_matter_to_a_token(service: ImageBuilder) -> None:
    members = wanted(tags={"a": "1", "b": "2"})
    turned = dict(reversed(members.items())) | {"tags": {"b": "2", "a": "1"}}
    assert read(service.handle(request("CreateWorkflow", turned))) == read(
        service.handle(request("CreateWorkflow", members))
    )


def test_tokens_count_per_region(service: ImageBuilder) -> None:
    create(service, clientToken="t", region="eu-west-1")
    assert create(service, clientToken="t", data="other", region="eu-west-2").status == 200


def test_a_refused_request_leaves_its_token_unused(service: ImageBuilder) -> None:
    assert create(service, clientToken="t", name="?").status == 400
    assert create(service, clientToken="t").status == 200


def test_a_token_is_forgotten_when_its_time_is_over() -> None:
    """The request is then a new one, and identical content is refused."""
    now = [1000.0]
    service = ImageBuilder(forget_tokens_after=60, clock=lambda: now[0])
    first = create(service, clientToken="t")
    now[0] = 1059.0
    assert create(service, clientToken="t") == first
    now[0] = 1060.0
    assert create(service, clientToken="t").code == "ResourceAlreadyExistsException"
    assert create(service, clientToken="t", data="other").arn.endswith("/2")


# --- Dry run ------------------------------------------------------------------------------------


def test_a_dry_run_that_would_succeed_makes_nothing(service: ImageBuilder) -> None:
    said = create(service, dryRun=True)
    assert (said.status, said.code) == (412, "DryRunOperationException")
    assert said.body == {"message": "Request would have succeeded, but dryRun flag is set."}
    assert not service.store.builds


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "ResourceAlreadyExistsException"),
        ({"name": "?"}, "InvalidParameterValueException"),
        ({"semanticVersion": "1073741824.0.0"}, "InvalidVersionNumberException"),
        ({"uri": "s3://a/b"}, "InvalidParameterCombinationException"),
        ({"name": "another"}, "ServiceQuotaExceededException"),
    ],
)
def test_a_dry_run_that_would_fail_fails_in_the_same_way(change: dict[str, Any], code: str) -> None:
    service = ImageBuilder(quotas=Quotas(workflows=1))
    create(service)
    assert create(service, dryRun=True, **change) == create(service, **change)
    assert create(service, **change).code == code


def test_a_dry_run_neither_uses_a_token_up_nor_is_answered_by_one(service: ImageBuilder) -> None:
    assert create(service, clientToken="t", dryRun=True).status == 412
    assert create(service, clientToken="t").status == 200
    assert create(service, clientToken="t", dryRun=True, data="other").status == 412


# --- Documents by address, quotas -----------------------------------------------------------------


def test_a_document_by_address_is_fetched_once_and_given_back_as_data() -> None:
    objects = {"s3://bucket/a/b.yaml": "x" * 20_000}
    service = ImageBuilder(objects=objects)
    made = create(service, data=None, uri="s3://bucket/a/b.yaml", clientToken="t")
    del objects["s3://bucket/a/b.yaml"]
    assert create(service, data=None, uri="s3://bucket/a/b.yaml", clientToken="t") == made
    workflow = get(service, made.arn).body["workflow"]
    assert workflow["data"] == "x" * 20_000
    assert "uri" not in workflow


def test_a_document_that_may_not_be_read_is_refused(service: ImageBuilder) -> None:
    said = create(service, data=None, uri="s3://bucket/elsewhere")
    assert (said.status, said.code) == (403, "AccessDeniedException")


@pytest.mark.parametrize(("size", "status"), [(65_536, 200), (65_537, 400)])
def test_a_document_by_address_may_have_64_kilobytes(size: int, status: int) -> None:
    service = ImageBuilder(objects={"s3://bucket/key": "é" * (size // 2) + "x" * (size % 2)})
    assert create(service, data=None, uri="s3://bucket/key").status == status


@pytest.mark.parametrize("given", [{"uri": "s3://bucket/key"}, {"data": None}])
def test_a_document_is_given_in_exactly_one_way(service: ImageBuilder, given: dict[str, Any]) -> None:
    said = create(service, **given)
    assert (said.status, said.code) == (400, "InvalidParameterCombinationException")


def test_the_quota_counts_versions(service: ImageBuilder) -> None:
    service = ImageBuilder(quotas=Quotas(workflows=2))
    create(service)
    create(service, semanticVersion="1.0.1")
    refused = create(service, semanticVersion="1.0.2")
    assert (refused.status, refused.code) == (402, "ServiceQuotaExceededException")
    assert create(service, data="a new build of what is there").status == 200
    assert create(service, semanticVersion="1.0.2", region="eu-west-1").status == 200


# --- The wire -----------------------------------------------------------------------------------


def test_members_that_the_service_does_not_know_are_ignored(service: ImageBuilder) -> None:
    assert create(service, clientToken="t", futureMember={"a": [1]}) == create(service, clientToken="t")


def test_a_member_that_is_null_is_absent(service: ImageBuilder) -> None:
    body = json.dumps(wanted() | {"description": None, "uri": None}).encode()
    assert service.handle(Request("PUT", "/CreateWorkflow", body=body)).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"name": "\xff"}',
        b'{"name": 5}',
        b'{"name": true}',
        b'{"name": false}',
        b'{"name": ["a"]}',
        b'{"tags": []}',
        b'{"tags": {"a": 1}}',
        b'{"dryRun": "true"}',
        b'{"data": "\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_a_body_of_another_shape_is_not_understood(service: ImageBuilder, body: bytes) -> None:
    said = read(service.handle(Request("PUT", "/CreateWorkflow", body=body)))
    assert (said.status, said.code) == (400, "SerializationException")
    assert said.body["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/CreateWorkflow"), ("PUT", "/CreateWorkflow/"), ("PUT", "/createworkflow"), ("GET", "/")],
)
def test_an_operation_that_does_not_exist_is_unknown(service: ImageBuilder, method: str, path: str) -> None:
    said = read(service.handle(Request(method, path)))
    assert (said.status, said.code) == (404, "UnknownOperationException")


def test_the_document_is_kept_as_it_was_given(service: ImageBuilder) -> None:
    made = create(service, data=DOCUMENT.replace("\n", "\r\n") + "\t ")
    assert service.store.builds[made.arn].data == DOCUMENT.replace("\n", "\r\n") + "\t "


def test_request_ids_look_like_the_services(service: ImageBuilder) -> None:
    answer = service.handle(request("ListWorkflows", {}))
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.headers["x-amzn-requestid"])
    assert answer.headers["content-type"] == "application/json"
