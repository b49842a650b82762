"""Creates on a Dask cluster of this machine with one and with two workers; writes docs/scale.json.

python -m bench.cluster
"""

import asyncio
import json
import resource
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

from distributed import LocalCluster

from aio_workflows import CreateWorkflowRequest
from aio_workflows.dask import create_workflows
from aio_workflows.emulator.service import DUMMY_KEYS
from aio_workflows.rollout import Target
from bench.book import DOCS
from bench.limits import Limit
from bench.page import machine
from bench.scenarios import constant
from bench.server import Server, running

TARGETS = 8
CREATES = 200  # in each target
THREADS = 4  # of each worker: as many targets as it serves at a time
CHUNK_SIZE = 100
LIMITS: dict[str, Limit | None] = {
    "20 a second for each target, burst 20": constant(20, burst=20),
    "none": None,
}


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One run: ``seconds`` for all creates, of which ``throttled`` calls were sent again.

    ``megabytes`` is the largest resident size that a worker came to.
    """

    limit: str
    workers: int
    targets: int
    creates: int
    seconds: float
    throttled: int
    megabytes: float


async def measure(title: str, limit: Limit | None, workers: int) -> Measurement:
    """Create the same workflows in all targets, each of which is a server of its own."""
    keys = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), DUMMY_KEYS, strict=True))
    made: Any = LocalCluster
    with ExitStack() as stack:
        servers = [stack.enter_context(running(limit, CREATES)) for _ in range(TARGETS)]
        cluster = stack.enter_context(
            made(n_workers=workers, threads_per_worker=THREADS, dashboard_address=":0", env=keys)
        )
        requests = [
            CreateWorkflowRequest(
                name=f"flow-{number}", semantic_version="1.0.0", type="TEST", data=f"# {number}\n" * 200
            )
            for number in range(CREATES)
        ]
        report = await create_workflows(requests, targets_of(servers), cluster, chunk_size=CHUNK_SIZE)
        report.raise_for_failures()
        sizes = await asyncio.to_thread(largest_sizes, cluster)
        builds = sum(server.stop().builds for server in servers)
        if builds != TARGETS * CREATES:
            raise RuntimeError(f"there are {builds} builds, not {TARGETS * CREATES}")
    return Measurement(
        limit=title,
        workers=workers,
        targets=TARGETS,
        creates=TARGETS * CREATES,
        seconds=report.elapsed,
        throttled=report.throttles,
        megabytes=max(sizes),
    )


def targets_of(servers: Sequence[Server]) -> list[Target]:
    return [
        Target(name=f"target{number}", region="eu-west-1", endpoint_url=server.url)
        for number, server in enumerate(servers, start=1)
    ]


def largest_sizes(cluster: Any) -> list[float]:
    """The largest resident size that each worker has had, in megabytes."""
    with cluster.get_client() as client:
        return [*client.run(largest_size).values()]


def largest_size() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def main() -> None:
    measured_on = machine()
    rows = [await measure(title, limit, workers) for title, limit in LIMITS.items() for workers in (1, 2)]
    for row in rows:
        print(row)
    data = {"machine": asdict(measured_on), "measurements": [asdict(row) for row in rows]}
    (DOCS / "scale.json").write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
