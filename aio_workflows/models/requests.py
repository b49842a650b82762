"""The requests about workflows: the API's members in snake_case, checked when they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Required, Self, TypedDict, cast

from attrs import field, frozen

from aio_workflows.errors import Complaint
from aio_workflows.models import constraints, converters
from aio_workflows.models.document_text import decode, document_repr
from aio_workflows.models.enums import Ownership, WorkflowType, WorkflowTypeName
from aio_workflows.models.tags import Tags
from aio_workflows.models.validators import (
    check,
    instance_of,
    integer,
    known_value,
    mapping,
    rule,
    sequence,
    text,
    wrong_type,
)
from aio_workflows.models.version import SemanticVersion, explain

if TYPE_CHECKING:
    from pathlib import Path


def _check_semantic_version(field_name: str, value: object) -> Iterator[Complaint]:
    if not isinstance(value, SemanticVersion):
        complaint = explain(value, field_name)
        if complaint is not None:
            yield complaint


@frozen(kw_only=True)
class CreateWorkflowRequest:
    """What CreateWorkflow takes. All rules are checked at once when the request is made.

    Give exactly one of ``data`` and ``uri``. The document is sent as it is, byte for byte.

    :param name: 3 to 128 letters, digits, ``-``, ``_`` and, not at either end, blanks. Names that
        differ only in case, blanks and underscores are one resource.
    :param semantic_version: three numbers, each 0 to 1073741823, such as ``1.0.0``; kept as written.
    :param type: the phase that the workflow is for. Text must be a documented value; send one that
        this release does not know as ``WorkflowType("NEW")``.
    :param data: the YAML document itself, 1 to 16,000 characters, without NUL.
    :param uri: where the document is in Amazon S3, as ``s3://bucket/key``; up to 64 KB.
    :param description: 1 to 1024 characters.
    :param change_description: what changed in this version, 1 to 1024 characters.
    :param kms_key_id: the KMS key to encrypt the workflow with, 1 to 1024 characters.
    :param tags: at most 50; keys 1 to 128 characters, not beginning with ``aws:``, values at most 256.
    :param client_token: the idempotency token, 1 to 64 characters, used as it is in every attempt;
        without one each call makes its own.
    :raises RequestValidationError: with one complaint for every broken rule.

    Source: API reference, CreateWorkflow, and the service model.
    """

    name: str = field(metadata=rule(text(constraints.NAME)))
    semantic_version: SemanticVersion = field(
        converter=converters.semantic_version, metadata=rule(_check_semantic_version)
    )
    type: WorkflowType = field(converter=converters.workflow_type, metadata=rule(known_value(WorkflowType)))
    data: str | None = field(default=None, repr=document_repr, metadata=rule(text(constraints.DATA)))
    uri: str | None = field(default=None, metadata=rule(text(constraints.URI)))
    description: str | None = field(default=None, metadata=rule(text(constraints.DESCRIPTION)))
    change_description: str | None = field(default=None, metadata=rule(text(constraints.DESCRIPTION)))
    kms_key_id: str | None = field(default=None, metadata=rule(text(constraints.KMS_KEY_ID)))
    tags: Tags | None = field(
        default=None, converter=converters.tags, metadata=rule(mapping(constraints.TAGS))
    )
    client_token: str | None = field(default=None, metadata=rule(text(constraints.CLIENT_TOKEN)))

    def __attrs_post_init__(self) -> None:
        if (self.data is None) == (self.uri is None):
            found = "neither" if self.data is None else "both"
            complaint = Complaint(
                field="data",
                rule="combination",
                text=f"give exactly one of data and uri; {found} given",
                limit="exactly one of data and uri",
                actual=found,
            )
            check(self, complaint)
        else:
            check(self)

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        *,
        semantic_version: SemanticVersion | str,
        type: WorkflowType | WorkflowTypeName,
        name: str | None = None,
        description: str | None = None,
        change_description: str | None = None,
        kms_key_id: str | None = None,
        tags: Mapping[str, str] | None = None,
        client_token: str | None = None,
    ) -> Self:
        """Make a request with the document in a file.

        The file is read as UTF-8 whatever the locale; a byte order mark is dropped, everything
        else is kept, line ends included. ``name`` is the file's stem if left out.

        :raises RequestValidationError: the file is not UTF-8, or the request breaks a rule.
        :raises OSError: the file cannot be read.
        """
        from pathlib import Path

        path = Path(path)
        return cls(
            name=path.stem if name is None else name,
            semantic_version=semantic_version,
            type=type,
            data=decode(path.read_bytes(), path.name),
            description=description,
            change_description=change_description,
            kms_key_id=kms_key_id,
            tags=tags,
            client_token=client_token,
        )


class _CreateWorkflowFields(TypedDict, total=False):
    name: Required[str]
    semantic_version: Required[SemanticVersion | str]
    type: Required[WorkflowType | WorkflowTypeName]
    description: str | None
    change_description: str | None
    kms_key_id: str | None
    tags: Mapping[str, str] | None
    client_token: str | None


class CreateWorkflowFromData(_CreateWorkflowFields):
    """The fields of :class:`CreateWorkflowRequest` as keywords, with the document itself."""

    data: str


class CreateWorkflowFromUri(_CreateWorkflowFields):
    """The fields of :class:`CreateWorkflowRequest` as keywords, with the document's place in S3."""

    uri: str


