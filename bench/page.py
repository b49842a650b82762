"""What came of the runs against a server that throttles, as a section of the page of benchmarks."""

import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from bench.measure import Measurement

HEAD = """\
## In bulk, against a service that throttles

Workflows created in bulk against a server that throttles, as Image Builder does: the emulator, in a process of its own,
a new one for each row. It admits a burst of calls and then so many a second. **Physical limit** is the time from the
first call to the last one of a client that always calls at the very moment at which it is admitted. Each client is a
process of its own too, creates the same workflows, 16 at a time, over 16 connections, in its stock configuration but
for the retry mode that stands beside its name. boto3 uses threads, the others tasks. The clock runs from the first
create to the end of the last one; importing and making the client come before.

**Each row is one run, and runs differ**: little at a steady low limit, more at a high one and where it changes. When
this page was first written, further runs of aio_workflows, while other work took a varying part of the same machine,
lost nothing and were over the limit by

- 2.0, 2.0 and 2.2 % at 20 a second;
- 14.6, 15.7, 17.4, 17.9, 38.6 and 39.4 % where it changes, with 34 to 47 wasted calls;
- 4.8, 5.1, 5.1, 6.3, 9.8, 19.8 and 69.6 % at 200 a second, with 17 to 36 wasted calls.

Without a limit, four runs each took 0.8 to 1.0 s (aio_workflows), 0.8 to 1.3 s (aiobotocore) and 0.5 to 1.8 s
(capo-imagebuilder).

The columns:

- **Over the limit** is the time in addition to the physical limit, in percent of it. A client that loses creates did
  not do the work, so it has none.
- **Lost** creates ended in an error, which the program would have to deal with.
- **Wasted** calls were throttled; in percent of the creates. Each of them also takes from what other programs of the
  account may call.
"""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Where and when it was measured. ``load`` is the average of one minute before it began, None if unknown."""

    date: str
    python: str
    system: str
    processor: str
    processors: int | None
    load: float | None


def machine() -> Machine:
    """This one, now."""
    return Machine(
        date=date.today().isoformat(),  # noqa: DTZ011 - the day as people here call it
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        processor=_processor(),
        processors=os.cpu_count(),
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def section(measured_on: Machine, measurements: Sequence[Measurement]) -> str:
    """The whole section."""
    return "\n".join([HEAD, tables(measurements), _measured(measured_on, measurements), ""])


def tables(measurements: Iterable[Measurement]) -> str:
    """A table for each scenario."""
    return "\n".join(
        line for _, rows in groupby(measurements, key=lambda one: one.scenario) for line in _table(list(rows))
    )


def _table(rows: Sequence[Measurement]) -> Iterator[str]:
    first = rows[0]
    limit = f"; physical limit {first.fastest:.1f} s" if first.fastest is not None else ""
    yield f"### {first.creates:,} creates, {first.scenario}{limit}\n"
    yield "| client | time | over the limit | lost | wasted calls |"
    yield "|---|---:|---:|---:|---:|"
    for row in rows:
        over = f"{row.over:+.1%}" if row.over is not None else "-"
        wasted = f"{row.wasted} ({row.wasted / row.creates:.1%})"
        yield f"| {row.client} | {row.seconds:.1f} s | {over} | {row.lost} | {wasted} |"
    yield ""


def _measured(measured_on: Machine, measurements: Iterable[Measurement]) -> str:
    return measured(measured_on, {one.client.partition(",")[0]: one.version for one in measurements})


def measured(measured_on: Machine, versions: Mapping[str, str]) -> str:
    """When, where and what was measured."""
    named = ", ".join(f"{client} {version}" for client, version in versions.items())
    load = f" Load average before: {measured_on.load:.1f}." if measured_on.load is not None else ""
    return (
        f"Measured on {measured_on.date}: {named}; Python {measured_on.python}, {measured_on.system}, "
        f"{measured_on.processors} processors ({measured_on.processor}).{load}"
    )
