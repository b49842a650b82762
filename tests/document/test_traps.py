"""What a naive checker would refuse and the service takes: all of it occurs in deployed or documented documents."""

import json

import pytest

from aio_workflows.document import Severity, check_document
from tests.document.cases import GOOD, HEAD

WAIT = f"{GOOD}  - name: Ask\n    action: WaitForAction\n"
RUN = f"""\
{GOOD}  - name: Run
    action: RunCommand
    inputs:
      instanceId.$: $.stepOutputs.Launch.instanceId
      documentName: AWS-RunShellScript
"""
SINGLE = {"schemaVersion": 1.0, "steps": [{"name": "Ask", "action": "WaitForAction"}]}
APPLY = f"""\
{HEAD}steps:
  - name: Apply
    action: ApplyImageConfigurations
    inputs:
      distributedImages.$: $.workflowOutputs.images
      configurations:
        - region: eu-west-1
          ssmParameterConfigurations:
"""

SILENT = {
    "a payload that is plain prose": f"{WAIT}    inputs: {{payload: 'Please approve {{{{ $.imagebuilder.imageId }}}}.'}}\n",
    "a payload that begins with an interpolation": f"{WAIT}    inputs: {{payload: '{{{{ $.imagebuilder.imageId }}}}'}}\n",
    "a parameter that is not used": f"{GOOD}parameters: [{{name: foo, type: string}}]\n",
    "a default that is an empty text": f"{GOOD}parameters: [{{name: foo, type: string, default: ''}}]\n",
    "a default that is the word none": f"{GOOD}parameters: [{{name: foo, type: string, default: none}}]\n",
    "an interpolated text under .$": f"{WAIT}    inputs: {{payload.$: 'of {{{{ $.imagebuilder.imageId }}}}'}}\n",
    "an interpolated text without .$": f"{WAIT}    inputs: {{payload: '{{{{ $.imagebuilder.imageId }}}}'}}\n",
    "a list of references under .$": f"{RUN}      parameters: {{commands.$: [$.workflowOutputs.one, $.workflowOutputs.two]}}\n",
    "a list that is one reference": f"{GOOD}      instanceTypesOverride.$: $.workflowOutputs.types\n",
    "a list that is one interpolation": f"{GOOD}      instanceTypesOverride: '{{{{ $.workflowOutputs.types }}}}'\n",
    "an item of an output": f"{RUN}outputs: [{{name: Log, value: '$.stepOutputs.Run.output[0]'}}]\n",
    "no outputs, no name, one step": f"{HEAD}steps: [{{name: Ask, action: WaitForAction}}]\n",
    "no step that terminates or keeps": GOOD,
    "the integer 1 as version": GOOD.replace("1.0", "1"),
    "the text 1.0 as version": GOOD.replace("1.0", '"1.0"'),
    "JSON": json.dumps(SINGLE),
    "JSON of many lines": json.dumps(SINGLE, indent=2),
    "a blank line, a comment and a marker first": f"\n# a comment\n---\n{GOOD}",
    "letters beyond ASCII": f"{GOOD}description: 承認を待つ\n",
    "a mapping under not": f"{GOOD}    if: {{not: {{stringEquals: '', value: $.imagebuilder.imageName}}}}\n",
    "a list of one under not": f"{GOOD}    if: {{not: [{{stringEquals: a, value: b}}]}}\n",
    "a list of one under if": f"{GOOD}    if: [{{booleanEquals: true, value: $.workflowOutputs.go}}]\n",
    "a number of one digit as text": f"{GOOD}    if: {{numberEquals: '1', value: 1}}\n",
    "a comparison of an image type with DOCKER": f"{GOOD}    if: {{stringEquals: DOCKER, value: $.imagebuilder.imageType}}\n",
    "a step named like its action": GOOD.replace("name: Launch\n", "name: LaunchInstance\n"),
    "a placeholder of a template around it": RUN.replace("AWS-RunShellScript", "${aws_ssm_document.main.name}"),
    "a name that is a placeholder": f"{GOOD}name: ${{name}}\n",
    "a truth value that is a placeholder": f"{GOOD}    rollbackEnabled: ${{Rollback}}\n",
    "a flag that is a placeholder": RUN.replace("RunCommand", "TerminateInstance").replace("documentName: AWS-RunShellScript", "waitForTermination: ${Wait}"),
    "variables of names and tags": (
        f"{HEAD}steps:\n  - name: Copy\n    action: DistributeImage\n    inputs:\n"
        "      distributions: [{region: eu-west-1, name: 'a-{{ imagebuilder:buildDate }}-{{imagebuilder:buildVersion}}'}]\n"
    ),
    "parameters of the Parameter Store as a list": f"{APPLY}            - {{parameterName: /ami, dataType: 'aws:ec2:image'}}\n",
    "parameters of the Parameter Store as one mapping": f"{APPLY}            {{parameterName: /ami, dataType: text}}\n",
    "a step without timeouts, inputs and onFailure": WAIT,
    "an instance that somebody else launched": (
        f"{HEAD}steps:\n  - {{name: Ask, action: WaitForAction}}\n  - name: Keep\n    action: CreateImage\n"
        "    inputs: {instanceId.$: $.stepOutputs.Ask.reason}\n"
    ),
    "metadata collected in a test": (
        f"{GOOD}  - name: Collect\n    action: CollectImageMetadata\n    inputs: {{instanceId.$: $.stepOutputs.Launch.instanceId}}\n"
    ),
}  # fmt: skip

WARNED = {
    "a fixed value under .$": (f"{WAIT}    inputs: {{payload.$: fixed}}\n", "WF510"),
    "a reference without .$": (f"{WAIT}    inputs: {{payload: $.imagebuilder.imageId}}\n", "WF509"),
    "a hyphen in a step's name": (GOOD.replace("Launch\n", "test-step\n"), "WF302"),
    "a fixed instance": (
        RUN.replace("instanceId.$: $.stepOutputs.Launch.instanceId", "instanceId: i-123"),
        "WF313",
    ),
    "an undocumented system variable": (
        f"{WAIT}    inputs: {{payload.$: $.imagebuilder.dateTime}}\n",
        "WF505",
    ),
    "an action of tomorrow": (f"{HEAD}steps: [{{name: Scan, action: ScanImage}}]\n", "WF304"),
    "an unknown key": (f"{GOOD}tags: {{a: b}}\n", "WF102"),
    "a key of an older page": (f"{WAIT}    timeoutInSeconds: 60\n", "WF103"),
    "a key longer than any known one": (f"{GOOD}{'k' * 65}: a\n", "WF102"),
}


def kind_of(text: str) -> str:
    return "DISTRIBUTION" if "ApplyImage" in text or "DistributeImage" in text else "TEST"


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_the_service_takes_has_no_findings(text: str) -> None:
    assert [str(finding) for finding in check_document(text, kind_of(text))] == []


@pytest.mark.parametrize(("text", "code"), WARNED.values(), ids=WARNED)
def test_what_no_documentation_calls_an_error_is_a_warning(text: str, code: str) -> None:
    (finding,) = check_document(text, kind_of(text))
    assert (finding.code, finding.severity) == (code, Severity.WARNING)
