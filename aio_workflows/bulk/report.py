"""What became of a whole bulk run: counts, failures, a table, and one exception for all that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, Generic

from attrs import field, frozen

from aio_workflows.bulk.job import BulkJob
from aio_workflows.bulk.outcome import UNDONE, BulkOutcome, BulkStatus, RequestT, ResultT
from aio_workflows.errors import IncompleteRunError
from aio_workflows.views import Cell, Tone, Toned, View, seconds_text, table, to_html

_SHOWN: Final = 10  # failures that a report prints
_WIDTH: Final = 200  # characters of each error

_WORDS: Final[Mapping[BulkStatus, str]] = {
    "created": "created",
    "already_exists": "there already",
    "failed": "failed",
    "unknown": "with unknown outcome",
    "cancelled": "cancelled under way",
    "not_started": "not started",
}

_TONES: Final[Mapping[BulkStatus, Tone]] = {
    "created": "good",
    "already_exists": "good",
    "failed": "bad",
    "unknown": "doubtful",
    "cancelled": "doubtful",
    "not_started": "quiet",
}


@frozen(kw_only=True, repr=False)
class BulkReport(Generic[RequestT, ResultT]):
    """What became of the items of a run, so far or in the end. ``print(report)`` sums it up.

    ``outcomes`` are in the order of the input: all of them when the run was awaited, with answers
    whose ``raw`` is empty, so that many fit into memory; when it was iterated, only those that failed,
    are unknown or were cancelled, since the others went to the loop. ``counts`` is complete either way: how many
    items have each status, 0 for one that none has. ``is_complete`` is true once the whole input was
    read and every item has an outcome. ``elapsed`` is in seconds; ``throttles`` counts the throttled
    attempts of the client meanwhile, other calls of it included.
    """

    outcomes: tuple[BulkOutcome[RequestT, ResultT], ...]
    counts: Counter[BulkStatus]
    is_complete: bool
    elapsed: float
    throttles: int
    _job: BulkJob[RequestT, ResultT] = field(eq=False, alias="job")

    @property
    def total(self) -> int:
        """How many items have an outcome."""
        return self.counts.total()

    @property
    def succeeded(self) -> int:
        """How many of them the service has now, or had already."""
        return self.total - sum(self.counts[status] for status in UNDONE)

    def failures(self) -> list[BulkOutcome[RequestT, ResultT]]:
        """Every item that failed, is unknown or was cancelled, in the order of the input.

        Those that were not started are not among them.
        """
        return [one for one in self.outcomes if not one.is_done and one.status != "not_started"]

    def raise_for_failures(self) -> None:
        """Raise if anything was not done.

        :raises ExceptionGroup: with the error of each failed or unknown item, which has a note that
            names the item, and an :class:`IncompleteRunError` if the run has not done its whole input.
        """
        errors = [one.error for one in self.outcomes if one.error is not None and not one.is_done]
        cancelled, not_started = self.counts["cancelled"], self.counts["not_started"]
        if not self.is_complete:
            errors.append(
                IncompleteRunError(
                    f"the run has not done its whole input: {cancelled} items were cancelled under way, "
                    f"{not_started} were not started, the rest was not read",
                    cancelled=cancelled,
                    not_started=not_started,
                )
            )
        if errors:
            undone = self.total - self.succeeded
            raise ExceptionGroup(f"{undone} of {self.total} {self._job.noun} are not done", errors)

    def to_records(self) -> list[dict[str, Any]]:
        """The outcomes as plain flat values, for a table: ``pandas.DataFrame(report.to_records())``."""
        return [self._record(one) for one in self.outcomes]

    def _record(self, outcome: BulkOutcome[RequestT, ResultT]) -> dict[str, Any]:
        error = outcome.error
        return {
            "index": outcome.index,
            **self._job.record(outcome.request, outcome.response),
            "status": outcome.status,
            "error": type(error).__name__ if error is not None else None,
            "message": str(error) if error is not None else None,
            "code": getattr(error, "code", None),
            "request_id": getattr(error, "request_id", None),
            "client_token": outcome.client_token,
            "attempts": outcome.attempts,
            "duration": outcome.duration,
            "recalled": outcome.recalled,
        }

    def _repr_html_(self) -> str:
        return to_html(self._view())

    def _view(self) -> View:
        """The counts, and the outcomes: first those that call for something to be done."""
        facts: list[tuple[str, Cell]] = [
            (words, Toned(f"{count:,}", _TONES[status]))
            for status, words in _WORDS.items()
            if (count := self.counts[status])
        ]
        facts += [("elapsed", seconds_text(self.elapsed)), ("throttles", self.throttles or None)]
        if not self.is_complete:
            facts.append(("complete", Toned("no", "doubtful")))
        failures = self.failures()
        shown = [*failures, *(one for one in self.outcomes if one.is_done)]
        where = "report.failures()" if len(failures) == len(shown) else "report.to_records()"
        names = list(self._job.record(shown[0].request, None)) if shown else []
        columns = ("index", "status", *names[:-1], "attempts", "recalled", "result")
        return View(
            title=f"{self.total:,} {self._job.noun}",
            facts=facts,
            tables=[table(columns, shown, self._row, where=where)] if shown else (),
        )

    def _row(self, outcome: BulkOutcome[RequestT, ResultT]) -> dict[str, Cell]:
        record = self._record(outcome)
        *_, last = self._job.record(outcome.request, outcome.response)
        return {
            **record,
            "status": Toned(outcome.status, _TONES[outcome.status]),
            "attempts": outcome.attempts if outcome.attempts > 1 else None,
            "recalled": "recalled" if outcome.recalled else None,
            "result": record["message"] or record[last],
        }

    def __str__(self) -> str:
        counts = [f"{self.counts[status]} {words}" for status, words in _WORDS.items() if self.counts[status]]
        speed = f", {self.total / self.elapsed:.1f}/s" if self.elapsed > 0 else ""
        plural = "s" if self.throttles != 1 else ""
        throttles = f", {self.throttles} throttle{plural}" if self.throttles else ""
        counted = f"{self.total} {self._job.noun}: {', '.join(counts) or 'nothing yet'}"
        lines = [f"{counted} ({self.elapsed:.1f} s{speed}{throttles})"]
        failures = self.failures()
        lines += [f"  {one.index}: {self._line(one)}" for one in failures[:_SHOWN]]
        if len(failures) > _SHOWN:
            lines.append(f"  ... and {len(failures) - _SHOWN} more: report.failures()")
        return "\n".join(lines)

    def _line(self, outcome: BulkOutcome[RequestT, ResultT]) -> str:
        error = outcome.error
        name = self._job.label(outcome.request)
        if error is None:
            return f"{name} {_WORDS[outcome.status]}; client token {outcome.client_token}"
        text = str(error)
        kind = type(error).__name__
        if not text.startswith(kind):  # the text of a service's error begins with its code
            text = f"{kind}: {text}"
        return f"{name} {_WORDS[outcome.status]}: {text if len(text) <= _WIDTH else text[:_WIDTH] + '...'}"

    __repr__ = __str__
