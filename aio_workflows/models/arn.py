"""ARNs of workflows: parse, compose, and the slug that a name becomes in them."""

from __future__ import annotations

import re
from typing import Any, Final

from attrs import evolve, frozen

from aio_workflows.errors import Complaint, RequestValidationError
from aio_workflows.models.validators import wrong_type
from aio_workflows.models.version import SemanticVersion, WildcardVersion, explain

_FORM: Final = re.compile(
    r"arn:(?P<partition>[^:]+):imagebuilder:(?P<region>[^:]*):(?P<account>[^:]*)"
    r":workflow/(?P<type>[^/:]+)/(?P<slug>[^/:]+)/(?P<version>[^/:]+)(?:/(?P<build>[1-9][0-9]{0,18}|0))?"
)


def slug(name: str) -> str:
    """What a workflow's name becomes in its ARN: lower case, blanks and underscores as hyphens.

    Names with the same slug and type are one resource (user guide, resource names and ARNs).
    """
    return name.lower().translate(_SEPARATORS)


_SEPARATORS: Final = str.maketrans(" _", "--")


@frozen
class WorkflowArn:
    """The ARN of a workflow: of a build version, a version, or a wildcard.

    ``partition``, ``region`` and ``account`` are texts as they stand in the ARN; ``account`` is 12
    digits, ``aws`` for managed workflows, or whatever AWS adds later. ``type`` is in lower case
    (``build``, ``test``, ``distribution``), ``slug`` the name in its ARN form. ``build`` counts
    from 1 and is None in the ARN of a version.

    Reading is liberal: any partition, region, owner and type is kept.
    """

    partition: str
    region: str
    account: str
    type: str
    slug: str
    version: SemanticVersion | WildcardVersion
    build: int | None = None

    @classmethod
    def parse(cls, text: str) -> WorkflowArn:
        """Read an ARN from its text.

        :raises RequestValidationError: it is not the ARN of a workflow.
        """
        unchecked: Any = text
        if not isinstance(unchecked, str):
            raise RequestValidationError([wrong_type("arn", "text", unchecked)], subject="WorkflowArn")
        match = _FORM.fullmatch(text)
        version = _version(match["version"]) if match is not None else None
        if match is None or version is None:
            complaint = Complaint(
                field="arn",
                rule="pattern",
                text="must be of the form "
                "arn:<partition>:imagebuilder:<region>:<account>:workflow/<type>/<name>/<version>[/<build>]",
                actual=f"{len(text)} characters",
            )
            raise RequestValidationError([complaint], subject="WorkflowArn")
        build = int(match["build"]) if match["build"] is not None else None
        return cls(
            match["partition"],
            match["region"],
            match["account"],
            match["type"],
            match["slug"],
            version,
            build,
        )

    @property
    def version_arn(self) -> WorkflowArn:
        """The ARN of the version, without the build number."""
        return evolve(self, build=None)

    def with_build(self, build: int) -> WorkflowArn:
        """The ARN of one build of this version; ``build`` counts from 1."""
        return evolve(self, build=build)

    def __str__(self) -> str:
        build = f"/{self.build}" if self.build is not None else ""
        return (
            f"arn:{self.partition}:imagebuilder:{self.region}:{self.account}"
            f":workflow/{self.type}/{self.slug}/{self.version}{build}"
        )


def _version(text: str) -> SemanticVersion | WildcardVersion | None:
    if explain(text, "version") is None:
        return SemanticVersion.parse(text)
    try:
        return WildcardVersion.parse(text)
    except RequestValidationError:
        return None
