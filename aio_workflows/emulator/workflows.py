"""The behaviour of CreateWorkflow and GetWorkflow, over what the store remembers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aio_workflows.document import check_document, declared_parameters, refusal
from aio_workflows.emulator import checks, managed, parameters
from aio_workflows.emulator.answers import RefusalError, not_found, present
from aio_workflows.emulator.pages import Pages
from aio_workflows.emulator.store import Shelf, Store, Version, WorkflowBuild, build_added, numbers
from aio_workflows.emulator.times import timestamp
from aio_workflows.models import constraints

Members = Mapping[str, Any]
"""The members of a request or an answer, by the names of the wire."""


_PARTITIONS: Final = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """What an account may have in a Region. The defaults are the service's own.

    ``workflows`` counts versions, not builds; ``document_bytes`` is the size of a document by ``uri``.
    """

    workflows: int = constraints.WORKFLOWS_PER_ACCOUNT
    document_bytes: int = constraints.WORKFLOW_SIZE_BYTES


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and where."""

    account: str
    region: str

    @property
    def arn_prefix(self) -> str:
        """How the ARNs of the caller's workflows begin."""
        return f"arn:{self.partition}:imagebuilder:{self.region}:{self.account}:workflow"

    @property
    def amazon(self) -> Caller:
        """Amazon in the same Region, as the owner of the managed workflows."""
        return Caller(managed.ACCOUNT, self.region)

    @property
    def partition(self) -> str:
        """The partition of the Region."""
        return next((name for start, name in _PARTITIONS if self.region.startswith(start)), "aws")


Fetch = Callable[[Caller, str], str]
"""Gives the text of a document by its ``s3://`` address; raises RefusalError if the caller may not read it."""

FindKey = Callable[[Caller, str], None]
"""Looks a KMS key up by its id, ARN or alias; raises RefusalError if the caller may not use it."""


