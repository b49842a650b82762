"""What requests make of the values that they are given, before these are checked.

A converter leaves a value that it cannot convert as it is: the checks, which run afterwards,
complain about all such values at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aio_workflows.errors import RequestValidationError
from aio_workflows.models.arn import WorkflowArn
from aio_workflows.models.enums import (
    Ownership,
    OwnershipName,
    WorkflowStepActionName,
    WorkflowStepActionType,
    WorkflowType,
    WorkflowTypeName,
)
from aio_workflows.models.tags import Tags
from aio_workflows.models.version import SemanticVersion


def _member(enum: Any, value: Any) -> Any:
    return enum._value2member_map_.get(value, value) if isinstance(value, str) else value


def workflow_type(value: WorkflowType | WorkflowTypeName) -> WorkflowType:
    """A documented type from its text."""
    return cast("WorkflowType", _member(WorkflowType, value))


def ownership(value: Ownership | OwnershipName | None) -> Ownership | None:
    """A documented owner from its text."""
    return cast("Ownership | None", _member(Ownership, value))


def step_action(value: WorkflowStepActionType | WorkflowStepActionName) -> WorkflowStepActionType:
    """A documented answer to a waiting step from its text."""
    return cast("WorkflowStepActionType", _member(WorkflowStepActionType, value))


def semantic_version(value: SemanticVersion | str) -> SemanticVersion:
    """A version from its text."""
    unchecked: Any = value
    try:
        return SemanticVersion.parse(unchecked)
    except RequestValidationError:
        return cast("SemanticVersion", unchecked)  # what is wrong with it is said by the check


def tags(value: Mapping[str, str] | None) -> Tags | None:
    """A copy of tags that cannot change."""
    unchecked: Any = value
    return Tags(cast("Mapping[str, str]", unchecked)) if isinstance(unchecked, Mapping) else unchecked


def required_tags(value: Mapping[str, str]) -> Tags:
    """A copy of tags that cannot change."""
    return cast("Tags", tags(value))


def arn_text(value: WorkflowArn | str) -> str:
    """The text of an ARN."""
    return str(value) if isinstance(value, WorkflowArn) else value


def optional_arn_text(value: WorkflowArn | str | None) -> str | None:
    """The text of an ARN that may be left out."""
    return arn_text(value) if value is not None else None


def as_tuple(value: object) -> object:
    """A sequence as a tuple; a text is none."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return tuple(cast("Sequence[object]", value))


def texts(value: Sequence[str]) -> tuple[str, ...]:
    """A sequence of texts as a tuple."""
    return cast("tuple[str, ...]", as_tuple(value))
