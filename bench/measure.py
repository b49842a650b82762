"""One measurement: one client in one scenario, against a server of its own."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.clients.work import Order, Result, heard
from bench.contestants import Contestant
from bench.scenarios import Scenario
from bench.server import running

PROJECT = Path(__file__).parent.parent
PATIENCE = 900.0  # seconds; no client is meant to take them


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What came of it.

    ``fastest`` is the physical limit in seconds, None if there is none. ``lost`` creates ended in
    an error at the client. ``calls`` came to the server, which throttled the ``wasted`` ones.
    """

    scenario: str
    client: str
    version: str
    creates: int
    seconds: float
    fastest: float | None
    lost: int
    calls: int
    wasted: int

    @property
    def over(self) -> float | None:
        """The part of the physical limit that the client took in addition; None if it did not do it all."""
        return self.seconds / self.fastest - 1 if self.fastest is not None and not self.lost else None


def measure(contestant: Contestant, scenario: Scenario) -> Measurement:
    """Let a client do a scenario.

    :raises RuntimeError: what the client says and what the server has are not the same.
    """
    with running(scenario.limit, workflows=scenario.creates) as server:
        result = run(
            contestant,
            Order(
                url=server.url,
                creates=scenario.creates,
                concurrency=scenario.concurrency,
                retries=contestant.retries,
            ),
        )
        counts = server.stop()
    if result.created != counts.builds:
        raise RuntimeError(
            f"{contestant.title} says that it created {result.created} workflows; the server has {counts.builds}"
        )
    return Measurement(
        scenario=scenario.title,
        client=contestant.title,
        version=result.version,
        creates=scenario.creates,
        seconds=result.seconds,
        fastest=scenario.fastest,
        lost=scenario.creates - result.created,
        calls=counts.calls,
        wasted=counts.throttled,
    )


def run(contestant: Contestant, order: Order) -> Result:
    """Run the client's program; its settings are the order's alone."""
    done = subprocess.run(
        [contestant.python, "-m", f"bench.clients.{contestant.module}", json.dumps(order)],
        cwd=PROJECT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return heard(done.stdout)


def environment() -> dict[str, str]:
    """That of this process, without anything of AWS: files of the machine do not count either."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return ours | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
