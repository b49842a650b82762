"""The tags of a resource: put them on, take them off, read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aio_workflows.api.family import Family
from aio_workflows.protocol.operations import LIST_TAGS_FOR_RESOURCE, TAG_RESOURCE, UNTAG_RESOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aio_workflows.models.arn import WorkflowArn
    from aio_workflows.models.tag_responses import (
        ListTagsForResourceResponse,
        TagResourceResponse,
        UntagResourceResponse,
    )


class TagOperations(Family):
    """TagResource, UntagResource and ListTagsForResource.

    They take the ARN of a workflow's build, and as well that of any other resource of Image Builder.
    """

    async def tag_resource(
        self, resource_arn: str | WorkflowArn, tags: Mapping[str, str], *, timeout: float | None = None
    ) -> TagResourceResponse:
        """Put tags on a resource; tags that are there get the new value.

        :raises ResourceNotFoundException: there is no such resource.
        """
        request = TAG_RESOURCE.request(resource_arn=resource_arn, tags=tags)
        return await self._call(TAG_RESOURCE, request, timeout=timeout)

    async def untag_resource(
        self, resource_arn: str | WorkflowArn, tag_keys: Sequence[str], *, timeout: float | None = None
    ) -> UntagResourceResponse:
        """Take the tags with these keys off a resource.

        :raises ResourceNotFoundException: there is no such resource.
        """
        request = UNTAG_RESOURCE.request(resource_arn=resource_arn, tag_keys=tag_keys)
        return await self._call(UNTAG_RESOURCE, request, timeout=timeout)

    async def list_tags_for_resource(
        self, resource_arn: str | WorkflowArn, *, timeout: float | None = None
    ) -> ListTagsForResourceResponse:
        """Read the tags of a resource.

        :raises ResourceNotFoundException: there is no such resource.
        """
        request = LIST_TAGS_FOR_RESOURCE.request(resource_arn=resource_arn)
        return await self._call(LIST_TAGS_FOR_RESOURCE, request, timeout=timeout)