class Workflows:
    """Creates and reads workflows."""

    def __init__(
        self,
        store: Store,
        *,
        pages: Pages,
        quotas: Quotas,
        fetch: Fetch,
        find_key: FindKey,
        clock: Callable[[], float],
        checks_documents: bool,
    ) -> None:
        self.store = store
        self.pages = pages
        self._quotas = quotas
        self._fetch = fetch
        self._find_key = find_key
        self._clock = clock
        self._checks_documents = checks_documents

    def create(self, caller: Caller, body: Members) -> Members:
        """CreateWorkflow."""
        given = parameters.CREATE_WORKFLOW.read(body)
        if ("data" in given) == ("uri" in given):
            raise RefusalError(
                "InvalidParameterCombinationException",
                "Exactly one of the parameters 'data' and 'uri' must be specified.",
            )
        shelf = self.store.shelf(caller.account, caller.region)
        dry_run: bool = given.pop("dryRun", False)
        token: str = given.pop("clientToken")
        digest = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()
        now = self._clock()
        # A dry run neither uses a token up nor is answered by one: it makes nothing to be repeated.
        if not dry_run:
            known = shelf.tokens.recall("CreateWorkflow", token, digest, now)
            if known is not None:
                return known
        made = self._build(caller, shelf, given, now)
        if dry_run:
            raise RefusalError(
                "DryRunOperationException", "Request would have succeeded, but dryRun flag is set."
            )
        answer = {
            "clientToken": token,
            "workflowBuildVersionArn": made.arn,
            "latestVersionReferences": latest_version_references(made),
        }
        remembered = (caller.account, caller.region, "CreateWorkflow", token, digest, answer, now)
        self.store.commit(build_added(made, remembered))
        return answer

    def _build(self, caller: Caller, shelf: Shelf, given: Members, now: float) -> WorkflowBuild:
        """The build that a request asks for, not yet stored."""
        document: str = given["data"] if "data" in given else self._document(caller, given["uri"])
        self._check_document(document, given["type"])
        if "kmsKeyId" in given:
            self._find_key(caller, given["kmsKeyId"])
        kind, text = given["type"], given["semanticVersion"]
        workflow = kind, slug(given["name"]), text
        version, number = shelf.version(*workflow), shelf.next_build(*workflow)
        build = WorkflowBuild(
            arn=f"{caller.arn_prefix}/{kind.lower()}/{slug(given['name'])}/{text}/{number}",
            name=given["name"],
            type=kind,
            version=text,
            build=number,
            owner=caller.account,
            data=document,
            date_created=timestamp(now),
            description=given.get("description"),
            change_description=given.get("changeDescription"),
            kms_key_id=given.get("kmsKeyId"),
            tags=given.get("tags", {}),
        )
        if version is not None and _configuration(version.latest) == _configuration(build):
            raise RefusalError(
                "ResourceAlreadyExistsException",
                f"The following resource 'Workflow' already exists: '{version.latest.arn}'.",
            )
        if version is None and len(shelf) >= self._quotas.workflows:
            raise RefusalError(
                "ServiceQuotaExceededException",
                f"The quota of {self._quotas.workflows} workflows in this account and Region is used up.",
            )
        return build

    def _check_document(self, document: str, kind: str) -> None:
        complaint = refusal(check_document(document, kind)) if self._checks_documents else None
        if complaint is not None:
            raise RefusalError("InvalidParameterValueException", complaint)

    def _document(self, caller: Caller, uri: str) -> str:
        document = self._fetch(caller, uri)
        if len(document.encode()) > self._quotas.document_bytes:
            raise checks.invalid_value(
                "uri", f"The document is larger than {self._quotas.document_bytes} bytes."
            )
        return document

    def get(self, caller: Caller, query: Members) -> Members:
        """GetWorkflow: by the ARN of a build, of a version, or with wildcards."""
        build = self.find(caller, parameters.GET_WORKFLOW.read(query)["workflowBuildVersionArn"])
        return {"workflow": _details(build), "latestVersionReferences": latest_version_references(build)}

    def shelf_of_amazon(self, caller: Caller) -> Shelf:
        """The managed workflows of the caller's Region, put there at the first look."""
        amazon = caller.amazon
        shelf = self.store.shelf(amazon.account, amazon.region)
        if not len(shelf):
            for build in managed.builds(amazon.arn_prefix):
                self.store.commit(build_added(build, None))
        return shelf

    def find(self, caller: Caller, arn: str) -> WorkflowBuild:
        """The build that an ARN leads to: the very one, or the latest of the highest version that it names."""
        versions = self.versions(caller, arn)
        names_build = arn.count("/") == 4
        found: WorkflowBuild | None = None
        if versions:
            highest = max(versions, key=lambda one: one.nodes)
            found = self.store.builds.get(arn) if names_build else highest.latest
        if found is None:
            raise not_found("Workflow", arn)
        return found

    def versions(self, caller: Caller, arn: str) -> list[Version]:
        """The versions that an ARN names, with wildcards or without, of the caller's own and the managed ones."""
        prefix, kind, name, version, *_ = arn.split("/")
        checks.check_wildcard(version)
        if prefix == caller.arn_prefix:
            shelf = self.store.shelf(caller.account, caller.region)
        elif prefix == caller.amazon.arn_prefix:
            shelf = self.shelf_of_amazon(caller)
        else:
            return []  # another account's or Region's: what is not shared is not there
        nodes = version.split(".")
        if "x" not in nodes:
            exact = shelf.version(kind.upper(), name, version)
            return [exact] if exact is not None else []
        fixed = numbers(node for node in nodes if node != "x")
        return [one for one in shelf.versions_of(kind.upper(), name) if one.nodes[: len(fixed)] == fixed]


def slug(name: str) -> str:
    """What a name becomes in an ARN."""
    return name.lower().replace(" ", "-").replace("_", "-")


def latest_version_references(build: WorkflowBuild) -> Members:
    """The wildcard ARNs that lead to the latest version, from any to the very one."""
    workflow, _, version = build.version_arn.rpartition("/")
    if build.owner == managed.OWNER:
        return {"latestVersionArn": f"{workflow}/x.x.x"}
    major, minor, _ = version.split(".")
    return {
        "latestVersionArn": f"{workflow}/x.x.x",
        "latestMajorVersionArn": f"{workflow}/{major}.x.x",
        "latestMinorVersionArn": f"{workflow}/{major}.{minor}.x",
        "latestPatchVersionArn": f"{workflow}/{version}",
    }


def _configuration(build: WorkflowBuild) -> tuple[str | None, ...]:
    """What makes two builds identical: a change's description and tags say nothing about the content."""
    return build.data, build.description, build.kms_key_id


def summary(build: WorkflowBuild) -> dict[str, Any]:
    """What a listing of builds tells of one."""
    return present(
        {
            "arn": build.arn,
            "name": build.name,
            "version": build.version,
            "description": build.description,
            "changeDescription": build.change_description,
            "type": build.type,
            "owner": build.owner,
            "dateCreated": build.date_created,
        }
    )


def _details(build: WorkflowBuild) -> Members:
    return summary(build) | present(
        {
            "data": build.data,
            "kmsKeyId": build.kms_key_id,
            "tags": dict(build.tags),
            "parameters": declared_parameters(build.data) or None,
        }
    )
