"""The requests about the tags of a resource, checked when they are made."""

from __future__ import annotations

from attrs import field, frozen

from aio_workflows.models import constraints, converters
from aio_workflows.models.tags import Tags
from aio_workflows.models.validators import check, mapping, rule, sequence, text


@frozen(kw_only=True)
class TagResourceRequest:
    """What TagResource takes.

    :param resource_arn: the ARN of the workflow, or of any other resource of Image Builder.
    :param tags: 1 to 50; keys 1 to 128 characters, not beginning with ``aws:``, values at most 256.
        A tag that is there already gets the new value.

    Source: API reference, TagResource, and the service model.
    """

    resource_arn: str = field(converter=converters.arn_text, metadata=rule(text(constraints.RESOURCE_ARN)))
    tags: Tags = field(converter=converters.required_tags, metadata=rule(mapping(constraints.NEW_TAGS)))

    def __attrs_post_init__(self) -> None:
        check(self)


@frozen(kw_only=True)
class UntagResourceRequest:
    """What UntagResource takes.

    :param resource_arn: the ARN of the workflow, or of any other resource of Image Builder.
    :param tag_keys: the keys of the tags to take off, 1 to 50; keys that are not there do not matter.

    Source: API reference, UntagResource, and the service model.
    """

    resource_arn: str = field(converter=converters.arn_text, metadata=rule(text(constraints.RESOURCE_ARN)))
    tag_keys: tuple[str, ...] = field(
        converter=converters.texts,
        metadata=rule(sequence(text(constraints.TAGS.key), maximum=constraints.TAG_KEYS_MAXIMUM)),
    )

    def __attrs_post_init__(self) -> None:
        check(self)


@frozen(kw_only=True)
class ListTagsForResourceRequest:
    """What ListTagsForResource takes: the ARN of the workflow, or of any other resource of Image Builder.

    Source: API reference, ListTagsForResource, and the service model.
    """

    resource_arn: str = field(converter=converters.arn_text, metadata=rule(text(constraints.RESOURCE_ARN)))

    def __attrs_post_init__(self) -> None:
        check(self)
