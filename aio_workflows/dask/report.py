"""What became of a run on a cluster: counts, failures, a table, and one exception for all that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Generic

from attrs import frozen

from aio_workflows.bulk.outcome import UNDONE, BulkStatus, ResultT
from aio_workflows.errors import IncompleteRunError
from aio_workflows.rollout.partition import TargetOutcome

_SHOWN: Final = 10  # failures that a report prints
_WIDTH: Final = 200  # characters of each


@frozen(kw_only=True, repr=False)
class ClusterReport(Generic[ResultT]):
    """What became of every item in every target, so far or in the end. ``print(report)`` sums it up.

    ``outcomes`` are target by target, each in the order of the input: all of them when the run was awaited;
    when it was iterated, only those that failed, are unknown or were cancelled. ``counts`` is complete either
    way. ``is_complete`` is true once every item has been worked on in every target. ``elapsed`` is in seconds,
    ``throttles`` counts the throttled calls of all clients.
    """

    run_id: str
    outcomes: tuple[TargetOutcome[ResultT], ...]
    counts: Mapping[BulkStatus, int]
    is_complete: bool
    elapsed: float
    throttles: int

    @property
    def total(self) -> int:
        """How many items have an outcome."""
        return sum(self.counts.values())

    @property
    def succeeded(self) -> int:
        """How many of them the service has now, or had already."""
        return self.total - sum(self.counts.get(status, 0) for status in UNDONE)

    def failures(self) -> list[TargetOutcome[ResultT]]:
        """Every item that failed, is unknown or was cancelled. Those that were not started are not among them."""
        return [one for one in self.outcomes if not one.is_done and one.status != "not_started"]

    def raise_for_failures(self) -> None:
        """Raise if anything was not done.

        :raises ExceptionGroup: with the error of each failed or unknown item, which has a note that names
            target and item, and an :class:`IncompleteRunError` if not everything was worked on.
        """
        errors = [one.error for one in self.outcomes if one.error is not None and not one.is_done]
        if not self.is_complete:
            cancelled, not_started = self.counts.get("cancelled", 0), self.counts.get("not_started", 0)
            errors.append(
                IncompleteRunError(
                    f"the run has not done everything: {cancelled} items were cancelled under way, {not_started} "
                    f"were not started; run it again with run_id={self.run_id!r}",
                    cancelled=cancelled,
                    not_started=not_started,
                )
            )
        if errors:
            undone = self.total - self.succeeded
            raise ExceptionGroup(f"{undone} of {self.total} workflows are not done", errors)

    def to_records(self) -> list[dict[str, Any]]:
        """The outcomes as plain flat values, for a table: ``pandas.DataFrame(report.to_records())``."""
        return [
            {
                "target": one.target,
                "index": one.index,
                "workflow": one.workflow,
                "status": one.status,
                "workflow_build_version_arn": getattr(one.response, "workflow_build_version_arn", None),
                "error": type(one.error).__name__ if one.error is not None else None,
                "message": str(one.error) if one.error is not None else None,
                "client_token": one.client_token,
                "attempts": one.attempts,
                "duration": one.duration,
            }
            for one in self.outcomes
        ]

    def __str__(self) -> str:
        counted = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in self.counts.items())
        speed = f", {self.total / self.elapsed:.1f}/s" if self.elapsed > 0 else ""
        facts = f"{self.elapsed:.1f} s{speed}, {self.throttles} throttled; run {self.run_id}"
        lines = [f"{self.total} workflows: {counted or 'nothing yet'} ({facts})"]
        failures = self.failures()
        for one in failures[:_SHOWN]:
            line = f"  {one.target}, {one.index}: {one.workflow} {one.status}: {one.error or 'under way'}"
            lines.append(line if len(line) <= _WIDTH else line[:_WIDTH] + "...")
        if len(failures) > _SHOWN:
            lines.append(f"  ... and {len(failures) - _SHOWN} more: report.failures()")
        return "\n".join(lines)

    __repr__ = __str__
