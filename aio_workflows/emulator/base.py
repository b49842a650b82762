"""What every face of the emulator offers a program: clients, a look inside, and executions to put in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aio_workflows.emulator.managed import OWNER
from aio_workflows.emulator.service import DEFAULT_REGION, DUMMY_KEYS, ImageBuilder
from aio_workflows.emulator.signature import Secret
from aio_workflows.emulator.workflows import Caller

if TYPE_CHECKING:
    from aio_workflows import WorkflowsClient
    from aio_workflows.emulator.execution import Execution, StepRun
    from aio_workflows.emulator.executions import Fails
    from aio_workflows.emulator.store import WorkflowBuild


class Face(ABC):
    """An emulated service that listens somewhere."""

    def __init__(self, service: ImageBuilder) -> None:
        self.service = service

    @property
    @abstractmethod
    def url(self) -> str:
        """The endpoint to give to a client."""

    @property
    def region(self) -> str:
        """The Region of its clients, and of executions that are put in."""
        return self.service.region or DEFAULT_REGION

    # --- Clients ----------------------------------------------------------------------------------

    def client(self, **options: Any) -> WorkflowsClient:
        """A client of this emulator; ``options`` are those of :class:`WorkflowsClient`.

        Its keys are the emulator's first ones, or dummies; real ones are never read.
        """
        from aio_workflows import Credentials, WorkflowsClient

        defaults: dict[str, Any] = {
            "region": self.region,
            "endpoint_url": self.url,
            "credentials": Credentials(*self._keys()),
        }
        return WorkflowsClient(**(defaults | options))

    def boto_options(self, **options: Any) -> dict[str, Any]:
        """What boto3 and aiobotocore need: ``boto3.client("imagebuilder", **emulator.boto_options())``."""
        key_id, secret, token = self._keys()
        defaults = {
            "region_name": self.region,
            "endpoint_url": self.url,
            "aws_access_key_id": key_id,
            "aws_secret_access_key": secret,
            "aws_session_token": token,
        }
        return defaults | options

    def _keys(self) -> tuple[str, str, str | None]:
        for key_id, known in self.service.credentials.items():
            secret = Secret(known) if isinstance(known, str) else known
            return key_id, secret.secret_access_key, secret.session_token
        return *DUMMY_KEYS, None

    # --- What it holds ----------------------------------------------------------------------------

    @property
    def workflows(self) -> list[WorkflowBuild]:
        """Every build of every workflow, in all accounts and Regions, oldest first; Amazon's are left out."""
        with self.service.lock:
            return [build for build in self.service.store.builds.values() if build.owner != OWNER]

    @property
    def builds(self) -> list[str]:
        """The ARN of every build, oldest first; Amazon's are left out."""
        return [build.arn for build in self.workflows]

    @property
    def in_use(self) -> set[str]:
        """ARNs of builds that cannot be deleted, as if a pipeline referred to them. Add to it at will."""
        return self.service.in_use

    @property
    def executions(self) -> list[Execution]:
        """Every execution as it was last looked at, oldest first."""
        with self.service.lock:
            return list(self.service.store.executions.values())

    # --- Executions -------------------------------------------------------------------------------

    def play(
        self,
        workflow_arn: str,
        *,
        image_arn: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        outcomes: Mapping[str, Mapping[str, Any] | Fails] | None = None,
        seconds: float | Mapping[str, float] = 0.0,
        region: str | None = None,
    ) -> str:
        """Begin an execution of a workflow that was created, and return its id.

        Its steps run in order, ``if`` is evaluated, WaitForAction waits for SendWorkflowStepAction,
        and failures go by ``retry`` and ``onFailure``. Each step takes ``seconds``, or as many as
        stand under its name, else none.

        ``outcomes`` says by a step's name what it puts out, or that it :class:`Fails`; other steps
        succeed with made-up outputs. ``parameters`` are the document's, ``variables`` what
        ``$.imagebuilder`` leads to. Executions of one ``image_arn`` see the outputs of earlier ones.
        """
        with self.service.lock:
            return self.service.executions.play(
                self._caller(region),
                workflow_arn,
                image_arn=image_arn,
                parameters=parameters,
                variables=variables,
                outcomes=outcomes,
                seconds=seconds,
            )

    def put_execution(
        self,
        *,
        workflow_arn: str,
        image_arn: str,
        steps: Sequence[StepRun] = (),
        type: str = "BUILD",
        status: str = "RUNNING",
        region: str | None = None,
        **more: Any,
    ) -> str:
        """Put an execution in as it is, and return its id; it stays so.

        ``more`` are further fields of :class:`Execution`, such as ``message``. Only a step
        WaitForAction that is RUNNING goes on, when it is answered.
        """
        with self.service.lock:
            return self.service.executions.put(
                self._caller(region),
                workflow_arn=workflow_arn,
                image_arn=image_arn,
                type=type,
                status=status,
                steps=list(steps),
                **more,
            )

    def _caller(self, region: str | None) -> Caller:
        return Caller(self.service.account_id, region or self.region)
