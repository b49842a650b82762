"""What a create costs, as sections of the page of benchmarks."""

from collections.abc import Iterator, Sequence

from bench import targets
from bench.contestants import OURS_BY_CALL
from bench.figures import Figure, Found, short
from bench.sizes import BY_CHARACTERS, BY_CONNECTIONS, BY_NUMBER

OURS = OURS_BY_CALL.title
CHART = "benchmarks-size.svg"

HEAD = """\
## What a create costs

Every client in turn, each time in a process of its own, sends the same creates to the same server, which is another
process that looks at nothing and answers at once; then the next round. A figure is the median of the rounds, with the
lowest and the highest behind it. CPU is that of the client's process, all threads: unlike the time by the clock it hardly
depends on what else the machine does. *The limit* is bare aiohttp with botocore's signer: nothing is checked, nothing
repeated, and the answer only parsed. The others have their defaults. *Ours over it* is how much of that client's CPU
aio_workflows needs: below 1 it is the cheaper one.
"""

_TITLES = {
    "first create": "The first create of a process: import, client, call",
    "import": "Importing",
    "ours": "aio_workflows alone",
}
_REMARKS = {
    "first create": "Region, an `http://` endpoint and keys are told to the client. *Told nothing* has ours find them in "
    "the environment, for which botocore's session and endpoint rules have to be loaded, as for AWS's own endpoints.",
    "import": "Of aio_workflows with `WorkflowsClient(region=...)` made; of boto3 and aiobotocore without a client.",
    "ours": "*layers*: a call over a transport that is nothing, and the making of its request alone. *opening*: a "
    "client's first answer, how long that held the event loop (and what it computed meanwhile), the second client's "
    "first answer, and `WorkflowsClient(...)`. *holding*: the same for 10,000 creates at concurrency 50 in one run that "
    "keeps all outcomes, and the longest run of Python's garbage collector. *documents*: `check_document` of a short one, "
    "and of one with 16,000 characters and 15 steps. *memory*: of 100,000 items of a run, and of a client.",
}
_IN_CHART = (BY_NUMBER, BY_CONNECTIONS, BY_CHARACTERS)
_RATIO_OF = {"first create": "CPU", "import": "CPU"}


def section(figures: Sequence[Figure]) -> str:
    """The whole section."""
    return "\n".join([HEAD, *_lines(figures)])


def _lines(figures: Sequence[Figure]) -> Iterator[str]:
    found = Found(figures)
    yield "### Targets\n"
    yield from targets.table(found)
    yield ""
    for table in dict.fromkeys(one.table for one in figures):
        rows = [one for one in figures if one.table == table]
        if table in _IN_CHART:
            continue
        yield f"### {_TITLES.get(table, f'Creates, {table}')}\n"
        if table in _REMARKS:
            yield f"{_REMARKS[table]}\n"
        yield from _ours(rows) if table == "ours" else _compared(table, rows, found)
        yield ""
    if any(one.table in _IN_CHART for one in figures):
        yield from _sizes(figures)


def _compared(table: str, rows: Sequence[Figure], found: Found) -> Iterator[str]:
    quantities = list(dict.fromkeys(one.quantity for one in rows))
    yield f"| client | {' | '.join(quantities)} | ours over it |"
    yield f"|---|{'---:|' * (len(quantities) + 1)}"
    for client in dict.fromkeys(one.client for one in rows):
        cells = [str(found.get(table, client, quantity) or "") for quantity in quantities]
        ratio = found.ratio(table, OURS, client, _RATIO_OF.get(table, "CPU a create"))
        yield f"| {client} | {' | '.join(cells)} | {f'{ratio:.2f}' if ratio is not None else ''} |"


def _ours(rows: Sequence[Figure]) -> Iterator[str]:
    yield "| program | quantity | |"
    yield "|---|---|---:|"
    for one in rows:
        yield f"| {one.client} | {one.quantity.replace('_', ' ')} | {one} |"


def _sizes(figures: Sequence[Figure]) -> Iterator[str]:
    yield "### Cost against size\n"
    yield f"![CPU by number of creates, by connections, by size of the document]({CHART})\n"
    for table in _IN_CHART:
        rows = [one for one in figures if one.table == table]
        yield f"{table}, of {rows[0].quantity}:\n"
        yield f"| {' | '.join(f'{int(one.client):,}' for one in rows)} |"
        yield f"|{'---:|' * len(rows)}"
        yield f"| {' | '.join(f'{short(one.median)} {one.unit}' for one in rows)} |"
        yield ""
