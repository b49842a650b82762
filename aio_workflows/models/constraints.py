"""Every documented length, range and pattern of the API, once, each with its source.

Lengths are counted in characters (Unicode code points), as the API's model counts them; patterns
match the whole text. Where the API reference of 2025 and today's service model differ, the model
is followed: see ``docs/conformance.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class TextConstraint:
    """The rules for a text.

    ``minimum`` and ``maximum`` are its length in characters, None where there is no bound.
    The regular expression ``form`` must match the whole text and ``pattern_text`` says so in words.
    ``character_form`` is the class of characters that may occur at all, to name the first one that
    may not. ``pattern`` and ``character`` are these compiled, which takes a while, so on first use.
    ``way_out`` tells whoever is over the maximum what to do.
    """

    source: str
    minimum: int | None = None
    maximum: int | None = None
    form: str | None = None
    pattern_text: str = ""
    character_form: str | None = None
    way_out: str = ""

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """What must match the whole text."""
        return ascii_pattern(self.form) if self.form is not None else None

    @property
    def character(self) -> re.Pattern[str] | None:
        """What each character must match."""
        return ascii_pattern(self.character_form) if self.character_form is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapConstraint:
    """The rules for a mapping of texts: ``minimum`` to ``maximum`` entries, and the rules of key and value."""

    source: str
    maximum: int
    key: TextConstraint
    value: TextConstraint
    minimum: int = 0


@cache
def ascii_pattern(text: str) -> re.Pattern[str]:
    """A pattern whose blanks and digits are the service's, not Unicode's."""
    return re.compile(text, re.ASCII)


NAME: Final = TextConstraint(
    source="API reference, CreateWorkflow, name",
    minimum=3,
    maximum=128,
    form=r"[-_A-Za-z-0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z-0-9]",
    pattern_text="letters, digits, '-', '_' and, not at either end, blanks",
    character_form=r"[-_A-Za-z0-9 ]",
)

VERSION_NODE_MAXIMUM: Final = 2**30 - 1
"""The greatest number in a node of a semantic version (API reference, CreateWorkflow, semanticVersion)."""

SEMANTIC_VERSION: Final = TextConstraint(
    source="API reference, CreateWorkflow, semanticVersion",
    form=r"[0-9]+\.[0-9]+\.[0-9]+",
    pattern_text="<major>.<minor>.<patch>, three numbers",
)

DESCRIPTION: Final = TextConstraint(
    source="API reference, CreateWorkflow, description and changeDescription", minimum=1, maximum=1024
)

DATA: Final = TextConstraint(
    source="API reference, CreateWorkflow, data",
    minimum=1,
    maximum=16_000,
    form=r"[^\x00]+",
    pattern_text="any text without NUL",
    character_form=r"[^\x00]",
    way_out="; a longer document can be put into Amazon S3 and given by uri",
)

URI: Final = TextConstraint(
    source="API reference, CreateWorkflow, uri",
    form=r"s3://[^/\s\x00-\x1f\x7f]+/[^\x00-\x1f\x7f]+",
    pattern_text="of the form s3://bucket/key",
)

KMS_KEY_ID: Final = TextConstraint(source="API reference, CreateWorkflow, kmsKeyId", minimum=1, maximum=1024)

CLIENT_TOKEN: Final = TextConstraint(
    source="service model, ClientToken (the API reference of 2025 says 36)", minimum=1, maximum=64
)

TAGS: Final = MapConstraint(
    source="API reference, CreateWorkflow, tags",
    maximum=50,
    key=TextConstraint(
        source="service model, TagKey",
        minimum=1,
        maximum=128,
        form=r"(?!aws:)[a-zA-Z0-9\s_.:/=+\-@]*",
        pattern_text="letters, digits, white space and _.:/=+-@, not beginning with 'aws:'",
        character_form=r"[a-zA-Z0-9\s_.:/=+\-@]",
    ),
    value=TextConstraint(source="service model, TagValue", maximum=256),
)

NEW_TAGS: Final = replace(TAGS, source="service model, TagMap in TagResource", minimum=1)
"""Tags to put on a resource: unlike those of a new workflow there must be one at least."""

TAG_KEYS_MAXIMUM: Final = 50
"""Tag keys to take off a resource at a time (service model, TagKeyList)."""

# One pattern for what GetWorkflow takes: a build version, a version, or a wildcard.
WORKFLOW_ARN: Final = TextConstraint(
    source="service model, WorkflowVersionArnOrBuildVersionArn",
    form=(
        r"arn:aws(?:-[a-z]+)*:imagebuilder:[a-z]{2,}(?:-[a-z]+)+-[0-9]+:(?:[0-9]{12}|aws(?:-[a-z-]+)?)"
        r":workflow/(build|test|distribution)/[a-z0-9-_]+/"
        r"(?:(?:([0-9]+|x)\.([0-9]+|x)\.([0-9]+|x))|(?:[0-9]+\.[0-9]+\.[0-9]+/[0-9]+))"
    ),
    pattern_text="the ARN of a workflow: a build version, a version, or one with x in its version",
)

# The beginning of a workflow's ARN, up to its version.
_WORKFLOW: Final = (
    r"arn:aws(?:-[a-z]+)*:imagebuilder:[a-z]{2,}(?:-[a-z]+)+-[0-9]+:(?:[0-9]{12}|aws(?:-[a-z-]+)?)"
    r":workflow/(build|test|distribution)/[a-z0-9-_]+/"
)

WORKFLOW_BUILD_ARN: Final = TextConstraint(
    source="service model, WorkflowBuildVersionArn",
    maximum=1024,
    form=_WORKFLOW + r"[0-9]+\.[0-9]+\.[0-9]+/[0-9]+",
    pattern_text="the ARN of a build version of a workflow, which ends in /<version>/<build>",
)

WORKFLOW_VERSION_ARN: Final = TextConstraint(
    source="service model, WorkflowWildcardVersionArn",
    form=_WORKFLOW + r"(?:[0-9]+|x)\.(?:[0-9]+|x)\.(?:[0-9]+|x)",
    pattern_text="the ARN of a workflow's version, which may have x in it, without a build number",
)

IMAGE_BUILD_ARN: Final = TextConstraint(
    source="service model, ImageBuildVersionArn",
    form=(
        r"arn:aws[^:]*:imagebuilder:[^:]+:(?:[0-9]{12}|aws(?:-[a-z-]+)?)"
        r":image/[a-z0-9-_]+/[0-9]+\.[0-9]+\.[0-9]+/[0-9]+"
    ),
    pattern_text="the ARN of a build version of an image, which ends in /<version>/<build>",
)

RESOURCE_ARN: Final = TextConstraint(
    source="service model, ImageBuilderArn",
    form=(
        r"arn:aws[^:]*:imagebuilder:[^:]+:(?:[0-9]{12}|aws(?:-[a-z-]+)?|third-party):"
        r"(?:image-recipe|container-recipe|infrastructure-configuration|distribution-configuration|component"
        r"|image|image-pipeline|lifecycle-policy|workflow\/(?:build|test|distribution))/[a-z0-9-_]+"
        r"(?:/(?:(?:x|[0-9]+)\.(?:x|[0-9]+)\.(?:x|[0-9]+))(?:/[0-9]+)?)?"
    ),
    pattern_text="the ARN of an Image Builder resource",
)

_UUID: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

WORKFLOW_EXECUTION_ID: Final = TextConstraint(
    source="service model, WorkflowExecutionId",
    form=rf"wf-{_UUID}",
    pattern_text="the id of an execution, wf-<uuid>",
)

STEP_EXECUTION_ID: Final = TextConstraint(
    source="service model, WorkflowStepExecutionId",
    form=rf"step-{_UUID}",
    pattern_text="the id of a step's execution, step-<uuid>",
)

REASON: Final = TextConstraint(
    source="API reference, SendWorkflowStepAction, reason", minimum=1, maximum=1024
)

FILTER_NAME: Final = TextConstraint(
    source="service model, FilterName",
    minimum=1,
    maximum=1024,
    form=r"[a-zA-Z]{1,1024}",
    pattern_text="letters",
    character_form=r"[a-zA-Z]",
)

FILTER_VALUE: Final = TextConstraint(
    source="service model, FilterValue",
    minimum=1,
    maximum=1024,
    form=r'[0-9a-zA-Z./_ :,{}"-]{1,1024}',
    pattern_text='letters, digits, blanks and ./_:,{}"-',
    character_form=r'[0-9a-zA-Z./_ :,{}"-]',
)

FILTERS_MAXIMUM: Final = 10
"""Filters in one request, and values in one filter (service model, FilterList and FilterValues)."""

MAX_RESULTS: Final = range(1, 26)
"""Items on a page of a listing (service model, RestrictedInteger)."""

NEXT_TOKEN: Final = TextConstraint(source="service model, PaginationToken", minimum=1, maximum=65_535)

# Quotas: not held against requests here, since each account may have others.
WORKFLOW_SIZE_BYTES: Final = 64 * 1024
"""The size of a document given by ``uri`` (Image Builder endpoints and quotas, workflow size)."""

WORKFLOWS_PER_ACCOUNT: Final = 1_000
"""Workflows in one account and Region (Image Builder endpoints and quotas)."""
