"""Measure every client in every scenario and write docs/benchmarks.md; with `--quick`, print one small table."""

import argparse
import os
import sys

from bench.contestants import BOTO3_STANDARD, CAPO_VARIABLE, OURS, contestants
from bench.measure import Measurement, measure
from bench.page import DOCS, machine, tables, write
from bench.scenarios import QUICK, SCENARIOS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two clients, one scenario, nothing is written")
    quick: bool = parser.parse_args().quick
    measured_on = machine()
    if not quick and not os.environ.get(CAPO_VARIABLE):
        print(f"capo-imagebuilder is left out: {CAPO_VARIABLE} names no Python that has it", file=sys.stderr)
    clients = [OURS, BOTO3_STANDARD] if quick else contestants()
    measurements = list[Measurement]()
    for scenario in [QUICK] if quick else SCENARIOS:
        for client in clients:
            print(f"{client.title}: {scenario.creates} creates, {scenario.title} ...", file=sys.stderr)
            measurements.append(measure(client, scenario))
    if not quick:
        write(DOCS, measured_on, measurements)
    print(tables(measurements))


if __name__ == "__main__":
    main()
