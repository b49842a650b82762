"""How far a bulk run has come: snapshots for the caller, and bars of tqdm in terminals and notebooks."""

from __future__ import annotations

import logging
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen

from aio_workflows.bulk.outcome import UNDONE, BulkStatus
from aio_workflows.errors import ConfigurationError
from aio_workflows.retry.rate_limiter import PaceReading

_logger: Final = logging.getLogger("aio_workflows.bulk")
_logger.addHandler(logging.NullHandler())

_INTERVAL: Final = 0.1  # seconds between two snapshots
_MEMORY: Final = 10.0  # seconds over which the rate is measured


@frozen(kw_only=True)
class BulkProgress:
    """A bulk run at one moment.

    ``done`` items have an outcome: ``succeeded`` of them the service has now (or had already),
    ``failed`` of them it has not, or nobody knows. ``recalled`` of the succeeded ones came from the
    journal. ``in_flight`` are under way. ``total`` is the length of the input, None if it has none.

    ``elapsed`` is in seconds. ``rate`` is items a second over the last ten seconds, recalled ones
    apart, None at first. ``pace`` is calls a second that the client's shared pace admits, None
    without a limit, ``throttles`` the throttled attempts of the client since the run began.
    ``time_left`` is an estimate in seconds, None while it cannot be made.
    """

    done: int
    succeeded: int
    failed: int
    recalled: int
    in_flight: int
    total: int | None
    elapsed: float
    rate: float | None
    pace: float | None
    throttles: int
    time_left: float | None


ProgressHook = Callable[[BulkProgress], object]
"""``on_progress(snapshot)``: called on the event loop, so it must be quick: when the run begins, at
most ten times a second while items end, and at its end. An exception that it raises is logged and
goes no further."""


class Meter:
    """Counts what ends, and tells the hooks. ``clock`` gives seconds that only grow."""

    def __init__(
        self,
        hooks: list[ProgressHook],
        *,
        pace: Callable[[], PaceReading] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts: Counter[BulkStatus] = Counter()
        self.recalled: int = 0
        self.in_flight = 0
        self.total: int | None = None
        self._hooks = hooks
        self._pace = pace
        self._clock = clock
        self._started = self._stopped = self._told = clock()
        self._is_running = False
        self._throttles_before = pace().throttles if pace is not None else 0
        self._samples = deque[tuple[float, int]]()

    @property
    def done(self) -> int:
        """How many items have an outcome."""
        return self.counts.total()

    def add(self, hook: ProgressHook) -> None:
        """Tell one more."""
        self._hooks.append(hook)

    def start(self, total: int | None) -> None:
        """The run begins; ``total`` items are to come, if that is known."""
        self.total = total
        self._is_running = True
        self._started = self._clock()
        self._samples.append((self._started, 0))
        self._tell()

    def count(self, status: BulkStatus, *, recalled: bool) -> None:
        """An item has ended."""
        self.counts[status] += 1
        self.recalled += recalled
        if self._hooks and self._clock() - self._told >= _INTERVAL:
            self._tell()

    def stop(self) -> None:
        """The run is over."""
        self._stopped = self._clock()
        self._is_running = False
        self._tell()

    def snapshot(self) -> BulkProgress:
        """The run at this moment."""
        now = self._clock() if self._is_running else self._stopped
        done, failed = self.done, sum(self.counts[status] for status in UNDONE)
        rate = self._rate(now, done - self.recalled)
        pace = self._pace() if self._pace is not None else None
        return BulkProgress(
            done=done,
            succeeded=done - failed,
            failed=failed,
            recalled=self.recalled,
            in_flight=self.in_flight,
            total=self.total,
            elapsed=now - self._started,
            rate=rate,
            pace=pace.rate if pace is not None else None,
            throttles=pace.throttles - self._throttles_before if pace is not None else 0,
            time_left=(self.total - done) / rate if self.total is not None and rate else None,
        )

    def _rate(self, now: float, sent: int) -> float | None:
        while len(self._samples) > 1 and now - self._samples[0][0] > _MEMORY:
            self._samples.popleft()
        if not self._samples or now - self._samples[0][0] < _INTERVAL:
            return None
        since, before = self._samples[0]
        if now - self._samples[-1][0] >= _INTERVAL:
            self._samples.append((now, sent))
        return (sent - before) / (now - since)

    def _tell(self) -> None:
        if not self._hooks:
            return
        self._told = self._clock()
        snapshot = self.snapshot()
        for hook in self._hooks:
            try:
                hook(snapshot)
            except Exception as error:  # a hook of the user's must not break the run
                _logger.warning(
                    "on_progress raised %s, which was ignored", type(error).__name__, exc_info=error
                )


def together(parts: Sequence[BulkProgress]) -> BulkProgress:
    """Runs that go on side by side, as one. The pace is each one's own, so it is None."""
    totals = [part.total for part in parts if part.total is not None]
    rates = [part.rate for part in parts if part.rate is not None]
    return BulkProgress(
        done=sum(part.done for part in parts),
        succeeded=sum(part.succeeded for part in parts),
        failed=sum(part.failed for part in parts),
        recalled=sum(part.recalled for part in parts),
        in_flight=sum(part.in_flight for part in parts),
        total=sum(totals) if len(totals) == len(parts) else None,
        elapsed=max((part.elapsed for part in parts), default=0.0),
        rate=sum(rates) if rates else None,
        pace=None,
        throttles=sum(part.throttles for part in parts),
        time_left=max((part.time_left for part in parts if part.time_left is not None), default=None),
    )


class ProgressBar:
    """A bar of tqdm that follows the snapshots of a run, in a terminal or a notebook.

    :raises ConfigurationError: tqdm is not installed.
    """

    def __init__(self, noun: str) -> None:
        try:
            with warnings.catch_warnings():
                # In a notebook without ipywidgets tqdm draws with characters, and need not complain.
                warnings.filterwarnings("ignore", message="IProgress not found")
                from tqdm.auto import tqdm
        except ImportError:
            raise ConfigurationError(
                "progress=True needs tqdm: install 'aio-workflows[notebook]', or use on_progress"
            ) from None
        self._bar = tqdm(desc=noun, unit="", dynamic_ncols=True)

    def show(self, progress: BulkProgress) -> None:
        """Draw a snapshot."""
        self._bar.total = progress.total
        facts = {
            "failed": progress.failed,
            "throttles": progress.throttles,
            "pace": f"{progress.pace:.1f}/s" if progress.pace is not None else None,
        }
        shown = ", ".join(f"{name} {fact}" for name, fact in facts.items() if fact)
        self._bar.set_postfix_str(shown, refresh=False)
        self._bar.update(progress.done - self._bar.n)

    def close(self) -> None:
        """Leave the bar as it stands."""
        self._bar.refresh()
        self._bar.close()
