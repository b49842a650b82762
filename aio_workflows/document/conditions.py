"""Conditions in Python: ``string_equals("AMI", image_type) & ~boolean_equals(True, skip)``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from attrs import field, frozen

from aio_workflows.document.checks.conditions import OPERATORS
from aio_workflows.document.values import Reference

Operand: TypeAlias = str | int | float | bool


class Condition:
    """What has to hold for a step to run. Conditions are joined with ``&`` and ``|`` and turned with ``~``."""

    __slots__ = ()

    def __and__(self, other: Condition) -> Condition:
        return And((*_flat(And, self), *_flat(And, other)))

    def __or__(self, other: Condition) -> Condition:
        return Or((*_flat(Or, self), *_flat(Or, other)))

    def __invert__(self) -> Condition:
        return Not(self)

    def __bool__(self) -> bool:
        # `and`, `or` and `not` of Python would drop one side without a word.
        raise TypeError("a condition is known only at run time: join with &, | and ~, not with and, or, not")

    def to_data(self) -> dict[str, Any]:
        """The condition as a document has it."""
        raise NotImplementedError

    @classmethod
    def from_data(cls, data: object) -> Condition:
        """A condition from plain data: bare, or in a list of one.

        :raises ValueError: it is none.
        """
        if isinstance(data, list) and len(cast("list[object]", data)) == 1:
            return cls.from_data(cast("list[object]", data)[0])
        if not isinstance(data, Mapping):
            raise ValueError("a condition is one statement")  # noqa: TRY004  # as announced
        statement = cast("Mapping[str, Any]", data)
        names = statement.keys() - {"value"}
        if len(names) == 1:
            (name,) = names
            operand = statement[name]
            if "value" not in statement:
                if name in _COMBINED and isinstance(operand, list):
                    return _COMBINED[name](
                        tuple(cls.from_data(child) for child in cast("list[object]", operand))
                    )
                if name == "not":
                    return Not(cls.from_data(operand))
            elif name in OPERATORS:
                return Comparison(name, operand, statement["value"])
        raise ValueError("a condition has one operator, and a comparison a value beside it")


def _as_operand(value: Operand | Reference) -> Operand:
    return value.path if isinstance(value, Reference) else value


@frozen
class Comparison(Condition):
    """``value``, a literal or the path of a reference, compared with the literal ``operand``."""

    operator: str
    operand: Operand
    value: Operand = field(converter=_as_operand)

    def to_data(self) -> dict[str, Any]:
        """The operator with its operand, and the value beside it."""
        return {self.operator: self.operand, "value": self.value}


@frozen
class And(Condition):
    """All of 1 to 10 conditions."""

    children: tuple[Condition, ...]

    def to_data(self) -> dict[str, Any]:
        """A list under ``and``."""
        return {"and": [child.to_data() for child in self.children]}


@frozen
class Or(Condition):
    """Any of 1 to 10 conditions."""

    children: tuple[Condition, ...]

    def to_data(self) -> dict[str, Any]:
        """A list under ``or``."""
        return {"or": [child.to_data() for child in self.children]}


@frozen
class Not(Condition):
    """The contrary of a condition."""

    child: Condition

    def to_data(self) -> dict[str, Any]:
        """A bare statement under ``not``."""
        return {"not": self.child.to_data()}


_COMBINED: Final[Mapping[str, type[And | Or]]] = {"and": And, "or": Or}


def _flat(cls: type[And | Or], condition: Condition) -> tuple[Condition, ...]:
    return condition.children if isinstance(condition, cls) else (condition,)


def boolean_equals(operand: bool, value: bool | Reference) -> Condition:
    """``value`` is the truth value ``operand``."""
    return Comparison("booleanEquals", operand, value)


def string_equals(operand: str, value: str | Reference) -> Condition:
    """``value`` is the text ``operand``."""
    return Comparison("stringEquals", operand, value)


def number_equals(operand: float | str, value: float | str | Reference) -> Condition:
    """``value`` is the number ``operand``."""
    return Comparison("numberEquals", operand, value)


def number_greater_than(operand: float | str, value: float | str | Reference) -> Condition:
    """The service's ``numberGreaterThan``."""
    return Comparison("numberGreaterThan", operand, value)


def number_greater_than_equals(operand: float | str, value: float | str | Reference) -> Condition:
    """The service's ``numberGreaterThanEquals``."""
    return Comparison("numberGreaterThanEquals", operand, value)


def number_less_than(operand: float | str, value: float | str | Reference) -> Condition:
    """The service's ``numberLessThan``."""
    return Comparison("numberLessThan", operand, value)


def number_less_than_equals(operand: float | str, value: float | str | Reference) -> Condition:
    """The service's ``numberLessThanEquals``."""
    return Comparison("numberLessThanEquals", operand, value)
