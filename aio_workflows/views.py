"""Escaped HTML for notebooks and plain text for everywhere else, from plain rows.

A class hands its rows over as a :class:`View`. What it makes of them has no script and loads nothing;
its colours are tints of the text's own, so it suits a light page and a dark one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal, TypeVar

T = TypeVar("T")

Tone = Literal["good", "bad", "doubtful", "busy", "quiet"]
"""What a colour means."""


@dataclass(frozen=True, slots=True)
class Toned:
    """A text with a colour that means something."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of a timeline: where it begins and how long it is, in parts of the whole from 0 to 1."""

    start: float
    length: float
    tone: Tone


Cell = str | int | Toned | Bar | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a header. ``more`` says what is not shown of them, and where it is."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is said of a line, and of which part of it: from ``first`` up to ``last``, from 0."""

    text: str
    tone: Tone
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a text, with its number."""

    number: int
    text: str
    remarks: Sequence[Remark] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is shown of a thing: its title, facts with their names, tables, and lines of a text.

    Facts that are None are left out.
    """

    title: str
    facts: Sequence[tuple[str, Cell]] = ()
    tables: Sequence[Table] = ()
    lines: Sequence[Line] = ()


def table(
    columns: Sequence[str],
    items: Sequence[T],
    row: Callable[[T], Mapping[str, Cell]],
    *,
    caption: str = "",
    where: str = "to_records()",
) -> Table:
    """A table of the first few items, without the columns in which nothing would stand.

    ``where`` is how to get at the others.
    """
    rows = [row(one) for one in items[:_MOST_ROWS]]
    used = [name for name in columns if any(one.get(name) is not None for one in rows)]
    hidden = len(items) - len(rows)
    return Table(
        columns=used,
        rows=[[one.get(name) for name in used] for one in rows],
        caption=caption,
        more=f"... and {hidden:,} more: {where}" if hidden else "",
    )


_MOST_ROWS: Final = 25  # as many as a page of a listing has


def _known(view: View) -> list[tuple[str, Cell]]:
    return [fact for fact in view.facts if fact[1] is not None]


def seconds_text(seconds: float) -> str:
    """A time span for people: ``0.25 s``, ``42.0 s``, ``3 min 20 s``, ``2 h 05 min``."""
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min"


