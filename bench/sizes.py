"""What creates cost by their number, by the number of connections and by the size of the document."""

import sys

from bench.clients.work import Order
from bench.contestants import IN_BULK, OURS_BY_CALL
from bench.figures import Samples
from bench.measure import run

SIZES = "cost against size"
CREATES = (1, 10, 100, 1_000, 10_000, 100_000)
CONNECTIONS = (1, 2, 4, 8, 16, 32, 64)
CHARACTERS = (100, 400, 1_600, 4_000, 8_000, 16_000)
CONCURRENCY = 16
BY_NUMBER = "CPU of all creates"
BY_CONNECTIONS = "CPU a create, by connections"
BY_CHARACTERS = "CPU a create, by characters of the document"
_ROUNDS = 3
_EACH, _WARM_UP = 1_000, 200
_OFTEN = 1_000  # up to so many creates are measured several times


def measure_sizes(samples: Samples, url: str) -> None:
    """One run for each number, in bulk; calls in tasks for the others. The row of the figure is the size."""
    for creates in CREATES:
        for _ in range(_ROUNDS if creates <= _OFTEN else 1):
            order = Order(url, creates, CONCURRENCY, "in bulk", warm_up=CONCURRENCY)
            samples.add(BY_NUMBER, str(creates), IN_BULK, "ms", _cpu(order) * 1000)
    for _ in range(_ROUNDS):
        for connections in CONNECTIONS:
            order = Order(url, _EACH, connections, warm_up=_WARM_UP)
            samples.add(
                BY_CONNECTIONS, str(connections), OURS_BY_CALL.title, "ms", _cpu(order) / _EACH * 1000
            )
        for characters in CHARACTERS:
            order = Order(url, _EACH, CONCURRENCY, warm_up=_WARM_UP, characters=characters)
            samples.add(BY_CHARACTERS, str(characters), OURS_BY_CALL.title, "ms", _cpu(order) / _EACH * 1000)


def _cpu(order: Order) -> float:
    """The CPU seconds of all creates."""
    result = run(OURS_BY_CALL, order)
    if result.created != order.creates:
        raise RuntimeError(f"created {result.created} of {order.creates} workflows")
    print(".", end="", file=sys.stderr, flush=True)
    return result.cpu
