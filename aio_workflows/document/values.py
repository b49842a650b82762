"""References in Python: what a step, a parameter or the service will give, before it is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar, cast

from attrs import frozen

from aio_workflows.document import references

T = TypeVar("T")


@frozen
class Reference:
    """Something known only at run time. ``path`` is its JSONPath.

    As an input it is written under a key that ends with ``.$``. In an f-string it becomes an
    interpolation: ``f"AMI {image}"`` is ``"AMI {{ $.stepOutputs.KeepImage.imageId }}"``.
    """

    path: str

    def __str__(self) -> str:
        return f"{{{{ {self.path} }}}}"

    def __getitem__(self, key: int | str) -> Reference:
        """An item of a list, or a member."""
        return Reference(f"{self.path}[{key}]" if isinstance(key, int) else f"{self.path}.{key}")

    # Without this, __getitem__ would make it look like an endless sequence.
    __iter__ = None


Dynamic: TypeAlias = T | Reference
"""A value, or a reference to one."""


def parameter(name: str) -> Reference:
    """The value of a parameter of the document."""
    return Reference(f"$.{references.PARAMETERS}.{name}")


def step_output(step: str, output: str) -> Reference:
    """An output of a step that ran before; :meth:`Step.output` is shorter where the step is at hand."""
    return Reference(f"$.{references.STEP_OUTPUTS}.{step}.{output}")


def workflow_output(name: str) -> Reference:
    """An output of a workflow that ran before, such as ``ImageId`` of the build."""
    return Reference(f"$.{references.WORKFLOW_OUTPUTS}.{name}")


def system_variable(name: str) -> Reference:
    """What the service knows, such as ``imageType`` or ``platform`` (``references.SYSTEM_VARIABLES``)."""
    return Reference(f"$.{references.SYSTEM}.{name}")


def as_inputs(given: Mapping[str, object]) -> dict[str, object]:
    """Inputs as a document has them: references under ``.$``, and without those that are None."""
    return {
        name + references.SUFFIX if _is_reference(value) else name: _plain(value)
        for name, value in given.items()
        if value is not None
    }


def _is_reference(value: object) -> bool:
    """A reference, or a list of nothing else."""
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)
        return bool(items) and all(isinstance(item, Reference) for item in items)
    return isinstance(value, Reference)


def _plain(value: object) -> object:
    if isinstance(value, Reference):
        return value.path
    if isinstance(value, Mapping):
        return as_inputs(cast("Mapping[str, object]", value))
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)
        # A reference beside literals cannot stand under a key of its own, so it is interpolated.
        keep = _is_reference(items)
        return [str(item) if isinstance(item, Reference) and not keep else _plain(item) for item in items]
    return str(value) if isinstance(value, str) else value  # an enum is written as its text
