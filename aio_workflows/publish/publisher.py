"""Makes one workflow so, whatever is there: asks, looks, compares, and creates or leaves alone."""

from __future__ import annotations

from typing import Final

from attrs import evolve, field, frozen

from aio_workflows.errors import (
    InvalidResponseError,
    WorkflowChangedError,
)
from aio_workflows.errors.service import ResourceAlreadyExistsException
from aio_workflows.models.arn import WorkflowArn
from aio_workflows.models.client_token import derive_client_token, fresh_client_token
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.responses import Workflow
from aio_workflows.models.version import SemanticVersion
from aio_workflows.publish.calls import PublishCalls
from aio_workflows.publish.plan import (
    arn_in,
    bumped,
    compare,
    missing_tags,
    parsed,
    unified_diff,
    version_line,
    with_version,
)
from aio_workflows.publish.result import DryRun, OnChange, PublishResult, PublishStatus

ROUNDS: Final = 4
"""How often a publication begins anew, since another publisher came in between."""


@frozen(kw_only=True)
class _Plan:
    """What is to be created, and the build that it was held against."""

    request: CreateWorkflowRequest
    is_bump: bool = False
    is_believed_new: bool = False
    latest: Workflow | None = None
    differences: tuple[str, ...] = ()


@frozen(kw_only=True)
class Publication:
    """One publication of one request."""

    service: PublishCalls
    request: CreateWorkflowRequest
    on_change: OnChange
    document: str | None = field(repr=False)
    dry_run: DryRun

    async def run(self) -> PublishResult:
        """Publish."""
        refusal: ResourceAlreadyExistsException | None = None
        for attempt in range(ROUNDS):
            plan = await self._plan()
            if isinstance(plan, PublishResult):
                return plan
            try:
                return await self._carry_out(plan, attempt)
            except ResourceAlreadyExistsException as error:
                refusal = error
            result = await self._explain(refusal, plan.request)
            if result is not None:
                return result
        assert refusal is not None  # noqa: S101 - there is at least one round
        refusal.add_note(
            "The service calls this content identical to the latest build, and yet that one reads otherwise: "
            "another publisher is at work, or the service does not count what differs. "
            'on_change="patch" makes a version of its own.'
        )
        raise refusal

    async def _plan(self) -> _Plan | PublishResult:
        """What to create, or the result if there is nothing to do."""
        if self.on_change == "new_build" and not self.dry_run:
            return _Plan(request=self.request)  # the service decides it in the create itself
        found = await self.service.find(self.request)
        line = version_line(self.request.semantic_version, self.on_change)
        latest = (
            await self.service.read(evolve(found, version=line, build=None)) if found is not None else None
        )
        if latest is None:
            return _Plan(request=self.request, is_believed_new=True)
        version = _arn_of(latest).version
        if not isinstance(version, SemanticVersion) or version < self.request.semantic_version:
            return _Plan(request=self.request, is_believed_new=True, latest=latest)
        differences = await self._differences(latest, with_version(self.request, version))
        if not differences:
            return await self._unchanged(latest)
        if self.on_change == "fail":
            raise WorkflowChangedError(
                f"the workflow is there with another {' and '.join(differences)}, and on_change is 'fail': "
                f"{latest.arn}",
                workflow_build_version_arn=latest.arn,
                differences=differences,
            )
        target = bumped(self.request, version, self.on_change)
        is_bump = self.on_change != "new_build"
        return _Plan(
            request=with_version(self.request, target),
            is_bump=is_bump,
            is_believed_new=is_bump,
            latest=latest,
            differences=differences,
        )

    async def _differences(self, latest: Workflow, as_latest: CreateWorkflowRequest) -> tuple[str, ...]:
        """The fields in which the content differs; the service is asked where only it can tell."""
        comparison = compare(self.request, latest, self.document)
        if comparison.different or not comparison.undecided or self.dry_run == "reads":
            return comparison.different or comparison.undecided
        try:
            await self.service.try_create(as_latest)
        except ResourceAlreadyExistsException:
            return ()
        return comparison.undecided

    async def _carry_out(self, plan: _Plan, attempt: int) -> PublishResult:
        if self.dry_run:
            if self.dry_run != "reads":
                await self.service.try_create(plan.request)
            status: PublishStatus = (
                "new_version" if plan.is_bump else "created" if plan.is_believed_new else "new_build"
            )
            return self._result(plan, status, arn=None, diff=self._diff(plan.latest))
        token = self._token(plan.request, attempt)
        created = await self.service.create(plan.request, token)
        arn = created.workflow_build_version_arn
        is_first = _build_number(arn) == 1
        status = "new_build" if not is_first else "new_version" if plan.is_bump else "created"
        raced = plan.is_believed_new and not is_first
        return self._result(plan, status, arn=arn, raced=raced, client_token=token)

    def _result(
        self,
        plan: _Plan,
        status: PublishStatus,
        *,
        arn: str | None,
        raced: bool = False,
        client_token: str | None = None,
        diff: str | None = None,
    ) -> PublishResult:
        return PublishResult(
            status=status,
            workflow_build_version_arn=arn,
            semantic_version=plan.request.semantic_version,
            raced=raced,
            previous_build_version_arn=plan.latest.arn if plan.latest is not None else None,
            differences=plan.differences,
            client_token=client_token,
            attempts=self.service.attempts,
            dry_run=bool(self.dry_run),
            diff=diff,
        )

    def _token(self, request: CreateWorkflowRequest, attempt: int) -> str:
        """A token for one create: the caller's own serves for the request that it came with, once."""
        given = self.request.client_token
        if given is None:
            return fresh_client_token()
        if request is self.request and attempt == 0:
            return given
        return derive_client_token(request, region="", salt=f"{given}/{attempt}")

    async def _explain(
        self, refusal: ResourceAlreadyExistsException, request: CreateWorkflowRequest
    ) -> PublishResult | None:
        """The result if the build that stands in the way has the content; None if it no longer does."""
        named = arn_in(refusal.message, request)
        build = await self.service.read(named) if named is not None else None
        if build is None or compare(request, build, self.document).different:
            found = await self.service.find(request)
            if found is None:
                return None
            build = await self.service.read(evolve(found, version=request.semantic_version, build=None))
        # What cannot be decided here was decided by the refusal.
        if build is None or compare(request, build, self.document).different:
            return None
        return await self._unchanged(build)

    async def _unchanged(self, build: Workflow) -> PublishResult:
        arn = _arn_of(build)
        tags = missing_tags(self.request, build)
        if tags and not self.dry_run:
            await self.service.tag(arn, tags)
        version = arn.version
        return PublishResult(
            status="unchanged",
            workflow_build_version_arn=str(arn),
            semantic_version=version
            if isinstance(version, SemanticVersion)
            else self.request.semantic_version,
            added_tags=tags,
            previous_build_version_arn=str(arn),
            attempts=self.service.attempts,
            dry_run=bool(self.dry_run),
            diff=self._diff(build),
        )

    def _diff(self, latest: Workflow | None) -> str | None:
        if not self.dry_run or self.document is None:
            return None
        return unified_diff(latest, self.document, self.request.name)


def _arn_of(build: Workflow) -> WorkflowArn:
    """The ARN of a build that was read."""
    arn = parsed(build.arn)
    if arn is None or arn.build is None or not isinstance(arn.version, SemanticVersion):
        raise InvalidResponseError("GetWorkflow answered with a workflow that does not name its build")
    return arn


def _build_number(arn: str) -> int:
    """The number of a build; 1 for an ARN of a form that this release does not know."""
    build = parsed(arn)
    return build.build if build is not None and build.build is not None else 1
