"""The requests of the family at their documented limits."""

from typing import Any

import pytest

from aio_workflows import (
    DeleteWorkflowRequest,
    GetWorkflowExecutionRequest,
    GetWorkflowStepExecutionRequest,
    ListTagsForResourceRequest,
    ListWaitingWorkflowStepsRequest,
    ListWorkflowBuildVersionsRequest,
    ListWorkflowExecutionsRequest,
    ListWorkflowStepExecutionsRequest,
    RequestValidationError,
    SendWorkflowStepActionRequest,
    TagResourceRequest,
    UntagResourceRequest,
    WorkflowArn,
    WorkflowStepActionType,
)

ARN = "arn:aws:imagebuilder:eu-west-1:123456789012:workflow/build/abc/1.0.0/1"
IMAGE = "arn:aws:imagebuilder:eu-west-1:123456789012:image/abc/1.0.0/1"
UUID = "01234567-89ab-cdef-0123-456789ABCDEF"
WF, STEP = f"wf-{UUID}", f"step-{UUID}"

GOOD: dict[type, dict[str, Any]] = {
    DeleteWorkflowRequest: {"workflow_build_version_arn": ARN},
    ListWorkflowBuildVersionsRequest: {},
    ListWorkflowExecutionsRequest: {"image_build_version_arn": IMAGE},
    GetWorkflowExecutionRequest: {"workflow_execution_id": WF},
    ListWorkflowStepExecutionsRequest: {"workflow_execution_id": WF},
    GetWorkflowStepExecutionRequest: {"step_execution_id": STEP},
    ListWaitingWorkflowStepsRequest: {},
    SendWorkflowStepActionRequest: {
        "step_execution_id": STEP,
        "image_build_version_arn": IMAGE,
        "action": "RESUME",
    },
    TagResourceRequest: {"resource_arn": ARN, "tags": {"a": "b"}},
    UntagResourceRequest: {"resource_arn": ARN, "tag_keys": ["a"]},
    ListTagsForResourceRequest: {"resource_arn": ARN},
}
LISTINGS = [
    ListWorkflowBuildVersionsRequest,
    ListWorkflowExecutionsRequest,
    ListWorkflowStepExecutionsRequest,
    ListWaitingWorkflowStepsRequest,
]

LIMITS: list[tuple[type, str, Any, Any]] = [
    *((cls, "max_results", 1, 0) for cls in LISTINGS),
    *((cls, "max_results", 25, 26) for cls in LISTINGS),
    *((cls, "max_results", 25, True) for cls in LISTINGS),
    *((cls, "next_token", "t" * 65_535, "t" * 65_536) for cls in LISTINGS),
    *((cls, "next_token", "t", "") for cls in LISTINGS),
    (DeleteWorkflowRequest, "workflow_build_version_arn", ARN, ARN.removesuffix("/1")),
    (DeleteWorkflowRequest, "workflow_build_version_arn", WorkflowArn.parse(ARN), ARN + "\n"),
    (DeleteWorkflowRequest, "workflow_build_version_arn", ARN, ARN.replace("1.0.0/1", "1.x.x")),
    (
        DeleteWorkflowRequest,
        "workflow_build_version_arn",
        ARN.replace("abc", "a" * (1024 - len(ARN) + 3)),
        ARN.replace("abc", "a" * (1024 - len(ARN) + 4)),
    ),
    (ListWorkflowBuildVersionsRequest, "workflow_version_arn", ARN.removesuffix("/1"), ARN),
    (ListWorkflowBuildVersionsRequest, "workflow_version_arn", ARN.replace("1.0.0/1", "x.x.x"), "x.x.x"),
    (ListWorkflowExecutionsRequest, "image_build_version_arn", IMAGE, IMAGE.removesuffix("/1")),
    (ListWorkflowExecutionsRequest, "image_build_version_arn", IMAGE, ARN),
    (GetWorkflowExecutionRequest, "workflow_execution_id", WF, STEP),
    (GetWorkflowExecutionRequest, "workflow_execution_id", WF.lower(), WF[:-1]),
    (GetWorkflowExecutionRequest, "workflow_execution_id", WF, WF + "\n"),
    (GetWorkflowStepExecutionRequest, "step_execution_id", STEP, STEP + "0"),
    (GetWorkflowStepExecutionRequest, "step_execution_id", STEP, None),
    (SendWorkflowStepActionRequest, "action", "STOP", "PAUSE"),
    (SendWorkflowStepActionRequest, "action", WorkflowStepActionType("PAUSE"), "stop"),
    (SendWorkflowStepActionRequest, "reason", "r" * 1024, "r" * 1025),
    (SendWorkflowStepActionRequest, "reason", "r", ""),
    (SendWorkflowStepActionRequest, "client_token", "t" * 64, "t" * 65),
    (TagResourceRequest, "tags", {"a": ""}, {}),
    (TagResourceRequest, "tags", {str(n): "" for n in range(50)}, {str(n): "" for n in range(51)}),
    (TagResourceRequest, "tags", {"k" * 128: "v" * 256}, {"k" * 129: ""}),
    (TagResourceRequest, "tags", {"k": "v" * 256}, {"k": "v" * 257}),
    (TagResourceRequest, "resource_arn", IMAGE, "arn:aws:s3:::bucket"),
    (TagResourceRequest, "resource_arn", ARN.replace("1.0.0/1", "x.x.x"), ""),
    (UntagResourceRequest, "tag_keys", ["k"], []),
    (UntagResourceRequest, "tag_keys", [str(n) for n in range(50)], [str(n) for n in range(51)]),
    (UntagResourceRequest, "tag_keys", ("k" * 128,), ["k" * 129]),
    (UntagResourceRequest, "tag_keys", ["a:ws"], ["aws:x"]),
    (UntagResourceRequest, "tag_keys", ["key"], "key"),
    (ListTagsForResourceRequest, "resource_arn", WorkflowArn.parse(ARN), 5),
]


@pytest.mark.parametrize(("cls", "field", "good", "bad"), LIMITS)
def test_a_limit_is_exact(cls: type, field: str, good: Any, bad: Any) -> None:
    """The last good value passes and the first bad one is named, shortly."""
    assert cls(**GOOD[cls] | {field: good})
    with pytest.raises(RequestValidationError) as caught:
        cls(**GOOD[cls] | {field: bad})
    assert caught.value.complaints[0].field.startswith(field)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("cls", GOOD)
def test_a_request_is_a_value(cls: type) -> None:
    """Equal when made of the same, and never changed afterwards."""
    request = cls(**GOOD[cls])
    assert request == cls(**GOOD[cls])
    assert hash(request) == hash(cls(**GOOD[cls]))
    with pytest.raises(AttributeError):
        request.anything = 1


def test_all_complaints_come_together() -> None:
    """In the order of the fields."""
    with pytest.raises(RequestValidationError) as caught:
        SendWorkflowStepActionRequest(
            step_execution_id="x",
            image_build_version_arn="y",
            action="Z",  # type: ignore[arg-type]
            reason="",
        )
    fields = [one.field for one in caught.value.complaints]
    assert fields == ["step_execution_id", "image_build_version_arn", "action", "reason"]


def test_tags_are_copied() -> None:
    """Changing the caller's mapping afterwards changes nothing."""
    tags = {"a": "b"}
    request = TagResourceRequest(resource_arn=ARN, tags=tags)
    tags["c"] = "d"
    assert request.tags == {"a": "b"}
