"""The answers about the tags of a resource."""

from __future__ import annotations

from attrs import frozen

from aio_workflows.models.responses import Response
from aio_workflows.models.tags import Tags


@frozen(kw_only=True)
class TagResourceResponse(Response):
    """The resource has the tags. The service answers nothing else."""


@frozen(kw_only=True)
class UntagResourceResponse(Response):
    """The resource has the tags no more. The service answers nothing else."""


@frozen(kw_only=True)
class ListTagsForResourceResponse(Response):
    """What ListTagsForResource answers: all tags, in no pages (API reference, ListTagsForResource)."""

    tags: Tags | None = None
