"""Views: whatever texts hold arrives as text, in HTML and in print; and everything that has a view shows it."""

import re
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.views import (
    Bar,
    Cell,
    Line,
    Remark,
    Table,
    Tone,
    Toned,
    View,
    printable,
    seconds_text,
    table,
    to_html,
    to_text,
)
from tests.html_page import HtmlPage

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</td></tr></table></div><iframe>",
    "</style><b>",
    "<!-- ",
    "<![CDATA[",
    "<?php",
    "&lt;b&gt; &amp;amp; &#x3c;",
    "javascript:alert(1)",
    "\x00\x08\x1b[31m\x85\u2028\u202e\ufeff\ud800",
    "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/<b>golden</b>/1.0.0/1",
    "a\tb\r\nc\nd",
]
ALLOWED: dict[str, set[str]] = {
    "div": {"class", "style"},
    "style": set(),
    "p": {"class"},
    "table": {"class"},
    "caption": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"scope"},
    "td": {"class"},
    "span": {"class"},
    "mark": set(),
    "wbr": set(),
}
OURS = {"aio-workflows", "title", "tone", "track", "bar", "short", "long", "text", *get_args(Tone)}

texts = st.sampled_from(HOSTILE) | st.text(max_size=60) | st.text("<>&\"'/:- \n\t\x00\ud800aé", max_size=60)
tones: st.SearchStrategy[Tone] = st.sampled_from(get_args(Tone))
toned = st.builds(Toned, texts, tones)
cells: st.SearchStrategy[Cell] = st.none() | st.integers() | texts | toned


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 4))
    rows = st.lists(st.lists(cells, min_size=width, max_size=width), max_size=4)
    columns = draw(st.lists(texts, min_size=width, max_size=width))
    return Table(columns=columns, rows=draw(rows), caption=draw(texts), more=draw(texts))


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    written = draw(st.lists(texts.map(lambda text: text.replace("\n", " ")), max_size=4))
    places = st.tuples(st.integers(0, 80), st.integers(0, 80)).map(sorted)
    remarks = st.lists(
        st.builds(
            lambda text, tone, place: Remark(text=text, tone=tone, first=place[0], last=place[1]),
            texts,
            tones,
            places,
        ),
        max_size=3,
    )
    return [Line(number=number, text=text, remarks=draw(remarks)) for number, text in enumerate(written, 1)]


views = st.builds(
    View,
    title=texts,
    facts=st.lists(st.tuples(texts, cells), max_size=4),
    tables=st.lists(tables(), max_size=2),
    lines=lines(),
)


def shown(text: str) -> str:
    """A text as a view shows it: line ends and tabs as they are, other control characters escaped."""
    return "".join(one if one in "\n\t" else printable(one) for one in text)


def read(cell: Cell) -> str:
    assert not isinstance(cell, Bar)
    return "" if cell is None else shown(cell.text if isinstance(cell, Toned) else str(cell))


def check_harmless(fragment: str) -> HtmlPage:
    """Nothing but the elements, attributes and classes of ours; gives what is in it."""
    page = HtmlPage(fragment)
    for tag, attributes in page.elements:
        assert attributes.keys() <= ALLOWED[tag]
        assert set((attributes.get("class") or "").split()) <= OURS
        assert re.fullmatch(r"(margin-left:\d+\.\d\d%;width:\d+\.\d\d%)?", attributes.get("style") or "")
    assert [tag for tag, _ in page.elements].count("style") == 1
    fragment.encode()  # a lone surrogate has no form in UTF-8
    return page


@given(views)
def test_texts_come_back_and_nothing_else(view: View) -> None:
    page = check_harmless(to_html(view))
    facts = [text for name, cell in view.facts if cell is not None for text in (shown(name), read(cell))]
    rows = [
        text
        for one in view.tables
        for text in (*map(shown, one.columns), *(read(cell) for row in one.rows for cell in row))
    ]
    written = [
        text
        for line in view.lines
        for text in (
            str(line.number),
            shown(line.text),
            *(text for remark in line.remarks for text in ("", shown(remark.text))),
        )
    ]
    assert page.cells == facts + rows + written
    assert page.text.startswith(shown(view.title))
    for one in view.tables:
        assert shown(one.caption) in page.text
        assert shown(one.more) in page.text


