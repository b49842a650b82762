"""Executions of workflows: list them, look at them and their steps, and answer a step that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aio_workflows.api.family import Family
from aio_workflows.protocol.operations import (
    GET_WORKFLOW_EXECUTION,
    GET_WORKFLOW_STEP_EXECUTION,
    LIST_WAITING_WORKFLOW_STEPS,
    LIST_WORKFLOW_EXECUTIONS,
    LIST_WORKFLOW_STEP_EXECUTIONS,
    SEND_WORKFLOW_STEP_ACTION,
)

if TYPE_CHECKING:
    from aio_workflows.models.enums import WorkflowStepActionName, WorkflowStepActionType
    from aio_workflows.models.execution_responses import (
        GetWorkflowExecutionResponse,
        GetWorkflowStepExecutionResponse,
        ListWaitingWorkflowStepsResponse,
        ListWorkflowExecutionsResponse,
        ListWorkflowStepExecutionsResponse,
        SendWorkflowStepActionResponse,
        WorkflowExecutionMetadata,
        WorkflowStepExecution,
        WorkflowStepMetadata,
    )
    from aio_workflows.pagination import Paginator
    from aio_workflows.waiters import ExecutionFollower, PollingPace


class ExecutionOperations(Family):
    """The operations on executions and their steps.

    In the listings ``max_results`` is the size of a page, 1 to 25; ``limit`` ends the listing after
    so many items, ``timeout`` bounds each page in seconds.
    """

    def list_workflow_executions(
        self,
        image_build_version_arn: str,
        *,
        max_results: int | None = None,
        next_token: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Paginator[WorkflowExecutionMetadata, ListWorkflowExecutionsResponse]:
        """List the executions of workflows that belong to one build of an image."""
        request = LIST_WORKFLOW_EXECUTIONS.request(
            image_build_version_arn=image_build_version_arn, max_results=max_results, next_token=next_token
        )
        return self._pages(LIST_WORKFLOW_EXECUTIONS, request, limit=limit, timeout=timeout)

    async def get_workflow_execution(
        self, workflow_execution_id: str, *, timeout: float | None = None
    ) -> GetWorkflowExecutionResponse:
        """How far an execution (``wf-<uuid>``) has come.

        :raises ResourceNotFoundException: there is no such execution.
        """
        request = GET_WORKFLOW_EXECUTION.request(workflow_execution_id=workflow_execution_id)
        return await self._call(GET_WORKFLOW_EXECUTION, request, timeout=timeout)

    def list_workflow_step_executions(
        self,
        workflow_execution_id: str,
        *,
        max_results: int | None = None,
        next_token: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Paginator[WorkflowStepMetadata, ListWorkflowStepExecutionsResponse]:
        """List the steps of an execution (``wf-<uuid>``), with their inputs and outputs."""
        request = LIST_WORKFLOW_STEP_EXECUTIONS.request(
            workflow_execution_id=workflow_execution_id, max_results=max_results, next_token=next_token
        )
        return self._pages(LIST_WORKFLOW_STEP_EXECUTIONS, request, limit=limit, timeout=timeout)

    async def get_workflow_step_execution(
        self, step_execution_id: str, *, timeout: float | None = None
    ) -> GetWorkflowStepExecutionResponse:
        """Everything about one step of an execution (``step-<uuid>``).

        :raises ResourceNotFoundException: there is no such step.
        """
        request = GET_WORKFLOW_STEP_EXECUTION.request(step_execution_id=step_execution_id)
        return await self._call(GET_WORKFLOW_STEP_EXECUTION, request, timeout=timeout)

    def list_waiting_workflow_steps(
        self,
        *,
        max_results: int | None = None,
        next_token: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Paginator[WorkflowStepExecution, ListWaitingWorkflowStepsResponse]:
        """List the steps of this account and region that wait for :meth:`send_workflow_step_action`."""
        request = LIST_WAITING_WORKFLOW_STEPS.request(max_results=max_results, next_token=next_token)
        return self._pages(LIST_WAITING_WORKFLOW_STEPS, request, limit=limit, timeout=timeout)

    async def send_workflow_step_action(
        self,
        *,
        step_execution_id: str,
        image_build_version_arn: str,
        action: WorkflowStepActionType | WorkflowStepActionName,
        reason: str | None = None,
        client_token: str | None = None,
        timeout: float | None = None,
    ) -> SendWorkflowStepActionResponse:
        """Answer a step that waits: ``"RESUME"`` lets it go on, ``"STOP"`` lets it fail.

        ``reason`` (1 to 1024 characters) becomes the step's output of that name. As with
        :meth:`create_workflow`, the same client token goes out with every attempt.

        :raises ResourceNotFoundException: there is no such step.
        :raises InvalidParameterValueException: the step does not wait, or belongs to another image.
        """
        request = SEND_WORKFLOW_STEP_ACTION.request(
            step_execution_id=step_execution_id,
            image_build_version_arn=image_build_version_arn,
            action=action,
            reason=reason,
            client_token=client_token,
        )
        return await self._call(
            SEND_WORKFLOW_STEP_ACTION, request, client_token=client_token, timeout=timeout
        )

    async def wait_for_workflow_execution(
        self, workflow_execution_id: str, *, timeout: float | None = None, pace: PollingPace | None = None
    ) -> GetWorkflowExecutionResponse:
        """Wait until an execution (``wf-<uuid>``) has ended, and return it, however it ended.

        Look at the ``status`` of what comes back: ``COMPLETED``, ``SKIPPED``, ``FAILED``,
        ``ROLLBACK_COMPLETED`` or ``CANCELLED``. ``timeout`` bounds the whole wait in seconds; by
        default there is no bound, as a step may wait for days. ``pace`` says how often to look;
        throttles slow it down, and looks that fail for a while do not end the wait.

        :raises WaitTimeoutError: the time limit passed; the execution goes on.
        :raises ResourceNotFoundException: there is no such execution.
        """
        return await self.follow_workflow_execution(workflow_execution_id, timeout=timeout, pace=pace).wait()

    def follow_workflow_execution(
        self, workflow_execution_id: str, *, timeout: float | None = None, pace: PollingPace | None = None
    ) -> ExecutionFollower:
        """Follow an execution step by step, until it has ended.

        ``async for change in client.follow_workflow_execution(id)`` gives a :class:`StepChange`
        whenever a step has got another status. The limits are those of
        :meth:`wait_for_workflow_execution`; the time runs from this call on.
        """
        from aio_workflows.waiters import ExecutionFollower, PollingPace

        request = GET_WORKFLOW_EXECUTION.request(workflow_execution_id=workflow_execution_id)
        return ExecutionFollower(
            self,
            request.workflow_execution_id,
            timeout=timeout,
            call_timeout=self._caller.timeout,
            pace=pace or PollingPace(),
            policy=self._caller.policy,
        )
