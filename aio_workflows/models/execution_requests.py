"""The requests about executions of workflows and their steps, checked when they are made."""

from __future__ import annotations

from attrs import field, frozen

from aio_workflows.models import constraints, converters
from aio_workflows.models.enums import WorkflowStepActionType
from aio_workflows.models.validators import check, integer, known_value, rule, text


@frozen(kw_only=True)
class ListWorkflowExecutionsRequest:
    """What ListWorkflowExecutions takes.

    :param image_build_version_arn: the ARN of the image build that the workflows ran for.
    :param max_results: items on a page, 1 to 25.
    :param next_token: where to go on, from the page before.

    Source: service model, ListWorkflowExecutions.
    """

    image_build_version_arn: str = field(metadata=rule(text(constraints.IMAGE_BUILD_ARN)))
    max_results: int | None = field(default=None, metadata=rule(integer(constraints.MAX_RESULTS)))
    next_token: str | None = field(default=None, metadata=rule(text(constraints.NEXT_TOKEN)))

    def __attrs_post_init__(self) -> None:
        check(self)


@frozen(kw_only=True)
class GetWorkflowExecutionRequest:
    """What GetWorkflowExecution takes: the id of an execution, ``wf-<uuid>``.

    Source: service model, GetWorkflowExecution.
    """

    workflow_execution_id: str = field(metadata=rule(text(constraints.WORKFLOW_EXECUTION_ID)))

    def __attrs_post_init__(self) -> None:
        check(self)


@frozen(kw_only=True)
class ListWorkflowStepExecutionsRequest:
    """What ListWorkflowStepExecutions takes.

    :param workflow_execution_id: the id of the execution, ``wf-<uuid>``.
    :param max_results: items on a page, 1 to 25.
    :param next_token: where to go on, from the page before.

    Source: service model, ListWorkflowStepExecutions.
    """

    workflow_execution_id: str = field(metadata=rule(text(constraints.WORKFLOW_EXECUTION_ID)))
    max_results: int | None = field(default=None, metadata=rule(integer(constraints.MAX_RESULTS)))
    next_token: str | None = field(default=None, metadata=rule(text(constraints.NEXT_TOKEN)))

    def __attrs_post_init__(self) -> None:
        check(self)


@frozen(kw_only=True)
class GetWorkflowStepExecutionRequest:
    """What GetWorkflowStepExecution takes: the id of a step's execution, ``step-<uuid>``.

    Source: service model, GetWorkflowStepExecution.
    """

    step_execution_id: str = field(metadata=rule(text(constraints.STEP_EXECUTION_ID)))

    def __attrs_post_init__(self) -> None:
        check(self)


@frozen(kw_only=True)
class ListWaitingWorkflowStepsRequest:
    """What ListWaitingWorkflowSteps takes.

    :param max_results: items on a page, 1 to 25.
    :param next_token: where to go on, from the page before.

    Source: service model, ListWaitingWorkflowSteps.
    """

    max_results: int | None = field(default=None, metadata=rule(integer(constraints.MAX_RESULTS)))
    next_token: str | None = field(default=None, metadata=rule(text(constraints.NEXT_TOKEN)))

    def __attrs_post_init__(self) -> None:
        check(self)


@frozen(kw_only=True)
class SendWorkflowStepActionRequest:
    """What SendWorkflowStepAction takes: the answer to a step that waits for one.

    :param step_execution_id: the id of the waiting step's execution, ``step-<uuid>``.
    :param image_build_version_arn: the ARN of the image build that the workflow runs for.
    :param action: ``"RESUME"`` to go on, ``"STOP"`` to let the step fail.
    :param reason: 1 to 1024 characters; becomes the step's output ``reason``.
    :param client_token: the idempotency token, 1 to 64 characters, used as it is in every attempt;
        without one each call makes its own.

    Source: API reference, SendWorkflowStepAction, and the service model.
    """

    step_execution_id: str = field(metadata=rule(text(constraints.STEP_EXECUTION_ID)))
    image_build_version_arn: str = field(metadata=rule(text(constraints.IMAGE_BUILD_ARN)))
    action: WorkflowStepActionType = field(
        converter=converters.step_action, metadata=rule(known_value(WorkflowStepActionType))
    )
    reason: str | None = field(default=None, metadata=rule(text(constraints.REASON)))
    client_token: str | None = field(default=None, metadata=rule(text(constraints.CLIENT_TOKEN)))

    def __attrs_post_init__(self) -> None:
        check(self)
