"""Walks the service model and our classes side by side, and tells every place where they differ."""

from collections.abc import Iterable, Iterator, Mapping
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from attrs import NOTHING, Attribute, fields, has
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from aio_workflows.errors.service import ERRORS_BY_CODE
from aio_workflows.models import constraints
from aio_workflows.models.constraints import MapConstraint, TextConstraint
from aio_workflows.models.enums import OpenStrEnum
from aio_workflows.models.requests import Filter
from aio_workflows.models.tags import Tags
from aio_workflows.models.validators import RULE, LimitCheck
from aio_workflows.models.version import SemanticVersion
from aio_workflows.protocol.operations import OPERATIONS, Operation
from aio_workflows.protocol.wire import member_name
from aio_workflows.structuring import LOCAL


class Difference(NamedTuple):
    """One place where the model and our classes say different things, each in its own words."""

    place: str
    model: str
    ours: str


def differences(model: ServiceModel) -> Iterator[Difference]:
    """Everything in which our operations are not the model's."""
    for name, operation in OPERATIONS.items():
        theirs = model.operation_model(name)
        yield from _http(name, theirs, operation)
        yield from _request(f"{name}.request", theirs.input_shape, operation.request)
        yield from _answer(f"{name}.response", theirs.output_shape, operation.response)
        yield from _errors(name, theirs)


def _compare(place: str, model: object, ours: object) -> Iterator[Difference]:
    if model != ours:
        yield Difference(place, str(model), str(ours))


def _http(name: str, model: OperationModel, operation: Operation[Any, Any]) -> Iterator[Difference]:
    path = operation.path
    for field_name in operation.path_members:
        path = path.replace(field_name, member_name(field_name))
    yield from _compare(f"{name}.method", model.http["method"], operation.method)
    yield from _compare(f"{name}.path", model.http["requestUri"], path)
    for member, shape in model.input_shape.members.items():
        place = shape.serialization.get("location", "body")
        in_path = "{%s}" % member in path  # noqa: UP031 - braces within braces are no clearer
        yield from _compare(f"{name}.request.{member}.place", place, _place(operation, in_path))
        yield from _compare(
            f"{name}.request.{member}.wire name", shape.serialization.get("name", member), member
        )
    tokens = [member for member, shape in model.input_shape.members.items() if _is_token(shape)]
    yield from _compare(f"{name}.token", tokens, ["clientToken"] if operation.has_token else [])
    pages = "nextToken" in model.output_shape.members
    yield from _compare(f"{name}.pages", pages, operation.items is not None)
    yield from _compare(f"{name}.silent", not model.output_shape.members, operation.is_silent)


def _place(operation: Operation[Any, Any], in_path: bool) -> str:
    if in_path:
        return "uri"
    return "querystring" if operation.members_in_query else "body"


def _is_token(shape: Shape) -> bool:
    return bool(shape.metadata.get("idempotencyToken"))


def _errors(name: str, model: OperationModel) -> Iterator[Difference]:
    for shape in model.error_shapes:
        place = f"{name}.errors.{shape.name}"
        yield from _compare(f"{place}.known", True, shape.name in ERRORS_BY_CODE)
        yield from _compare(f"{place}.members", ["message"], list(shape.members))


# --- Requests: names, necessity and limits ------------------------------------------------------------


def _request(place: str, shape: StructureShape, cls: type) -> Iterator[Difference]:
    ours = {member_name(one.name): one for one in _fields(cls)}
    yield from _names(place, shape.members, ours)
    for name, member in shape.members.items():
        if name not in ours:
            continue
        attribute = ours[name]
        yield from _compare(
            f"{place}.{name}.required", name in shape.required_members, attribute.default is NOTHING
        )
        yield from _limits(f"{place}.{name}", member, _limit(attribute))


def _limit(attribute: "Attribute[Any]") -> object:
    if attribute.name == "semantic_version":
        return constraints.SEMANTIC_VERSION  # its check explains more than a pattern does
    check = attribute.metadata[RULE]
    return check if isinstance(check, LimitCheck) else None


