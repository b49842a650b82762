"""When to stop sending to a service that answers nothing of use. Pure."""

from __future__ import annotations

from copy import copy
from math import inf
from typing import Final

from aio_workflows.errors import AioWorkflowsError

_OPENS_AFTER: Final = 10
"""Attempts in a row that failed because the service was down or out of reach."""


class CircuitBreaker:
    """Opens when nothing succeeds any more; then one call at a time probes the service.

    All times are readings of one clock, in seconds.

    :param patience: seconds after which calls are no longer kept waiting for a probe to succeed.
    """

    def __init__(self, patience: float) -> None:
        self.last_error: AioWorkflowsError | None = None
        """A copy of the last failure."""
        self.failures: int = 0
        """Failures in a row."""
        self._patience = patience
        self._gives_up_at = inf

    @property
    def is_open(self) -> bool:
        """Whether only one call at a time may go."""
        return self.failures >= _OPENS_AFTER

    @property
    def gives_up_at(self) -> float:
        """From when on no call is kept waiting for a probe to end; infinite while the breaker is closed."""
        return self._gives_up_at

    def failed(self, error: AioWorkflowsError, now: float) -> None:
        """An attempt failed in a way that tells of no service."""
        self.failures += 1
        self.last_error = copy(error)  # not the one that is raised, whose frames hold the document
        if self.is_open and self._gives_up_at == inf:
            self._gives_up_at = now + self._patience

    def answered(self) -> None:
        """The service answered, be it with a refusal."""
        self.failures = 0
        self.last_error = None
        self._gives_up_at = inf
