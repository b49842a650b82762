"""The first two laws of the architecture, read from the imports (docs/architecture.md draws the picture).

1. Imports only go down, in the order of the rooms.
2. One room per neighbour: each library is met in one place.

An import counts wherever it stands: at the top, inside a function, under `if TYPE_CHECKING`.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "aio_workflows"

# From the bottom up; rooms of one floor do not import each other.
FLOORS = [
    {"views", "version"},
    {"errors", "structuring"},
    {"models"},
    {"document"},
    {"protocol"},
    {"transport", "retry"},
    {"call"},
    {"pagination", "waiters"},
    {"api"},
    {"bulk"},
    {"publish"},
    {"client"},
    {"rollout"},
    {"testing", "notebook", "dask", "cli"},
    {"__init__", "__main__"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# The emulator stands beside the floors: what it shares with the client, a mistake could hide in.
EMULATOR_MAY_READ = {
    "models.arn",
    "models.constraints",
    "models.enums",
    "models.version",
    "protocol.operations",
    "document",
}
# Its client() gives a client of the package, loaded when it is asked for and as a user would get it.
EMULATOR_MAY_READ_TOO = {
    "emulator.base": {"Credentials", "WorkflowsClient"},
}
MAY_READ_EMULATOR = {"testing", "notebook", "cli", "__init__", "__main__"}

# Library -> the only modules (or rooms with everything in them) that may import it.
NEIGHBOURS = {
    "aiobotocore": {"transport"},
    "aiohttp": {"transport"},
    "yarl": {"transport"},
    "aiohttp.web": {"emulator.server"},
    "attrs": {room for floor in FLOORS[2:] for room in floor} | {"structuring"},
    "botocore": {"transport"},
    "cattrs": {"structuring"},
    "click": {"cli"},
    "distributed": {"dask"},
    "moto": {"emulator.moto"},
    "pytest": {"testing"},
    "rich": {"cli"},
    "tenacity": {"retry.strategy"},
    "tqdm": {"bulk.progress"},
    "yaml": {"document.parser"},
}


@dataclass(frozen=True)
class Import:
    """One name that a module imports."""

    importer: str  # dotted, without the package: "models.arn"; "models" for its __init__; "__init__" for the front door
    imported: str  # dotted and absolute: "aio_workflows.models.arn.WorkflowArn", "yaml.safe_load"
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def modules(package: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts), path


def imports_of(package: Path) -> Iterator[Import]:
    for name, path in modules(package):
        home = [package.name, *path.relative_to(package).parent.parts]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(name, alias.name, node.lineno)
            elif isinstance(node, ast.ImportFrom):
                base = home[: len(home) - node.level + 1] if node.level else []
                origin = ".".join([*base, *([node.module] if node.module else [])])
                for alias in node.names:
                    yield Import(name, f"{origin}.{alias.name}", node.lineno)


def inside(name: str, places: set[str]) -> bool:
    """Tell whether a dotted name is one of the places, or lies within one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def room_of(module: str) -> str:
    return module.partition(".")[0]


def goes_up(found: Import, package: str) -> bool:
    """Law 1."""
    if not inside(found.imported, {package}):
        return False
    target = found.imported.removeprefix(package).lstrip(".")
    here, there = room_of(found.importer), room_of(target)
    if here == there:
        return False
    if there not in {*FLOOR_OF, "emulator"}:
        there = "__init__"  # a name of the front door: `from aio_workflows import WorkflowsClient`
    if here == "emulator":
        return not inside(target, EMULATOR_MAY_READ | EMULATOR_MAY_READ_TOO.get(found.importer, set()))
    if there == "emulator":
        return here not in MAY_READ_EMULATOR
    return FLOOR_OF[there] >= FLOOR_OF[here]


def trespasses(found: Import, package: str) -> bool:
    """Law 2. The longest matching library decides: aiohttp.web is another neighbour than aiohttp."""
    library = found.imported.partition(".")[0]
    if library in sys.stdlib_module_names or inside(found.imported, {package}):
        return False
    matching = [neighbour for neighbour in NEIGHBOURS if inside(found.imported, {neighbour})]
    return not matching or not inside(found.importer, NEIGHBOURS[max(matching, key=len)])


