"""Open enums: the documented values by name, and room for those that the service adds later."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self


class OpenStrEnum(StrEnum):
    """A string enum that also takes values it does not know.

    ``WorkflowType("NEW")`` is a member without being documented: equal to ``"NEW"``, with the
    name ``"NEW"`` and ``is_known`` False. Compare members by ``==``.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or not value:
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether this release of the package knows the value."""
        return self._value_ in type(self)._value2member_map_


class WorkflowType(OpenStrEnum):
    """The phase of image building that a workflow is responsible for (API reference, CreateWorkflow)."""

    BUILD = "BUILD"
    TEST = "TEST"
    DISTRIBUTION = "DISTRIBUTION"


class Ownership(OpenStrEnum):
    """Whose workflows to list (API reference, ListWorkflows).

    The service rejects ``Shared`` and ``ThirdParty`` for workflows.
    """

    SELF = "Self"
    SHARED = "Shared"
    AMAZON = "Amazon"
    THIRD_PARTY = "ThirdParty"
    AWS_MARKETPLACE = "AWSMarketplace"


class WorkflowStatus(OpenStrEnum):
    """The state of a workflow (API reference, WorkflowState). A workflow in normal use has no state."""

    DEPRECATED = "DEPRECATED"


class WorkflowExecutionStatus(OpenStrEnum):
    """How far an execution of a workflow has come (API reference, WorkflowExecutionMetadata)."""

    PENDING = "PENDING"
    SKIPPED = "SKIPPED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ROLLBACK_IN_PROGRESS = "ROLLBACK_IN_PROGRESS"
    ROLLBACK_COMPLETED = "ROLLBACK_COMPLETED"
    CANCELLED = "CANCELLED"


class WorkflowStepExecutionStatus(OpenStrEnum):
    """How far a step has come (API reference, WorkflowStepMetadata).

    The user guide also speaks of ``WAITING`` and ``TIMED_OUT``, which the service model does not
    know: they arrive as values that are not known.
    """

    PENDING = "PENDING"
    SKIPPED = "SKIPPED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class WorkflowStepExecutionRollbackStatus(OpenStrEnum):
    """How far the rollback of a step has come (API reference, WorkflowStepMetadata).

    The user guide also speaks of ``NO_ROLLBACK``, which the service model does not know.
    """

    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


class WorkflowStepActionType(OpenStrEnum):
    """What a waiting step is told: to go on, or to fail (API reference, SendWorkflowStepAction)."""

    RESUME = "RESUME"
    STOP = "STOP"


WorkflowTypeName = Literal["BUILD", "TEST", "DISTRIBUTION"]
"""The documented workflow types as plain text."""

OwnershipName = Literal["Self", "Shared", "Amazon", "ThirdParty", "AWSMarketplace"]
"""The documented owners as plain text."""

WorkflowStepActionName = Literal["RESUME", "STOP"]
"""The documented answers to a waiting step as plain text."""
