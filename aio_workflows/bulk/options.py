"""How a bulk run is to go."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal

from attrs import frozen

from aio_workflows.bulk.outcome import BulkOutcome, RequestT, ResultT
from aio_workflows.bulk.progress import ProgressHook
from aio_workflows.errors import ConfigurationError
from aio_workflows.retry.rate_limiter import PaceReading

if TYPE_CHECKING:
    from aio_workflows.bulk.journal import Journal

StopCondition = Literal["failure"] | Callable[[BulkOutcome[RequestT, ResultT]], bool]
"""When a run is to end early: at the first item that fails or is unknown, or when a function of an
outcome says so."""


@frozen(kw_only=True)
class BulkOptions(Generic[RequestT, ResultT]):
    """How a run is to go: see ``WorkflowsClient.create_workflows``. ``clock`` measures, ``wall_clock`` dates.

    A journal that is open already may serve several runs at a time; none of them closes it.

    :raises ConfigurationError: a value is out of its range.
    """

    concurrency: int = 10
    journal: str | Path | Journal | None = None
    resend_within: float = 600.0
    on_progress: ProgressHook | None = None
    progress: bool = False
    stop_on: StopCondition[RequestT, ResultT] | None = None
    pace: Callable[[], PaceReading] | None = None
    clock: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], float] = time.time

    def __attrs_post_init__(self) -> None:
        if self.concurrency < 1:
            raise ConfigurationError(f"concurrency must be at least 1, is {self.concurrency}")
        if not self.resend_within >= 0:  # nor is NaN
            raise ConfigurationError(f"resend_within must be 0 or more seconds, is {self.resend_within}")
        if self.stop_on is not None and self.stop_on != "failure" and not callable(self.stop_on):
            raise ConfigurationError('stop_on must be None, "failure" or a function of an outcome')
