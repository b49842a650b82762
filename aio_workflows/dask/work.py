"""What a run on a cluster has to do, as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Generic

from attrs import field, frozen

from aio_workflows.bulk.outcome import ResultT
from aio_workflows.bulk.progress import ProgressHook
from aio_workflows.dask.chunk import Chunk, version
from aio_workflows.errors import ConfigurationError
from aio_workflows.models.client_token import fresh_client_token
from aio_workflows.rollout.model import Target
from aio_workflows.rollout.partition import PartitionReport


def _run_id(given: str | None) -> str:
    return fresh_client_token() if given is None else given


@frozen(kw_only=True)
class Work(Generic[ResultT]):
    """Each of the items in each of the targets, done by calls of ``partition``.

    ``name`` is what the tasks are called, ``labels`` what the items are. ``check`` raises if the items cannot
    be done together. ``arguments`` of ``partition`` are the same for all chunks; the rest is as in
    :func:`aio_workflows.dask.publish`.

    :raises ConfigurationError: a value is out of its range, or two targets have one name.
    """

    name: str
    items: Sequence[object] = field(repr=False)
    labels: Sequence[str] = field(repr=False)
    targets: Sequence[Target]
    partition: Callable[..., PartitionReport[ResultT]]
    arguments: Mapping[str, Any] = field(repr=False)
    check: Callable[[], Awaitable[None]]
    run_id: str = field(converter=_run_id)
    chunk_size: int
    retries: int
    on_progress: ProgressHook | None
    progress: bool

    def __attrs_post_init__(self) -> None:
        twice = [name for name, count in Counter(one.name for one in self.targets).items() if count > 1]
        if twice:
            raise ConfigurationError(
                f"each target must have a name of its own; twice there: {', '.join(twice)}"
            )
        if not self.run_id:
            raise ConfigurationError("run_id must not be empty; leave it out for a new one")
        for name, least in (("chunk_size", 1), ("retries", 0)):
            if getattr(self, name) < least:
                raise ConfigurationError(f"{name} must be at least {least}, is {getattr(self, name)}")

    @property
    def total(self) -> int:
        """How many outcomes there will be."""
        return len(self.items) * len(self.targets)

    def chunks(self, target: Target) -> Iterator[Chunk[ResultT]]:
        """The chunks of one target, in order."""
        for first in range(0, len(self.items), self.chunk_size):
            yield Chunk(
                partition=self.partition,
                target=target,
                run_id=self.run_id,
                first=first,
                stop=min(first + self.chunk_size, len(self.items)),
                version=version(),
                arguments=self.arguments,
            )
