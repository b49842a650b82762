"""What follows from what is there: comparisons and versions, as pure functions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

from aio_workflows.errors import RequestValidationError
from aio_workflows.models.arn import WorkflowArn, slug
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.models.responses import Workflow
from aio_workflows.models.tags import Tags
from aio_workflows.models.version import SemanticVersion, WildcardVersion
from aio_workflows.publish.result import OnChange

_ARN: Final = re.compile(r"arn:[^\s'\"<>,;()]+")
_KEY_ALIAS: Final = re.compile(r"(?:^|:)alias/")


@frozen
class Comparison:
    """How a request's content compares with a build.

    ``different`` are fields that certainly differ, ``undecided`` those that only the service can
    tell: a document in S3, and an alias of a key held against the key itself.
    """

    different: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


def compare(request: CreateWorkflowRequest, build: Workflow, document: str | None) -> Comparison:
    """Hold the request's data, description and key against those of a build.

    ``document`` is the text of the document, None if it is in S3 and not known here.
    """
    different, undecided = list[str](), list[str]()
    if document is None:
        undecided.append("data")
    elif document != build.data:
        different.append("data")
    if (request.description or None) != (build.description or None):
        different.append("description")
    asked, held = request.kms_key_id, build.kms_key_id or None
    if asked != held:
        comparable = asked is None or held is None or _is_alias(asked) == _is_alias(held)
        (different if comparable else undecided).append("kms_key_id")
    return Comparison(tuple(different), tuple(undecided))


def _is_alias(key: str) -> bool:
    return _KEY_ALIAS.search(key) is not None


def missing_tags(request: CreateWorkflowRequest, build: Workflow) -> Tags:
    """The tags that the request has and the build lacks, or has with another value."""
    present: Mapping[str, str] = build.tags or {}
    asked: Mapping[str, str] = request.tags or {}
    return Tags({key: value for key, value in asked.items() if present.get(key) != value})


def version_line(version: SemanticVersion, on_change: OnChange) -> SemanticVersion | WildcardVersion:
    """The versions among which the latest is looked for: those that a bump of this kind stays within."""
    match on_change:
        case "patch":
            return WildcardVersion(version.major, version.minor)
        case "minor":
            return WildcardVersion(version.major)
        case "major":
            return WildcardVersion()
        case _:
            return version


def bumped(request: CreateWorkflowRequest, latest: SemanticVersion, on_change: OnChange) -> SemanticVersion:
    """The version for changed content: the next one after the latest, or the request's own."""
    if on_change in {"new_build", "fail"}:
        return request.semantic_version
    return latest.bump(on_change)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a level, as the others are gone


def is_of(arn: WorkflowArn, request: CreateWorkflowRequest) -> bool:
    """Whether an ARN belongs to the request's workflow, whatever its version."""
    return arn.slug == slug(request.name) and arn.type == request.type.lower()


def arn_in(message: str, request: CreateWorkflowRequest) -> WorkflowArn | None:
    """The ARN of the request's very version in a message of the service, if there is one."""
    for text in _ARN.findall(message):
        arn = parsed(text.rstrip("."))
        if arn is not None and is_of(arn, request) and str(arn.version) == str(request.semantic_version):
            return arn
    return None


def parsed(text: str | None) -> WorkflowArn | None:
    """A workflow's ARN, None for anything else."""
    try:
        return WorkflowArn.parse(text or "")
    except RequestValidationError:
        return None


def with_version(request: CreateWorkflowRequest, version: SemanticVersion) -> CreateWorkflowRequest:
    """The request for another version."""
    return request if version == request.semantic_version else evolve(request, semantic_version=version)


def unified_diff(before: Workflow | None, after: str, name: str) -> str:
    """The document's changes, in the form that ``diff -u`` and code reviews have."""
    held = before.data or "" if before is not None else ""
    source = before.arn or name if before is not None else "/dev/null"
    lines = list[str]()
    for line in difflib.unified_diff(_lines(held), _lines(after), source, name, lineterm="\n"):
        lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines)


def _lines(text: str) -> list[str]:
    """Lines with their ends, cut at line feeds only, as other tools do."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
