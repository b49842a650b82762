"""Who may call an emulator that was given no credentials: its own clients, verified, and strangers."""

from datetime import timedelta
from typing import Any

import pytest

from aio_workflows import (
    ConfigurationError,
    Credentials,
    ExpiredTokenException,
    InvalidSignatureException,
    RetryPolicy,
    ServiceError,
    UnrecognizedClientException,
)
from aio_workflows.emulator import Emulator, ImageBuilder, Secret
from aio_workflows.emulator.service import DUMMY_KEYS

from .asking import create, request
from .test_signature import NOW, changed, refused, signed

KEY, SECRET = DUMMY_KEYS
FIELDS: Any = {"name": "abc", "semantic_version": "1.0.0", "type": "TEST", "data": "steps: []"}


async def test_its_own_clients_are_verified_in_every_region() -> None:
    """A whole call, signed for a Region that the emulator was not told of."""
    async with Emulator(region="eu-west-1") as emulator, emulator.client(region="us-east-2") as client:
        created = await client.create_workflow(**FIELDS)
    assert ":us-east-2:" in created.workflow_build_version_arn


async def test_its_clients_need_no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine is configured for does not matter to them, until they ask for it themselves."""
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    async with Emulator() as emulator:
        async with emulator.client() as client:
            await client.create_workflow(**FIELDS)
        async with emulator.client(profile="nowhere") as client:
            with pytest.raises(ConfigurationError, match="nowhere"):
                await client.create_workflow(**FIELDS)
        async with emulator.client(region=None) as client:  # which the profile would have to tell
            with pytest.raises(ConfigurationError, match="nowhere"):
                await client.create_workflow(**FIELDS)


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (Credentials(KEY, SECRET + "x"), InvalidSignatureException),
        (Credentials(KEY, SECRET, "a session token"), UnrecognizedClientException),
    ],
)
async def test_its_own_key_id_does_not_do_alone(keys: Credentials, kind: type[ServiceError]) -> None:
    """A wrong secret and a token that is not its own are refused, and nothing is made."""
    async with Emulator() as emulator, emulator.client(credentials=keys) as client:
        with pytest.raises(kind):
            await client.create_workflow(**FIELDS)
        assert emulator.builds == []


@pytest.mark.parametrize("minutes", [-6, 6])
def test_the_date_window_holds(minutes: int) -> None:
    """A signature of its own keys is good for five minutes either way."""
    late = signed(key=KEY, secret=SECRET, at=NOW + timedelta(minutes=minutes))
    assert refused(late, None)[0] == "403 InvalidSignatureException"


def test_every_byte_counts() -> None:
    """A body that was changed on its way is refused."""
    tampered = signed(key=KEY, secret=SECRET)._replace(body=b'{"name": "other"}')
    assert refused(tampered, None)[0] == "403 InvalidSignatureException"
    assert (
        refused(changed(signed(key=KEY, secret=SECRET), x_amz_date=None), None)[0]
        == "403 IncompleteSignature"
    )


def test_strangers_are_let_in() -> None:
    """There is no secret to hold a stranger's signature against, and none is needed."""
    service = ImageBuilder(clock=NOW.timestamp)
    assert service.handle(signed(key="AKIDSTRANGER", secret="any")).status == 400  # the body {} is no request
    assert create(service, region="eu-west-1").status == 200
    assert create(service, name="unsigned").status == 200


async def test_with_credentials_nobody_else_is_let_in() -> None:
    """Neither strangers nor the dummy keys."""
    keys = {"AKIDEXAMPLE": Secret("secret", expires=0.0)}
    async with Emulator(credentials=keys) as emulator:
        for stranger in (Credentials(*DUMMY_KEYS), Credentials("AKIDSTRANGER", "any")):
            async with emulator.client(credentials=stranger) as client:
                with pytest.raises(UnrecognizedClientException):
                    await client.create_workflow(**FIELDS)
        async with emulator.client(retry=RetryPolicy(max_attempts=1)) as known:
            with pytest.raises(ExpiredTokenException):
                await known.create_workflow(**FIELDS)
    unsigned = ImageBuilder(credentials=keys).handle(request("GetWorkflow", {"workflowBuildVersionArn": "a"}))
    assert unsigned.status == 403
