"""What each operation takes: its members with their JSON types, what their values must be, and which are required."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aio_workflows.emulator import checks
from aio_workflows.emulator.checks import BOOLEAN, INTEGER, STRING, Check, invalid_value, one_of, text
from aio_workflows.models import constraints
from aio_workflows.models.enums import Ownership, WorkflowStepActionType, WorkflowType


@dataclass(frozen=True, slots=True)
class Parameters:
    """The members of one operation.

    ``shapes`` are their JSON types, ``values`` what a value must be; both say so for each member by
    its name on the wire. The order of the checks is not documented: here it is that of ``values``.
    """

    shapes: Mapping[str, Check]
    values: Mapping[str, Check]
    required: tuple[str, ...] = field(default=())

    def read(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """The members that the operation knows, checked; null ones are absent, unknown ones are ignored.

        :raises RefusalError: for the first that is missing or not valid.
        """
        known = checks.shape(members, self.shapes)
        for name, check in self.values.items():
            if name in known:
                check(name, known[name])
            elif name in self.required:
                raise invalid_value(name, f"{name} is required")
        return known


_PAGE_SHAPES: Final[Mapping[str, Check]] = {"maxResults": INTEGER, "nextToken": STRING}
_PAGE_VALUES: Final[Mapping[str, Check]] = {"maxResults": checks.max_results}

_TOKEN: Final = text(constraints.CLIENT_TOKEN)
_RESOURCE: Final = text(constraints.RESOURCE_ARN)
_IMAGE: Final = text(constraints.IMAGE_BUILD_ARN)
_EXECUTION: Final = text(constraints.WORKFLOW_EXECUTION_ID)
_STEP: Final = text(constraints.STEP_EXECUTION_ID)


def _one_text(name: str, check: Check) -> Parameters:
    """An operation with nothing but a required text."""
    return Parameters({name: STRING}, {name: check}, (name,))


CREATE_WORKFLOW: Final = Parameters(
    {
        "name": STRING,
        "semanticVersion": STRING,
        "type": STRING,
        "description": STRING,
        "changeDescription": STRING,
        "data": STRING,
        "uri": STRING,
        "kmsKeyId": STRING,
        "tags": checks.string_map,
        "clientToken": STRING,
        "dryRun": BOOLEAN,
    },
    {
        "name": text(constraints.NAME),
        "semanticVersion": checks.semantic_version,
        "type": one_of(*map(str, WorkflowType)),
        "description": text(constraints.DESCRIPTION),
        "changeDescription": text(constraints.DESCRIPTION),
        "data": text(constraints.DATA),
        "uri": text(constraints.URI),
        "kmsKeyId": text(constraints.KMS_KEY_ID),
        "tags": checks.tags,
        "clientToken": _TOKEN,
    },
    ("name", "semanticVersion", "type", "clientToken"),
)

GET_WORKFLOW: Final = _one_text("workflowBuildVersionArn", text(constraints.WORKFLOW_ARN))

DELETE_WORKFLOW: Final = _one_text("workflowBuildVersionArn", text(constraints.WORKFLOW_BUILD_ARN))

LIST_WORKFLOWS: Final = Parameters(
    {"owner": STRING, "filters": checks.filter_list, "byName": BOOLEAN, **_PAGE_SHAPES},
    {"owner": one_of(*map(str, Ownership)), "filters": checks.filters, **_PAGE_VALUES},
)

LIST_WORKFLOW_BUILD_VERSIONS: Final = Parameters(
    {"workflowVersionArn": STRING, **_PAGE_SHAPES},
    {"workflowVersionArn": text(constraints.WORKFLOW_VERSION_ARN), **_PAGE_VALUES},
)

LIST_WORKFLOW_EXECUTIONS: Final = Parameters(
    {"imageBuildVersionArn": STRING, **_PAGE_SHAPES},
    {"imageBuildVersionArn": _IMAGE, **_PAGE_VALUES},
    ("imageBuildVersionArn",),
)

GET_WORKFLOW_EXECUTION: Final = _one_text("workflowExecutionId", _EXECUTION)

LIST_WORKFLOW_STEP_EXECUTIONS: Final = Parameters(
    {"workflowExecutionId": STRING, **_PAGE_SHAPES},
    {"workflowExecutionId": _EXECUTION, **_PAGE_VALUES},
    ("workflowExecutionId",),
)

GET_WORKFLOW_STEP_EXECUTION: Final = _one_text("stepExecutionId", _STEP)

LIST_WAITING_WORKFLOW_STEPS: Final = Parameters(_PAGE_SHAPES, _PAGE_VALUES)

SEND_WORKFLOW_STEP_ACTION: Final = Parameters(
    {
        "stepExecutionId": STRING,
        "imageBuildVersionArn": STRING,
        "action": STRING,
        "reason": STRING,
        "clientToken": STRING,
    },
    {
        "stepExecutionId": _STEP,
        "imageBuildVersionArn": _IMAGE,
        "action": one_of(*map(str, WorkflowStepActionType)),
        "reason": text(constraints.REASON),
        "clientToken": _TOKEN,
    },
    ("stepExecutionId", "imageBuildVersionArn", "action", "clientToken"),
)

TAG_RESOURCE: Final = Parameters(
    {"resourceArn": STRING, "tags": checks.string_map},
    {"resourceArn": _RESOURCE, "tags": checks.some_tags},
    ("resourceArn", "tags"),
)

UNTAG_RESOURCE: Final = Parameters(
    {"resourceArn": STRING, "tagKeys": checks.string_list},
    {"resourceArn": _RESOURCE, "tagKeys": checks.tag_keys},
    ("resourceArn", "tagKeys"),
)

LIST_TAGS_FOR_RESOURCE: Final = _one_text("resourceArn", _RESOURCE)
