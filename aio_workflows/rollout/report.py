"""What became of a rollout: one outcome for each workflow in each target, whatever happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, Literal

from attrs import field, frozen

from aio_workflows.publish.result import PUBLISH_TONES, PublishResult
from aio_workflows.views import Cell, Tone, Toned, View, table, to_html, to_text

OutcomeStatus = Literal[
    "created", "new_build", "new_version", "unchanged", "failed", "cancelled", "not_started"
]
"""The status of the publication; ``failed``, with an error, whose ``outcome`` tells if it may be done all
the same; ``cancelled`` while it was under way, so that nobody knows what became of it; ``not_started``."""


@frozen(kw_only=True)
class RolloutOutcome:
    """What became of one workflow in one target.

    ``workflow`` is its name, ``label`` its file or uri as it stands in the manifest. ``resumed``:
    it was done by an earlier run with the same journal.
    """

    target: str
    workflow: str
    label: str
    status: OutcomeStatus = "not_started"
    result: PublishResult | None = None
    error: Exception | None = field(default=None, eq=False)
    resumed: bool = False


@frozen(kw_only=True)
class RolloutReport:
    """All outcomes, target by target, in the order of the manifest."""

    outcomes: tuple[RolloutOutcome, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as the manifest says."""
        return all(outcome.result is not None for outcome in self.outcomes)

    @property
    def counts(self) -> Counter[OutcomeStatus]:
        """How many outcomes there are of each status, 0 for one that none has."""
        return Counter(outcome.status for outcome in self.outcomes)

    def to_records(self) -> list[dict[str, Any]]:
        """The outcomes as plain flat values, for a table: ``pandas.DataFrame(report.to_records())``."""
        return [_record(outcome) for outcome in self.outcomes]

    def _repr_html_(self) -> str:
        return to_html(self._view())

    def __str__(self) -> str:
        return to_text(self._view())

    def _view(self) -> View:
        """The counts, and the outcomes: first those that are not as the manifest says."""
        shown = sorted(self.outcomes, key=lambda outcome: outcome.result is not None)
        return View(
            title=f"{len(self.outcomes):,} publications",
            facts=[(name, _toned(name, f"{count:,}")) for name, count in self.counts.items()],
            tables=[table(_COLUMNS, shown, _row)] if shown else (),
        )


_COLUMNS: Final = ("target", "workflow", "status", "workflow_build_version_arn", "message")

_TONES: Final[Mapping[str, Tone]] = {
    **PUBLISH_TONES,
    "failed": "bad",
    "cancelled": "doubtful",
    "not_started": "quiet",
}


def _toned(status: str, text: str) -> Toned:
    # A journal of a later release may know more of them.
    return Toned(text, _TONES.get(status, "quiet"))


def _row(outcome: RolloutOutcome) -> dict[str, Cell]:
    return {**_record(outcome), "status": _toned(outcome.status, outcome.status)}


def _record(outcome: RolloutOutcome) -> dict[str, Any]:
    result, error = outcome.result, outcome.error
    return {
        "target": outcome.target,
        "workflow": outcome.workflow,
        "label": outcome.label,
        "status": outcome.status,
        "semantic_version": str(result.semantic_version) if result is not None else None,
        "workflow_build_version_arn": result.workflow_build_version_arn if result is not None else None,
        "error": type(error).__name__ if error is not None else None,
        "message": str(error) if error is not None else None,
        "resumed": outcome.resumed,
    }
