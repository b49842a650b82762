"""The forms that a value in a document can have: what the tables of keys and inputs are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen


@frozen(kw_only=True)
class Text:
    """A text. With ``words``, one of them. ``json`` tells how surely it is a JSON text."""

    minimum: int = 0
    maximum: int | None = None
    words: tuple[str, ...] = ()
    json: Literal["must", "may", "no"] = "no"
    maximum_bytes: int | None = None


@frozen(kw_only=True)
class Integer:
    """A whole number."""

    minimum: int | None = None
    maximum: int | None = None


@frozen
class Boolean:
    """``true`` or ``false``."""


@frozen
class Anything:
    """A value with rules of its own, or of another service: not looked into here."""


@frozen(kw_only=True)
class ListOf:
    """A list. ``or_one`` also takes one item in its place."""

    item: Shape
    minimum: int = 0
    maximum: int | None = None
    or_one: bool = False


@frozen(kw_only=True)
class MapOf:
    """A mapping with keys of the author's choice."""

    value: Shape
    maximum: int | None = None


@frozen(kw_only=True)
class Structure:
    """A mapping with known keys.

    ``older`` are keys that older pages of the guide had, each with its name of today.
    """

    keys: Mapping[str, Key]
    older: Mapping[str, str] = field(factory=dict[str, str])


Shape: TypeAlias = Text | Integer | Boolean | Anything | ListOf | MapOf | Structure


@frozen(kw_only=True)
class Key:
    """One key of a structure. ``default`` is what the service takes if it is left out, None if unknown."""

    shape: Shape
    required: bool = False
    default: Any = None


def required(shape: Shape) -> Key:
    """A key that must be there."""
    return Key(shape=shape, required=True)


def optional(shape: Shape, default: Any = None) -> Key:
    """A key that may be left out."""
    return Key(shape=shape, default=default)


TEXT = Text()
TEXTS = ListOf(item=TEXT)
BOOLEAN = Boolean()
INTEGER = Integer()
ANYTHING = Anything()
