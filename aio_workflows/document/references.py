"""How a document refers to what is known only at run time: paths, keys with ``.$``, and ``{{ }}`` in texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

SUFFIX: Final = ".$"
"""The end of a key whose value is a reference."""

PARAMETERS: Final = "parameters"
STEP_OUTPUTS: Final = "stepOutputs"
WORKFLOW_OUTPUTS: Final = "workflowOutputs"
SYSTEM: Final = "imagebuilder"

FAMILIES: Final = (PARAMETERS, STEP_OUTPUTS, WORKFLOW_OUTPUTS, SYSTEM)

SYSTEM_VARIABLES: Final = (
    "cloudWatchLogGroup",
    "cloudWatchLogStream",
    "collectImageMetadata",
    "collectImageScanFindings",
    "imageBuildNumber",
    "imageId",
    "imageName",
    "imageType",
    "imageVersionNumber",
    "instanceProfileName",
    "platform",
    "s3Logs",
    "securityGroups",
    "sourceImageARN",
    "subnetId",
    "terminateInstanceOnFailure",
    "workflowPhase",
    "workingDirectory",
)
"""User guide, dynamic variables. ``dateTime`` occurs in examples only, ``Platform`` in older ones."""

_SEGMENT: Final = re.compile(r"\.([A-Za-z0-9_-]+)|\[([0-9]+)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]")
_INTERPOLATION: Final = re.compile(r"\{\{([^{}]*)\}\}")
_UNCLOSED: Final = re.compile(r"\{\{\s*\$\.(?![^{}]*\}\})")
_FAMILY: Final = re.compile(r"\$\.(?:" + "|".join(FAMILIES) + r")\b")
_FORGOTTEN_DOLLAR: Final = re.compile(r"\$?\.?(?:" + "|".join(FAMILIES) + r")\.[A-Za-z0-9_.\[\]-]+")
_WHOLE: Final = re.compile(r"\$\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+|\[[0-9]+\])+")


@frozen
class JsonPath:
    """A path in its parts: ``$.stepOutputs.Build.output[0]`` has the family ``stepOutputs`` and three names."""

    text: str
    family: str
    names: tuple[str, ...]


@frozen
class Interpolation:
    """What stands between ``{{`` and ``}}`` in a text. ``reference`` is None if it is no path."""

    text: str
    inner: str
    reference: JsonPath | None

    @property
    def lacks_dollar(self) -> bool:
        """Whether it is a path but for its beginning."""
        return self.reference is None and lacks_dollar(self.inner)


def parse_path(text: str) -> JsonPath | None:
    """The parts of a path, None if the text is none or not of the documented form."""
    if not text.startswith("$"):
        return None
    names = list[str]()
    offset = 1
    while offset < len(text):
        segment = _SEGMENT.match(text, offset)
        if segment is None:
            return None
        names.append(next(name for name in segment.groups() if name is not None))
        offset = segment.end()
    return JsonPath(text, names[0], tuple(names[1:])) if names else None


def is_path(text: str) -> bool:
    """Whether a text is meant as a path as a whole, wherever it stands."""
    return _FAMILY.match(text) is not None or _is_misspelt_path(text)


def _is_misspelt_path(text: str) -> bool:
    if not _WHOLE.fullmatch(text):
        return False
    return nearest(text[2:].partition(".")[0], FAMILIES) is not None


def lacks_dollar(text: str) -> bool:
    """Whether a text is a path but for the ``$.`` at its beginning."""
    return not text.startswith("$.") and _FORGOTTEN_DOLLAR.fullmatch(text) is not None


def interpolations(text: str) -> Iterator[Interpolation]:
    """Every ``{{ }}`` of a text."""
    if "{{" not in text:
        return
    for found in _INTERPOLATION.finditer(text):
        inner = found.group(1).strip()
        yield Interpolation(found.group(), inner, parse_path(inner))


def has_interpolation(text: str) -> bool:
    """Whether a part of the text is filled in at run time."""
    return "{{" in text and _INTERPOLATION.search(text) is not None


def unclosed(text: str) -> bool:
    """Whether the text has a ``{{ $.`` without its end."""
    return "{{" in text and _UNCLOSED.search(text) is not None


def is_open(text: str) -> bool:
    """Whether the text is not yet what it will be: ``{{ }}``, or ``${ }`` of a template around the document."""
    return "${" in text or has_interpolation(text)


def without_interpolations(text: str) -> str:
    """The text with a digit in the place of whatever is filled in later."""
    return re.sub(r"\$\{[^{}]*\}", "0", _INTERPOLATION.sub("0", text))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, None if none is near."""
    if len(word) > 64:
        return None
    words = {one.lower(): one for one in known}
    found = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.65)
    return words[found[0]] if found else None


def without_suffix(key: str) -> str:
    """The name that a key gives a value to."""
    return key.removesuffix(SUFFIX)
