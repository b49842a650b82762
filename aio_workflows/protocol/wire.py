"""The converter of the wire: snake_case fields are camelCase members, absent ones are left out."""

from __future__ import annotations

from functools import cache

from aio_workflows.models.version import SemanticVersion
from aio_workflows.structuring import Structurer


def member_name(field_name: str) -> str:
    """The name of a field on the wire: ``kms_key_id`` is ``kmsKeyId``."""
    head, *rest = field_name.split("_")
    return head + "".join(word.capitalize() for word in rest)


@cache
def wire_structurer() -> Structurer:
    """The one converter of the wire, made on first use. Unknown members of answers are passed over."""
    return Structurer(
        rename=member_name, forbid_unknown=False, as_text={SemanticVersion: SemanticVersion.parse}
    )
