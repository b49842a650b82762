"""What is measured: how many creates, against which limit of the server."""

from dataclasses import dataclass

from bench.limits import Limit, Phase


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """``creates`` different workflows, ``concurrency`` at a time; without ``limit`` the server admits all."""

    title: str
    creates: int
    limit: Limit | None
    concurrency: int = 16

    @property
    def fastest(self) -> float | None:
        """The physical limit in seconds: no client can be faster."""
        return self.limit.fastest(self.creates) if self.limit is not None else None


def constant(rate: float, *, burst: float) -> Limit:
    """A limit that does not change."""
    return Limit(burst=burst, phases=(Phase(rate=rate),))


QUICK = Scenario(title="20 a second, burst 20", creates=300, limit=constant(20, burst=20))

CHANGING = Limit(burst=20, phases=(Phase(rate=50, seconds=6), Phase(rate=10, seconds=10), Phase(rate=50)))

SCENARIOS = (
    QUICK,
    Scenario(title="50 a second, burst 20", creates=1_000, limit=constant(50, burst=20)),
    Scenario(
        title="50 a second, after 6 s 10 a second, after 10 s more 50 again, burst 20",
        creates=600,
        limit=CHANGING,
    ),
    Scenario(title="200 a second, burst 10", creates=1_000, limit=constant(200, burst=10)),
    Scenario(title="no limit", creates=1_000, limit=None),
)
