"""What a document's references and conditions come to while an execution is played."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from aio_workflows.document import Condition
from aio_workflows.document.conditions import And, Comparison, Not, Or
from aio_workflows.document.references import SUFFIX, interpolations, parse_path

MISSING: Final = object()
"""What a reference comes to that leads nowhere."""


class UnresolvedError(Exception):
    """A reference leads nowhere; the text is the reference."""


class Scope:
    """What references may lead to: a mapping for each family, such as ``parameters``."""

    def __init__(self, families: Mapping[str, Mapping[str, Any]]) -> None:
        self._families = families

    def look_up(self, path: str) -> Any:
        """The value of a path, :data:`MISSING` if it leads nowhere."""
        reference = parse_path(path)
        if reference is None:
            return MISSING
        value: Any = self._families.get(reference.family, MISSING)
        for name in reference.names:
            value = _member(value, name)
        return value

    def resolve(self, value: Any) -> Any:
        """A value of the document with its references filled in.

        Under a key that ends with ``.$`` a path is replaced by what it leads to, and the ending goes;
        in texts ``{{ }}`` is filled in.

        :raises UnresolvedError: a reference leads nowhere.
        """
        if isinstance(value, Mapping):
            entries = cast("Mapping[str, Any]", value).items()
            return {
                key.removesuffix(SUFFIX): self._dynamic(entry)
                if key.endswith(SUFFIX)
                else self.resolve(entry)
                for key, entry in entries
            }
        if isinstance(value, list | tuple):
            return [self.resolve(entry) for entry in cast("Iterable[Any]", value)]
        return self._filled_in(value) if isinstance(value, str) else value

    def _dynamic(self, value: Any) -> Any:
        """A value under ``.$``: a path, a list of paths, or something static all the same."""
        if isinstance(value, list):
            return [self._dynamic(entry) for entry in cast("Iterable[Any]", value)]
        if isinstance(value, str) and parse_path(value) is not None:
            return self._known(value)
        return self.resolve(value)

    def _filled_in(self, text: str) -> str:
        for one in interpolations(text):
            if one.reference is not None:
                text = text.replace(one.text, _as_text(self._known(one.inner)))
        return text

    def _known(self, path: str) -> Any:
        value = self.look_up(path)
        if value is MISSING:
            raise UnresolvedError(path)
        return value

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds. A comparison with a reference that leads nowhere does not."""
        match condition:
            case And(children):
                return all(map(self.holds, children))
            case Or(children):
                return any(map(self.holds, children))
            case Not(child):
                return not self.holds(child)
            case Comparison(operator, operand, value):
                is_path = isinstance(value, str) and parse_path(value) is not None
                actual = self.look_up(cast("str", value)) if is_path else value
                return actual is not MISSING and _COMPARISONS[operator](actual, operand)
            case _:
                return False


def _member(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value).get(name, MISSING)
    if isinstance(value, list) and name.isdecimal():
        items = cast("Sequence[Any]", value)
        return items[int(name)] if int(name) < len(items) else MISSING
    # Outputs that are one text here are lists there: documents name output[0].
    return cast("Any", value) if name == "0" and value is not MISSING else MISSING


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def _number(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _numbers(compare: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    def compare_numbers(actual: Any, operand: Any) -> bool:
        left, right = _number(actual), _number(operand)
        return left is not None and right is not None and compare(left, right)

    return compare_numbers


_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "booleanEquals": lambda actual, operand: _as_text(actual).lower() == _as_text(operand).lower(),
    "stringEquals": lambda actual, operand: _as_text(actual) == _as_text(operand),
    "numberEquals": _numbers(lambda left, right: left == right),
    "numberGreaterThan": _numbers(lambda left, right: left > right),
    "numberGreaterThanEquals": _numbers(lambda left, right: left >= right),
    "numberLessThan": _numbers(lambda left, right: left < right),
    "numberLessThanEquals": _numbers(lambda left, right: left <= right),
}
