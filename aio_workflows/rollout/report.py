"""What became of a rollout: one outcome for each workflow in each target, whatever happened."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from attrs import field, frozen

from aio_workflows.errors import AioWorkflowsError
from aio_workflows.publish.result import PublishResult

OutcomeStatus = Literal[
    "created", "new_build", "new_version", "unchanged", "failed", "cancelled", "not_started"
]
"""The status of the publication; ``failed``, with an error; ``cancelled`` while it was under way, so
that nobody knows what became of it; ``not_started``."""


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
    error: AioWorkflowsError | None = field(default=None, eq=False)
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
    def counts(self) -> dict[OutcomeStatus, int]:
        """How many outcomes there are of each status."""
        return dict(Counter(outcome.status for outcome in self.outcomes))