def _limits(place: str, shape: Shape, limit: object) -> Iterator[Difference]:
    """Compare the rules of one value, whatever kind it is."""
    length: Mapping[str, Any] = shape.metadata
    low, high = length.get("min"), length.get("max")
    match shape, limit:
        case ListShape(), LimitCheck(limit=item, maximum=maximum):
            yield from _compare(f"{place}.length", (low, high), (1, maximum))
            yield from _item(f"{place}[]", shape.member, item)
        case MapShape(), LimitCheck(limit=MapConstraint() as rules):
            yield from _compare(f"{place}.length", (low, high), (rules.minimum, rules.maximum))
            yield from _limits(f"{place} key", shape.key, rules.key)
            yield from _limits(f"{place} value", shape.value, rules.value)
        case _, LimitCheck(limit=range() as bounds):
            yield from _compare(f"{place}.type", shape.type_name, "integer")
            yield from _compare(f"{place}.range", (low, high), (bounds[0], bounds[-1]))
        case _, LimitCheck(limit=type() as enum) if issubclass(enum, OpenStrEnum):
            yield from _compare(f"{place}.enum", length.get("enum"), [str(one) for one in enum])
        case _, LimitCheck(limit=type() as cls):
            yield from _compare(f"{place}.type", shape.type_name, _SCALARS[cls])
        case _, LimitCheck(limit=TextConstraint() as rules) | (TextConstraint() as rules):
            yield from _compare(f"{place}.type", shape.type_name, "string")
            yield from _compare(f"{place}.length", (low, high), (rules.minimum, rules.maximum))
            yield from _compare(f"{place}.pattern", _pattern(shape), rules.pattern and rules.pattern.pattern)
        case _:
            yield Difference(place, shape.type_name, "not compared")


def _item(place: str, shape: Shape, check: object) -> Iterator[Difference]:
    if isinstance(shape, StructureShape):
        cls = CLASSES[shape.name]
        yield from _request(place, shape, cls)
    else:
        yield from _limits(place, shape, check)


def _pattern(shape: Shape) -> str | None:
    """The model's pattern without its anchors: ours match the whole text anyhow."""
    pattern: str | None = shape.metadata.get("pattern")
    return pattern.removeprefix("^").removesuffix("$") if pattern is not None else None


# --- Answers: names, kinds and what is necessary --------------------------------------------------------


def _answer(place: str, shape: StructureShape, cls: type) -> Iterator[Difference]:
    ours = {member_name(one.name): one for one in _fields(cls)}
    hints = get_type_hints(cls)
    yield from _names(place, shape.members, ours)
    for name, member in shape.members.items():
        if name in ours:
            attribute = ours[name]
            yield from _compare(
                f"{place}.{name}.required", name in shape.required_members, attribute.default is NOTHING
            )
            yield from _kind(f"{place}.{name}", member, hints[attribute.name])


def _kind(place: str, shape: Shape, hint: Any) -> Iterator[Difference]:
    """Compare the kind of one value of an answer."""
    (hint,) = [one for one in get_args(hint) if one is not NoneType] if NoneType in get_args(hint) else [hint]
    if isinstance(shape, ListShape):
        yield from _compare(f"{place}.type", "list", "list" if get_origin(hint) is tuple else str(hint))
        yield from _kind(f"{place}[]", shape.member, get_args(hint)[0])
    elif isinstance(shape, StructureShape):
        yield from _compare(f"{place}.type", shape.name, hint.__name__)
        yield from _answer(place, shape, hint)
    elif isinstance(hint, type) and issubclass(hint, OpenStrEnum):
        yield from _compare(f"{place}.enum", shape.metadata.get("enum"), [str(one) for one in hint])
    else:
        yield from _compare(f"{place}.type", shape.type_name, _SCALARS.get(hint, str(hint)))
        yield from _compare(f"{place}.enum", shape.metadata.get("enum"), None)


_SCALARS: dict[Any, str] = {
    str: "string",
    int: "integer",
    bool: "boolean",
    Tags: "map",
    SemanticVersion: "string",
}

CLASSES: dict[str, type] = {"Filter": Filter}


# --- Both -------------------------------------------------------------------------------------------


def _fields(cls: type) -> "list[Attribute[Any]]":
    assert has(cls)
    return [one for one in fields(cls) if not one.metadata.get(LOCAL)]


def _names(place: str, model: Iterable[str], ours: Iterable[str]) -> Iterator[Difference]:
    theirs, here = set(model), set(ours)
    for name in sorted(theirs - here):
        yield Difference(f"{place}.{name}", "a member", "none")
    for name in sorted(here - theirs):
        yield Difference(f"{place}.{name}", "none", "a member")
