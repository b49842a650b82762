"""A figure: one quantity of one client, measured several times."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Figure:
    """All values of a quantity, such as ``"CPU"`` in ``"ms"``; ``table`` says under which circumstances."""

    table: str
    client: str
    quantity: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The value in the middle."""
        return median(self.values)

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        spread = f" ({short(low)}-{short(high)})" if low != high else ""
        return f"{short(self.median)} {self.unit}".rstrip() + spread

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """A figure of an earlier run."""
        return cls(**{**data, "values": tuple(data["values"])})


def short(value: float) -> str:
    """Three significant digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


class Samples:
    """Gathers values of many quantities, one round after the other; ``versions`` are the clients'."""

    def __init__(self) -> None:
        self.versions = dict[str, str]()
        self._values = dict[tuple[str, str, str, str], list[float]]()

    def add(self, table: str, client: str, quantity: str, unit: str, value: float) -> None:
        """One more value of a quantity."""
        self._values.setdefault((table, client, quantity, unit), []).append(value)

    def figures(self) -> list[Figure]:
        """Everything, in the order in which it came first."""
        return [
            Figure(table=table, client=client, quantity=quantity, unit=unit, values=tuple(values))
            for (table, client, quantity, unit), values in self._values.items()
        ]


class Found:
    """Looks figures up."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = {(one.table, one.client, one.quantity): one for one in figures}

    def get(self, table: str, client: str, quantity: str) -> Figure | None:
        """A figure, None if it was not measured."""
        return self._figures.get((table, client, quantity))

    def ratio(self, table: str, client: str, other: str, quantity: str) -> float | None:
        """How many times the other client's quantity the client's is."""
        mine, theirs = self.get(table, client, quantity), self.get(table, other, quantity)
        return mine.median / theirs.median if mine is not None and theirs is not None else None
