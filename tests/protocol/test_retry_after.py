"""How long the service asks to be left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.protocol.retry_after import parse_date, retry_after

NOW = "Wed, 09 Sep 2026 19:55:00 GMT"
IN_A_MINUTE = "Wed, 09 Sep 2026 19:56:00 GMT"
A_MINUTE_AGO = "Wed, 09 Sep 2026 19:54:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": " 2 "}, 2.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "3600"}, 3600.0),
        ({"retry-after": IN_A_MINUTE, "date": NOW}, 60.0),
        ({"retry-after": NOW, "date": NOW}, 0.0),
        ({"retry-after": A_MINUTE_AGO, "date": NOW}, None),
        ({"retry-after": IN_A_MINUTE}, None),
        ({"retry-after": IN_A_MINUTE, "date": "soon"}, None),
        ({"retry-after": "Wed, 09 Sep 2026 19:56:00", "date": NOW}, 60.0),
        ({"retry-after": "Wed, 09 Sep 2026 21:56:00 +0200", "date": NOW}, 60.0),
        ({"x-amz-retry-after": "1500"}, 1.5),
        ({"x-amz-retry-after": "1500", "retry-after": "1"}, 1.5),
        ({"x-amz-retry-after": "1500", "retry-after": "2"}, 2.0),
        ({"x-amz-retry-after": "soon", "retry-after": "2"}, 2.0),
        ({"x-amz-retry-after": IN_A_MINUTE, "date": NOW}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e400"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "Wed, 32 Foo 2026 99:99:99 GMT", "date": NOW}, None),
        ({"retry-after": "9" * 5_000}, None),
    ],
)
def test_the_wait_that_the_headers_ask_for(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, a date against the answer's own, or milliseconds; nonsense is passed over."""
    assert retry_after(headers) == seconds


@given(st.text(), st.text(), st.text())
def test_no_header_breaks_it(after: str, milliseconds: str, date: str) -> None:
    """Any text gives a wait from 0 up, or none."""
    wait = retry_after({"retry-after": after, "x-amz-retry-after": milliseconds, "date": date})
    assert wait is None or wait >= 0


@given(st.text())
def test_a_date_is_read_or_is_none(text: str) -> None:
    """A date that is read knows its zone, so it can be subtracted."""
    date = parse_date(text)
    assert date is None or date.tzinfo is not None