@frozen(kw_only=True)
class GetWorkflowRequest:
    """What GetWorkflow takes: the ARN of a build version, a version, or a wildcard such as ``1.x.x``.

    :raises RequestValidationError: the text is not the ARN of a workflow.

    Source: service model, GetWorkflow.
    """

    workflow_build_version_arn: str = field(
        converter=converters.arn_text, metadata=rule(text(constraints.WORKFLOW_ARN))
    )

    def __attrs_post_init__(self) -> None:
        check(self)


FilterName = Literal["name", "version", "description", "type"]
"""What ListWorkflows can filter by (API reference, ListWorkflows)."""


@frozen
class Filter:
    """One condition of a listing: the member ``name`` has one of the ``values``.

    ``Filter("type", ["BUILD", "TEST"])``. 1 to 10 values, case-sensitive.
    Source: service model, Filter.
    """

    name: str = field(metadata=rule(text(constraints.FILTER_NAME)))
    values: tuple[str, ...] = field(
        converter=converters.texts,
        metadata=rule(sequence(text(constraints.FILTER_VALUE), maximum=constraints.FILTERS_MAXIMUM)),
    )

    def __attrs_post_init__(self) -> None:
        check(self)


def _filters(value: Sequence[Filter] | Mapping[str, Sequence[str]] | None) -> tuple[Filter, ...] | None:
    if isinstance(value, Mapping):
        return tuple(Filter(name, values) for name, values in value.items())
    return cast("tuple[Filter, ...] | None", converters.as_tuple(value))


def _check_filter(field_name: str, value: object) -> Iterator[Complaint]:
    if not isinstance(value, Filter):
        yield wrong_type(field_name, "a Filter", value)


@frozen(kw_only=True)
class ListWorkflowsRequest:
    """What ListWorkflows takes.

    :param owner: whose workflows, ``"Self"`` if left out. The service rejects ``Shared`` and
        ``ThirdParty``.
    :param filters: up to 10 conditions that all must hold, as :class:`Filter` objects or as a
        mapping from member (``name``, ``version``, ``description``, ``type``) to values.
    :param by_name: list each name once, with its latest version.
    :param max_results: items on a page, 1 to 25.
    :param next_token: where to go on, from the page before.

    Source: API reference, ListWorkflows, and the service model.
    """

    owner: Ownership | None = field(
        default=None, converter=converters.ownership, metadata=rule(known_value(Ownership))
    )
    filters: tuple[Filter, ...] | None = field(
        default=None,
        converter=_filters,
        metadata=rule(sequence(_check_filter, maximum=constraints.FILTERS_MAXIMUM)),
    )
    by_name: bool | None = field(default=None, metadata=rule(instance_of(bool, "true or false")))
    max_results: int | None = field(default=None, metadata=rule(integer(constraints.MAX_RESULTS)))
    next_token: str | None = field(default=None, metadata=rule(text(constraints.NEXT_TOKEN)))

    def __attrs_post_init__(self) -> None:
        check(self)


@frozen(kw_only=True)
class ListWorkflowBuildVersionsRequest:
    """What ListWorkflowBuildVersions takes.

    :param workflow_version_arn: whose builds: the ARN of a version, which may have ``x`` in it.
        The service model does not require it.
    :param max_results: items on a page, 1 to 25.
    :param next_token: where to go on, from the page before.

    Source: service model, ListWorkflowBuildVersions.
    """

    workflow_version_arn: str | None = field(
        default=None,
        converter=converters.optional_arn_text,
        metadata=rule(text(constraints.WORKFLOW_VERSION_ARN)),
    )
    max_results: int | None = field(default=None, metadata=rule(integer(constraints.MAX_RESULTS)))
    next_token: str | None = field(default=None, metadata=rule(text(constraints.NEXT_TOKEN)))

    def __attrs_post_init__(self) -> None:
        check(self)


@frozen(kw_only=True)
class DeleteWorkflowRequest:
    """What DeleteWorkflow takes: the ARN of one build version, nothing wider.

    :raises RequestValidationError: the text is not the ARN of a build of a workflow.

    Source: service model, DeleteWorkflow.
    """

    workflow_build_version_arn: str = field(
        converter=converters.arn_text, metadata=rule(text(constraints.WORKFLOW_BUILD_ARN))
    )

    def __attrs_post_init__(self) -> None:
        check(self)
