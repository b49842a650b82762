"""A server that answers every create at once and looks at nothing: so cheap that what is measured is the client."""

import asyncio
import multiprocessing
import re
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import cast

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_TOKEN = re.compile(rb'"clientToken": ?"([^"]*)"')
_ARN = b"arn:aws:imagebuilder:us-east-1:123456789012:workflow/build/benchmark/"
_BODY = b'{"clientToken":"%s","requestId":"5bc8f3d2-0f1c-4b6e-a8a4-3b3ac3b5b4c1",'
_BODY += b'"workflowBuildVersionArn":"%s1.0.0/1","latestVersionReferences":{'
_BODY += b'"latestVersionArn":"%sx.x.x","latestMajorVersionArn":"%s1.x.x",'
_BODY += b'"latestMinorVersionArn":"%s1.0.x","latestPatchVersionArn":"%s1.0.0"}}'
_HEAD = b"HTTP/1.1 200 OK\r\nDate: Wed, 25 Nov 2026 12:00:00 GMT\r\nContent-Type: application/json\r\n"
_HEAD += b"Content-Length: %d\r\nConnection: keep-alive\r\nx-amzn-RequestId: 5bc8f3d2-0f1c-4b6e-a8a4-3b3ac3b5b4c1\r\n"
_HEAD += b"x-amz-apigw-id: YqX1yG3WoAMEbXw=\r\n\r\n"
PATIENCE = 60.0  # seconds; the process is not meant to take them


class _Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n") + 4) >= 4:
            length = _LENGTH.search(self._received, 0, end)
            whole = end + int(length[1]) if length is not None else end
            if len(self._received) < whole:
                return
            token = _TOKEN.search(self._received, end, whole)
            self._received = self._received[whole:]
            body = _BODY % (token[1] if token is not None else b"", *[_ARN] * 5)
            self._transport.write(_HEAD % len(body) + body)


@contextmanager
def plain_server() -> Iterator[str]:
    """A new server in a process of its own; gives its URL."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_run, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(PATIENCE):
            raise RuntimeError("the plain server does not start")
        yield str(ours.recv())
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _run(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    pipe.send(f"http://{host}:{port}")
    await server.serve_forever()