def violations(package: Path) -> list[str]:
    found = list(imports_of(package))
    return [f"law 1: {one}" for one in found if goes_up(one, package.name)] + [
        f"law 2: {one}" for one in found if trespasses(one, package.name)
    ]


def test_every_room_has_its_place() -> None:
    """A new room must be given a floor before anything else can be said of it."""
    rooms = {room_of(name) for name, _ in modules(PACKAGE)}
    assert rooms <= FLOOR_OF.keys() | {"emulator"}


def test_the_package_keeps_the_laws() -> None:
    assert violations(PACKAGE) == []


# The test of the test: made-up packages, each with one file that imports one thing.

KEPT = [
    ("models/arn.py", "from ..errors import AioWorkflowsError"),
    ("models/arn.py", "from .version import SemanticVersion"),
    ("models/arn.py", "import attrs"),
    ("call.py", "from .transport.base import Transport"),
    ("retry/strategy.py", "import tenacity"),
    ("transport/aiobotocore.py", "from aiobotocore.session import get_session"),
    ("transport/http.py", "import aiohttp"),
    ("emulator/server.py", "from aiohttp import web"),
    ("emulator/service.py", "from ..models.constraints import NAME"),
    ("emulator/service.py", "from aio_workflows.document import check_document"),
    ("emulator/base.py", "def client():\n    from aio_workflows import WorkflowsClient"),
    ("cli/create.py", "from ..emulator import Emulator"),
    ("__init__.py", "from .client import WorkflowsClient"),
    ("errors/base.py", "import json, asyncio.tasks"),
]

BROKEN = [
    ("law 1", "errors/base.py", "from ..models.arn import WorkflowArn"),
    ("law 1", "errors/base.py", "from .. import models"),
    ("law 1", "errors/base.py", "from aio_workflows.structuring import LOCAL"),
    ("law 1", "views.py", "from aio_workflows.errors import AioWorkflowsError"),
    ("law 1", "models/__init__.py", "def late():\n    from ..client import WorkflowsClient"),
    ("law 1", "models/arn.py", "if TYPE_CHECKING:\n    from ..client import WorkflowsClient"),
    ("law 1", "retry/strategy.py", "from ..transport.base import Transport"),
    ("law 1", "call.py", "import aio_workflows.client"),
    ("law 1", "call.py", "from aio_workflows import WorkflowsClient"),
    ("law 1", "call.py", "from .emulator import Emulator"),
    ("law 1", "emulator/service.py", "from ..models.requests import CreateWorkflowRequest"),
    ("law 1", "emulator/service.py", "from ..models import CreateWorkflowRequest"),
    ("law 1", "emulator/service.py", "from aio_workflows import WorkflowsClient"),
    ("law 2", "errors/base.py", "import attrs"),
    ("law 2", "emulator/service.py", "import attrs"),
    ("law 2", "emulator/server.py", "import aiohttp"),
    ("law 2", "transport/http.py", "from aiohttp import web"),
    ("law 2", "retry/backoff.py", "import tenacity"),
    ("law 2", "models/requests.py", "def late():\n    import yaml"),
    ("law 2", "client.py", "import requests"),
]


def write(root: Path, path: str, text: str) -> Path:
    package = root / "aio_workflows"
    file = package / path
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return package


@pytest.mark.parametrize(("path", "text"), KEPT)
def test_a_lawful_import_is_left_alone(tmp_path: Path, path: str, text: str) -> None:
    assert violations(write(tmp_path, path, text)) == []


@pytest.mark.parametrize(("law", "path", "text"), BROKEN)
def test_an_unlawful_import_is_found(tmp_path: Path, law: str, path: str, text: str) -> None:
    (found,) = violations(write(tmp_path, path, text))
    assert found.startswith(law)
