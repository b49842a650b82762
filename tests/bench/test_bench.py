"""The benchmark itself: its limit is exact, and a client is measured, and its figures are those of the server."""

import pytest

from bench.contestants import BOTO3_STANDARD, OURS, Contestant
from bench.limits import Bucket, Limit, Phase
from bench.measure import measure
from bench.page import machine, section
from bench.scenarios import SCENARIOS, Scenario

CHANGING = Limit(burst=3, phases=(Phase(rate=10, seconds=1), Phase(rate=2, seconds=2), Phase(rate=10)))


@pytest.mark.parametrize(
    ("calls", "seconds"), [(1, 0), (3, 0), (8, 0.5), (13, 1.0), (15, 2.0), (17, 3.0), (27, 4.0)]
)
def test_the_physical_limit_is_reached_by_who_calls_when_admitted(calls: int, seconds: float) -> None:
    """Called all the time, the bucket admits the last call then, and not before."""
    assert CHANGING.fastest(calls) == pytest.approx(seconds)
    bucket, admitted, tick = Bucket(CHANGING), 0, 0
    while admitted < calls:
        if bucket.admit(100 + tick / 1000):
            admitted += 1
        else:
            tick += 1
    assert tick / 1000 == pytest.approx(seconds, abs=0.002)


def test_a_bucket_at_rest_holds_no_more_than_its_burst() -> None:
    bucket = Bucket(CHANGING)
    assert [bucket.admit(now) for now in (0, 50, 50, 50, 50)] == [True, True, True, True, False]


@pytest.mark.parametrize("client", [OURS, BOTO3_STANDARD], ids=lambda client: client.module)
def test_a_client_is_measured(client: Contestant) -> None:
    """Every create is a build or lost, and every call an admitted or a wasted one."""
    scenario = Scenario(title="a test", creates=10, limit=Limit(burst=5, phases=(Phase(rate=50),)))
    measured = measure(client, scenario)
    assert measured.calls == measured.creates - measured.lost + measured.wasted
    assert measured.fastest == pytest.approx(0.1)
    assert f"| {client.title} | {measured.seconds:.1f} s |" in section(machine(), [measured])


def test_without_a_limit_nothing_is_lost_or_wasted() -> None:
    measured = measure(OURS, Scenario(title="a test", creates=10, limit=None))
    assert (measured.lost, measured.wasted, measured.calls, measured.over) == (0, 0, 10, None)


def test_every_scenario_has_an_end() -> None:
    assert all(scenario.fastest is None or scenario.fastest < 60 for scenario in SCENARIOS)
