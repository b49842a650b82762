"""What became of a publication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, Self

from attrs import field, frozen

from aio_workflows.errors import ConfigurationError
from aio_workflows.models.document_text import document_repr
from aio_workflows.models.tags import Tags
from aio_workflows.models.version import SemanticVersion
from aio_workflows.views import Cell, Tone, Toned, View, to_html

PublishStatus = Literal["created", "new_build", "new_version", "unchanged"]
"""What a publication came to. ``created``: the version that the request names was not there before.
``new_build``: it was, with other content, and has a further build now. ``new_version``: a version
above the one that was there was made, as ``on_change`` says. ``unchanged``: the latest build has
this content already."""

OnChange = Literal["new_build", "patch", "minor", "major", "fail"]
"""What to do where the workflow is there with other content: add a build to the version, make the
next patch, minor or major version, or raise :class:`WorkflowChangedError`."""

DryRun = bool | Literal["reads"]
"""Whether nothing is to be done: send dry runs and reads, or reads alone."""

ON_CHANGE: Final[tuple[OnChange, ...]] = ("new_build", "patch", "minor", "major", "fail")


def check_on_change(value: OnChange) -> None:
    """Refuse what is none of the choices.

    :raises ConfigurationError: it is none of them.
    """
    if value not in ON_CHANGE:
        raise ConfigurationError(f"on_change must be one of {', '.join(ON_CHANGE)}, not {value!r}")


PUBLISH_TONES: Final[Mapping[str, Tone]] = {
    "created": "good",
    "new_build": "good",
    "new_version": "good",
    "unchanged": "quiet",
}
"""What the colours of a publication mean."""

_NO_TAGS: Final = Tags({})


@frozen(kw_only=True)
class PublishResult:
    """What :meth:`WorkflowsClient.publish_workflow` did, or with ``dry_run`` would do.

    :param status: ``created``, ``new_build``, ``new_version`` or ``unchanged``.
    :param workflow_build_version_arn: the build that holds the content now. None only in a dry run
        that would make one.
    :param semantic_version: the version of that build, in a dry run of the one that would be made.
    :param raced: the version was believed to be new, and yet another publisher had made it a moment
        before: this content is a further build of it.
    :param added_tags: the tags that were put on a build that was there already, since they were
        missing or had other values. No tag is ever taken away.
    :param previous_build_version_arn: the build that the content was compared with, where one was read.
    :param differences: the fields in which the content differs from that build (``data``,
        ``description``, ``kms_key_id``). Where no build was read nothing is said.
    :param client_token: the token of the create that made the build, None if none did.
    :param attempts: how many attempts its calls took in all.
    :param dry_run: nothing was done; this tells what would be.
    :param diff: in a dry run, the document's changes as a unified diff, empty if it stays as it is.
        None where they are not known: outside of dry runs, and for a document in S3.
    """

    status: PublishStatus
    workflow_build_version_arn: str | None
    semantic_version: SemanticVersion
    raced: bool = False
    added_tags: Tags = _NO_TAGS
    previous_build_version_arn: str | None = None
    differences: tuple[str, ...] = ()
    client_token: str | None = None
    attempts: int = 0
    dry_run: bool = False
    diff: str | None = field(default=None, repr=document_repr)

    def _repr_html_(self) -> str:
        return to_html(self._view())

    def _view(self) -> View:
        status = Toned(self.status, PUBLISH_TONES.get(self.status, "quiet"))
        facts: list[tuple[str, Cell]] = [("status", status)]
        facts += [("dry_run", "nothing was done")] if self.dry_run else []
        facts += [
            ("workflow_build_version_arn", self.workflow_build_version_arn),
            ("semantic_version", str(self.semantic_version)),
            ("previous_build_version_arn", self.previous_build_version_arn),
            ("differences", ", ".join(self.differences) or None),
            ("diff", document_repr(self.diff) if self.diff is not None else None),
            *((f"added_tags.{key}", value) for key, value in self.added_tags.items()),
            ("raced", "another publisher had made the version a moment before" if self.raced else None),
            ("attempts", self.attempts),
            ("client_token", self.client_token),
        ]
        return View(title="PublishResult", facts=facts)

    def to_data(self) -> dict[str, Any]:
        """What a journal keeps of the result, as plain data: no document, no diff."""
        return {
            "status": self.status,
            "arn": self.workflow_build_version_arn,
            "version": str(self.semantic_version),
            "raced": self.raced,
            "tags": dict(self.added_tags),
            "token": self.client_token,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The result that a journal has kept.

        :raises ValueError: it is something else.
        """
        try:
            return cls(
                status=data["status"],
                workflow_build_version_arn=data["arn"],
                semantic_version=SemanticVersion.parse(data["version"]),
                raced=data["raced"],
                added_tags=Tags(data["tags"]),
                client_token=data["token"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"no result of a publication: {error}") from None
