"""The JSON Schema of a manifest, for editors: made of the classes, so that the two cannot differ.

``python -m aio_workflows.rollout.manifest_schema`` prints it.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final, get_args, get_type_hints

from attrs import NOTHING, Attribute, fields, has

from aio_workflows.models.constraints import MapConstraint, TextConstraint
from aio_workflows.models.tags import Tags
from aio_workflows.models.validators import RULE, LimitCheck
from aio_workflows.rollout.form import ABOUT, ManifestForm, Words, member_name

_PLACEHOLDER: Final = r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"


def json_schema() -> dict[str, Any]:
    """The schema, as plain data."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Manifest of aio-workflows",
        **_object(ManifestForm),
    }


def _object(cls: type) -> dict[str, Any]:
    members = fields(cls)
    hints = get_type_hints(cls)
    required = [member_name(one.name) for one in members if one.default is NOTHING]
    schema: dict[str, Any] = {
        "type": "object",
        "description": (cls.__doc__ or "").strip(),
        "additionalProperties": False,
        "properties": {member_name(one.name): _member(one, hints[one.name]) for one in members},
    }
    return schema | ({"required": required} if required else {})


def _member(member: Attribute[Any], hint: Any) -> dict[str, Any]:
    kind = next(one for one in (*get_args(hint), hint) if one is not type(None) and one is not Ellipsis)
    if get_args(hint)[1:] == (Ellipsis,):
        kind = hint
    check = member.metadata.get(RULE)
    limit = check.limit if isinstance(check, LimitCheck) else None
    return {"description": member.metadata[ABOUT], **_value(kind, limit)}


def _value(kind: Any, limit: object) -> dict[str, Any]:
    if get_args(kind)[1:] == (Ellipsis,):
        return {"type": "array", "minItems": 1, "items": _value(get_args(kind)[0], limit)}
    if kind is Tags:
        assert isinstance(limit, MapConstraint)  # noqa: S101 - tags have no other rule
        return {
            "type": "object",
            "maxProperties": limit.maximum,
            "propertyNames": _text(limit.key),
            "additionalProperties": _text(limit.value),
        }
    if has(kind):
        schema = _object(kind)
        del schema["description"]  # the member has its own
        return schema
    if isinstance(limit, Words):
        return {"anyOf": [{"enum": list(limit.words)}, {"type": "string", "pattern": f"^{_PLACEHOLDER}$"}]}
    assert isinstance(limit, TextConstraint)  # noqa: S101 - every text has a rule
    return _text(limit)


def _text(constraint: TextConstraint) -> dict[str, Any]:
    """A text; one with a placeholder in it is not held to the pattern before it is filled in."""
    schema: dict[str, Any] = {"type": "string"}
    if constraint.minimum is not None:
        schema["minLength"] = constraint.minimum
    if constraint.maximum is not None:
        schema["maxLength"] = constraint.maximum
    if constraint.pattern is not None:
        schema["pattern"] = f"^(?:{constraint.pattern.pattern})$|{_PLACEHOLDER}"
    return schema


if __name__ == "__main__":
    json.dump(json_schema(), sys.stdout, indent=2)
    sys.stdout.write("\n")
