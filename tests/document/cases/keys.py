"""Keys and values: what may be given, in which form, and how much of it."""

from tests.document.cases import GOOD, HEAD, LAUNCH, Case

WAIT = "\n  - name: Second\n    action: WaitForAction\n"
STEP = f"{GOOD.rstrip()}{WAIT}"


def steps(count: int, mark: str = "") -> str:
    """A document of so many steps."""
    listed = "".join(f"  - name: Step{number}\n    action: WaitForAction\n" for number in range(count))
    return f"{HEAD}steps:\n{listed}".replace("  - ", f"  {mark}- ", 1)


def tags(count: int, mark: str = "") -> str:
    """A step that gives so many tags to an image."""
    listed = ", ".join(f"key{number}: a" for number in range(count))
    return (
        f"{HEAD}steps:\n  - name: Distribute\n    action: DistributeImage\n    inputs:\n"
        f"      distributions: [{{region: eu-west-1, amiTags: {mark}{{{listed}}}}}]\n"
    )


RUN = """\
  - name: Run
    action: RunCommand
    inputs:
      instanceId.$: $.stepOutputs.Launch.instanceId
      documentName: AWS-RunShellScript
"""

CASES = [
    Case("WF101", "", f"»{LAUNCH}", f"schemaVersion: 1\n{LAUNCH}"),
    Case("WF101", "steps", f"{HEAD}»steps:\n", GOOD),
    Case(
        "WF101",
        "steps[0]",
        f"{HEAD}steps:\n  - »action: WaitForAction\n",
        f"{HEAD}steps:\n  - {{name: Wait, action: WaitForAction}}\n",
    ),
    Case(
        "WF101",
        "steps[1].inputs",
        f"{GOOD}  - »name: End\n    action: TerminateInstance\n",
        f"{GOOD}  - name: Second\n    action: WaitForAction\n",
    ),
    Case(
        "WF101",
        "steps[1].inputs",
        f"{GOOD}{RUN}".replace("instanceId.$: $.stepOutputs.Launch.instanceId", "»documentVersion: '1'"),
        f"{GOOD}{RUN}",
    ),
    Case(
        "WF101",
        "steps[0].inputs.waitFor",
        GOOD.replace("waitFor: ssmAgent", "»waitFor:"),
        GOOD.replace("waitFor: ssmAgent", "waitFor.$: $.workflowOutputs.waitFor"),
    ),
    Case("WF102", "steps[0].retries", f"{GOOD}    »retries: 3\n", f"{GOOD}    retry: {{maxAttempts: 3}}\n"),
    Case(
        "WF102",
        "steps[0].inputs.waitfor",
        f"{GOOD}      »waitfor: ssmAgent\n",
        f"{GOOD}      healthCheck: RUNNING\n",
    ),
    Case("WF102", "steps[0].timeoutSecs", f"{GOOD}    »timeoutSecs: 60\n", f"{GOOD}    timeoutSeconds: 60\n"),
    Case(
        "WF103",
        "steps[0].timeoutInSeconds",
        f"{GOOD}    »timeoutInSeconds: 60\n",
        f"{GOOD}    timeoutSeconds: 60\n",
    ),
    Case("WF104", "steps[0].onFailure", f"{GOOD}    »onFailure:\n", f"{GOOD}    onFailure: Abort\n"),
    Case("WF104", "steps[0].if", f"{GOOD}    »if: ~\n", f"{GOOD}    if: {{stringEquals: a, value: b}}\n"),
    Case("WF105", "outputs", f"{GOOD}outputs: »none\n", f"{GOOD}outputs: []\n"),
    Case("WF105", "steps[1]", f"{GOOD}  - »Terminate\n", STEP),
    Case(
        "WF105",
        "steps[0].timeoutSeconds",
        f"{GOOD}    timeoutSeconds: »soon\n",
        f"{GOOD}    timeoutSeconds: ${{Timeout}}\n",
    ),
    Case(
        "WF105",
        "steps[0].timeoutSeconds",
        f"{GOOD}    timeoutSeconds: »[60]\n",
        f"{GOOD}    timeoutSeconds: 60\n",
    ),
    Case(
        "WF105",
        "steps[0].timeoutSeconds",
        f"{GOOD}    timeoutSeconds: »60.5\n",
        f"{GOOD}    timeoutSeconds: 3_600\n",
    ),
    Case("WF105", "name", f"{GOOD}name: »{{a: b}}\n", f"{GOOD}name: '{{a: b}}'\n"),
    Case(
        "WF105",
        "steps[0].inputs",
        f"{HEAD}steps:\n  - name: Wait\n    action: WaitForAction\n    inputs: »[]\n",
        f"{HEAD}steps:\n  - name: Wait\n    action: WaitForAction\n",
    ),
    Case(
        "WF105",
        "steps[0].rollbackEnabled",
        f"{GOOD}    rollbackEnabled: »1\n",
        f"{GOOD}    rollbackEnabled: $.workflowOutputs.rollback\n",
    ),
    Case(
        "WF105",
        "steps[0].if",
        f"{GOOD}    if: »$.workflowOutputs.go\n",
        f"{GOOD}    if: {{booleanEquals: true, value: $.workflowOutputs.go}}\n",
    ),
    Case(
        "WF105",
        "steps[0].if.value",
        f"{GOOD}    if: {{stringEquals: a, value: »[a]}}\n",
        f"{GOOD}    if: {{stringEquals: a, value: a}}\n",
    ),
    Case(
        "WF105",
        "steps[1].inputs.parameters",
        f"{GOOD}{RUN}      parameters: »[a]\n",
        f"{GOOD}{RUN}      parameters: {{commands: [a]}}\n",
    ),
    Case(
        "WF105",
        "steps[1].inputs.waitForTermination",
        f"{GOOD}{RUN.replace('RunCommand', 'TerminateInstance').replace('documentName: AWS-RunShellScript', 'waitForTermination: »later')}",
        f"{GOOD}{RUN.replace('RunCommand', 'TerminateInstance').replace('documentName: AWS-RunShellScript', 'waitForTermination: true')}",
    ),
    Case("WF106", "name", f"{GOOD}name: »5\n", f"{GOOD}name: '5'\n"),
    Case(
        "WF106",
        "steps[0].timeoutSeconds",
        f"{GOOD}    timeoutSeconds: »'60'\n",
        f"{GOOD}    timeoutSeconds: 60\n",
    ),
    Case(
        "WF106",
        "steps[0].rollbackEnabled",
        f"{GOOD}    rollbackEnabled: »'false'\n",
        f"{GOOD}    rollbackEnabled: false\n",
    ),
    Case(
        "WF106",
        "steps[1].inputs.waitForTermination",
        f"{GOOD}{RUN.replace('RunCommand', 'TerminateInstance').replace('documentName: AWS-RunShellScript', 'waitForTermination: »“True“')}".replace(
            "“", '"'
        ),
        f"{GOOD}{RUN.replace('RunCommand', 'TerminateInstance').replace('documentName: AWS-RunShellScript', 'waitForTermination: yes')}",
    ),
    Case("WF107", "steps[0].description", f"{GOOD}    description: »''\n", f"{GOOD}    description: a\n"),
    Case(
        "WF107",
        "steps[0].description",
        f"{GOOD}    description: »{'a' * 1025}\n",
        f"{GOOD}    description: {'a' * 1024}\n",
    ),
    Case(
        "WF107",
        "steps[1].inputs.payload",
        f"{STEP}    inputs: {{payload: »{'a' * 16_385}}}\n",
        f"{STEP}    inputs: {{payload: {'a' * 15_800}}}\n",
    ),
    Case(
        "WF107",
        "steps[1].inputs.payload",
        f"{STEP}    inputs: {{payload: »{'é' * 8_193}}}\n",
        f"{STEP}    inputs: {{payload: {'é' * 8_192}}}\n",
        beside=("WF004",),
    ),
    Case(
        "WF108",
        "steps[0].retry.maxAttempts",
        f"{GOOD}    retry: {{maxAttempts: »11}}\n",
        f"{GOOD}    retry: {{maxAttempts: 10}}\n",
    ),
    Case(
        "WF108",
        "steps[0].retry.maxAttempts",
        f"{GOOD}    retry: {{maxAttempts: »0}}\n",
        f"{GOOD}    retry: {{maxAttempts: 1}}\n",
    ),
    Case(
        "WF108",
        "steps[0].retry.backoffSeconds",
        f"{GOOD}    retry: {{maxAttempts: 2, backoffSeconds: »601}}\n",
        f"{GOOD}    retry: {{maxAttempts: 2, backoffSeconds: 600}}\n",
    ),
    Case(
        "WF108",
        "steps[0].timeoutSeconds",
        f"{GOOD}    timeoutSeconds: »0\n",
        f"{GOOD}    timeoutSeconds: 1\n",
    ),
    Case("WF108", "steps[0].waitSeconds", f"{GOOD}    waitSeconds: »-1\n", f"{GOOD}    waitSeconds: 0\n"),
    Case("WF109", "steps", steps(16, "»"), steps(15)),
    Case("WF109", "steps", f"{HEAD}steps: »[]\n", steps(1)),
    Case(
        "WF109",
        "outputs",
        f"{GOOD}outputs: »[{', '.join(f'{{name: Output{n}, value: a}}' for n in range(26))}]\n",
        f"{GOOD}outputs: [{', '.join(f'{{name: Output{n}, value: a}}' for n in range(25))}]\n",
    ),
    Case("WF109", "steps[0].inputs.distributions[0].amiTags", tags(51, "»"), tags(50), "DISTRIBUTION"),
    Case("WF110", "steps[0].onFailure", f"{GOOD}    onFailure: »abort\n", f"{GOOD}    onFailure: Abort\n"),
    Case("WF110", "steps[0].inputs.waitFor", GOOD.replace("ssmAgent", "»SSMAgent"), GOOD),
    Case(
        "WF110",
        "parameters[0].type",
        f"{GOOD}parameters: [{{name: a, type: »number}}]\n",
        f"{GOOD}parameters: [{{name: a, type: integer}}]\n",
    ),
    Case("WF111", "schemaVersion", GOOD.replace("1.0", "»1.1"), GOOD.replace("1.0", "1.00")),
    Case("WF111", "schemaVersion", GOOD.replace("1.0", "»true"), GOOD.replace("1.0", "'1.0'")),
    Case("WF111", "schemaVersion", GOOD.replace("1.0", "»[1.0]"), GOOD.replace("1.0", "1")),
]
