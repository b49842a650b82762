"""The checker over documents that a team would use."""

from pathlib import Path

import pytest

from aio_workflows.document import check_document

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples" / "workflows").glob("*/*.yaml"))
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


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_have_no_findings(path: Path) -> None:
    assert check_document(path.read_text(encoding="utf-8"), type=path.parent.name) == []


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_document_with_everything_has_no_findings_whatever_its_line_ends(ending: str) -> None:
    assert check_document(GOOD.replace("\n", ending), type="BUILD") == []


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_places_are_the_same_whatever_the_line_ends(ending: str) -> None:
    text = GOOD.replace(
        "InstanceId\n    value: ", "InstanceId\n    value: |-\n      of\n      {{ $.parameters.other }} "
    )
    (finding,) = check_document(text.replace("\n", ending), type="BUILD")
    assert (finding.code, finding.line, finding.column) == ("WF501", 29, 10)
