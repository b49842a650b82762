"""The document as Python objects: read from text, composed, and written as YAML.

.. code-block:: python

    launch = LaunchInstance(name="LaunchBuildInstance")
    keep = CreateImage(name="KeepImage", instance_id=launch.output("instanceId"))
    document = WorkflowDocument(
        name="golden", steps=(launch, keep), outputs=(Output("ImageId", keep.output("imageId")),)
    )
    text = document.to_yaml()

The objects hold what they are given; :meth:`WorkflowDocument.check` says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Self, TypeAlias, cast

from attrs import field, frozen

from aio_workflows.document.annotated import Findings
from aio_workflows.document.checker import check_document
from aio_workflows.document.conditions import Condition
from aio_workflows.document.layout import DOCUMENT
from aio_workflows.document.parser import parse, write
from aio_workflows.document.refusal import complaint, errors_among
from aio_workflows.document.report import Report, UnknownAction
from aio_workflows.document.tree import Node, plain
from aio_workflows.document.values import Dynamic, Reference, as_inputs, parameter, step_output
from aio_workflows.errors import Complaint, RequestValidationError
from aio_workflows.models.enums import WorkflowType
from aio_workflows.structuring import Structurer, StructuringError

Default: TypeAlias = str | int | bool | tuple[str, ...] | None


def _as_default(value: str | int | bool | Sequence[str] | None) -> Default:
    return tuple(value) if isinstance(value, list | tuple) else cast("Default", value)


def _path_or_text(value: Dynamic[str]) -> str:
    return value.path if isinstance(value, Reference) else value


def _path_or_truth(value: Dynamic[bool] | str | None) -> bool | str | None:
    return value.path if isinstance(value, Reference) else value


def _inputs(given: Mapping[str, object] | None) -> dict[str, Any] | None:
    return None if given is None else as_inputs(given)


@frozen
class Parameter:
    """A parameter of the document. ``type`` is ``string``, ``integer``, ``boolean`` or ``stringList``.

    Without a default whoever makes an image has to give a value.
    """

    name: str
    type: str = "string"
    default: Default = field(default=None, converter=_as_default)
    description: str | None = None

    @property
    def value(self) -> Reference:
        """A reference to the parameter's value."""
        return parameter(self.name)


@frozen(kw_only=True)
class Retry:
    """How often a step is tried, the first time included, and the seconds between two tries."""

    max_attempts: int
    backoff_seconds: int | None = None


@frozen(kw_only=True)
class Step:
    """A step. :mod:`aio_workflows.document.steps` has a function for each action, with its inputs.

    ``inputs`` are as the document has them. A reference in them may be a :class:`Reference`: it is
    put under a key that ends with ``.$``.
    """

    name: str
    action: str
    description: str | None = None
    condition: Condition | None = None
    inputs: Mapping[str, Any] | None = field(default=None, converter=_inputs)
    on_failure: str | None = None
    rollback_enabled: bool | str | None = field(default=None, converter=_path_or_truth)
    timeout_seconds: int | None = None
    wait_seconds: int | None = None
    retry: Retry | None = None

    def output(self, name: str) -> Reference:
        """A reference to an output of this step, for the steps after it and for the document's outputs."""
        return step_output(self.name, name)


@frozen
class Output:
    """An output of the document. The service takes ``ImageId`` as the result of a build."""

    name: str
    value: str = field(converter=_path_or_text)


@frozen(kw_only=True)
class WorkflowDocument:
    """A whole workflow document."""

    name: str | None = None
    description: str | None = None
    schema_version: float = 1.0
    parameters: tuple[Parameter, ...] = field(default=(), converter=tuple[Parameter, ...])
    steps: tuple[Step, ...] = field(converter=tuple[Step, ...])
    outputs: tuple[Output, ...] = field(default=(), converter=tuple[Output, ...])

    @classmethod
    def parse(cls, text: str) -> Self:
        """A document from YAML or JSON.

        :raises RequestValidationError: the text is no document; ``complaints`` tell each reason. What
            else may be wrong is for :meth:`check` to say.
        """
        report = Report(text)
        root = parse(text, report.at)
        broken = errors_among(report.findings)
        if root is None or broken:
            raise RequestValidationError([complaint(finding) for finding in broken], subject="document")
        try:
            return _STRUCTURER.structure(_normalise(root), cls)
        except StructuringError as error:
            complaints = [_problem(problem) for problem in error.problems]
        raise RequestValidationError(complaints, subject="document")

    def to_yaml(self) -> str:
        """The document as YAML, with its keys in the order of the guide."""
        data = _STRUCTURER.unstructure(self)
        # Empty lists need not be there, but for the steps.
        return write({key: data[key] for key in DOCUMENT.keys if data.get(key) or key == "steps"})

    def check(self, type: str = WorkflowType.BUILD, *, unknown_action: UnknownAction = "warning") -> Findings:
        """What is wrong with the document; lines and columns are those of :meth:`to_yaml`."""
        return check_document(self.to_yaml(), type, unknown_action=unknown_action)


_NAMES: Final = {"condition": "if"}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return _NAMES.get(name, first + "".join(word.capitalize() for word in others))


_STRUCTURER: Final = Structurer(rename=_camel, forbid_unknown=True, own_form=(Condition,))


def _normalise(root: Node) -> object:
    """Plain data in the one form that the classes know."""
    data = plain(root)
    if not isinstance(data, dict):
        return cast("object", data)
    document = _without_nothing(cast("dict[str, Any]", data))
    version = document.get("schemaVersion")
    if version in ("1", "1.0") or (type(version) is int and version < 1000):  # not a set: it may be a list
        document["schemaVersion"] = float(version)
    for name in ("parameters", "steps", "outputs"):
        if isinstance(document.get(name), list):
            document[name] = [
                _without_nothing(cast("dict[str, Any]", item)) if isinstance(item, dict) else item
                for item in cast("Iterable[object]", document[name])
            ]
    return document


def _without_nothing(data: dict[str, Any]) -> dict[str, Any]:
    """A key without a value is as good as none."""
    return {key: value for key, value in data.items() if value is not None}


def _problem(problem: str) -> Complaint:
    text, _, path = problem.rpartition(" @ ")
    path = re.sub("[a-z_]+", lambda name: _camel(name.group()), path.removeprefix("$").removeprefix("."))
    return Complaint(field=path or "document", rule="form", text=text)
