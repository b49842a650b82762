"""The page of benchmarks: what was measured stands in it, each part stays when the other is measured anew."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.book import Book
from bench.clients.work import Order
from bench.contestants import OURS_BY_CALL, Contestant, contestants_of_costs, told_nothing
from bench.figures import Found, Samples
from bench.measure import Measurement, run
from bench.page import machine
from bench.plain_server import plain_server
from bench.sizes import BY_CHARACTERS, BY_CONNECTIONS, BY_NUMBER
from bench.targets import TARGETS

OURS = OURS_BY_CALL.title
CALLS = "16 at a time"


def samples() -> Samples:
    some = Samples()
    for value in (3.0, 1.0, 2.0):
        some.add(CALLS, OURS, "CPU a create", "ms", value)
        some.add(CALLS, "aiobotocore", "CPU a create", "ms", 2 * value)
    for table in (BY_NUMBER, BY_CONNECTIONS, BY_CHARACTERS):
        for size in (1, 10, 100):
            some.add(table, str(size), OURS, "ms", size / 10)
    some.versions[OURS] = "1.2.3"
    return some


def measurement() -> Measurement:
    return Measurement(
        scenario="a test",
        client="ours",
        version="4.5.6",
        creates=7,
        seconds=1.0,
        fastest=None,
        lost=0,
        calls=7,
        wasted=0,
    )


def test_the_page_has_what_was_measured(tmp_path: Path) -> None:
    """Medians with their spread, ratios, whether a target was met, and the chart."""
    book = Book(tmp_path)
    book.take_costs(machine(), samples())
    book.write()
    text = (tmp_path / "benchmarks.md").read_text()
    assert "| aiobotocore | 4 ms (2-6) | 0.50 |" in text
    assert "| CPU of a create, of raw aiobotocore's | 0.55  | 0.5  | met |" in text
    assert "aio_workflows 1.2.3" in text
    drawing = ET.parse(tmp_path / "benchmarks-size.svg").getroot()
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}circle"))) == 9


def test_a_part_that_is_not_measured_stays(tmp_path: Path) -> None:
    """The other way round too."""
    first = Book(tmp_path)
    first.take_costs(machine(), samples())
    first.write()
    second = Book(tmp_path)
    second.take_throttled(machine(), [measurement()])
    second.write()
    text = (tmp_path / "benchmarks.md").read_text()
    assert "4 ms (2-6)" in text
    assert "### 7 creates, a test" in text


def test_a_target_is_a_bound_or_a_ratio() -> None:
    """None where it was not measured."""
    found = Found(samples().figures())
    reached = {target.title: target.reached(found) for target in TARGETS}
    assert {title for title, value in reached.items() if value is not None} == {
        "CPU of a create, of raw aiobotocore's"
    }


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with plain_server() as url:
        yield url


@pytest.mark.parametrize("client", [*contestants_of_costs(), told_nothing()], ids=lambda client: client.title)
def test_every_client_creates_against_the_plain_server(url: str, client: Contestant) -> None:
    """And reads its own CPU time."""
    result = run(client, Order(url, 6, 2, client.retries, warm_up=2, characters=400))
    assert result.created == 6
    assert result.seconds > 0
    assert 0 < result.cpu <= result.ended.cpu
