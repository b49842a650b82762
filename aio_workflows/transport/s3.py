"""PutObject and HeadBucket of Amazon S3, as far as documents need them: one attempt, in plain values.

Buckets are addressed by path, so that a name with dots in it does not break TLS.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final, Literal

from attrs import frozen

from aio_workflows.models.responses import Response
from aio_workflows.transport.base import Transport
from aio_workflows.transport.xml_answer import error_of

SERVICE: Final = "s3"
_EMPTY: Final = hashlib.sha256(b"").hexdigest()
_OWNER: Final = "x-amz-expected-bucket-owner"


@frozen(kw_only=True)
class BucketPlace(Response):
    """Where a bucket is; None if S3 did not tell."""

    region: str | None


@frozen(kw_only=True)
class PutOutcome(Response):
    """Whether an object was put, or was there already."""

    status: Literal["put", "present"]


async def locate_bucket(transport: Transport, deadline: float, *, bucket: str, owner: str) -> BucketPlace:
    """The region of a bucket. S3 tells it to whom it refuses the rest, too.

    :raises ServiceError: there is no such bucket, or S3 failed.
    """
    headers = {"x-amz-content-sha256": _EMPTY, _OWNER: owner}
    answer = await transport.send("HEAD", f"/{bucket}", (), headers, b"", deadline)
    region = answer.headers.get("x-amz-bucket-region")
    if answer.status == 404 or (answer.status != 200 and region is None):
        raise error_of(answer, "HeadBucket")
    return BucketPlace(region=region)


async def put_object(
    transport: Transport, deadline: float, *, bucket: str, key: str, body: bytes, owner: str
) -> PutOutcome:
    """Put an object if there is none under its key. ``key`` consists of letters, digits and ``-_./``.

    The request carries the checksum of the body and the account that must own the bucket.

    :raises ServiceError: S3 refused or failed.
    """
    digest = hashlib.sha256(body)
    headers = {
        "Content-Type": "application/yaml",
        "If-None-Match": "*",
        "x-amz-content-sha256": digest.hexdigest(),
        "x-amz-checksum-sha256": base64.b64encode(digest.digest()).decode(),
        "x-amz-sdk-checksum-algorithm": "SHA256",
        _OWNER: owner,
    }
    answer = await transport.send("PUT", f"/{bucket}/{key}", (), headers, body, deadline)
    if answer.status == 412:
        return PutOutcome(status="present")
    if answer.status != 200:
        raise error_of(answer, "PutObject")
    return PutOutcome(status="put")
