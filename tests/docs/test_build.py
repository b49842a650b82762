"""The built documentation: every public name is in its index, and every link of it leads somewhere."""

import importlib
import importlib.util
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PUBLIC = [
    "aio_workflows",
    "aio_workflows.dask",
    "aio_workflows.document",
    "aio_workflows.emulator",
    "aio_workflows.errors",
    "aio_workflows.rollout",
    "aio_workflows.testing",
]

inventory = pytest.importorskip(
    "sphinx.util.inventory", reason="the documentation is built where the group docs is installed"
)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("docs")
    options = ["-W", "--keep-going", "-q", "-b", "html"]
    if importlib.util.find_spec("myst_nb"):
        options += ["-D", "nb_execution_mode=off"]  # notebooks are run by `nox -s docs`
    command = [sys.executable, "-m", "sphinx", *options, str(DOCS), str(place)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return place


def follow(dotted: str) -> object:
    """What a dotted name of the package stands for; None if for nothing that can be looked up."""
    found: object = importlib.import_module("aio_workflows")
    for name in dotted.split(".")[1:]:
        found = getattr(found, name, None)
    return found


def test_every_public_name_is_documented(built: Path) -> None:
    index = inventory.InventoryFile.loads((built / "objects.inv").read_bytes(), uri="")
    entries = defaultdict[str, list[str]](list)
    for kind, names in index.data.items():
        for name in names if kind.startswith("py:") else ():
            entries[name.rpartition(".")[2]].append(name)
    missing = []
    for module in map(importlib.import_module, PUBLIC):
        for name in module.__all__:
            public = getattr(module, name)
            if not any(follow(entry) is public for entry in entries[name]):
                missing.append(f"{module.__name__}.{name}")
    assert missing == []


class Page(HTMLParser):
    """The links of a page, and the places on it that a link may lead to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links = set[str]()
        self.places = set[str]()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.places.add(value)
            elif name in {"href", "src"} and value:
                self.links.add(value)


def dead_links(place: Path) -> Iterator[str]:
    pages = {path.resolve(): Page(path) for path in place.rglob("*.html")}
    for path, page in pages.items():
        for link in page.links:
            address, fragment = urldefrag(link)
            if urlsplit(link).scheme:
                continue  # another site
            target = (path.parent / unquote(urlsplit(address).path)).resolve() if address else path
            known = pages.get(target)
            if not target.exists() or (fragment and known and unquote(fragment) not in known.places):
                yield f"{path.relative_to(place.resolve())}: {link}"


def test_every_link_leads_somewhere(built: Path) -> None:
    assert sorted(dead_links(built)) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<a href="#no"></a><a href="none.html"></a><p id="yes"><a href="#yes"></a>'
    )
    assert sorted(dead_links(tmp_path)) == ["page.html: #no", "page.html: none.html"]
