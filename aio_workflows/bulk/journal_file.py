"""The journal of a bulk run as a SQLite file: what is in it, and who may use it. Blocks: see ``journal``."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from aio_workflows.bulk.outcome import UNDONE, BulkStatus
from aio_workflows.bulk.ticket import NewItem, Ticket
from aio_workflows.errors import JournalError

_APPLICATION_ID: Final = 0x41494F57  # "AIOW": marks a SQLite file as one of ours
_VERSION: Final = 1

# `status` is the outcome's; "sent" until there is one. `run` and `position` tell who read the item last.
_SCHEMA: Final = (
    "CREATE TABLE job (name TEXT NOT NULL, scope TEXT)",
    "CREATE TABLE runs (number INTEGER PRIMARY KEY, started_at REAL NOT NULL)",
    """CREATE TABLE items (
        id INTEGER PRIMARY KEY,
        digest BLOB NOT NULL,
        occurrence INTEGER NOT NULL,
        resource TEXT NOT NULL,
        client_token TEXT NOT NULL,
        status TEXT NOT NULL,
        sent_at REAL NOT NULL,
        ended_at REAL,
        result TEXT,
        run INTEGER NOT NULL,
        position INTEGER NOT NULL,
        UNIQUE (digest, occurrence)
    )""",
    "CREATE INDEX items_by_resource ON items (resource)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_VERSION}",
)

_REASONS: Final = {
    sqlite3.SQLITE_BUSY: "is in use by another run; wait for it, or give this one a journal of its own",
    sqlite3.SQLITE_CORRUPT: "is damaged; look at the service for what was done, and begin with a new journal",
    sqlite3.SQLITE_NOTADB: "is not a journal; name another file",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full; make room and run again with the same journal",
    sqlite3.SQLITE_IOERR: "cannot be read or written: is its disk full, or gone?",
    sqlite3.SQLITE_READONLY: "cannot be written: it is read-only",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; does its folder exist?",
}


class JournalFile:
    """The open file. It is locked against every other run until it is closed.

    Times are seconds since the epoch, by ``clock``. Use it from one thread.

    :raises JournalError: it cannot be used; says why and what to do.
    """

    def __init__(
        self,
        path: Path,
        *,
        job: str,
        scope: str | None,
        resend_within: float,
        clock: Callable[[], float],
    ) -> None:
        self.path = path
        self._resend_within = resend_within
        self._clock = clock
        with self._explained(), ExitStack() as opened:
            descriptor = _open_for_us_alone(path)
            opened.callback(os.close, descriptor)
            # As a URI, for some names have a meaning of their own in SQLite (":memory:").
            self._database = sqlite3.connect(
                path.absolute().as_uri(), uri=True, isolation_level=None, timeout=0, check_same_thread=False
            )
            opened.callback(self._database.close)
            self._lock_and_check(job, scope)
            begun = self._database.execute("INSERT INTO runs (started_at) VALUES (?)", [clock()])
            self._run = begun.lastrowid
            self._opened = opened.pop_all()

    def _lock_and_check(self, job: str, scope: str | None) -> None:
        # With this mode, the first write locks the file for as long as it is open, and no -shm file is made.
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        (application,) = self._one("PRAGMA application_id")
        (version,) = self._one("PRAGMA user_version")
        (tables,) = self._one("SELECT count(*) FROM sqlite_schema")
        is_new = (application, version, tables) == (0, 0, 0)
        if not is_new and application != _APPLICATION_ID:
            raise self._error("is a SQLite file of another program; name another file")
        if not is_new and version != _VERSION:
            raise self._error(
                f"has version {version}, and this release reads version {_VERSION}: it was written by a "
                "newer release; use that one"
            )
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")  # a commit outlives a power cut, too
        with self._transaction():
            if is_new:
                for statement in _SCHEMA:
                    self._database.execute(statement)
                self._database.execute("INSERT INTO job VALUES (?, ?)", [job, scope])
            known_job, known_scope = self._one("SELECT name, scope FROM job")
        if known_job != job or (None not in {scope, known_scope} and known_scope != scope):
            raise self._error(
                f"is of {known_job} in {known_scope or 'a Region that was not named'}, "
                f"and this run is {job} in {scope or 'a Region that is not named'}; use another journal"
            )

    def commit(self, operations: Sequence[Callable[[JournalFile], object]]) -> list[object]:
        """Do several things in one transaction, and give their results once they are on the disk.

        :raises JournalError: nothing of it was written.
        """
        with self._explained(), self._transaction():
            return [operation(self) for operation in operations]

    def begin(self, item: NewItem) -> Ticket:
        """Record that an item is about to be sent, or say why it is not to be."""
        clash = self._one(
            "SELECT position FROM items WHERE resource = ? AND run = ? AND digest <> ? LIMIT 1",
            item.resource,
            self._run,
            item.digest,
        )
        if clash:
            return Ticket(action="refused", position=clash[0])
        (occurrence,) = self._one(
            "SELECT count(*) FROM items WHERE digest = ? AND run = ?", item.digest, self._run
        )
        known = self._one(
            "SELECT id, client_token, status, sent_at, result, run FROM items WHERE digest = ? AND occurrence = ?",
            item.digest,
            occurrence,
        )
        if not known:
            token = item.given_token or item.fresh_token
            made = self._database.execute(
                "INSERT INTO items (digest, occurrence, resource, client_token, status, sent_at, run, position)"
                " VALUES (?, ?, ?, ?, 'sent', ?, ?, ?)",
                [item.digest, occurrence, item.resource, token, self._clock(), self._run, item.position],
            )
            return Ticket(action="send", number=made.lastrowid or 0, client_token=token)
        number, token, status, sent_at, result, run = known
        is_undone = item.is_state and self._has_other_since(item, run)
        self._database.execute(
            "UPDATE items SET run = ?, position = ? WHERE id = ?", [self._run, item.position, number]
        )
        # Surely not done, or undone since: a new start, and no old answer under the old token.
        if status == "failed" or is_undone:
            ticket = Ticket(action="send", number=number, client_token=item.given_token or item.fresh_token)
            self.send_anew(ticket)
            return ticket
        if status not in {"sent", *UNDONE}:
            data = json.loads(result) if result is not None else None
            return Ticket(
                action="recall",
                number=number,
                client_token=token,
                status=status,
                data=data,
            )
        is_young = 0 <= self._clock() - sent_at <= self._resend_within
        if is_young and item.given_token in {None, token}:
            return Ticket(action="send", number=number, client_token=token)
        return Ticket(action="look_up", number=number, client_token=item.given_token or token)

    def _has_other_since(self, item: NewItem, run: int) -> bool:
        """Whether a run after this one has read other content for the item's resource."""
        return bool(
            self._one(
                "SELECT 1 FROM items WHERE resource = ? AND digest <> ? AND run > ? LIMIT 1",
                item.resource,
                item.digest,
                run,
            )
        )

    def send_anew(self, ticket: Ticket) -> None:
        """Record that an item that surely is not done is about to be sent, as if for the first time."""
        self._database.execute(
            "UPDATE items SET client_token = ?, status = 'sent', sent_at = ? WHERE id = ?",
            [ticket.client_token, self._clock(), ticket.number],
        )

    def end(self, number: int, status: BulkStatus, result: str | None) -> None:
        """Record how an item ended; ``result`` is JSON."""
        self._database.execute(
            "UPDATE items SET status = ?, result = ?, ended_at = ? WHERE id = ?",
            [status, result, self._clock(), number],
        )

    def close(self) -> None:
        """Let go of the file and its lock."""
        with self._explained():
            self._opened.close()

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        """The first row of what a query finds, empty if it finds nothing."""
        row: tuple[Any, ...] | None = self._database.execute(query, values).fetchone()
        return row or ()

    @contextmanager
    def _transaction(self) -> Generator[None, None, None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:  # nothing of it stays, whatever it was
            with suppress(sqlite3.Error):  # after some errors SQLite has rolled back by itself
                self._database.execute("ROLLBACK")
            raise

    @contextmanager
    def _explained(self) -> Generator[None, None, None]:
        """Turn what SQLite and the system say into errors for people."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
            raise self._error(_REASONS.get(code, f"cannot be used: {error}")) from error
        except BlockingIOError as error:
            raise self._error(_REASONS[sqlite3.SQLITE_BUSY]) from error
        except OSError as error:
            raise self._error(f"cannot be opened: {error.strerror or error}") from error
        except ValueError as error:
            raise self._error(f"{_REASONS[sqlite3.SQLITE_CORRUPT]} ({type(error).__name__})") from error

    def _error(self, reason: str) -> JournalError:
        return JournalError(f"the journal {str(self.path)!r} {reason}", path=str(self.path))


def _open_for_us_alone(path: Path) -> int:
    """A descriptor of the file, made if need be, for its owner alone; SQLite gives its -wal the same mode.

    It holds a lock besides SQLite's own, which the system drops as soon as anyone in this process
    opens the file and closes it again.

    :raises BlockingIOError: another run has it.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        path.chmod(0o600)
        _lock(descriptor)
    except BaseException:  # no descriptor is left open, whatever it was
        os.close(descriptor)
        raise
    return descriptor


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has no such locks: there, SQLite's is the only one
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
