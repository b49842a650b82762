"""The generated pages of the documentation: written by `nox -s reports`, held by `tests/docs/test_reports.py`."""

from collections.abc import Callable
from pathlib import Path

from reports import conformance, document_rules, errors, reliability, scale

DOCS = Path(__file__).parent.parent

# The page's path under docs/ -> what makes its text.
PAGES: dict[str, Callable[[], str]] = {
    "conformance.md": conformance.page,
    "reference/document-rules.md": document_rules.page,
    "reference/errors.md": errors.page,
    "reliability.md": reliability.page,
    "scale.md": scale.page,
}


def write() -> None:
    for path, page in PAGES.items():
        (DOCS / path).write_text(page(), encoding="utf-8")