@given(views)
def test_print_steers_no_terminal(view: View) -> None:
    """One line for the title, for each fact, for each row; nothing in them that is not printable."""
    text = to_text(view)
    assert all(one.isprintable() or one == "\n" for one in text)
    rows = sum(1 + len(one.rows) + bool(one.caption) + bool(one.more) for one in view.tables)
    known = sum(cell is not None for _, cell in view.facts)
    below = sum(1 + len(line.remarks) for line in view.lines)
    assert text.count("\n") + 1 == 1 + known + rows + below


def test_there_is_no_script_and_nothing_from_elsewhere() -> None:
    """What is not from the texts is the same in every view."""
    bars = Table(columns=["when"], rows=[[Bar(0.25, 0.5, "good")]])
    fragment = to_html(View(title="t", facts=[("a", Toned("b", "bad"))], tables=[bars]))
    page = check_harmless(fragment)
    assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in page.elements)
    for word in ("http", "//", "url(", "@import", "expression", "javascript"):
        assert word not in fragment
    assert "margin-left:25.00%;width:50.00%" in fragment


def test_colours_suit_light_and_dark_pages() -> None:
    """The text keeps the colour of its page, and backgrounds are tints that let the page's shine through."""
    style = check_harmless(to_html(View(title="t"))).style
    assert set(re.findall(r"[{;\n]color:([^;}]+)", style)) == {"inherit"}
    backgrounds = set(re.findall(r"background:([^;}]+)", style)) - {"transparent"}
    assert backgrounds
    assert all(re.fullmatch(r"rgba\(\d+,\d+,\d+,\.[1-3]\d?\)", one) for one in backgrounds)
    assert all(f".{tone}{{background:" in style for tone in get_args(Tone))


def test_long_words_may_be_broken() -> None:
    """An ARN at its slashes and colons; a short word nowhere; a name at its dots and underscores."""
    arn = "arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/golden/1.0.0/1"
    fragment = to_html(View(title="t", facts=[("arn", arn), ("short", "a/b")]))
    assert ":<wbr>us-east-1" in fragment
    assert "a/b" in fragment
    assert arn in check_harmless(fragment).cells
    named = to_html(View(title="t", facts=[("a.b_c", 1)], tables=[Table(columns=["d_e"], rows=[[1]])]))
    assert ">a.<wbr>b_<wbr>c</th>" in named
    assert ">d_<wbr>e</th>" in named


def test_a_table_leaves_out_what_is_empty_and_what_is_too_much() -> None:
    rows: list[dict[str, Any]] = [{"a": number, "b": None} for number in range(53)]
    made = table(("a", "b", "c"), rows, lambda row: row, where="elsewhere")
    assert made.columns == ["a"]
    assert [row[0] for row in made.rows] == list(range(25))
    assert made.more == "... and 28 more: elsewhere"
    assert table(("a",), rows[:25], lambda row: row).more == ""


def test_a_text_with_remarks_reads_like_a_compilers_message() -> None:
    remark = Remark(text="no such step", tone="bad", first=5, last=8)
    view = View(
        title="1 finding",
        lines=[Line(number=9, text="\ta: 1"), Line(number=12, text="\tfour and", remarks=[remark])],
    )
    assert to_text(view).splitlines() == [
        "1 finding",
        " 9 |     a: 1",
        "   ...",
        "12 |     four and",
        "   |         ^ no such step",
    ]
    assert HtmlPage(to_html(view)).marked == [" an"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.00 s"),
        (0.254, "0.25 s"),
        (9.996, "10.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (200.4, "3 min 20 s"),
        (3599.6, "1 h 00 min"),
        (7500.0, "2 h 05 min"),
        (100_000.0, "27 h 46 min"),
    ],
)
def test_time_spans(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text
