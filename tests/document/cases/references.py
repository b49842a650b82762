"""References: to parameters, to outputs of steps, to system variables, alone or inside a text."""

from tests.document.cases import GOOD, HEAD, Case

PARAMETERS = "parameters:\n  - {name: topic, type: string}\n"


def wait(inputs: str) -> str:
    """A document with a second step that has these inputs."""
    return f"{PARAMETERS}{GOOD}  - name: Wait\n    action: WaitForAction\n    inputs:\n      {inputs}\n"


def output(value: str) -> str:
    """A document with an output."""
    return f"{PARAMETERS}{GOOD}outputs:\n  - name: Result\n    value: {value}\n"


CASES = [
    Case(
        "WF501",
        "steps[1].inputs.snsTopicArn.$",
        wait("snsTopicArn.$: »$.parameters.Topic"),
        wait("snsTopicArn.$: $.parameters.topic"),
    ),
    Case(
        "WF501",
        "steps[1].inputs.payload",
        wait("payload: see »{{ $.parameters.other }}").replace("»{{ ", "{{ »"),
        wait("payload: see {{ $.parameters.topic }}"),
    ),
    Case("WF501", "outputs[0].value", output("»$.parameters.tropic"), output("$.parameters.topic")),
    Case(
        "WF502",
        "outputs[0].value",
        output("»$.stepOutputs.launch.instanceId"),
        output("$.stepOutputs.Launch.instanceId"),
    ),
    Case(
        "WF502",
        "steps[0].if.value",
        f"{GOOD}    if: {{stringEquals: a, value: »$.stepOutputs.Before.status}}\n",
        f"{GOOD}    if: {{stringEquals: a, value: $.workflowOutputs.Before}}\n",
    ),
    Case(
        "WF503",
        "steps[0].rollbackEnabled",
        f"{GOOD}    rollbackEnabled: »$.stepOutputs.Wait.action\n  - name: Wait\n    action: WaitForAction\n",
        f"{GOOD}  - name: Wait\n    action: WaitForAction\n    rollbackEnabled: $.stepOutputs.Launch.instanceId\n",
    ),
    Case(
        "WF503",
        "steps[1].inputs.payload.$",
        wait("payload.$: »$.stepOutputs.Wait.reason"),
        wait("payload.$: $.stepOutputs.Launch.instanceId"),
    ),
    Case(
        "WF504",
        "outputs[0].value",
        output("»$.stepOutputs.Launch.instanceIds"),
        output("$.stepOutputs.Launch.instanceId"),
    ),
    Case(
        "WF504",
        "outputs[0].value",
        f"{GOOD}  - name: End\n    action: TerminateInstance\n    inputs: {{instanceId.$: $.stepOutputs.Launch.instanceId}}\noutputs: [{{name: Result, value: »$.stepOutputs.End.status}}]\n",
        f"{GOOD}  - name: Run\n    action: RunSysPrep\n    inputs: {{instanceId.$: $.stepOutputs.Launch.instanceId}}\noutputs: [{{name: Result, value: '$.stepOutputs.Run.output[0]'}}]\n",
    ),
    Case("WF505", "outputs[0].value", output("»$.imagebuilder.imageid"), output("$.imagebuilder.imageId")),
    Case("WF506", "outputs[0].value", output("»$.parameter.topic"), output("$.workflowOutputs.topic")),
    Case(
        "WF506",
        "steps[1].inputs.payload.$",
        wait("payload.$: »$.steps.Launch.instanceId"),
        wait("payload.$: $.stepOutputs.Launch.instanceId"),
    ),
    Case(
        "WF507",
        "steps[1].inputs.payload",
        wait("payload: 'see {{ »$.param.topic }}'"),
        wait("payload: 'see {{ imagebuilder:buildDate }}'"),
    ),
    Case(
        "WF508",
        "outputs[0].value",
        output("»$.stepOutputs.Launch"),
        output("$['stepOutputs'][\"Launch\"].instanceId"),
    ),
    Case("WF508", "outputs[0].value", output("»$.parameters"), output("$.parameters.topic")),
    Case("WF508", "outputs[0].value", output("»$.parameters..topic"), output("$.parameters.topic")),
    Case(
        "WF508",
        "steps[1].inputs.payload",
        wait("payload: see »{{ $.parameters.topic }"),
        wait("payload: see {{ $.parameters.topic }}}"),
    ),
    Case(
        "WF508",
        "steps[1].inputs.payload",
        wait("payload: see »{{ $.parameters topic }}"),
        wait("payload: see {{$.parameters.topic}}"),
    ),
    Case(
        "WF508",
        "steps[1].inputs..$",
        wait("».$: $.parameters.topic"),
        wait("payload.$: $.parameters.topic"),
        beside=(),
    ),
    Case(
        "WF509",
        "steps[1].inputs.payload",
        wait("payload: »$.parameters.topic"),
        wait("payload: $.99 is the price"),
    ),
    Case("WF509", "steps[1].inputs.payload", wait("payload: »$.parameter.topic"), wait("payload: $HOME")),
    Case(
        "WF510",
        "steps[1].inputs.payload.$",
        wait("payload.$: »static"),
        wait("payload.$: the topic {{ $.parameters.topic }}"),
    ),
    Case(
        "WF510",
        "steps[1].inputs.payload.$",
        wait("payload.$: »{a: b}"),
        f"{GOOD}  - name: Run\n    action: RunCommand\n    inputs:\n      instanceId.$: $.stepOutputs.Launch.instanceId\n      documentName: A\n      parameters: {{b.$: [$.workflowOutputs.c]}}\n",
    ),
    Case(
        "WF511",
        "steps[1].inputs.payload.$",
        wait("payload: a\n      »payload.$: $.parameters.topic"),
        wait("payload: a\n      snsTopicArn.$: $.parameters.topic"),
    ),
    Case(
        "WF512",
        "steps[1].inputs.instanceId.$",
        f"{HEAD}steps:\n  - {{name: Register, action: RegisterImage}}\n  - name: Run\n    action: RunSysPrep\n    inputs: {{instanceId.$: »$.stepOutputs.Register.imageId}}\n",
        f"{HEAD}steps:\n  - {{name: Wait, action: WaitForAction}}\n  - name: Run\n    action: RunSysPrep\n    inputs: {{instanceId.$: $.stepOutputs.Wait.reason}}\n",
    ),
    Case(
        "WF513",
        "steps[1].inputs.payload",
        wait("payload: see »{{ parameters.topic }}"),
        wait("payload: see {{ topic }}"),
    ),
    Case("WF513", "outputs[0].value", output("»$parameters.topic"), output("the topic")),
    Case("WF513", "outputs[0].value", output("»stepOutputs.Launch.instanceId"), output("stepOutputs")),
]
