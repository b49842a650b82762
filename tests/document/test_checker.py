"""The document checker: the examples pass, what is broken is found, nothing raises."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aio_workflows.document import check_document

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "workflows"
KINDS = {"build": "BUILD", "test": "TEST", "distribution": "DISTRIBUTION"}
GOOD = """\
schemaVersion: 1.0
parameters:
  - name: waitFor
    type: string
    default: ssmAgent
steps:
  - name: Launch
    action: LaunchInstance
    onFailure: Abort
    if:
      and:
        - stringEquals: AMI
          value: $.imagebuilder.imageType
        - not:
            booleanEquals: true
            value: $.imagebuilder.collectImageMetadata
    retry:
      maxAttempts: 3
    inputs:
      waitFor.$: $.parameters.waitFor
  - name: Terminate
    action: TerminateInstance
    inputs:
      instanceId.$: $.stepOutputs.Launch.instanceId
outputs:
  - name: InstanceId
    value: $.stepOutputs.Launch.instanceId
"""


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*.yaml")), ids=lambda path: path.stem)
def test_the_examples_have_no_errors(path: Path) -> None:
    """Documents that a team would use are free of errors and warnings."""
    findings = check_document(path.read_text(encoding="utf-8"), type=KINDS[path.parent.name])
    assert [finding for finding in findings if finding.severity != "info"] == []


def test_a_good_document_has_no_findings() -> None:
    """Everything in it is as documented."""
    assert check_document(GOOD, type="BUILD") == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("action: TerminateInstance", "action: TerminateInstances", 22),
        ("onFailure: Abort", "onFailure: abort", 9),
        ("maxAttempts: 3", "maxAttempts: 11", 18),
        ("instanceId.$: $.stepOutputs.Launch", "instanceId.$: $.stepOutputs.Lunch", 24),
        ("waitFor.$: $.parameters.waitFor", "waitFor.$: $.parameters.other", 20),
        ("name: Terminate\n", "name: Launch\n", 21),
        ("type: string\n", "type: text\n", 4),
        ("      instanceId.$: $.stepOutputs.Launch.instanceId\n", "      other: 1\n", None),
        ("    inputs:\n      waitFor", "    input:\n      waitFor", 19),
        ("schemaVersion: 1.0", "schemaVersion: 2.0", 1),
        ("schemaVersion: 1.0\n", "", None),
        (
            "instanceId.$: $.stepOutputs.Launch.instanceId",
            "instanceId: $.stepOutputs.Launch.instanceId",
            None,
        ),
        ("          value: $.imagebuilder.imageType\n", "", None),
        ("    value: $.stepOutputs.Launch.instanceId", "    value: $.stepOutputs.Launch.imageId", None),
    ],
)
def test_a_broken_document_is_found(old: str, new: str, line: int | None) -> None:
    """One edit, at least one finding, in the right place."""
    assert old in GOOD
    findings = check_document(GOOD.replace(old, new), type="BUILD")
    assert findings
    assert line is None or any(finding.line == line for finding in findings)
    assert all(str(finding) and finding.code.startswith("WF") for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just text",
        "- a list",
        "|\nname: x",
        "a:\n\t- b",
        "a: [1, 2",
        "a: &x [*x]",
        "[" * 5000,
        "a: " + "x" * 70_000,
        "a: \x00",
        "\ud800",
        "a: 1\na: 2",
        "steps: 5\noutputs: {}\nparameters: x\nschemaVersion: []",
        "schemaVersion: 1.0\nsteps:\n  - 5\n  - {name: 1, action: [], if: {and: []}, retry: 5, inputs: []}",
        '{"schemaVersion": 1.0, "steps": []}',
    ],
)
def test_hostile_text_is_a_finding(text: str) -> None:
    """What is no workflow document is said to be none, without an exception."""
    assert check_document(text, type="BUILD")


@given(text=st.text())
def test_random_text_never_raises(text: str) -> None:
    """Any text gives a list of findings."""
    for kind in KINDS.values():
        assert isinstance(check_document(text, type=kind), list)
