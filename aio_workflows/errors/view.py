"""An error as a notebook shows it: its facts, everything that is wrong, and the history of its call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from aio_workflows.errors.base import AioWorkflowsError, AttemptRecord, Outcome
from aio_workflows.views import Cell, Table, Tone, Toned, View, seconds_text, table

OUTCOME_TONES: Final[Mapping[Outcome, Tone]] = {"not_sent": "quiet", "rejected": "bad", "unknown": "doubtful"}

_FACTS: Final = (
    "code",
    "http_status",
    "operation",
    "stop_reason",
    "request_id",
    "client_token",
    "retry_after",
)


def error_view(error: AioWorkflowsError) -> View:
    """What an error knows. Neither a document nor a secret is among it."""
    facts: list[tuple[str, Cell]] = [("message", error.message or None)]
    facts.append(("outcome", Toned(error.outcome, OUTCOME_TONES[error.outcome])))
    facts += [(name, getattr(error, name, None)) for name in _FACTS]
    tables = [attempts_table(error.attempts)] if error.attempts else []
    return View(title=type(error).__name__, facts=facts, tables=tables)


def attempts_table(attempts: Sequence[AttemptRecord]) -> Table:
    """The attempts of a call."""
    columns = ("number", "error", "http_status", "outcome", "duration", "wait", "request_id")
    return table(columns, attempts, _row, caption="attempts", where="attempts")


def _row(attempt: AttemptRecord) -> dict[str, Cell]:
    outcome = attempt.outcome
    return {
        "number": attempt.number,
        "error": attempt.error,
        "http_status": attempt.http_status,
        "outcome": Toned(outcome, OUTCOME_TONES[outcome]) if outcome is not None else Toned("done", "good"),
        "duration": seconds_text(attempt.duration),
        "wait": seconds_text(attempt.wait) if attempt.wait else None,
        "request_id": attempt.request_id,
    }
