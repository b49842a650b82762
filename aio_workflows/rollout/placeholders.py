"""``${NAME}`` in a manifest: environment variables, and only those that the manifest declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from aio_workflows.document.tree import Node, Scalar, scalars

# "$${" is a "${" that is meant as it stands.
_PLACEHOLDER: Final = re.compile(r"\$\$\{|\$\{([^}]*)\}?")

Report = Callable[[str, str], None]
"""``report(path, text)`` takes a mistake."""


def fill(root: Node, declared: Collection[str], environ: Mapping[str, str], report: Report) -> None:
    """Put the values of variables in place, in every text of the tree.

    What comes in stays text: it is not read as YAML again.
    """
    seen = set[int]()  # an alias leads to the same scalar twice
    for path, scalar in scalars(root, ""):
        if isinstance(scalar.value, str) and id(scalar) not in seen:
            seen.add(id(scalar))
            scalar.value = _filled(scalar, path, declared, environ, report)


def _filled(
    scalar: Scalar, path: str, declared: Collection[str], environ: Mapping[str, str], report: Report
) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return "${"
        if not found[0].endswith("}"):
            report(path, "has a '${' without its '}'; write '$${' for the two characters themselves")
        elif name not in declared:
            report(path, f"names ${{{name}}}, which is not in the manifest's list 'environment'")
        elif name not in environ:
            report(path, f"wants the environment variable {name}, which is not set")
        else:
            return environ[name]
        return found[0]

    return _PLACEHOLDER.sub(value, str(scalar.value))
