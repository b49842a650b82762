"""An STS of this machine that gives keys, or refuses, as the test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs


class Sts:
    """Gives keys of a role to anyone, or refuses. ``asked`` are the forms that came."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.lifetime = timedelta(hours=1)
        self.refuses = False
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        form = parse_qs((await reader.readexactly(length)).decode())
        self.asked.append({name: values[0] for name, values in form.items()})
        status, body = ("403 Forbidden", DENIED) if self.refuses else ("200 OK", self._keys())
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n{body}".encode()
        )
        await writer.drain()
        writer.close()

    def _keys(self) -> str:
        action = self.asked[-1]["Action"]
        end = (datetime.now(UTC) + self.lifetime).strftime("%Y-%m-%dT%H:%M:%SZ")
        return (
            f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
            "<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/admin/s</Arn>"
            "<AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser><Credentials>"
            f"<AccessKeyId>ASIA{len(self.asked)}</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey>"
            f"<SessionToken>role-token</SessionToken><Expiration>{end}</Expiration>"
            f"</Credentials></{action}Result></{action}Response>"
        )


DENIED = (
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
    "<Code>AccessDenied</Code><Message>MultiFactorAuthentication failed</Message></Error></ErrorResponse>"
)


@asynccontextmanager
async def scripted_sts() -> AsyncIterator[Sts]:
    sts = Sts()
    server = await asyncio.start_server(sts.answer, "127.0.0.1", 0)
    async with server:
        sts.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield sts
