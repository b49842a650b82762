"""What a manifest comes to once it is read: workflows with everything in place, and targets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from aio_workflows.models.constraints import DATA
from aio_workflows.models.document_text import document_repr
from aio_workflows.models.requests import CreateWorkflowRequest
from aio_workflows.publish.result import OnChange
from aio_workflows.rollout.form import DocumentPlace


@frozen(kw_only=True)
class ManifestWorkflow:
    """One workflow of a manifest, with the defaults in place.

    ``document`` is the text of its file, None for one that is in S3 already, under ``uri``.
    """

    label: str
    """What messages call it: the file as it stands in the manifest, or the uri."""
    on_change: OnChange
    document: str | None = field(repr=document_repr)
    uri: str | None
    fields: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """The workflow's name."""
        return str(self.fields["name"])

    @property
    def is_long(self) -> bool:
        """Whether the document must be put into S3 first."""
        return self.document is not None and len(self.document) > (DATA.maximum or 0)

    @property
    def identity(self) -> CreateWorkflowRequest:
        """The request by which it is recognised: a long document stands there as the digest of its text."""
        if not self.is_long:
            return self.request()
        return self.request(f"s3://long/{hashlib.sha256((self.document or '').encode()).hexdigest()}")

    def request(self, uri: str | None = None) -> CreateWorkflowRequest:
        """The request, with the document itself, or with the place in S3 where it is."""
        uri = uri or self.uri
        document: dict[str, Any] = {"data": self.document} if uri is None else {"uri": uri}
        return CreateWorkflowRequest(**self.fields, **document)


@frozen(kw_only=True)
class Target:
    """One region of one account to publish in; ``name`` is what ``--target`` and reports call it."""

    name: str
    region: str | None = None
    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = field(default=None, repr=False)
    endpoint_url: str | None = None
    documents: DocumentPlace | None = None

    @property
    def role_account(self) -> str | None:
        """The account of the role that is assumed."""
        return self.role_arn.split(":")[4] if self.role_arn is not None else None


@frozen(kw_only=True)
class Manifest:
    """Workflows, and the targets to publish them in; without a target, where AWS tools would go."""

    workflows: tuple[ManifestWorkflow, ...]
    targets: tuple[Target, ...] = (Target(name="default"),)
