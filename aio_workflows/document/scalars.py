r"""What a plain scalar means: text, number, truth value or nothing.

The rules are those of YAML 1.1 (https://yaml.org/type/), since the guide names no version and the
parsers in use follow it: ``yes`` is true, ``010`` is eight, ``1:30`` is ninety. Dates stay text, and
so do fractions of base 60. JSON has rules of its own for numbers.
"""

from __future__ import annotations

import re
from typing import Final

from aio_workflows.document.tree import ScalarValue

_WORDS: Final[dict[str, ScalarValue]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **{word: True for base in ("true", "yes", "on") for word in (base, base.capitalize(), base.upper())},
    **{word: False for base in ("false", "no", "off") for word in (base, base.capitalize(), base.upper())},
    ".inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}

_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0b(?P<binary>[01_]+)|0x(?P<hexadecimal>[0-9a-fA-F_]+)|(?P<octal>0[0-7_]+)"
    r"|(?P<decimal>0|[1-9][0-9_]*)|(?P<sixty>[1-9][0-9_]*(?::[0-5]?[0-9])+))"
)
_BASES: Final = {"binary": 2, "hexadecimal": 16, "octal": 8, "decimal": 10}
_FLOAT: Final = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?")
_HUGE: Final = int("1" + "0" * 1000)
_JSON_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_JSON_WORDS: Final[dict[str, ScalarValue]] = {"null": None, "true": True, "false": False}


def resolve(text: str, *, json: bool = False) -> ScalarValue:
    """The value of a plain scalar."""
    if json:
        return _resolve_json(text)
    if text in _WORDS:
        return _WORDS[text]
    integer = _INTEGER.fullmatch(text)
    if integer is not None:
        return _read(integer)
    return float(text.replace("_", "")) if _FLOAT.fullmatch(text) else text


def _resolve_json(text: str) -> ScalarValue:
    if text in _JSON_WORDS:
        return _JSON_WORDS[text]
    if not _JSON_NUMBER.fullmatch(text):
        return text
    integer = _INTEGER.fullmatch(text)
    return _read(integer) if integer is not None else float(text)


def _read(match: re.Match[str]) -> int | str:
    sign = -1 if match["sign"] == "-" else 1
    kind = str(match.lastgroup)
    digits = match[kind].replace("_", "")
    if kind == "sixty":
        number = 0
        for part in digits.split(":")[:10]:
            number = number * 60 + int(part[:20])
        return sign * number
    if not digits:  # "0x_"
        return match.group()
    if len(digits) > 1000:
        # Python refuses to read integers of many thousand digits; no rule needs them exactly.
        return sign * _HUGE
    return sign * int(digits, _BASES[kind])


def whole_number(value: ScalarValue) -> int | None:
    """The whole number that a value is, ``60.0`` included; None if it is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
