"""Ask the service without a network, and read what it says."""

import json
from typing import Any, NamedTuple
from urllib.parse import urlencode

from aio_workflows.emulator import ImageBuilder
from aio_workflows.emulator.wire import Answer, Request

DOCUMENT = "schemaVersion: 1.0\nsteps: []\n"

ROUTES = {
    "CreateWorkflow": ("PUT", "/CreateWorkflow"),
    "GetWorkflow": ("GET", "/GetWorkflow"),
    "ListWorkflows": ("POST", "/ListWorkflows"),
}


class Said(NamedTuple):
    """An answer, read."""

    status: int
    code: str | None
    body: dict[str, Any]

    @property
    def arn(self) -> str:
        arn: str = self.body["workflowBuildVersionArn"]
        return arn


def scope(region: str) -> tuple[tuple[str, str], ...]:
    """Headers that name a Region as a signature does."""
    credential = f"Credential=K/20260101/{region}/imagebuilder/aws4_request"
    return (("authorization", f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"),)


def request(operation: str, members: dict[str, Any], region: str | None = None) -> Request:
    method, path = ROUTES[operation]
    headers = scope(region) if region is not None else ()
    if method == "GET":
        return Request(method, path, urlencode(members), headers)
    return Request(method, path, "", headers, json.dumps(members).encode())


def read(answer: Answer) -> Said:
    return Said(answer.status, answer.headers.get("x-amzn-errortype"), json.loads(answer.body))


def ask(service: ImageBuilder, operation: str, *, region: str | None = None, **members: Any) -> Said:
    return read(service.handle(request(operation, members, region)))


def wanted(**changes: Any) -> dict[str, Any]:
    """The members of a create that is in order, with changes; None takes one away."""
    members: dict[str, Any] = {
        "name": "harden-linux",
        "semanticVersion": "1.0.0",
        "type": "BUILD",
        "data": DOCUMENT,
        "clientToken": "token-1",
    } | changes
    return {name: value for name, value in members.items() if value is not None}


_tokens = iter(range(10**9))


def create(service: ImageBuilder, *, region: str | None = None, **changes: Any) -> Said:
    """A create with a token of its own, unless one is given."""
    changes.setdefault("clientToken", f"token-of-its-own-{next(_tokens)}")
    return ask(service, "CreateWorkflow", region=region, **wanted(**changes))


def get(service: ImageBuilder, arn: str, *, region: str | None = None) -> Said:
    return ask(service, "GetWorkflow", region=region, workflowBuildVersionArn=arn)


def listed(service: ImageBuilder, **members: Any) -> Said:
    return ask(service, "ListWorkflows", **members)
