"""A factory of strict cattrs converters: between attrs classes and the plain data of JSON and YAML.

Strict means that nothing is made to fit: ``5`` is no text, ``"abc"`` is no list. The wire, the
workflow document and the manifest each configure a converter of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import GenericAlias, NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, TypeVar, Union, cast, get_args, get_origin

from attrs import fields, has

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

LOCAL: Final = "aio_workflows.local"
"""A key of attrs metadata: the field is ours alone and never part of the plain data."""


class StructuringError(ValueError):
    """Plain data that does not fit its class. ``problems`` has a text for each, with its path."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems: tuple[str, ...] = tuple(problems)


class Structurer:
    """Turns attrs classes into plain data (``unstructure``) and back (``structure``).

    ``rename`` gives a field's name in the plain data. ``forbid_unknown`` makes an unknown member an
    error; otherwise it is passed over. Fields that are None are left out. ``as_text`` are further
    classes that are written with ``str``, each with the function that reads such a text and raises
    a ValueError if it cannot. ``own_form`` are base classes with plain data of their own: their method
    ``to_data`` gives it, and their class method ``from_data`` takes it or raises a ValueError.
    """

    def __init__(
        self,
        *,
        rename: Callable[[str], str],
        forbid_unknown: bool,
        as_text: Mapping[type, Callable[[str], object]] | None = None,
        own_form: tuple[Any, ...] = (),
    ) -> None:
        self._converter = _make_converter(rename, forbid_unknown, as_text or {})
        for cls in own_form:
            self._converter.register_structure_hook(cls, _from_own_form)
            self._converter.register_unstructure_hook(cls, _to_own_form)

    def unstructure(self, value: object) -> dict[str, Any]:
        """The plain data of an attrs object."""
        return cast("dict[str, Any]", self._converter.unstructure(value))

    def structure(self, value: object, cls: type[T]) -> T:
        """An object of ``cls`` from plain data.

        :raises StructuringError: the data does not fit; names every place.
        """
        from cattrs import BaseValidationError, transform_error

        try:
            return self._converter.structure(value, cls)
        except BaseValidationError as error:
            problems = transform_error(error, path="$", format_exception=_problem)
        except _Mismatch as error:
            problems = [f"{error} @ $"]
        # Not chained: the errors of the library hold the data itself.
        raise StructuringError(problems)


class _Mismatch(ValueError):
    """A value of another type than the class wants."""


def _problem(error: BaseException, _: type | None) -> str:
    if isinstance(error, KeyError):
        return "required member missing"
    if type(error).__name__ == "ForbiddenExtraKeysError":  # by name: cattrs is not loaded for a comparison
        return f"unknown member {', '.join(sorted(getattr(error, 'extra_fields', ())))}"
    return str(error) if isinstance(error, _Mismatch) else f"{type(error).__name__}"


def _make_converter(
    rename: Callable[[str], str], forbid_unknown: bool, as_text: Mapping[type, Callable[[str], object]]
) -> Converter:
    # Imported here, since the client's import must stay cheap: the first call pays for it.
    from cattrs import Converter
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

    converter = Converter(omit_if_default=False, detailed_validation=True)

    def overrides(cls: type) -> dict[str, Any]:
        return {
            attribute.name: override(
                rename=rename(attribute.name),
                omit=True if attribute.metadata.get(LOCAL) else None,
                omit_if_default=attribute.default is None or None,
            )
            for attribute in fields(cls)
        }

    def structure_class(cls: type) -> Callable[[Any, Any], Any]:
        make: Any = make_dict_structure_fn  # its own types are too narrow for overrides by name
        structure = cast(
            "Callable[[object, type], Any]",
            make(cls, converter, _cattrs_forbid_extra_keys=forbid_unknown, **overrides(cls)),
        )

        def structure_mapping(value: object, _: Any) -> Any:
            if not isinstance(value, Mapping):
                raise _mismatch("an object", value)
            return structure(cast("object", value), cls)

        return structure_mapping

    def structure_list(cls: Any) -> Callable[[Any, Any], Any]:
        # cattrs' own hook for lists keeps the index of a faulty item in its error.
        list_of_items: Any = GenericAlias(list, get_args(cls)[:1])

        def structure_items(value: object, _: Any) -> Any:
            if not isinstance(value, list):
                raise _mismatch("a list", value)
            return tuple(converter.structure(cast("list[object]", value), list_of_items))

        return structure_items

    def structure_choice(cls: Any) -> Callable[[Any, Any], Any]:
        scalars = tuple(kind for kind in get_args(cls) if kind in _SCALARS or kind is NoneType)
        lists = [kind for kind in get_args(cls) if _is_list(kind)]

        def structure_one(value: object, _: Any) -> Any:
            if type(value) in scalars:
                return value
            if lists and isinstance(value, list):
                return converter.structure(cast("list[object]", value), lists[0])
            raise _mismatch(" or ".join(_SCALARS[kind] for kind in scalars if kind in _SCALARS), value)

        return structure_one

    def unstructure_class(cls: type) -> Callable[[Any], Any]:
        unstructure: Callable[[Any], Any] = make_dict_unstructure_fn(cls, converter, **overrides(cls))
        return unstructure

    converter.register_structure_hook_factory(has, structure_class)
    converter.register_unstructure_hook_factory(has, unstructure_class)
    converter.register_structure_hook_factory(_is_list, structure_list)
    for scalar, words in _SCALARS.items():
        # By class: cattrs asks its own hooks for these, which convert, before any hook by condition.
        converter.register_structure_hook(scalar, _exactly(scalar, words))
    converter.register_structure_hook_factory(_is_choice, structure_choice)
    converter.register_structure_hook_factory(_is_optional_scalar, _optionally)
    converter.register_structure_hook_func(_is_text_mapping, _structure_text_mapping)
    # By class: a hook by condition would come after cattrs' own for str, which lets enums through.
    converter.register_unstructure_hook(str, str)
    converter.register_unstructure_hook_func(_is_text_mapping, dict)
    for cls, parse in as_text.items():
        converter.register_unstructure_hook(cls, str)
        converter.register_structure_hook(cls, _parsed_by(parse))
    return converter


