"""The generated pages that are committed are the ones that would be generated now."""

import pytest
from reports import DOCS, PAGES


@pytest.mark.parametrize("path", PAGES)
def test_a_committed_page_is_up_to_date(path: str) -> None:
    assert (DOCS / path).read_text(encoding="utf-8") == PAGES[path](), "run `nox -s reports`"
