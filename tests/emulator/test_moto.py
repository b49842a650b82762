"""Inside moto's server: documents from its S3, keys from its KMS, callers from its STS, on one port."""

import asyncio
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from aio_workflows import Credentials, InvalidParameterValueException
from aio_workflows.emulator.moto import MotoEmulator

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
    sts = boto(moto, "sts")
    role = "arn:aws:iam::111122223333:role/publisher"
    keys = (await asyncio.to_thread(sts.assume_role, RoleArn=role, RoleSessionName="test"))["Credentials"]
    credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    async with moto.client(credentials=credentials) as other, moto.client() as own:
        arn = (await other.create_workflow(**FIELDS, data="theirs")).workflow_build_version_arn
        assert ":111122223333:workflow/" in arn
        assert arn not in [one.arn async for one in own.list_workflow_build_versions()]
    sts.close()


async def test_boto3_and_tags_reach_it_there_too(moto: MotoEmulator) -> None:
    """A path with an ARN in it arrives whole."""
    imagebuilder = boto(moto, "imagebuilder")

    def story() -> None:
        arn = imagebuilder.create_workflow(name="by boto3", semanticVersion="1.0.0", type="TEST", data="a")[
            "workflowBuildVersionArn"
        ]
        imagebuilder.tag_resource(resourceArn=arn, tags={"a": "1"})
        assert imagebuilder.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1"}
        with pytest.raises(imagebuilder.exceptions.ResourceAlreadyExistsException):
            imagebuilder.create_workflow(name="by boto3", semanticVersion="1.0.0", type="TEST", data="a")

    await asyncio.to_thread(story)
    imagebuilder.close()
