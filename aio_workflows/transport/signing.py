"""Signs requests: botocore's SigV4, with a clock and an offset of ours, and without its log lines."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUntypedBaseClass=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from aio_workflows.transport.credentials import Credentials


class _ClockedAuth(SigV4Auth):  # type: ignore[misc]  # botocore ships no types
    """SigV4 at a given time. The canonical request and the signature are never logged."""

    def sign(self, request: Any, now: datetime) -> None:
        request.context["timestamp"] = now.strftime("%Y%m%dT%H%M%SZ")
        self._modify_request_before_signing(request)
        to_sign = self.string_to_sign(request, self.canonical_request(request))
        self._inject_signature_to_request(request, self.signature(to_sign, request))


def sign(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    credentials: Credentials,
    service: str,
    region: str,
    now: float,
) -> dict[str, str]:
    """The headers of a request with its signature.

    ``url`` is percent-encoded, its query included; ``now`` is in seconds since 1970.
    """
    request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
    keys = ReadOnlyCredentials(
        credentials.access_key_id, credentials.secret_access_key, credentials.session_token
    )
    _ClockedAuth(keys, service, region).sign(request, datetime.fromtimestamp(now, UTC))
    return dict(request.headers.items())
