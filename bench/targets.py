"""What is aimed at, each as a ratio or a bound in one run, and whether it was met."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.contestants import AIOBOTOCORE, BOTO3, CAPO, LIMIT, OURS_BY_CALL
from bench.figures import Found

OURS = OURS_BY_CALL.title


@dataclass(frozen=True, kw_only=True)
class Target:
    """``quantity`` of ours in ``table``, over that of ``other`` where there is one, is ``most`` at most."""

    title: str
    table: str
    quantity: str
    most: float
    client: str = OURS
    other: str | None = None
    less: str | None = None
    """Whose quantity is taken off first."""
    unit: str = ""

    def reached(self, found: Found) -> float | None:
        """What was measured, None if it was not."""
        if self.other is not None:
            return found.ratio(self.table, self.client, self.other, self.quantity)
        figure = found.get(self.table, self.client, self.quantity)
        base = found.get(self.table, self.less, self.quantity) if self.less is not None else None
        if figure is None or (self.less is not None and base is None):
            return None
        return figure.median - (base.median if base is not None else 0.0)


_CALLS, _CPU = "16 at a time", "CPU a create"

TARGETS = (
    Target(
        title="CPU of a create, of raw aiobotocore's",
        table=_CALLS,
        quantity=_CPU,
        most=0.55,
        other=AIOBOTOCORE,
    ),
    Target(
        title="CPU of a create, of capo-imagebuilder's", table=_CALLS, quantity=_CPU, most=0.65, other=CAPO
    ),
    Target(title="CPU of a create, of the limit's", table=_CALLS, quantity=_CPU, most=1.3, other=LIMIT),
    Target(
        title="our layers alone, a call", table="ours", client="layers", quantity="call", most=60, unit="us"
    ),
    Target(
        title="import, and making a client, over bare Python",
        table="import",
        quantity="CPU",
        most=60,
        less="bare Python",
        unit="ms",
    ),
    Target(
        title="first create in a process, of raw aiobotocore's",
        table="first create",
        quantity="CPU",
        most=0.75,
        other=AIOBOTOCORE,
    ),
    Target(
        title="first create in a process, of boto3's",
        table="first create",
        quantity="CPU",
        most=1.0,
        other=BOTO3,
    ),
    Target(
        title="the event loop is held while a client opens",
        table="ours",
        client="opening",
        quantity="held",
        most=20,
        unit="ms",
    ),
    Target(
        title="the event loop is held in 10,000 creates",
        table="ours",
        client="holding",
        quantity="held",
        most=50,
        unit="ms",
    ),
    Target(title="making a client", table="ours", client="opening", quantity="client", most=100, unit="us"),
    Target(
        title="the second client of a process, to its first answer",
        table="ours",
        client="opening",
        quantity="second",
        most=5,
        unit="ms",
    ),
)


def table(found: Found) -> Iterator[str]:
    """The targets as the lines of a table."""
    yield "| target | at most | measured | |"
    yield "|---|---:|---:|---|"
    for target in TARGETS:
        reached = target.reached(found)
        if reached is not None:
            met = "met" if reached <= target.most else f"missed by {reached / target.most - 1:.0%}"
            yield f"| {target.title} | {target.most:g} {target.unit} | {reached:.3g} {target.unit} | {met} |"
