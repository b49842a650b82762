"""Inside moto's server: documents from its S3, keys from its KMS, callers from its STS, on one port."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import boto3
import moto as motos_own
import pytest
from botocore.config import Config

from aio_workflows import (
    AccessDeniedException,
    Credentials,
    InvalidParameterValueException,
    ServiceError,
)
from aio_workflows.emulator.moto import MotoEmulator, register

FIELDS: Any = {"name": "abc", "semantic_version": "1.0.0", "type": "BUILD"}
DOCUMENT = "schemaVersion: 1.0\nsteps: []\n"


@pytest.fixture(scope="module")
def moto() -> Iterator[MotoEmulator]:
    with MotoEmulator() as emulator:
        yield emulator


def boto(moto: MotoEmulator, service: str, **options: Any) -> Any:
    # moto reads plain bodies; the checksums that newer boto3 adds are of no use on loopback.
    plain = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")
    return boto3.client(service, **moto.boto_options(config=plain, **options))


async def test_a_document_is_really_fetched(moto: MotoEmulator) -> None:
    """What was put into S3 is what a get tells."""
    s3 = boto(moto, "s3")
    await asyncio.to_thread(s3.create_bucket, Bucket="documents")
    await asyncio.to_thread(s3.put_object, Bucket="documents", Key="a/b.yaml", Body=DOCUMENT.encode())
    async with moto.client() as client:
        created = await client.create_workflow(**FIELDS, uri="s3://documents/a/b.yaml")
        read = await client.get_workflow(created.workflow_build_version_arn)
    assert read.workflow.data == DOCUMENT
    s3.close()


@pytest.mark.parametrize(
    ("key", "body", "said"),
    [("missing", None, "does not exist"), ("large", b"a" * 65_537, "uri"), ("odd", b"\xff", "UTF-8")],
)
async def test_a_document_that_cannot_be_used_is_refused(
    key: str, body: bytes | None, said: str, moto: MotoEmulator
) -> None:
    """Missing, too large, not UTF-8."""
    s3 = boto(moto, "s3")
    await asyncio.to_thread(s3.create_bucket, Bucket="refused")
    if body is not None:
        await asyncio.to_thread(s3.put_object, Bucket="refused", Key=key, Body=body)
    async with moto.client() as client:
        with pytest.raises(InvalidParameterValueException, match=said):
            await client.create_workflow(**FIELDS, uri=f"s3://refused/{key}")
    s3.close()


async def test_a_bucket_that_is_not_there_is_refused(moto: MotoEmulator) -> None:
    """And says so."""
    async with moto.client() as client:
        with pytest.raises(InvalidParameterValueException, match="bucket"):
            await client.create_workflow(**FIELDS, uri="s3://no-such-bucket/key")


async def test_a_key_is_looked_up(moto: MotoEmulator) -> None:
    """One that exists serves, another does not."""
    kms = boto(moto, "kms")
    key = (await asyncio.to_thread(kms.create_key))["KeyMetadata"]["Arn"]
    async with moto.client() as client:
        created = await client.create_workflow(**FIELDS, data="with a key", kms_key_id=key)
        assert (await client.get_workflow(created.workflow_build_version_arn)).workflow.kms_key_id == key
        with pytest.raises(InvalidParameterValueException, match="key"):
            await client.create_workflow(**FIELDS, data="b", kms_key_id=key[:-4] + "0000")
    kms.close()


async def test_an_assumed_role_is_another_account(moto: MotoEmulator) -> None:
    """The keys of AssumeRole say whose workflows they are."""
    keys = await assume_role(moto)
    credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    async with moto.client(credentials=credentials) as other, moto.client() as own:
        arn = (await other.create_workflow(**FIELDS, data="theirs")).workflow_build_version_arn
        assert ":111122223333:workflow/" in arn
        assert arn not in [one.arn async for one in own.list_workflow_build_versions()]


async def assume_role(moto: MotoEmulator, **options: Any) -> dict[str, Any]:
    """The keys of a role of another account."""
    # The service wants 900 seconds at least; so does botocore, unless it is told not to look.
    sts = boto3.client("sts", **moto.boto_options(config=Config(parameter_validation=False)))
    role = "arn:aws:iam::111122223333:role/publisher"
    answer = await asyncio.to_thread(sts.assume_role, RoleArn=role, RoleSessionName="test", **options)
    sts.close()
    keys: dict[str, Any] = answer["Credentials"]
    return keys


async def test_another_accounts_bucket_cannot_be_read(moto: MotoEmulator) -> None:
    """Nobody has allowed it."""
    keys = await assume_role(moto)
    theirs = {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretAccessKey"]}
    s3 = boto(moto, "s3", **theirs, aws_session_token=keys["SessionToken"])
    await asyncio.to_thread(s3.create_bucket, Bucket="theirs")
    await asyncio.to_thread(s3.put_object, Bucket="theirs", Key="a", Body=DOCUMENT.encode())
    s3.close()
    async with moto.client() as client:
        with pytest.raises(AccessDeniedException, match="denied"):
            await client.create_workflow(**FIELDS, uri="s3://theirs/a")


async def test_a_key_that_is_disabled_is_refused(moto: MotoEmulator) -> None:
    """It exists, and may not be used."""
    kms = boto(moto, "kms")
    key = (await asyncio.to_thread(kms.create_key))["KeyMetadata"]["KeyId"]
    await asyncio.to_thread(kms.disable_key, KeyId=key)
    kms.close()
    async with moto.client() as client:
        with pytest.raises(InvalidParameterValueException, match="not enabled"):
            await client.create_workflow(**FIELDS, data="disabled", kms_key_id=key)


@pytest.mark.parametrize(
    ("seconds", "token", "code"),
    [(900, "another", "UnrecognizedClientException"), (-1, None, "ExpiredTokenException")],
)
async def test_keys_of_a_role_must_be_whole_and_fresh(
    seconds: int, token: str | None, code: str, moto: MotoEmulator
) -> None:
    """With their own session token, and not after their end."""
    keys = await assume_role(moto, DurationSeconds=seconds)
    credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], token or keys["SessionToken"])
    async with moto.client(credentials=credentials) as client:
        with pytest.raises(ServiceError) as caught:
            await client.get_workflow("arn:aws:imagebuilder:us-east-1:111122223333:workflow/build/a-b/1.0.0")
    assert caught.value.code == code


async def test_a_users_keys_say_whose_they_are(moto: MotoEmulator) -> None:
    """A user of IAM belongs to the account that made it; so does a request that names its account."""
    keys = await assume_role(moto)
    theirs = {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretAccessKey"]}
    iam = boto(moto, "iam", **theirs, aws_session_token=keys["SessionToken"])
    await asyncio.to_thread(iam.create_user, UserName="publisher")
    key = (await asyncio.to_thread(iam.create_access_key, UserName="publisher"))["AccessKey"]
    iam.close()
    async with moto.client(credentials=Credentials(key["AccessKeyId"], key["SecretAccessKey"])) as client:
        created = await client.create_workflow(**FIELDS, data="by a user")
    assert ":111122223333:workflow/" in created.workflow_build_version_arn
    headers = {
        "x-moto-account-id": "444455556666",
        "authorization": "AWS4-HMAC-SHA256 Credential=K/20260101/eu-west-3/imagebuilder/aws4_request, "
        "SignedHeaders=host, Signature=0",
    }
    members = {"name": "abc", "semanticVersion": "1.0.0", "type": "BUILD", "data": "a", "clientToken": "t"}
    async with (
        aiohttp.ClientSession() as session,
        session.put(f"{moto.url}/CreateWorkflow", json=members, headers=headers) as answer,
    ):
        arn = (await answer.json())["workflowBuildVersionArn"]
    assert arn.startswith("arn:aws:imagebuilder:eu-west-3:444455556666:workflow/")


async def test_executions_are_played_there_too(moto: MotoEmulator) -> None:
    """Both faces offer the same to a program."""
    async with moto.client() as client:
        created = await client.create_workflow(**FIELDS, data="schemaVersion: 1.0\nsteps: []\n")
        assert created.workflow_build_version_arn in moto.builds
        execution = moto.play(created.workflow_build_version_arn)
        assert (await client.wait_for_workflow_execution(execution)).status == "COMPLETED"
    assert execution in [one.execution_id for one in moto.executions]


def test_it_steps_aside_for_motos_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When moto ships an Image Builder, nothing is changed, and the emulator says so."""
    (tmp_path / "imagebuilder.py").touch()
    monkeypatch.setattr(motos_own, "__path__", [*motos_own.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "moto.imagebuilder", raising=False)
    assert register() is None
    assert "moto.imagebuilder" not in sys.modules
    with pytest.raises(RuntimeError, match="its own"), MotoEmulator():
        pass


def test_it_has_no_address_before_it_runs() -> None:
    """And says how to make it run."""
    with pytest.raises(RuntimeError, match="`with`"):
        _ = MotoEmulator().url
