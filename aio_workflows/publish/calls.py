"""The calls of one publication: they share its time, and their attempts are counted."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import TypeVar

from aio_workflows.api.tags import TagOperations
from aio_workflows.api.workflows import WorkflowOperations
from aio_workflows.call import Caller
from aio_workflows.errors import AioWorkflowsError, CallTimeoutError
from aio_workflows.errors.service import ResourceNotFoundException
from aio_workflows.models.arn import WorkflowArn
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.responses import CreateWorkflowResponse, Response, Workflow
from aio_workflows.models.tags import Tags
from aio_workflows.protocol.operations import CREATE_WORKFLOW, DRY_RUN_CREATE_WORKFLOW
from aio_workflows.publish.plan import is_of, parsed
from aio_workflows.retry.policy import checked_seconds

ResponseT = TypeVar("ResponseT", bound=Response)


class PublishCalls(WorkflowOperations, TagOperations):
    """The calls of one publication. ``attempts`` counts those of all calls so far.

    ``timeout`` is for all of them together. For a publication that ``is_queued``, as one of many, it
    is for each of them, and begins when the client's pace lets it go.
    """

    def __init__(
        self,
        caller: Caller,
        timeout: float | None,
        *,
        is_queued: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.attempts: int = 0
        self._make_caller = lambda: caller
        self._timeout = checked_seconds("timeout", timeout) if timeout is not None else None
        self._is_queued = is_queued
        self._clock = clock
        self._deadline = clock() + timeout if timeout is not None and not is_queued else None

    def _left(self) -> float | None:
        """The seconds that the next call has, None for the client's own limit."""
        if self._deadline is None:
            return self._timeout
        left = self._deadline - self._clock()
        if left <= 0:
            raise CallTimeoutError("the time limit passed between the calls of a publication; publish again")
        return left

    async def _counted(self, call: Awaitable[ResponseT]) -> ResponseT:
        try:
            response = await call
        except AioWorkflowsError as error:
            self.attempts += len(error.attempts)
            raise
        self._count(response)
        return response

    def _count(self, response: Response) -> None:
        self.attempts += len(response.metadata.attempts) if response.metadata is not None else 0

    async def create(self, request: CreateWorkflowRequest, token: str) -> CreateWorkflowResponse:
        """Create for real."""
        return await self._counted(
            self._call(CREATE_WORKFLOW, request, client_token=token, timeout=self._left())
        )

    async def try_create(self, request: CreateWorkflowRequest) -> None:
        """Have everything about a create checked."""
        await self._counted(self._call(DRY_RUN_CREATE_WORKFLOW, request, timeout=self._left()))

    async def read(self, arn: WorkflowArn) -> Workflow | None:
        """The build that an ARN leads to, for a version or a wildcard the latest one; None if there is none."""
        try:
            response = await self._counted(self.get_workflow(arn, timeout=self._left()))
        except ResourceNotFoundException:
            return None
        return response.workflow

    async def tag(self, arn: WorkflowArn, tags: Tags) -> None:
        """Put tags on a build."""
        await self._counted(self.tag_resource(arn, tags, timeout=self._left()))

    async def find(self, request: CreateWorkflowRequest) -> WorkflowArn | None:
        """The ARN of some version of the request's workflow, found by its name, then by its slug."""
        by_type: Mapping[str, Sequence[str]] = {"type": [str(request.type)]}
        for filters in ({"name": [request.name], **by_type}, by_type):
            listing = self.list_workflows(owner="Self", filters=filters, max_results=25, timeout=self._left())
            async with aclosing(listing.pages()) as pages:
                async for page in pages:
                    self._count(page)
                    self._left()  # each page has what was left for the first: no further one without time
                    for version in page.workflow_version_list or ():
                        arn = parsed(version.arn)
                        if arn is not None and is_of(arn, request):
                            return arn
        return None
