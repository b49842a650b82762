"""The emulated service inside moto's server, on one port with moto's own S3, KMS and STS.

    with MotoEmulator() as emulator:
        s3 = boto3.client("s3", **emulator.boto_options())

There the document of a ``uri`` is really fetched, a ``kms_key_id`` is looked up, and keys from
AssumeRole say whose account is asked for. Needs the extra ``moto``.

moto 5 has no plug-ins. This rests on four things that have not changed since 5.0: the list of URL
patterns, the module of a service with its ``<service>_backends``, the two tables of a backend, and
what a handler takes and gives. When moto ships an Image Builder of its own, this one steps aside.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import re
import socket
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, Final, Self

from aio_workflows.emulator.answers import RefusalError
from aio_workflows.emulator.base import Face
from aio_workflows.emulator.checks import invalid_value
from aio_workflows.emulator.service import DEFAULT_REGION, ImageBuilder
from aio_workflows.emulator.signature import region_of
from aio_workflows.emulator.wire import Request
from aio_workflows.emulator.workflows import Caller

_LOCAL: Final = "127.0.0.1"
_SERVICE: Final = "imagebuilder"
_MODULE: Final = f"moto.{_SERVICE}"
_HOST: Final = re.compile(rf"https?://{_SERVICE}\.(.+)\.amazonaws\.com")
_ACCESS_KEY: Final = re.compile(r"Credential=([^/,\s]+)/")

# It has a line for every request, on the terminal unless told otherwise.
_access_log: Final = logging.getLogger("werkzeug")

Handler = Callable[[Any, str, Any], tuple[int, dict[str, str], bytes]]


class Backend:
    """What moto asks of a service: two tables from URLs to handlers, one for its server, one for ``mock_aws``."""

    def __init__(self, service: ImageBuilder) -> None:
        self.service = service
        self.flask_paths: Mapping[str, Handler] = {"/": self._handle, "/<path:path>": self._handle}
        self.urls: Mapping[str, Handler] = {rf"{_HOST.pattern}/.*": self._handle}

    def _handle(
        self, request: Any, full_url: str, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        status, answered, body = self.service.handle(_request(request, full_url, headers))
        return status, dict(answered), body


def _request(request: Any, full_url: str, headers: Mapping[str, str]) -> Request:
    """The request as it stood on the wire."""
    environ: Mapping[str, str] = getattr(request, "environ", {})
    # Only the raw form tells a slash within an ARN from one between the parts of the path.
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or full_url
    path, _, query = re.sub(r"^https?://[^/]*", "", raw).partition("?")
    body: Any = request.data if environ else request.body
    content = body.encode() if isinstance(body, str) else bytes(body or b"")
    named = tuple((name.lower(), _text(value)) for name, value in headers.items())
    return Request(request.method, path, query, named, content)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def register(service: ImageBuilder | None = None) -> ImageBuilder | None:
    """Make moto, its server and ``mock_aws``, know the service; returns it.

    Registering another service replaces the one before. Returns None if moto has its own Image
    Builder: then nothing is changed.
    """
    backend_index = _moto("backend_index")
    present = sys.modules.get(_MODULE)
    if not isinstance(present, _Module) and importlib.util.find_spec(_MODULE) is not None:
        return None
    made = service if service is not None else moto_service()
    module = _Module(_MODULE)
    module.imagebuilder_backends = {"global": Backend(made)}
    sys.modules[_MODULE] = module
    if all(name != _SERVICE for name, _ in backend_index.backend_url_patterns):
        backend_index.backend_url_patterns.append((_SERVICE, _HOST))  # at the end: moto's own come first
    return made


def _moto(name: str) -> ModuleType:
    """A module of moto's: found when it is needed, as moto is an extra."""
    return importlib.import_module(f"moto.{name}")


class _Module(ModuleType):
    """Stands where moto looks for the service's module."""

    imagebuilder_backends: Mapping[str, Backend]


def moto_service(**options: Any) -> ImageBuilder:
    """A service that looks documents, keys and callers up in moto; ``options`` are those of ImageBuilder."""
    return ImageBuilder(fetch=_fetch, find_key=_find_key, identify=_identify, **options)


# --- What moto knows ---------------------------------------------------------------------------------


def _backend(name: str, caller: Caller, place: str) -> Any:
    account: Any = _moto("backends").get_backend(name)[caller.account]
    # Services that know no Region stood under "global" before moto 5.0.13, and by partition since.
    return account[place if place in account else "global"]