def printable(text: str) -> str:
    """``text`` on one line, with its control characters escaped, so that it can steer no terminal or page."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


# --- Plain text ------------------------------------------------------------------------------------


def to_text(view: View) -> str:
    """The view as plain text, of several lines."""
    blocks = [[printable(view.title)], _aligned([[name, _text(cell)] for name, cell in _known(view)])]
    for one in view.tables:
        rows = [list(one.columns), *[[_text(cell) for cell in row] for row in one.rows]]
        blocks += [_given(one.caption), _aligned(rows), _given(one.more)]
    blocks.append(list(_text_lines(view.lines)))
    return "\n".join(line for block in blocks for line in block)


def _given(text: str) -> list[str]:
    return [printable(text)] if text else []


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    shown = [[printable(text) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]


def _text(cell: Cell) -> str:
    if isinstance(cell, Bar):
        first = min(int(cell.start * _BAR_WIDTH), _BAR_WIDTH - 1)
        length = min(max(1, round(cell.length * _BAR_WIDTH)), _BAR_WIDTH - first)
        return "·" * first + "#" * length + "·" * (_BAR_WIDTH - first - length)
    if isinstance(cell, Toned):
        return cell.text
    return "" if cell is None else str(cell)


_BAR_WIDTH: Final = 24  # characters


def _text_lines(lines: Sequence[Line]) -> Iterable[str]:
    width = len(str(lines[-1].number)) if lines else 0
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None and line.number > before.number + 1:
            yield f"{'':{width}} ..."
        yield f"{line.number:{width}} | {_on_line(line.text)}".rstrip()
        for remark in line.remarks:
            indent = len(_on_line(line.text[: remark.first]))
            yield f"{'':{width}} | {'':{indent}}^ {printable(remark.text)}"


def _on_line(text: str) -> str:
    return printable(text.replace("\t", "    "))


# --- HTML ------------------------------------------------------------------------------------------

# Specific enough, by naming the class twice, for the rules of the pages around it.
_STYLE: Final = """
.aio-workflows.aio-workflows{color:inherit;font-size:.9em;line-height:1.4;max-width:100%;overflow-x:auto}
.aio-workflows.aio-workflows p{margin:.3em 0}
.aio-workflows.aio-workflows p.title{font-weight:600}
.aio-workflows.aio-workflows table{border-collapse:collapse;border:0;margin:.4em 0;width:auto;display:table;
table-layout:auto;font-size:inherit;color:inherit;box-shadow:none}
.aio-workflows.aio-workflows caption{text-align:left;caption-side:top;font-weight:600;padding:.2em .5em;color:inherit}
.aio-workflows.aio-workflows tr:nth-child(n){background:transparent;border:0}
.aio-workflows.aio-workflows :is(th,td){text-align:left;vertical-align:top;padding:.2em .6em;border:0;
border-bottom:1px solid rgba(128,128,128,.35);white-space:pre-wrap;overflow-wrap:break-word;max-width:44em;
background:transparent;color:inherit}
.aio-workflows.aio-workflows td.long{min-width:16em}
.aio-workflows.aio-workflows td.short{white-space:pre}
.aio-workflows.aio-workflows th{font-weight:600}
.aio-workflows.aio-workflows tbody th{font-weight:400;opacity:.75}
.aio-workflows.aio-workflows .tone{border-radius:.3em;padding:0 .35em}
.aio-workflows.aio-workflows .good{background:rgba(40,160,80,.28)}
.aio-workflows.aio-workflows .bad{background:rgba(220,50,50,.32)}
.aio-workflows.aio-workflows .doubtful{background:rgba(220,150,20,.32)}
.aio-workflows.aio-workflows .busy{background:rgba(60,120,230,.3)}
.aio-workflows.aio-workflows .quiet{background:rgba(128,128,128,.25)}
.aio-workflows.aio-workflows .track{min-width:7em;height:1em;margin:.2em 0;background:rgba(128,128,128,.12)}
.aio-workflows.aio-workflows .bar{height:100%;min-width:2px;box-sizing:border-box;border-left:2px solid currentColor}
.aio-workflows.aio-workflows table.text :is(th,td){border:0;padding:0 .6em;font-family:monospace}
.aio-workflows.aio-workflows table.text th{text-align:right;white-space:pre;user-select:none}
.aio-workflows.aio-workflows mark{background:transparent;color:inherit;text-decoration:underline wavy 1px;
text-underline-offset:.2em}
"""


def to_html(view: View) -> str:
    """The view as a fragment of HTML. Whatever its texts hold, they arrive as text."""
    parts = [f'<p class="title">{_escaped(view.title)}</p>']
    if facts := _known(view):
        rows = [f'<tr><th scope="row">{_name(name)}</th><td>{_html(cell)}</td></tr>' for name, cell in facts]
        parts.append(f"<table><tbody>{''.join(rows)}</tbody></table>")
    parts += [_html_table(one) for one in view.tables]
    if view.lines:
        parts.append(f'<table class="text"><tbody>{"".join(_html_lines(view.lines))}</tbody></table>')
    return f'<div class="aio-workflows"><style>{_STYLE}</style>{"".join(parts)}</div>'


def _html_table(one: Table) -> str:
    caption = f"<caption>{_escaped(one.caption)}</caption>" if one.caption else ""
    head = "".join(f'<th scope="col">{_name(name)}</th>' for name in one.columns)
    rows = "".join(f"<tr>{''.join(map(_td, row))}</tr>" for row in one.rows)
    more = f"<p>{_escaped(one.more)}</p>" if one.more else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _td(cell: Cell) -> str:
    text = cell.text if isinstance(cell, Toned) else cell if isinstance(cell, str) else ""
    kind = "short" if len(text) <= _SHORT else "long"
    return f'<td class="{kind}">{_html(cell)}</td>' if text else f"<td>{_html(cell)}</td>"


_SHORT: Final = 24  # characters of a cell that is not broken, such as a time; a longer one is not squeezed


def _html(cell: Cell) -> str:
    if isinstance(cell, Bar):
        place = f"margin-left:{100 * cell.start:.2f}%;width:{100 * cell.length:.2f}%"
        return f'<div class="track"><div class="bar {cell.tone}" style="{place}"></div></div>'
    if isinstance(cell, Toned):
        return f'<span class="tone {cell.tone}">{_escaped(cell.text)}</span>'
    return "" if cell is None else _broken(str(cell))


def _html_lines(lines: Sequence[Line]) -> Iterable[str]:
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None and line.number > before.number + 1:
            yield "<tr><th></th><td>...</td></tr>"
        tone = f' class="{line.remarks[0].tone}"' if line.remarks else ""
        yield f'<tr><th scope="row">{line.number}</th><td{tone}>{_marked(line)}</td></tr>'
        for remark in line.remarks:
            yield f"<tr><th></th><td>{_html(Toned(remark.text, remark.tone))}</td></tr>"


def _marked(line: Line) -> str:
    parts, end = list[str](), 0
    for first, last in sorted((remark.first, remark.last) for remark in line.remarks):
        if end <= first < last:  # two remarks may be about one place
            parts += [_escaped(line.text[end:first]), f"<mark>{_escaped(line.text[first:last])}</mark>"]
            end = last
    return "".join([*parts, _escaped(line.text[end:])])


def _escaped(text: str) -> str:
    return escape("\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n")))


def _name(text: str) -> str:
    """Escaped, and may be broken behind each ``_`` and ``.``, for narrow pages."""
    return re.sub(r"[_.]", r"\g<0><wbr>", _escaped(text))


def _broken(text: str) -> str:
    """Escaped, and long words such as ARNs may be broken behind ``:``, ``/`` and the like."""
    return _LONG_WORD.sub(lambda word: _JOINT.sub(r"\g<0><wbr>", word.group()), _escaped(text))


_LONG_WORD: Final = re.compile(r"\S{32,}")
_JOINT: Final = re.compile(r"[:/](?=\w)|[_.](?=[a-z])")
