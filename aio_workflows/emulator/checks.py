"""What the service finds wrong with parameters, in its own words, one complaint at a time.

The limits come from the constraints that the API documents; which holds for what stands in
``parameters.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from aio_workflows.emulator.answers import RefusalError
from aio_workflows.models import constraints
from aio_workflows.models.constraints import TextConstraint

Check = Callable[[str, Any], None]
"""``check(parameter, value)`` raises what the service would answer about a value that is present."""


def invalid_value(parameter: str, detail: str) -> RefusalError:
    """The service's general complaint about one parameter."""
    return RefusalError(
        "InvalidParameterValueException",
        f"The value supplied for parameter '{parameter}' is not valid. {detail}",
    )


# --- Shape: what the JSON parser of the service refuses before any parameter is looked at -----------

_TOKENS: Final[tuple[tuple[type, str], ...]] = (
    (bool, "TRUE_VALUE"),
    (int, "NUMBER_VALUE"),
    (float, "NUMBER_VALUE"),
    (str, "STRING_VALUE"),
    (list, "START_ARRAY"),
    (dict, "START_OBJECT"),
    (type(None), "NULL_VALUE"),
)


def _wrong_type(value: object, wanted: str) -> RefusalError:
    found = next(token for kind, token in _TOKENS if isinstance(value, kind))
    if value is False:
        found = "FALSE_VALUE"
    return RefusalError("SerializationException", f"{found} can not be converted to {wanted}")


def _shape(kind: type, wanted: str) -> Check:
    def check(_parameter: str, value: Any) -> None:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _wrong_type(value, wanted)
        if isinstance(value, str) and _SURROGATE.search(value):
            raise RefusalError("SerializationException", "Unpaired surrogate in a string")

    return check


_SURROGATE: Final = re.compile("[\ud800-\udfff]")

STRING: Final = _shape(str, "a String")
BOOLEAN: Final = _shape(bool, "a Boolean")
INTEGER: Final = _shape(int, "an Integer")
_MAP: Final = _shape(dict, "a Map")
_LIST: Final = _shape(list, "a List")


def string_map(parameter: str, value: Any) -> None:
    """A map of strings."""
    _MAP(parameter, value)
    for key, entry in value.items():
        STRING(parameter, key)
        STRING(parameter, entry)


def filter_list(parameter: str, value: Any) -> None:
    """A list of filters, each with a name and values."""
    _LIST(parameter, value)
    for one in value:
        _MAP(parameter, one)
        shape(one, {"name": STRING, "values": string_list})


def string_list(parameter: str, value: Any) -> None:
    """A list of strings."""
    _LIST(parameter, value)
    for one in value:
        STRING(parameter, one)


def shape(members: Mapping[str, Any], shapes: Mapping[str, Check]) -> dict[str, Any]:
    """The members that the operation knows, null ones left out; unknown ones are ignored.

    :raises RefusalError: one has another JSON type than the operation's.
    """
    known = {name: members[name] for name in shapes if members.get(name) is not None}
    for name, value in known.items():
        shapes[name](name, value)
    return known


# --- Values ---------------------------------------------------------------------------------------------


def text(constraint: TextConstraint) -> Check:
    """A text within its length and of its pattern."""

    def check(parameter: str, value: str) -> None:
        pattern = constraint.pattern
        lowest, highest = constraint.minimum or 0, constraint.maximum
        if pattern is not None and not pattern.fullmatch(value):
            raise invalid_value(parameter, f"{parameter} must match pattern ^{pattern.pattern}$")
        if len(value) < lowest or (highest is not None and len(value) > highest):
            bounds = f"between {lowest} and {highest}" if highest is not None else f"of at least {lowest}"
            raise invalid_value(parameter, f"{parameter} must have length {bounds}")

    return check


def semantic_version(parameter: str, value: str) -> None:
    """Three numbers, each within its bounds."""
    text(constraints.SEMANTIC_VERSION)(parameter, value)
    check_bounds(value)


