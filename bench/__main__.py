"""Measure every client and write docs/benchmarks.md; with `--quick`, print a few tables in under a minute."""

import argparse
import os
import sys
from collections.abc import Sequence

from bench.book import DOCS, Book
from bench.contestants import (
    BOTO3_STANDARD,
    CAPO_VARIABLE,
    OURS,
    Contestant,
    contestants,
    contestants_of_costs,
)
from bench.cost_page import section
from bench.costs import QUICK as QUICK_PLAN
from bench.costs import Plan, measure_costs
from bench.measure import Measurement, measure
from bench.page import machine, tables
from bench.scenarios import QUICK, SCENARIOS, Scenario

PARTS = ("costs", "throttled")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, and nothing is written")
    parser.add_argument("--part", choices=PARTS, help="measure only this and leave the other part as it is")
    arguments = parser.parse_args()
    parts = [arguments.part] if arguments.part else PARTS
    if not os.environ.get(CAPO_VARIABLE):
        print(f"capo-imagebuilder is left out: {CAPO_VARIABLE} names no Python that has it", file=sys.stderr)
    if arguments.quick:
        measure_quickly(parts)
    else:
        measure_all(parts)


def measure_quickly(parts: Sequence[str]) -> None:
    if "costs" in parts:
        print(section(measure_costs(QUICK_PLAN, contestants_of_costs()).figures()))
    if "throttled" in parts:
        print(tables(measure_throttled([QUICK], [OURS, BOTO3_STANDARD])))


def measure_all(parts: Sequence[str]) -> None:
    book, measured_on = Book(DOCS), machine()
    if "costs" in parts:
        book.take_costs(measured_on, measure_costs(Plan(), contestants_of_costs()))
        book.write()
    if "throttled" in parts:
        book.take_throttled(measured_on, measure_throttled(SCENARIOS, contestants()))
        book.write()
    print((DOCS / "benchmarks.md").read_text(encoding="utf-8"))


def measure_throttled(scenarios: Sequence[Scenario], clients: Sequence[Contestant]) -> list[Measurement]:
    measurements = list[Measurement]()
    for scenario in scenarios:
        for client in clients:
            print(f"{client.title}: {scenario.creates} creates, {scenario.title} ...", file=sys.stderr)
            measurements.append(measure(client, scenario))
    return measurements


if __name__ == "__main__":
    main()
