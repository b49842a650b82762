"""The answers: typed where the service is documented, whole in ``raw``, and lenient in between.

ARNs, versions and dates are the service's own text. ``WorkflowArn.parse`` and
``SemanticVersion.parse`` read them; a new form of them never breaks an answer.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, cast

from attrs import asdict, field, frozen

from aio_workflows.errors import AttemptRecord
from aio_workflows.models.document_text import document_repr
from aio_workflows.models.enums import WorkflowStatus, WorkflowType
from aio_workflows.models.tables import response_view, to_records
from aio_workflows.models.tags import Tags
from aio_workflows.structuring import LOCAL
from aio_workflows.views import to_html, to_text


@frozen(kw_only=True)
class ResponseMetadata:
    """How an answer came about.

    ``request_id`` is the service's id of the last attempt (None if it sent none), ``attempts`` one
    record for each attempt, ``body`` the answer's body as it came, in bytes.
    """

    http_status: int
    request_id: str | None = None
    attempts: tuple[AttemptRecord, ...] = ()
    body: bytes = field(default=b"", repr=False)


@frozen(kw_only=True)
class Response:
    """What all answers have.

    ``metadata`` does not take part in comparisons: two answers that say the same are equal.
    """

    metadata: ResponseMetadata | None = field(default=None, eq=False, repr=False, metadata={LOCAL: True})

    @property
    def raw(self) -> dict[str, Any]:
        """The answer's JSON object, members included that this release does not know.

        Read anew from the body at each access, so changing it changes nothing.
        """
        raw: dict[str, Any] = json.loads(self.metadata.body) if self.metadata and self.metadata.body else {}
        return raw

    def _repr_html_(self) -> str:
        return to_html(response_view(self))


@frozen(kw_only=True)
class Page(Response):
    """What all pages of listings have. ``print(page)`` shows its items as a table."""

    def to_records(self) -> list[dict[str, Any]]:
        """The items as plain flat values, for a table: ``pandas.DataFrame(page.to_records())``.

        Fields of fields and tags have names such as ``state.status`` and ``tags.owner``. All records
        have the same keys.
        """
        return to_records(self._items())

    def _items(self) -> tuple[object, ...]:
        """The one field that is a list."""
        values = asdict(self, recurse=False).values()
        return next((cast("tuple[object, ...]", one) for one in values if isinstance(one, tuple)), ())

    def __str__(self) -> str:
        return to_text(response_view(self))


@frozen(kw_only=True)
class DryRunResponse(Response):
    """The service would have done it. A dry run that fails raises the error of the real call."""


@frozen(kw_only=True)
class LatestVersionReferences:
    """ARNs with wildcards that always mean the latest version (API reference, LatestVersionReferences)."""

    latest_version_arn: str | None = None
    latest_major_version_arn: str | None = None
    latest_minor_version_arn: str | None = None
    latest_patch_version_arn: str | None = None


@frozen(kw_only=True)
class CreateWorkflowResponse(Response):
    """What CreateWorkflow answers.

    ``client_token`` is the token that the request was sent with, ``workflow_build_version_arn``
    the ARN of the build that it made. Source: API reference, CreateWorkflow, and the service model.
    """

    workflow_build_version_arn: str
    client_token: str | None = None
    latest_version_references: LatestVersionReferences | None = None


@frozen(kw_only=True)
class WorkflowState:
    """Whether a workflow is deprecated, and why (API reference, WorkflowState)."""

    status: WorkflowStatus | None = None
    reason: str | None = None


@frozen(kw_only=True)
class WorkflowParameterDetail:
    """A parameter that a workflow's document declares (API reference, WorkflowParameterDetail).

    ``default_value`` holds the default as a list of texts.
    """

    name: str
    type: str
    default_value: tuple[str, ...] | None = None
    description: str | None = None


@frozen(kw_only=True)
class Workflow:
    """One build of a workflow, its document included in ``data`` (API reference, Workflow)."""

    arn: str | None = None
    name: str | None = None
    version: str | None = None
    description: str | None = None
    change_description: str | None = None
    type: WorkflowType | None = None
    state: WorkflowState | None = None
    owner: str | None = None
    data: str | None = field(default=None, repr=document_repr)
    kms_key_id: str | None = None
    date_created: str | None = None
    tags: Tags | None = None
    parameters: tuple[WorkflowParameterDetail, ...] | None = None


@frozen(kw_only=True)
class GetWorkflowResponse(Response):
    """What GetWorkflow answers. Source: service model, GetWorkflow."""

    workflow: Workflow
    latest_version_references: LatestVersionReferences | None = None


@frozen(kw_only=True)
class WorkflowVersion:
    """One version of a workflow in a listing; its ARN names no build (API reference, WorkflowVersion)."""

    _columns: ClassVar = ("name", "version", "type", "date_created", "arn")

    arn: str | None = None
    name: str | None = None
    version: str | None = None
    description: str | None = None
    type: WorkflowType | None = None
    owner: str | None = None
    date_created: str | None = None


@frozen(kw_only=True)
class ListWorkflowsResponse(Page):
    """One page of ListWorkflows. ``next_token`` is None on the last page."""

    workflow_version_list: tuple[WorkflowVersion, ...] | None = None
    next_token: str | None = None


@frozen(kw_only=True)
class WorkflowSummary:
    """One build of a workflow in a listing, without its document (API reference, WorkflowSummary)."""

    _columns: ClassVar = ("name", "version", "type", "state.status", "date_created", "arn")

    arn: str | None = None
    name: str | None = None
    version: str | None = None
    description: str | None = None
    change_description: str | None = None
    type: WorkflowType | None = None
    owner: str | None = None
    state: WorkflowState | None = None
    date_created: str | None = None
    tags: Tags | None = None


@frozen(kw_only=True)
class ListWorkflowBuildVersionsResponse(Page):
    """One page of ListWorkflowBuildVersions. ``next_token`` is None on the last page."""

    workflow_summary_list: tuple[WorkflowSummary, ...] | None = None
    next_token: str | None = None


@frozen(kw_only=True)
class DeleteWorkflowResponse(Response):
    """What DeleteWorkflow answers: the ARN of the build that is gone. Source: service model."""

    workflow_build_version_arn: str