_SCALARS: Final[dict[type, str]] = {
    str: "text",
    int: "an integer",
    float: "a number",
    bool: "true or false",
}


def _is_list(cls: Any) -> bool:
    """Whether it is ``tuple[Item, ...]``, as the models spell a list."""
    origin: object = get_origin(cls)
    return origin is tuple and get_args(cls)[1:] == (Ellipsis,)


def _exactly(scalar: type, words: str) -> Callable[[Any, Any], Any]:
    def structure(value: Any, cls: Any) -> Any:
        if type(value) is not scalar:
            raise _mismatch(words, value)
        return value if cls is scalar else _structure_text(cast("str", value), cls)  # an open enum

    return structure


def _optionally(cls: Any) -> Callable[[Any, Any], Any]:
    """One call for each field, where cattrs' own hook for what may be None makes three."""
    (scalar,) = (kind for kind in get_args(cls) if kind is not NoneType)
    words = _SCALARS[scalar]

    def structure(value: Any, _: Any) -> Any:
        if value is not None and type(value) is not scalar:
            raise _mismatch(words, value)
        return value

    return structure


def _is_optional_scalar(cls: Any) -> bool:
    """Whether it is a scalar or None."""
    kinds = get_args(cls)
    return (
        get_origin(cls) in {Union, UnionType}
        and len(kinds) == 2
        and NoneType in kinds
        and any(kind in _SCALARS for kind in kinds)
    )


def _parsed_by(parse: Callable[[str], object]) -> Callable[[Any, Any], Any]:
    def structure(value: Any, cls: Any) -> Any:
        if type(value) is not str:
            raise _mismatch("text", value)
        try:
            return parse(value)
        except ValueError:
            raise _Mismatch(f"not the text of a {cls.__name__}") from None

    return structure


def _is_choice(cls: Any) -> bool:
    """Whether it is a union of several scalars, with or without a list."""
    if get_origin(cls) not in {Union, UnionType}:
        return False
    kinds = [kind for kind in get_args(cls) if kind is not NoneType]
    return len(kinds) > 1 and all(kind in _SCALARS or _is_list(kind) for kind in kinds)


def _to_own_form(value: Any) -> Any:
    return value.to_data()


def _from_own_form(value: Any, cls: Any) -> Any:
    try:
        return cls.from_data(value)
    except ValueError as error:
        raise _Mismatch(str(error)) from None


def _structure_text(value: str, cls: Any) -> Any:
    if not value:
        raise _Mismatch("expected text, found an empty one")
    return cls(value)


def _is_text_mapping(cls: Any) -> bool:
    """Whether it is a class of ours that maps text to text, such as the tags."""
    return isinstance(cls, type) and issubclass(cls, Mapping) and not issubclass(cls, dict)


def _structure_text_mapping(value: object, cls: Any) -> Any:
    if not isinstance(value, Mapping):
        raise _mismatch("an object", value)
    entries = cast("Mapping[object, object]", value)
    for key, entry in entries.items():
        if type(key) is not str or type(entry) is not str:
            raise _mismatch("text for each entry", entry if type(key) is str else key)
    return cls(entries)


def _mismatch(expected: str, value: object) -> _Mismatch:
    return _Mismatch(f"expected {expected}, found {_JSON_NAMES.get(type(value), type(value).__name__)}")


_JSON_NAMES: Final[dict[type, str]] = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}