def check_bounds(version: str) -> None:
    """Refuse a version with a number that is out of bounds; nodes that are ``x`` have none."""
    for node in version.split("."):
        digits = node.lstrip("0")
        if node != "x" and (len(digits) > 10 or int(digits or "0") > constraints.VERSION_NODE_MAXIMUM):
            raise RefusalError(
                "InvalidVersionNumberException",
                f"The version number '{version}' is out of bounds: "
                f"each node must be from 0 to {constraints.VERSION_NODE_MAXIMUM}.",
            )


def check_wildcard(version: str) -> None:
    """Refuse a version with a number right of an ``x``, or with one that is out of bounds."""
    nodes = version.split(".")
    if "x" in nodes and any(node != "x" for node in nodes[nodes.index("x") :]):
        raise RefusalError(
            "InvalidVersionNumberException",
            f"The version number '{version}' is not valid: every node right of an x must be x.",
        )
    check_bounds(version)


def one_of(*values: str) -> Check:
    """One of the documented values."""

    def check(parameter: str, value: str) -> None:
        if value not in values:
            raise invalid_value(parameter, f"{parameter} must be one of [{', '.join(values)}]")

    return check


def tags(parameter: str, value: Mapping[str, str]) -> None:
    """Not too many tags, each with a lawful key and value."""
    if len(value) > constraints.TAGS.maximum:
        raise invalid_value(parameter, f"{parameter} must have at most {constraints.TAGS.maximum} entries")
    for key, entry in value.items():
        text(constraints.TAGS.key)(f"{parameter} key", key)
        text(constraints.TAGS.value)(f"{parameter} value", entry)


def some_tags(parameter: str, value: Mapping[str, str]) -> None:
    """At least one tag, and not too many."""
    if not value:
        raise invalid_value(parameter, f"{parameter} must have at least 1 entry")
    tags(parameter, value)


def tag_keys(parameter: str, value: list[str]) -> None:
    """At least one lawful key of a tag, and not too many."""
    if not 1 <= len(value) <= constraints.TAG_KEYS_MAXIMUM:
        raise invalid_value(parameter, f"it must have between 1 and {constraints.TAG_KEYS_MAXIMUM} items")
    for key in value:
        text(constraints.TAGS.key)(parameter, key)


@contextmanager
def as_invalid_parameter() -> Generator[None, None, None]:
    """The operations on tags complain about parameters with a code of their own."""
    try:
        yield
    except RefusalError as error:
        if error.code != "InvalidParameterValueException":
            raise
        raise RefusalError("InvalidParameterException", error.message) from None


def filters(parameter: str, value: list[dict[str, Any]]) -> None:
    """Not too many filters, each with a lawful name and values."""
    _count(parameter, value)
    for index, one in enumerate(value):
        where = f"{parameter}[{index}]"
        if one.get("name") is not None:
            text(constraints.FILTER_NAME)(f"{where}.name", one["name"])
        if one.get("name") not in FILTERS:
            raise invalid_value(f"{where}.name", f"name must be one of [{', '.join(FILTERS)}]")
        values: list[str] = one.get("values") or []
        _count(f"{where}.values", values)
        for position, entry in enumerate(values):
            text(constraints.FILTER_VALUE)(f"{where}.values[{position}]", entry)


FILTERS: Final = ("name", "version", "description", "type")
"""What ListWorkflows filters by."""


def _count(parameter: str, value: list[Any]) -> None:
    if not 1 <= len(value) <= constraints.FILTERS_MAXIMUM:
        raise invalid_value(parameter, f"it must have between 1 and {constraints.FILTERS_MAXIMUM} items")


def max_results(parameter: str, value: int) -> None:
    """A page's size within its bounds."""
    if value not in constraints.MAX_RESULTS:
        first, last = constraints.MAX_RESULTS[0], constraints.MAX_RESULTS[-1]
        raise invalid_value(parameter, f"{parameter} must be between {first} and {last}")
