"""The example documents keep the documented rules that a reader would copy from them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "workflows"
DOCUMENTS = sorted(EXAMPLES.glob("*/*"))

# What an action may be called in, and the longest time-out it takes, in seconds (user guide, step actions).
HOUR = 3600
LONGEST = {
    "ApplyImageConfigurations": 12 * HOUR,
    "BootstrapInstanceForContainer": 12 * HOUR,
    "CollectImageMetadata": 12 * HOUR,
    "CollectImageScanFindings": 12 * HOUR,
    "CreateImage": 72 * HOUR,
    "DistributeImage": 12 * HOUR,
    "ExecuteComponents": 24 * HOUR,
    "ExecuteStateMachine": 24 * HOUR,
    "LaunchInstance": 12 * HOUR,
    "ModifyImageAttributes": 3 * HOUR,
    "RunCommand": 12 * HOUR,
    "RunSysPrep": 12 * HOUR,
    "SanitizeInstance": 12 * HOUR,
    "TerminateInstance": 12 * HOUR,
    "WaitForAction": 168 * HOUR,
}
STAGES = {
    "ApplyImageConfigurations": {"distribution"},
    "CollectImageScanFindings": {"test"},
    "DistributeImage": {"distribution"},
    "ExecuteComponents": {"build", "test"},
    "ModifyImageAttributes": {"distribution"},
}
OUTPUTS = {
    "CreateImage": {"imageId"},
    "DistributeImage": {"distributedImages"},
    "LaunchInstance": {"instanceId"},
    "WaitForAction": {"action", "reason"},
}
SYSTEM_VARIABLES = {
    "collectImageMetadata",
    "collectImageScanFindings",
    "imageId",
    "imageName",
    "imageType",
    "imageVersionNumber",
    "platform",
}

REFERENCE = re.compile(r"\$\.(stepOutputs|parameters|imagebuilder)\.(\w+)(?:\.(\w+))?")
WHOLE_REFERENCE = re.compile(r"\$(\.\w+)+")


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Give every text of a value with the key that it stands under."""
    match value:
        case dict():
            for inner, item in value.items():
                yield from strings(item, inner)
        case list():
            for item in value:
                yield from strings(item, key)
        case str():
            yield key, value


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def document(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def test_there_are_documents_of_every_type() -> None:
    assert len(DOCUMENTS) >= 6
    assert {path.parent.name for path in DOCUMENTS} == {"build", "test", "distribution"}


def test_its_file_name_can_name_the_workflow(path: Path, document: dict[str, Any]) -> None:
    assert re.fullmatch(r"[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]", path.stem)
    assert path.suffix == ".yaml"
    assert document["name"] == path.stem


def test_it_fits_inline(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8")) <= 16_000


def test_it_has_the_top_level_of_a_workflow(document: dict[str, Any]) -> None:
    assert document["schemaVersion"] == 1.0
    assert document.keys() <= {"name", "description", "schemaVersion", "parameters", "steps", "outputs"}
    assert 1 <= len(document["steps"]) <= 15
    assert len(document.get("parameters", [])) <= 25
    assert len(document.get("outputs", [])) <= 25


def test_its_parameters_are_declared_well(document: dict[str, Any]) -> None:
    kinds = {"string": str, "boolean": bool, "integer": int, "stringList": list}
    parameters = document.get("parameters", [])
    assert len({parameter["name"] for parameter in parameters}) == len(parameters)
    for parameter in parameters:
        assert parameter["description"]
        if "default" in parameter:
            assert isinstance(parameter["default"], kinds[parameter["type"]])


def test_its_steps_are_named_once_and_well(document: dict[str, Any]) -> None:
    names = [step["name"] for step in document["steps"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"\w{3,128}", name, re.ASCII) for name in names)


def test_its_steps_suit_their_stage_and_time(path: Path, document: dict[str, Any]) -> None:
    keys = {"name", "action", "if", "inputs", "onFailure", "retry", "timeoutSeconds"}
    for step in document["steps"]:
        assert step.keys() <= keys
        assert path.parent.name in STAGES.get(step["action"], {"build", "test", "distribution"})
        assert 0 < step.get("timeoutSeconds", 1) <= LONGEST[step["action"]]
        assert step["onFailure"] in {"Abort", "Continue"}


def test_every_reference_finds_what_it_names(document: dict[str, Any]) -> None:
    """A step output comes from an earlier step that has it; parameters are declared; variables exist."""
    parameters = {parameter["name"] for parameter in document.get("parameters", [])}
    earlier: dict[str, str] = {}
    for part in [*document["steps"], *document.get("outputs", [])]:
        for _, text in strings(part):
            for family, name, output in REFERENCE.findall(text):
                if family == "stepOutputs":
                    assert output in OUTPUTS[earlier[name]]
                elif family == "parameters":
                    assert name in parameters
                else:
                    assert name in SYSTEM_VARIABLES
        if "action" in part:
            earlier[part["name"]] = part["action"]


def test_every_parameter_is_used(document: dict[str, Any]) -> None:
    used = {
        name
        for step in document["steps"]
        for _, text in strings(step)
        for family, name, _ in REFERENCE.findall(text)
        if family == "parameters"
    }
    assert used == {parameter["name"] for parameter in document.get("parameters", [])}


def test_a_path_stands_under_a_dollar_key_and_nothing_else_does(document: dict[str, Any]) -> None:
    for step in document["steps"]:
        for key, text in strings(step.get("inputs", {})):
            assert key.endswith(".$") == bool(WHOLE_REFERENCE.fullmatch(text)), f"{key}: {text}"


def test_a_machine_that_was_launched_is_terminated(path: Path, document: dict[str, Any]) -> None:
    """All but containers: there the service takes the container from the running machine."""
    actions = [step["action"] for step in document["steps"]]
    ends = "LaunchInstance" not in actions or "TerminateInstance" in actions
    assert ends != path.stem.startswith("container-")


def test_an_ami_build_gives_its_image_id(path: Path, document: dict[str, Any]) -> None:
    names = {output["name"] for output in document.get("outputs", [])}
    if path.parent.name == "build":
        assert names & {"ImageId", "InstanceId"}
