"""The door to Dask: connects to a scheduler, hands it data and tasks, and gives what comes of them."""

from __future__ import annotations

import importlib.metadata
import pickle
import uuid
import warnings
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import CancelledError
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias, Union

from attrs import frozen

from aio_workflows.dask.chunk import DISTRIBUTION, version
from aio_workflows.errors import ClusterError, ConfigurationError

if TYPE_CHECKING:
    from distributed import Client
    from distributed.deploy.cluster import Cluster as DaskCluster

Cluster: TypeAlias = "Union[str, DaskCluster, Client]"  # noqa: UP007 - evaluated by who asks for hints only
"""A Dask cluster: the address of its scheduler, a cluster object such as ``LocalCluster``, or a ``Client``."""


@frozen
class Ended:
    """A task that has ended: with a result, or with an error."""

    key: str
    result: Any = None
    error: Exception | None = None


class Connection:
    """A connection of our own to a cluster's scheduler, on the running event loop.

    When it is closed, the scheduler forgets its tasks; those that a worker has begun go on to their end there.

    :raises ConfigurationError: Dask is not installed, or no scheduler answers.
    """

    def __init__(self, cluster: Cluster) -> None:
        try:
            import distributed
        except ImportError:
            raise ConfigurationError(
                "a Dask cluster needs its extra: install 'aio-workflows[dask]'"
            ) from None
        dask: Any = distributed
        address, security = _place(cluster)
        try:
            self._client: Any = dask.Client(
                address, security=security, asynchronous=True, set_as_default=False, name="aio_workflows"
            )
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"{address!r} is no address of a Dask scheduler: {error}") from None
        self._as_completed: Any = dask.as_completed
        self._address = address

    async def __aenter__(self) -> Self:
        try:
            await self._client
        except OSError as error:  # time-outs too
            raise ConfigurationError(f"no Dask scheduler answers at {self._address}: {error}") from None
        self._completed: Any = self._as_completed(loop=self._client.loop)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.close()

    async def check(self, lost_workers: int) -> None:
        """Make sure that the cluster can do the work.

        :param lost_workers: how many lost workers must not make the scheduler give a task up.
        :raises ConfigurationError: scheduler or workers have another release of this package, or none, and every
            one is named; or the scheduler gives up earlier.
        """
        await self._check_versions()
        allowed: int = await self._client.run_on_scheduler(_allowed_failures)
        if allowed < lost_workers:
            raise ConfigurationError(
                f"the scheduler gives a task up when it has met more than {allowed} lost workers, and retries is "
                f"{lost_workers}: set 'distributed.scheduler.allowed-failures' to {lost_workers} where it starts, "
                "or give fewer retries"
            )

    async def _check_versions(self) -> None:
        """Ask all for their release, by functions that do not need this package there."""
        ask = importlib.metadata.version
        try:
            found = {"the scheduler": await self._client.run_on_scheduler(ask, DISTRIBUTION)}
        except importlib.metadata.PackageNotFoundError as error:
            found = {"the scheduler": error}
        workers: dict[str, object] = await self._client.run(ask, DISTRIBUTION, on_error="return")
        found |= {f"the worker {address}": theirs for address, theirs in workers.items()}
        ours = version()
        wrong = [
            f"{place} has {'none' if isinstance(theirs, Exception) else theirs}"
            for place, theirs in found.items()
            if theirs != ours and not isinstance(theirs, OSError)  # that one has just gone
        ]
        if wrong:
            raise ConfigurationError(
                f"the cluster needs {DISTRIBUTION} {ours}, as it is here: {'; '.join(wrong)}. "
                f"Install '{DISTRIBUTION}=={ours}' there"
            )

    def share(self, name: str, value: object, *, retries: int) -> object:
        """Hand a value to the cluster, once; what is returned stands for it among a task's arguments.

        Not by Dask's ``scatter``: what was scattered is lost with the worker that has it, and Dask's memory manager
        leaves it to one. A task that unpickles it is done again, and the scheduler need not read it.
        """
        key = f"{name}-{uuid.uuid4().hex[:8]}"
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")  # that it is sent once is the point
            pickled = pickle.dumps(value)
            future: object = self._client.submit(pickle.loads, pickled, key=key, retries=retries, pure=False)
        return future

    def submit(self, function: Callable[..., object], *arguments: object, key: str, retries: int) -> None:
        """Let a worker call a function, at most ``retries`` times again if it raises."""
        future: Any = self._client.submit(function, *arguments, key=key, retries=retries, pure=False)
        self._completed.add(future)

    async def ended(self) -> AsyncGenerator[Ended, None]:
        """Every task as it ends, until none is left; others may be submitted meanwhile.

        :raises ClusterError: the scheduler is gone, or was restarted.
        """
        async for future in self._completed:
            try:
                yield Ended(future.key, result=await future)
            except CancelledError as error:
                raise ClusterError(
                    f"the scheduler at {self._address} is gone, or has dropped the work ({error}); what its "
                    "workers have begun may go on there"
                ) from None
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome of the task
                yield Ended(future.key, error=_told(error))

    async def has_lost_workers(self, key: str) -> bool:
        """Whether a task that has ended, and was given out last, had been begun by workers that were lost."""
        lost: int = await self._client.run_on_scheduler(_lost_workers, key)
        return lost > 0


def _told(error: Exception) -> Exception:
    """What Dask says about a task that could not be done, in words for who does not know Dask."""
    if type(error).__name__ == "KilledWorker":
        return ClusterError(f"the workers that did it were lost, one after the other: {error}")
    missing = (error.name or "") if isinstance(error, ModuleNotFoundError) else ""
    if missing.partition(".")[0] == __name__.partition(".")[0]:
        return ConfigurationError(f"a worker lacks this package: install '{DISTRIBUTION}=={version()}' there")
    return error


def _allowed_failures(dask_scheduler: Any) -> int:
    """Runs on the scheduler, which Dask hands in under this very name."""
    return int(dask_scheduler.allowed_failures)


def _lost_workers(key: str, dask_scheduler: Any) -> int:
    task = dask_scheduler.tasks.get(key)
    return int(task.suspicious) if task is not None else 0


def _place(cluster: Any) -> tuple[str, Any]:
    """Where the scheduler is, and how to connect to it."""
    if isinstance(cluster, str):
        return cluster, None
    address = getattr(cluster, "scheduler_address", None) or getattr(
        getattr(cluster, "scheduler", None), "address", None
    )
    if not isinstance(address, str):
        raise ConfigurationError(
            "cluster must be the address of a Dask scheduler, a cluster or a client that is connected, "
            f"not {type(cluster).__name__}"
        )
    return address, getattr(cluster, "security", None)
