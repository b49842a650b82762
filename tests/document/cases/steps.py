"""Steps: names, actions, stages, times, and inputs that cannot be right."""

from tests.document.cases import GOOD, HEAD, Case


def step(action: str, rest: str = "", name: str = "Second") -> str:
    """A document with one more step; ``rest`` is what stands below its action."""
    lines = "".join(f"    {line}\n" for line in rest.splitlines())
    return f"{GOOD}  - name: {name}\n    action: {action}\n{lines}"


def on_launched(action: str, name: str, rest: str = "", mark: str = "") -> str:
    """A step that works on the instance."""
    return (
        f"  - name: {name}\n    action: {action}\n    inputs:\n"
        f"      instanceId.$: {mark}$.stepOutputs.Launch.instanceId\n{rest}"
    )


INSTANCE = "inputs: {instanceId.$: $.stepOutputs.Launch.instanceId}"
IMAGES = "inputs: {distributedImages.$: $.stepOutputs.Distribute.distributedImages}"
DISTRIBUTE = f"{HEAD}steps:\n  - name: Distribute\n    action: DistributeImage\n"
MACHINE = "inputs:\n  stateMachineArn: arn:aws:states:eu-west-1:123456789012:stateMachine:check\n  input: "

CASES = [
    Case(
        "WF301",
        "steps[1].name",
        step("WaitForAction", name="»Wait here"),
        step("WaitForAction", name="Wait_here"),
    ),
    Case("WF301", "steps[1].name", step("WaitForAction", name="»W"), step("WaitForAction", name="Wai")),
    Case(
        "WF301",
        "steps[1].name",
        step("WaitForAction", name=f"»{'W' * 129}"),
        step("WaitForAction", name="W" * 100),
    ),
    Case(
        "WF302",
        "steps[1].name",
        step("WaitForAction", name="»wait-here"),
        step("WaitForAction", name="wait_here"),
    ),
    Case("WF302", "steps[1].name", step("WaitForAction", name="»2nd"), step("WaitForAction", name="nd2")),
    Case(
        "WF302",
        "steps[1].name",
        step("WaitForAction", name=f"»{'W' * 101}"),
        step("WaitForAction", name="${Name}"),
    ),
    Case(
        "WF302",
        "steps[1].name",
        step("WaitForAction", name="»OK"),
        step("WaitForAction", name="WaitForAction"),
    ),
    Case(
        "WF303", "steps[1].name", step("WaitForAction", name="»Launch"), step("WaitForAction", name="launch")
    ),
    Case("WF304", "steps[1].action", step("»WaitForActions"), step("${Action}")),
    Case(
        "WF305",
        "steps[1].action",
        step("»CollectImageScanFindings", INSTANCE),
        step("CollectImageMetadata", INSTANCE),
    ),
    Case(
        "WF305",
        "steps[1].action",
        step("»ExecuteComponents", INSTANCE),
        step("RunSysPrep", INSTANCE),
        "DISTRIBUTION",
    ),
    Case(
        "WF305",
        "steps[1].action",
        step("»ModifyImageAttributes", f"{INSTANCE}").replace(
            "instanceId.$: $.stepOutputs.Launch.instanceId", "distributedImages.$: $.workflowOutputs.images"
        ),
        step("ExecuteComponents", INSTANCE),
        "TEST",
    ),
    Case(
        "WF306",
        "steps[1].action",
        f"{DISTRIBUTE}  - name: Push\n    action: »DistributeContainerImage\n    inputs: {{instanceId.$: $.workflowOutputs.InstanceId}}\n",
        f"{HEAD}steps:\n  - name: Push\n    action: DistributeContainerImage\n    inputs: {{instanceId.$: $.workflowOutputs.InstanceId}}\n",
        "DISTRIBUTION",
    ),
    Case(
        "WF307",
        "steps[1].timeoutSeconds",
        step("WaitForAction", "timeoutSeconds: »604801"),
        step("WaitForAction", "timeoutSeconds: 604800"),
    ),
    Case(
        "WF307",
        "steps[1].timeoutSeconds",
        step("RunSysPrep", f"timeoutSeconds: »43201\n{INSTANCE}"),
        step("RunSysPrep", f"timeoutSeconds: 43200\n{INSTANCE}"),
    ),
    Case(
        "WF307",
        "steps[1].timeoutSeconds",
        f"{DISTRIBUTE}  - name: Share\n    action: ModifyImageAttributes\n    timeoutSeconds: »10801\n    {IMAGES}\n",
        f"{DISTRIBUTE}  - name: Share\n    action: ModifyImageAttributes\n    timeoutSeconds: 10800\n    {IMAGES}\n",
        "DISTRIBUTION",
    ),
    Case(
        "WF308",
        "steps[1].waitSeconds",
        step("WaitForAction", "waitSeconds: »60\ntimeoutSeconds: 60"),
        step("WaitForAction", "waitSeconds: 59\ntimeoutSeconds: 60"),
    ),
    Case(
        "WF309",
        "steps[1].waitSeconds",
        step("WaitForAction", "waitSeconds: »259200"),
        step("WaitForAction", "waitSeconds: 259199"),
    ),
    Case("WF310", "steps[1].inputs", step("WaitForAction", "»inputs: {}"), step("WaitForAction")),
    Case(
        "WF310",
        "steps[1].inputs",
        step("WaitForAction", "»inputs:"),
        step("WaitForAction", "inputs: {payload: a}"),
    ),
    Case(
        "WF311",
        "steps[1].inputs.input",
        step("ExecuteStateMachine", f"{MACHINE}»'{{a: 1}}'"),
        step("ExecuteStateMachine", f"{MACHINE}'{{\"a\": {{{{ $.imagebuilder.imageId }}}}}}'"),
    ),
    Case(
        "WF311",
        "steps[1].inputs.input",
        step("ExecuteStateMachine", f"{MACHINE}»prose"),
        step("ExecuteStateMachine", f"{MACHINE}'\"prose\"'"),
    ),
    Case(
        "WF311",
        "steps[1].inputs.input",
        step("ExecuteStateMachine", f"{MACHINE}»'{'[' * 10_000}'"),
        step("ExecuteStateMachine", f"{MACHINE}'[[1]]'"),
    ),
    Case(
        "WF312",
        "steps[1].inputs.payload",
        step("WaitForAction", "inputs:\n  payload: »'{\"a\": }'"),
        step("WaitForAction", "inputs:\n  payload: Please look at the image, {{ $.imagebuilder.imageId }}."),
    ),
    Case(
        "WF313",
        "steps[1].inputs.instanceId",
        step("RunSysPrep", "inputs: {instanceId: »i-123}"),
        step("RunSysPrep", "inputs: {instanceId: '${InstanceId}'}"),
    ),
    Case(
        "WF314",
        "steps[2].inputs.instanceId.$",
        GOOD + on_launched("TerminateInstance", "End") + on_launched("CreateImage", "Keep", mark="»"),
        GOOD
        + on_launched(
            "TerminateInstance", "End", "    if: {booleanEquals: true, value: $.workflowOutputs.end}\n"
        )
        + on_launched("CreateImage", "Keep"),
    ),
]
