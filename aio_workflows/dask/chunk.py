"""A chunk of the work in one target: what travels to a worker, and what the worker does."""

from __future__ import annotations

import importlib.metadata
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic

from attrs import field, frozen

from aio_workflows.bulk.outcome import ResultT
from aio_workflows.errors import ConfigurationError
from aio_workflows.rollout.model import Target
from aio_workflows.rollout.partition import PartitionReport

DISTRIBUTION: Final = "aio-workflows"


def version() -> str:
    """The release of this package in this process."""
    return importlib.metadata.version(DISTRIBUTION)


@frozen(kw_only=True)
class Chunk(Generic[ResultT]):
    """The items from ``first`` to before ``stop`` in one target; the items themselves travel apart, once.

    ``version`` is the caller's release of this package.
    """

    partition: Callable[..., PartitionReport[ResultT]]
    target: Target
    run_id: str
    first: int
    stop: int
    version: str
    arguments: Mapping[str, Any] = field(repr=False)

    def __len__(self) -> int:
        return self.stop - self.first


def do_chunk(items: Sequence[object], chunk: Chunk[ResultT]) -> PartitionReport[ResultT]:
    """What a worker is asked to do.

    :raises ConfigurationError: the worker has another release of this package.
    """
    # The cluster was looked through before the run began; a worker may have come since.
    if version() != chunk.version:
        raise ConfigurationError(
            f"the worker on {socket.gethostname()} has {DISTRIBUTION} {version()}, and the caller has {chunk.version}: "
            f"install '{DISTRIBUTION}=={chunk.version}' there"
        )
    return chunk.partition(
        items[chunk.first : chunk.stop], chunk.target, chunk.run_id, first=chunk.first, **chunk.arguments
    )
