"""What the service answers to each operation: the forms that the AWS CLI's public examples show, with values of our own."""

import json
from typing import Any

PREFIX = "arn:aws:imagebuilder:eu-central-1"
OURS = f"{PREFIX}:210987654321:workflow/build/golden-linux"
IMAGE = f"{PREFIX}:210987654321:image/golden-linux/2.1.0/4"
TOKEN = "0f4bd6f7-3bd2-4e0c-8f6b-6b9a2f1c7d10"
EXECUTION = "wf-3f0c2b8e-52d7-4d1a-9a86-0b1f5f3e7c21"
STEPS = [f"step-7a9d4e10-1c55-4f02-b6f3-2d08c1e9a{number:03}" for number in range(7)]
INSTANCE = {"instanceId": "i-0a1b2c3d4e5f60718"}
UNRESOLVED = {"instanceId.$": "$.stepOutputs.Launch.instanceId"}

REFERENCES = {
    "latestVersionArn": f"{OURS}/x.x.x",
    "latestMajorVersionArn": f"{OURS}/1.x.x",
    "latestMinorVersionArn": f"{OURS}/1.2.x",
    "latestPatchVersionArn": f"{OURS}/1.2.0",
}


def step(number: int, name: str, action: str, status: str, **more: Any) -> dict[str, Any]:
    """One step of a listing; dictionaries become texts of JSON, as the service sends them."""
    return {
        "stepExecutionId": STEPS[number],
        "name": name,
        "action": action,
        "status": status,
        "startTime": f"2026-10-0{number + 1}T07:00:00.125Z",
        "endTime": f"2026-10-0{number + 1}T07:09:59.900Z",
    } | {member: json.dumps(value) if isinstance(value, dict) else value for member, value in more.items()}


