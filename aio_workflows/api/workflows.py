"""Workflows: read, list and delete them. What creates them is in the client itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aio_workflows.api.family import Family
from aio_workflows.protocol.operations import (
    DELETE_WORKFLOW,
    GET_WORKFLOW,
    LIST_WORKFLOW_BUILD_VERSIONS,
    LIST_WORKFLOWS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aio_workflows.models.arn import WorkflowArn
    from aio_workflows.models.enums import Ownership, OwnershipName
    from aio_workflows.models.requests import (
        Filter,
    )
    from aio_workflows.models.responses import (
        DeleteWorkflowResponse,
        GetWorkflowResponse,
        ListWorkflowBuildVersionsResponse,
        ListWorkflowsResponse,
        WorkflowSummary,
        WorkflowVersion,
    )
    from aio_workflows.pagination import Paginator


class WorkflowOperations(Family):
    """GetWorkflow, ListWorkflows, ListWorkflowBuildVersions and DeleteWorkflow."""

    async def get_workflow(
        self, workflow_build_version_arn: str | WorkflowArn, *, timeout: float | None = None
    ) -> GetWorkflowResponse:
        """Read one build of a workflow, its document included.

        The ARN may name a build, a version (its latest build is read) or a wildcard such as
        ``.../1.x.x`` (the latest match is read).

        :raises ResourceNotFoundException: there is no such workflow.
        """
        request = GET_WORKFLOW.request(workflow_build_version_arn=workflow_build_version_arn)
        return await self._call(GET_WORKFLOW, request, timeout=timeout)

    def list_workflows(
        self,
        *,
        owner: Ownership | OwnershipName | None = None,
        filters: Sequence[Filter] | Mapping[str, Sequence[str]] | None = None,
        by_name: bool | None = None,
        max_results: int | None = None,
        next_token: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Paginator[WorkflowVersion, ListWorkflowsResponse]:
        """List workflow versions: ``async for version in client.list_workflows(owner="Self")``.

        The options are those of :class:`ListWorkflowsRequest`. ``limit`` ends the listing after so
        many items, ``timeout`` bounds each page in seconds. ``.pages()`` gives whole pages.
        """
        request = LIST_WORKFLOWS.request(
            owner=owner, filters=filters, by_name=by_name, max_results=max_results, next_token=next_token
        )
        return self._pages(LIST_WORKFLOWS, request, limit=limit, timeout=timeout)

    def list_workflow_build_versions(
        self,
        workflow_version_arn: str | WorkflowArn | None = None,
        *,
        max_results: int | None = None,
        next_token: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Paginator[WorkflowSummary, ListWorkflowBuildVersionsResponse]:
        """List the builds of a workflow's version, newest first.

        The ARN may have ``x`` in its version, and none in its build. ``max_results`` is the size of
        a page, 1 to 25; ``limit`` ends the listing after so many items, ``timeout`` bounds each
        page in seconds.
        """
        request = LIST_WORKFLOW_BUILD_VERSIONS.request(
            workflow_version_arn=workflow_version_arn, max_results=max_results, next_token=next_token
        )
        return self._pages(LIST_WORKFLOW_BUILD_VERSIONS, request, limit=limit, timeout=timeout)

    async def delete_workflow(
        self, workflow_build_version_arn: str | WorkflowArn, *, timeout: float | None = None
    ) -> DeleteWorkflowResponse:
        """Delete one build of a workflow. There is no way back.

        Deleting may be tried again after an answer that got lost: when an earlier attempt of this
        call has deleted the build, that is a success.

        :raises ResourceNotFoundException: there is no such build, and this call did not delete it.
        :raises ResourceDependencyException: a pipeline or an image still refers to it.
        """
        request = DELETE_WORKFLOW.request(workflow_build_version_arn=workflow_build_version_arn)
        return await self._call(DELETE_WORKFLOW, request, timeout=timeout)
