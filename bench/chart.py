"""A chart of lines as SVG, readable on light and on dark ground."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 300, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 34, 40

_STYLE = """\
text { font: 11px system-ui, sans-serif; fill: #768390 }
.title { font-weight: 600 }
.grid { stroke: #768390; stroke-opacity: .3 }
.line { fill: none; stroke: #218bff; stroke-width: 2 }
.dot { fill: #218bff }"""
"""Colours that are seen on either ground: a page may be dark where the system is not."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One line: ``points`` are pairs of what is to the right, on a logarithmic scale, and upwards.

    Upwards the scale is logarithmic too if ``is_log``; otherwise it begins at 0.
    """

    title: str
    right: str
    up: str
    points: Sequence[tuple[float, float]]
    is_log: bool = False


def svg(panels: Sequence[Panel]) -> str:
    """The panels side by side."""
    width = _WIDTH * len(panels)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" role="img">',
        f"<title>{escape('; '.join(panel.title for panel in panels))}</title>",
        f"<style>{_STYLE}</style>",
    ]
    for number, panel in enumerate(panels):
        lines += [f'<g transform="translate({number * _WIDTH} 0)">', *_panel(panel), "</g>"]
    return "\n".join([*lines, "</svg>", ""])


def _panel(panel: Panel) -> Iterator[str]:
    across = [point[0] for point in panel.points]
    upwards = [point[1] for point in panel.points]
    to_right = _Scale(min(across), max(across), _LEFT, _WIDTH - _RIGHT, is_log=True)
    low, high = (min(upwards), max(upwards)) if panel.is_log else (0.0, max(upwards) * 1.15)
    up = _Scale(low, high, _HEIGHT - _BOTTOM, _TOP, is_log=panel.is_log)
    yield f'<text class="title" x="{_LEFT}" y="16">{escape(panel.title)}</text>'
    yield f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 6}" text-anchor="end">{escape(panel.right)}</text>'
    yield f'<text x="4" y="{_TOP - 6}">{escape(panel.up)}</text>'
    for value in up.ticks():
        y = up(value)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
        yield f'<text x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{_short(value)}</text>'
    for value in across:
        x = to_right(value)
        yield f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 15}" text-anchor="middle">{_short(value)}</text>'
    places = [(to_right(x), up(y)) for x, y in panel.points]
    yield f'<path class="line" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in places)}"/>'
    for x, y in places:
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'


class _Scale:
    """From values to places in the picture."""

    def __init__(self, low: float, high: float, start: float, end: float, *, is_log: bool) -> None:
        self._of = math.log10 if is_log else float
        self._is_log = is_log
        self._low, self._high = self._of(low), self._of(high)
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        """The place of a value."""
        part = (self._of(value) - self._low) / (self._high - self._low)
        return self._start + part * (self._end - self._start)

    def ticks(self) -> list[float]:
        """Round values between the ends."""
        if self._is_log:
            return [10.0**power for power in range(math.ceil(self._low), math.floor(self._high) + 1)]
        rough = self._high / 4
        step = 10 ** math.floor(math.log10(rough))
        step *= next(factor for factor in (1, 2, 5, 10) if factor * step >= rough)
        return [number * step for number in range(int(self._high / step) + 1)]


def _short(value: float) -> str:
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:.3g}"