RECORDED: dict[str, dict[str, Any]] = {
    "CreateWorkflow": {
        "clientToken": TOKEN,
        "workflowBuildVersionArn": f"{OURS}/1.2.0/1",
        "latestVersionReferences": REFERENCES,
    },
    "GetWorkflow": {
        "workflow": {
            "arn": f"{OURS}/1.2.0/1",
            "name": "golden-linux",
            "version": "1.2.0",
            "description": "A hardened base image",
            "changeDescription": "First one",
            "type": "BUILD",
            "owner": "210987654321",
            "data": 'schemaVersion: 1.0\nsteps:\n  - name: Hold\n    action: WaitForAction\n    if:\n      booleanEquals: true\n      value: "$.parameters.hold"\n',
            "dateCreated": "2026-10-01T06:58:13.007Z",
            "tags": {},
            "parameters": [{"name": "hold", "type": "boolean", "defaultValue": ["true"]}],
        },
        "latestVersionReferences": REFERENCES,
    },
    "ListWorkflows": {
        "workflowVersionList": [
            {
                "arn": f"{OURS}/1.2.0",
                "name": "golden-linux",
                "version": "1.2.0",
                "description": "A hardened base image",
                "type": "BUILD",
                "owner": "210987654321",
                "dateCreated": "2026-10-01T06:58:13.007Z",
            },
            {
                "arn": f"{PREFIX}:aws:workflow/test/test-image/1.0.3",
                "name": "test-image",
                "version": "1.0.3",
                "type": "TEST",
                "owner": "Amazon",
                "dateCreated": "2025-11-20T00:00:00.000Z",
            },
        ]
    },
    "ListWorkflowBuildVersions": {
        "workflowSummaryList": [
            {
                "arn": f"{OURS}/1.2.0/{build}",
                "name": "golden-linux",
                "version": "1.2.0",
                "description": "A hardened base image",
                "changeDescription": change,
                "type": "BUILD",
                "owner": "210987654321",
                "dateCreated": f"2026-10-0{build}T06:58:13.007Z",
            }
            for build, change in ((2, "Metadata are collected"), (1, "First one"))
        ]
    },
    "DeleteWorkflow": {"workflowBuildVersionArn": f"{OURS}/1.2.0/1"},
    "ListWorkflowExecutions": {
        "requestId": "6d0c2c5c-8f4a-4a9c-a5c4-8a53f7a1e001",
        "workflowExecutions": [
            {
                "workflowBuildVersionArn": f"{PREFIX}:aws:workflow/build/build-image/1.0.3/1",
                "workflowExecutionId": EXECUTION,
                "type": "BUILD",
                "status": "COMPLETED",
                "totalStepCount": 7,
                "totalStepsSucceeded": 5,
                "totalStepsFailed": 0,
                "totalStepsSkipped": 2,
                "startTime": "2026-10-01T07:00:00.000Z",
                "endTime": "2026-10-01T07:24:00.000Z",
                "retried": False,
            }
        ],
        "imageBuildVersionArn": IMAGE,
    },
    "GetWorkflowExecution": {
        "requestId": "6d0c2c5c-8f4a-4a9c-a5c4-8a53f7a1e002",
        "workflowBuildVersionArn": f"{PREFIX}:aws:workflow/build/build-image/1.0.3/1",
        "workflowExecutionId": EXECUTION,
        "imageBuildVersionArn": IMAGE,
        "type": "BUILD",
        "status": "COMPLETED",
        "totalStepCount": 7,
        "totalStepsSucceeded": 5,
        "totalStepsFailed": 0,
        "totalStepsSkipped": 2,
        "startTime": "2026-10-01T07:00:00.000Z",
        "endTime": "2026-10-01T07:24:00.000Z",
    },
    "ListWorkflowStepExecutions": {
        "requestId": "6d0c2c5c-8f4a-4a9c-a5c4-8a53f7a1e003",
        "steps": [
            step(0, "Launch", "LaunchInstance", "COMPLETED", inputs={"waitFor": "ssmAgent"}, outputs=INSTANCE),
            step(1, "Apply", "ExecuteComponents", "SKIPPED", inputs=UNRESOLVED),
            step(
                2, "Inventory", "CollectImageMetadata", "COMPLETED", inputs=INSTANCE,
                outputs={"osVersion": "Debian 13", "associationId": "a-1"},
            ),
            step(
                3, "Sanitize", "SanitizeInstance", "COMPLETED",
                outputs={"status": "Success", "output": "nothing to do\n", "runCommandId": "c-1"},
            ),
            step(4, "Sysprep", "RunSysPrep", "SKIPPED", inputs=UNRESOLVED),
            step(
                5, "Capture", "CreateImage", "COMPLETED", inputs=INSTANCE,
                outputs={"imageId": "ami-0a1b2c3d4e5f60718"}, attemptNumber=2, maxAttempts=3,
            ),
            step(6, "Terminate", "TerminateInstance", "COMPLETED", inputs=INSTANCE),
        ],
        "workflowBuildVersionArn": f"{PREFIX}:aws:workflow/build/build-image/1.0.3/1",
        "workflowExecutionId": EXECUTION,
        "imageBuildVersionArn": IMAGE,
    },
    "GetWorkflowStepExecution": step(
        0, "Launch", "LaunchInstance", "COMPLETED", inputs={"waitFor": "ssmAgent"}, outputs=INSTANCE
    )
    | {
        "requestId": "6d0c2c5c-8f4a-4a9c-a5c4-8a53f7a1e004",
        "workflowBuildVersionArn": f"{PREFIX}:aws:workflow/build/build-image/1.0.3/1",
        "workflowExecutionId": EXECUTION,
        "imageBuildVersionArn": IMAGE,
        "onFailure": "Abort",
        "timeoutSeconds": 4500,
    },
    "ListWaitingWorkflowSteps": {
        "steps": [
            {
                "stepExecutionId": STEPS[0],
                "imageBuildVersionArn": IMAGE,
                "workflowExecutionId": EXECUTION,
                "workflowBuildVersionArn": f"{OURS}/1.2.0/1",
                "name": "Approval",
                "action": "WaitForAction",
                "startTime": "2026-10-01T07:02:59.931Z",
            }
        ]
    },
    "SendWorkflowStepAction": {
        "stepExecutionId": STEPS[0],
        "imageBuildVersionArn": IMAGE,
        "clientToken": TOKEN,
    },
    "TagResource": {},
    "UntagResource": {},
    "ListTagsForResource": {"tags": {"team": "images"}},
}  # fmt: skip
"""The body of a success of each operation."""
