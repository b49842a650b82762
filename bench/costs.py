"""What a create costs: every client against the same plain server, one after the other, round after round."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.clients.work import Order, Result
from bench.contestants import BOTO3, CAPO, IN_BULK, OURS_BY_CALL, Contestant, told_nothing
from bench.figures import Samples
from bench.measure import PATIENCE, PROJECT, environment, run
from bench.plain_server import plain_server
from bench.sizes import SIZES, measure_sizes

OURS_TABLE = "ours"
FIRST, IMPORTS = "first create", "import"
WARM_UP = 200  # creates before the clock starts

IMPORTED = {
    "bare Python": "",
    OURS_BY_CALL.title: "from aio_workflows import WorkflowsClient, CreateWorkflowRequest; "
    "WorkflowsClient(region='eu-west-1')",
    "aiobotocore": "import aiobotocore.session",
    BOTO3: "import boto3",
    CAPO: "import capo_imagebuilder",
}
_READ = "import sys, time; print(time.process_time(), len(sys.modules))"


def calls_table(concurrency: int) -> str:
    """The name of the table of creates at a concurrency."""
    return f"{concurrency} at a time"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is measured."""

    concurrencies: Sequence[int] = (1, 16, 64)
    creates: int = 1_500
    rounds: int = 5
    programs: tuple[str, ...] = ("layers", "opening", "holding", "documents")
    is_whole: bool = True


QUICK = Plan(concurrencies=(16,), creates=1_000, rounds=2, programs=("layers", "opening"), is_whole=False)


def measure_costs(plan: Plan, clients: Sequence[Contestant]) -> Samples:
    """Everything about costs."""
    samples = Samples()
    with plain_server() as url:
        for concurrency in plan.concurrencies:
            for number in range(plan.rounds):
                say(f"creates, {calls_table(concurrency)}, round {number + 1} of {plan.rounds}")
                for client in clients:
                    _creates(samples, client, Order(url, plan.creates, concurrency, client.retries, WARM_UP))
        for number in range(plan.rounds):
            say(f"beginnings and ours alone, round {number + 1} of {plan.rounds}")
            for client in [one for one in [*clients, told_nothing()] if one.title != IN_BULK]:
                _first_create(samples, client, url)
            for client in clients:
                if client.title in IMPORTED:
                    _import(samples, client.title, client.python)
            _import(samples, "bare Python", Path(sys.executable))
            _programs(samples, plan.programs, url)
        if plan.is_whole:
            say("memory")
            _programs(samples, ["memory"], url)
            say(SIZES)
            measure_sizes(samples, url)
    return samples


def say(what: str) -> None:
    """Tell who waits what is measured."""
    print(f"{what} ...", file=sys.stderr)


def checked(result: Result, order: Order, client: Contestant) -> Result:
    """The result of a client that has done everything.

    :raises RuntimeError: it has not.
    """
    if result.created != order.creates:
        raise RuntimeError(f"{client.title} created {result.created} of {order.creates} workflows")
    return result


def _creates(samples: Samples, client: Contestant, order: Order) -> None:
    result, table = checked(run(client, order), order, client), calls_table(order.concurrency)
    samples.versions[client.title] = result.version
    samples.add(table, client.title, "CPU a create", "ms", result.cpu / order.creates * 1000)
    samples.add(table, client.title, "time a create", "ms", result.seconds / order.creates * 1000)
    samples.add(table, client.title, "creates", "/s", order.creates / result.seconds)


def _first_create(samples: Samples, client: Contestant, url: str) -> None:
    order = Order(url, 1, 1, client.retries)
    began = time.time()
    result = checked(run(client, order), order, client)
    samples.add(FIRST, client.title, "CPU", "ms", result.ended.cpu * 1000)
    samples.add(FIRST, client.title, "time", "ms", (result.ended.wall - began) * 1000)


def _import(samples: Samples, title: str, python: Path) -> None:
    command = [str(python), "-c", f"{IMPORTED[title]}\n{_READ}"]
    seconds, modules = _output(command).split()
    samples.add(IMPORTS, title, "CPU", "ms", float(seconds) * 1000)
    samples.add(IMPORTS, title, "modules", "", float(modules))


def _programs(samples: Samples, programs: Iterable[str], url: str) -> None:
    for program in programs:
        figures = json.loads(_output([sys.executable, "-m", f"bench.programs.{program}", url]))
        for name, value in figures.items():
            quantity, _, unit = name.rpartition("_")
            samples.add(OURS_TABLE, program, quantity, unit, value)


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout
