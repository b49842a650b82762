"""What stands in a manifest: its members and the rule of each. The JSON Schema for editors is made of these classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from attrs import field, frozen

from aio_workflows.errors import Complaint
from aio_workflows.models import constraints
from aio_workflows.models.constraints import TextConstraint
from aio_workflows.models.enums import WorkflowType
from aio_workflows.models.tags import Tags
from aio_workflows.models.validators import Check, LimitCheck, mapping, rule, short, text
from aio_workflows.publish.result import ON_CHANGE
from aio_workflows.structuring import Structurer

FILE_NAME: Final = "workflows.yaml"
"""What a manifest is called where only its folder is named."""

ABOUT: Final = "aio_workflows.about"
"""The key of attrs metadata under which a member has its description, in one sentence."""


REGION: Final = TextConstraint(
    source="this package",
    form=r"[a-z0-9]+(?:-[a-z0-9]+)+",
    pattern_text="the name of a region, such as eu-west-1",
)
ROLE_ARN: Final = TextConstraint(
    source="service model of STS, AssumeRole",
    minimum=20,
    maximum=2048,
    form=r"arn:aws(?:-[a-z]+)*:iam::[0-9]{12}:role/[!-~]+",
    pattern_text="the ARN of a role, arn:aws:iam::<account>:role/<name>",
)
EXTERNAL_ID: Final = TextConstraint(
    source="service model of STS, AssumeRole",
    minimum=2,
    maximum=1224,
    form=r"[\w+=,.@:/-]*",
    pattern_text="letters, digits and _+=,.@:/-",
)
ACCOUNT_ID: Final = TextConstraint(
    source="service model of S3, AccountId", form=r"[0-9]{12}", pattern_text="12 digits"
)
PLACE: Final = TextConstraint(
    source="this package",
    form=r"s3://[a-z0-9{][a-z0-9.{}-]{2,62}(?:/[\w./{}-]*)?",
    pattern_text="of the form s3://bucket or s3://bucket/prefix; {region} stands for the target's region",
)
ENDPOINT: Final = TextConstraint(
    source="this package", form=r"https?://[!-~]+", pattern_text="of the form https://host"
)
VARIABLE: Final = TextConstraint(
    source="this package",
    form=r"[A-Za-z_][A-Za-z0-9_]*",
    pattern_text="the name of an environment variable",
)
SOME_TEXT: Final = TextConstraint(source="this package", minimum=1)


@frozen
class Words:
    """The limit of a check: a text that is one of these."""

    words: tuple[str, ...]


def words(allowed: Sequence[str]) -> Check:
    """A check for a text that is one of ``allowed``."""

    def check_word(name: str, value: Any) -> Iterator[Complaint]:
        if value not in allowed:
            known = ", ".join(allowed)
            yield Complaint(
                field=name,
                rule="value",
                text=f"must be one of {known}, not {short(value)}",
                limit=known,
                actual=short(value),
            )

    return LimitCheck(Words(tuple(allowed)), check_word)


def texts(constraint: TextConstraint) -> Check:
    """A check for a list of texts."""
    check_item = text(constraint)

    def check_texts(name: str, value: Any) -> Iterator[Complaint]:
        for index, item in enumerate(value):
            yield from check_item(f"{name}[{index}]", item)

    return LimitCheck(constraint, check_texts)


def _about(sentence: str, check: Check | None = None) -> dict[str, Any]:
    """The metadata of a member: what it is, and its rule."""
    return {ABOUT: sentence, **(rule(check) if check is not None else {})}


@frozen(kw_only=True)
class Settings:
    """What a workflow of the manifest has, and what ``defaults`` can say for all of them."""

    semantic_version: str | None = field(
        default=None,
        metadata=_about("The version: three numbers such as 1.0.0.", text(constraints.SEMANTIC_VERSION)),
    )
    type: str | None = field(
        default=None, metadata=_about("The phase of image building that it is for.", words([*WorkflowType]))
    )
    description: str | None = field(
        default=None, metadata=_about("What it is for.", text(constraints.DESCRIPTION))
    )
    change_description: str | None = field(
        default=None, metadata=_about("What changed.", text(constraints.DESCRIPTION))
    )
    kms_key_id: str | None = field(
        default=None, metadata=_about("The KMS key to encrypt it with.", text(constraints.KMS_KEY_ID))
    )
    tags: Tags | None = field(
        default=None,
        metadata=_about(
            "Tags; those of a workflow are added to those of the defaults.", mapping(constraints.TAGS)
        ),
    )
    on_change: str | None = field(
        default=None,
        metadata=_about(
            "What to do where it is there with other content; new_build if left out.", words(ON_CHANGE)
        ),
    )


@frozen(kw_only=True)
class Entry(Settings):
    """One workflow."""

    file: str | None = field(
        default=None, metadata=_about("The document, relative to the manifest.", text(SOME_TEXT))
    )
    uri: str | None = field(
        default=None, metadata=_about("The document in Amazon S3, in place of a file.", text(constraints.URI))
    )
    name: str | None = field(
        default=None, metadata=_about("Its name; the file's stem if left out.", text(constraints.NAME))
    )


@frozen(kw_only=True)
class DocumentPlace:
    """Where in Amazon S3 documents of more than 16,000 characters are put."""

    uri: str = field(
        metadata=_about(
            "s3://bucket/prefix. {region} stands for the target's region, as the bucket must be there.",
            text(PLACE),
        )
    )
    bucket_owner: str | None = field(
        default=None,
        metadata=_about(
            "The account that must own the bucket; the account of the target's role if left out.",
            text(ACCOUNT_ID),
        ),
    )


@frozen(kw_only=True)
class TargetEntry:
    """Where to publish: regions of one account."""

    name: str | None = field(default=None, metadata=_about("What --target calls it.", text(SOME_TEXT)))
    region: str | None = field(default=None, metadata=_about("One region.", text(REGION)))
    regions: tuple[str, ...] | None = field(
        default=None, metadata=_about("Several regions, in place of one.", texts(REGION))
    )
    profile: str | None = field(
        default=None, metadata=_about("The profile of the shared configuration files.", text(SOME_TEXT))
    )
    role_arn: str | None = field(default=None, metadata=_about("The role to assume.", text(ROLE_ARN)))
    external_id: str | None = field(
        default=None, metadata=_about("The external id that the role asks for.", text(EXTERNAL_ID))
    )
    endpoint_url: str | None = field(
        default=None, metadata=_about("Another endpoint than the region's.", text(ENDPOINT))
    )
    documents: DocumentPlace | None = field(
        default=None, metadata=_about("Where long documents are put, for this target.")
    )


@frozen(kw_only=True)
class ManifestForm:
    """A manifest of workflows and the places to publish them in."""

    environment: tuple[str, ...] | None = field(
        default=None,
        metadata=_about(
            "The environment variables that ${NAME} may stand for, anywhere else in the manifest.",
            texts(VARIABLE),
        ),
    )
    defaults: Settings | None = field(
        default=None, metadata=_about("What holds for all workflows that do not say otherwise.")
    )
    documents: DocumentPlace | None = field(default=None, metadata=_about("Where long documents are put."))
    workflows: tuple[Entry, ...] = field(metadata=_about("The workflows."))
    targets: tuple[TargetEntry, ...] | None = field(
        default=None, metadata=_about("Where to publish; without any, where AWS tools would go.")
    )


def member_name(field_name: str) -> str:
    """A field's name as it stands in the manifest: camelCase, as in the API."""
    first, *rest = field_name.split("_")
    return first + "".join(part.capitalize() for part in rest)


STRUCTURER: Final = Structurer(rename=member_name, forbid_unknown=True)
"""Between these classes and the plain data of the manifest."""
