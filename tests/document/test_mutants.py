"""Good documents, each broken by one edit that a tired author makes: nearly all are found, none crashes.

Every edit is made at every place where it can be made, so the figures are the same in each run. An edit
that gives another good document (a step renamed that nobody refers to) is no mutant and is not made.
"""

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from aio_workflows.document import Severity, check_document

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples" / "workflows").glob("*/*.yaml"))
LEAST_FOUND = 0.95

Document = dict[str, Any]
Mutant = tuple[str, Document, str]
"""Where it was edited, the document, and the type that it is checked as."""


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything below a node."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield (*path, key)
        yield from places(value, (*path, key))


def at(node: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        node = node[key]
    return node


def edited(document: Document, path: tuple[Any, ...], edit: Callable[[Any, Any], None]) -> Document:
    """A copy in which ``edit`` was done to the mapping or list around a path, with the last key."""
    changed = copy.deepcopy(document)
    edit(at(changed, path[:-1]), path[-1])
    return changed


def assign(value: object) -> Callable[[Any, Any], None]:
    return lambda around, key: around.__setitem__(key, value)


def remove(around: Any, key: Any) -> None:
    del around[key]


def rename(new: str) -> Callable[[Any, Any], None]:
    def edit(around: Any, key: Any) -> None:
        entries = [(new if name == key else name, value) for name, value in around.items()]
        around.clear()
        around.update(entries)

    return edit


def misspelt(word: str) -> str:
    """Two letters in the wrong order, as fast fingers have it."""
    for place in range(len(word) // 2, len(word) - 1):
        if word[place].isalpha() and word[place + 1].isalpha() and word[place] != word[place + 1]:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word + word[-1]


def refers_to(document: Document, name: str) -> bool:
    return re.search(rf"\$\.\w+\.{name}\b", str(document)) is not None


# --- The edits: each gives every mutant that it can make of a document ------------------------------------


def rename_a_step(document: Document, kind: str) -> Iterator[Mutant]:
    for number, step in enumerate(document["steps"]):
        if refers_to(document, step["name"]):
            path = ("steps", number, "name")
            yield step["name"], edited(document, path, assign(misspelt(step["name"]))), kind


def rename_a_parameter(document: Document, kind: str) -> Iterator[Mutant]:
    for number, parameter in enumerate(document.get("parameters", [])):
        if refers_to(document, parameter["name"]):
            path = ("parameters", number, "name")
            yield parameter["name"], edited(document, path, assign(misspelt(parameter["name"]))), kind


def give_two_steps_one_name(document: Document, kind: str) -> Iterator[Mutant]:
    first = document["steps"][0]["name"]
    for number in range(1, len(document["steps"])):
        yield f"step {number}", edited(document, ("steps", number, "name"), assign(first)), kind


def misspell_a_key(document: Document, kind: str) -> Iterator[Mutant]:
    for path in places(document):
        if isinstance(path[-1], str):
            yield str(path), edited(document, path, rename(misspelt(path[-1]))), kind


def misspell_an_action(document: Document, kind: str) -> Iterator[Mutant]:
    for number, step in enumerate(document["steps"]):
        yield (
            step["action"],
            edited(document, ("steps", number, "action"), assign(misspelt(step["action"]))),
            kind,
        )


def misspell_a_part_of_a_reference(document: Document, kind: str) -> Iterator[Mutant]:
    """Each word of each reference, wherever it stands; what another workflow gives cannot be known."""
    for path in places(document):
        text = at(document, path)
        if isinstance(text, str):
            for reference in re.finditer(r"\$\.(?!workflowOutputs)[\w.]+", text):
                for word in re.finditer(r"\w+", reference.group()):
                    start = reference.start() + word.start()
                    new = text[:start] + misspelt(word.group()) + text[start + len(word.group()) :]
                    yield f"{path}: {new}", edited(document, path, assign(new)), kind


def lose_a_character_of_a_reference(document: Document, kind: str) -> Iterator[Mutant]:
    for path in places(document):
        text = at(document, path)
        for lost in ("$", ".", "}"):
            if isinstance(text, str) and "$." in text and lost in text:
                yield (
                    f"{path}: without {lost}",
                    edited(document, path, assign(text.replace(lost, "", 1))),
                    kind,
                )


def forget_the_suffix(document: Document, kind: str) -> Iterator[Mutant]:
    for path in places(document):
        if str(path[-1]).endswith(".$"):
            yield str(path), edited(document, path, rename(path[-1].removesuffix(".$"))), kind


def add_a_suffix(document: Document, kind: str) -> Iterator[Mutant]:
    """To an input that is a fixed text."""
    for path in places(document):
        fixed = isinstance(at(document, path), str) and not re.search(r"\$\.|{{", at(document, path))
        if "inputs" in path and isinstance(path[-1], str) and fixed:
            yield str(path), edited(document, path, rename(f"{path[-1]}.$")), kind


def drop_a_required_key(document: Document, kind: str) -> Iterator[Mutant]:
    needed = {
        "schemaVersion", "steps", "name", "action", "value", "type", "waitFor", "instanceId.$", "documentName",
        "stateMachineArn.$", "distributedImages.$", "region", "maxAttempts", "parameterName.$",
    }  # fmt: skip
    for path in places(document):
        # A document needs no name, and neither does a copy of an image.
        optional = path[-1] == "name" and (len(path) == 1 or "distributions" in path)
        if path[-1] in needed and not optional:
            yield str(path), edited(document, path, remove), kind


def drop_the_operator(document: Document, kind: str) -> Iterator[Mutant]:
    for path in places(document):
        if "if" in path and str(path[-1]).endswith("Equals"):
            yield str(path), edited(document, path, remove), kind


def move_a_step_before_its_producer(document: Document, kind: str) -> Iterator[Mutant]:
    names = [step["name"] for step in document["steps"]]
    for number, step in enumerate(document["steps"]):
        producers = [place for place, name in enumerate(names[:number]) if refers_to(step, name)]
        if producers:
            changed = copy.deepcopy(document)
            changed["steps"].insert(producers[0], changed["steps"].pop(number))
            yield step["name"], changed, kind


def take_another_stage(document: Document, kind: str) -> Iterator[Mutant]:
    """A stage in which one of the actions may not stand (user guide, step actions)."""
    stages = {
        "ExecuteComponents": {"BUILD", "TEST"},
        "CollectImageScanFindings": {"TEST"},
        "DistributeImage": {"DISTRIBUTION"},
        "ModifyImageAttributes": {"DISTRIBUTION"},
        "ApplyImageConfigurations": {"DISTRIBUTION"},
    }
    for other in ("BUILD", "TEST", "DISTRIBUTION"):
        if any(other not in stages.get(step["action"], {other}) for step in document["steps"]):
            yield other, document, other


def set_a_wrong_value(document: Document, kind: str) -> Iterator[Mutant]:
    wrong: dict[str, tuple[object, ...]] = {
        "schemaVersion": (2, "one", True),
        "onFailure": ("abort", "CONTINUE", "Ignore", True),
        "timeoutSeconds": (0, -1, 10**7, "5 minutes", 1.5, True),
        "maxAttempts": (0, 11, "three"),
        "backoffSeconds": (-1, 601),
        "type": ("text", "String", "number", "list"),
        "waitFor": ("SSMAgent", "none", True),
        "booleanEquals": ("yes please", 1),
        "steps": ({}, [], "none", None),
        "inputs": ([], "none", 5),
        "if": ("true", [], {}, 5),
        "and": ([], {}),
        "retry": (3, []),
        "parameters": ("none", 5),
        "outputs": ("none", 5, {}),
        "description": ([], {}, "x" * 1025),
        "commands": ("true", [["true"]]),
    }  # fmt: skip
    for path in places(document):
        for value in wrong.get(path[-1], ()):
            if path == ("description",) and isinstance(value, str):
                continue  # the document's own has no documented limit
            yield f"{path} = {value!r}", edited(document, path, assign(value)), kind


def copy_something(document: Document, kind: str) -> Iterator[Mutant]:
    """Copy and paste, and forget to change the name; or paste too often."""
    for part in ("parameters", "steps", "outputs"):
        for number in range(len(document.get(part, []))):
            changed = copy.deepcopy(document)
            changed[part].append(copy.deepcopy(changed[part][number]))
            yield f"{part}[{number}]", changed, kind


EDITS = (
    rename_a_step,
    rename_a_parameter,
    give_two_steps_one_name,
    misspell_a_key,
    misspell_an_action,
    misspell_a_part_of_a_reference,
    lose_a_character_of_a_reference,
    forget_the_suffix,
    add_a_suffix,
    drop_a_required_key,
    drop_the_operator,
    move_a_step_before_its_producer,
    take_another_stage,
    set_a_wrong_value,
    copy_something,
)


def is_found(text: str, kind: str) -> bool:
    return any(finding.severity is not Severity.INFO for finding in check_document(text, kind))


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_mutants_are_found(edit: Callable[[Document, str], Iterator[Mutant]]) -> None:
    made, missed = 0, list[str]()
    for path in EXAMPLES:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for place, mutant, kind in edit(document, path.parent.name.upper()):
            made += 1
            if not is_found(yaml.safe_dump(mutant, sort_keys=False), kind):
                missed.append(f"{path.stem}: {place}")
    print(f"{edit.__name__}: {made - len(missed)} of {made} mutants found")  # noqa: T201
    assert made
    assert len(missed) <= made * (1 - LEAST_FOUND), missed


def test_lines_that_slip_are_found() -> None:
    """Edits of the text itself: a line one blank to the right or to the left, or a tab before it."""
    made, missed = 0, list[str]()
    for path in EXAMPLES:
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            content = line.lstrip()
            if not re.match(r"(- )?\w+(\.\$)?:", content):
                continue
            for slipped in (f" {line}", line.removeprefix(" "), f"\t{line}"):
                text = "\n".join([*lines[:number], slipped, *lines[number + 1 :]])
                if slipped == line or yaml_reads_the_same(text, path):
                    continue
                made += 1
                if not is_found(text, path.parent.name):
                    missed.append(f"{path.stem}:{number + 1}: {slipped!r}")
    print(f"slipped lines: {made - len(missed)} of {made} mutants found")  # noqa: T201
    assert made
    assert len(missed) <= made * (1 - LEAST_FOUND), missed


def yaml_reads_the_same(text: str, path: Path) -> bool:
    """Whether the slip changes nothing, as before the only key of a mapping."""
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
        return False
    return bool(read == yaml.safe_load(path.read_text(encoding="utf-8")))