def _fetch(caller: Caller, uri: str) -> str:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    store = _backend("s3", caller, caller.partition)
    try:
        found = store.get_object(bucket, key)
    except Exception:  # noqa: BLE001 - moto's own classes differ between its versions
        raise invalid_value("uri", f"The bucket '{bucket}' does not exist.") from None
    if found is None:
        raise invalid_value("uri", f"The object '{uri}' does not exist.")
    if _owner_of(bucket, caller) != caller.account:
        raise RefusalError("AccessDeniedException", f"Access to the document at '{uri}' was denied.")
    try:
        return bytes(found.value).decode("utf-8")
    except UnicodeDecodeError:
        raise invalid_value("uri", f"The object '{uri}' is not UTF-8.") from None


def _owner_of(bucket: str, caller: Caller) -> str:
    known: Mapping[str, Any] = getattr(_moto("backends").get_backend("s3"), "bucket_accounts", {})
    owner: Any = known.get(bucket, caller.account)  # an account, or a partition with one
    return str(owner if isinstance(owner, str) else owner[1])


def _find_key(caller: Caller, key_id: str) -> None:
    try:
        keys = _backend("kms", caller, caller.region)
        key = keys.describe_key(keys.any_id_to_key_id(key_id))
    except Exception:  # noqa: BLE001 - a KeyError here, a class of moto's there
        raise invalid_value("kmsKeyId", f"The key '{key_id}' does not exist.") from None
    if getattr(key, "key_state", "Enabled") != "Enabled":
        raise invalid_value("kmsKeyId", f"The key '{key_id}' is not enabled.")


def _identify(request: Request) -> Caller:
    region = region_of(request) or DEFAULT_REGION
    named = request.header("x-moto-account-id")
    if named is not None:
        return Caller(named, region)
    match = _ACCESS_KEY.search(request.header("authorization") or "")
    role, account = _assumed_role(match.group(1)) if match is not None else (None, None)
    if role is not None and account is not None:
        if request.header("x-amz-security-token") != role.session_token:
            raise RefusalError(
                "UnrecognizedClientException", "The security token included in the request is invalid."
            )
        if role.expiration.replace(tzinfo=UTC) <= datetime.now(UTC):
            raise RefusalError(
                "ExpiredTokenException", "The security token included in the request is expired"
            )
    return Caller(account or _moto("core").DEFAULT_ACCOUNT_ID, region)


def _assumed_role(access_key: str) -> tuple[Any, str | None]:
    """The assumed role that has the key, and its account; or the account of the user who has it."""
    get_backend = _moto("backends").get_backend
    for account, places in list(get_backend("sts").items()):
        for backend in list(places.values()):
            role = backend.get_assumed_role_from_access_key(access_key)
            if role is not None:
                return role, account
    for account, places in list(get_backend("iam").items()):
        if any(access_key in backend.access_keys for backend in list(places.values())):
            return None, account
    return None, None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOCAL, 0))
        port: int = probe.getsockname()[1]
        return port


# --- A server of its own -------------------------------------------------------------------------------


class MotoEmulator(Face):
    """moto's server on 127.0.0.1 with Image Builder in it, in a thread; on a free port unless one is named.

    ``options`` are those of :class:`ImageBuilder`, such as ``state`` or ``quotas``.

    :raises RuntimeError: at the start, if moto has its own Image Builder.
    """

    def __init__(self, *, port: int = 0, region: str = DEFAULT_REGION, **options: Any) -> None:
        super().__init__(moto_service(region=region, **options))
        self._port = port
        self._server: Any = None
        self._level = logging.NOTSET

    def __enter__(self) -> Self:
        if register(self.service) is None:
            raise RuntimeError("moto has its own Image Builder now: use that")
        self.service.reopen()
        self._port = self._port or _free_port()
        self._server = _moto("server").ThreadedMotoServer(ip_address=_LOCAL, port=self._port, verbose=False)
        self._level = _access_log.level
        _access_log.setLevel(logging.ERROR)
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        _access_log.setLevel(self._level)
        server, self._server = self._server, None
        server.stop()
        self.service.close()

    @property
    def url(self) -> str:
        """The endpoint of every service in it."""
        if self._server is None:
            raise RuntimeError("the emulator is not running: use it in `with`")
        return f"http://{_LOCAL}:{self._port}"
