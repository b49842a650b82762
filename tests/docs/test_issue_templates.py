"""The issue templates are forms that GitHub takes, and ask for what there is.

The rules are those of GitHub's documentation, "Syntax for GitHub's form schema".
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.fixture(params=TEMPLATES, ids=lambda path: path.stem)
def form(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(request.param.read_text(encoding="utf-8"))
    return loaded


def test_there_are_some() -> None:
    assert {path.stem for path in TEMPLATES} == {"bug", "idea", "service"}


def test_it_has_the_members_of_a_form(form: dict[str, Any]) -> None:
    assert form.keys() <= {"name", "description", "title", "labels", "assignees", "body"}
    assert form["name"]
    assert form["description"]
    assert any(element["type"] != "markdown" for element in form["body"])


def test_its_elements_are_such(form: dict[str, Any]) -> None:
    for element in form["body"]:
        assert element.keys() <= {"type", "id", "attributes", "validations"}
        match element["type"]:
            case "markdown":
                assert element["attributes"].keys() == {"value"}
            case "input":
                assert {"label"} <= element["attributes"].keys() <= {"label", "description", "placeholder"}
            case "textarea":
                assert {"label"} <= element["attributes"].keys() <= {"label", "description", "render"}
            case "dropdown":
                assert len(set(element["attributes"]["options"])) > 1
            case other:
                pytest.fail(f"no element is called {other}")


def test_its_ids_and_labels_are_its_own(form: dict[str, Any]) -> None:
    fields = [element for element in form["body"] if element["type"] != "markdown"]
    for names in ([one["id"] for one in fields], [one["attributes"]["label"] for one in fields]):
        assert len(set(names)) == len(names)


def test_what_it_points_to_is_there() -> None:
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        for name in ("SECURITY.md", "docs/conformance.md"):
            assert name not in text or (ROOT / name).is_file()
