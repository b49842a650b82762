"""Rollouts against emulators over sockets: targets that fail alone, roles that are renewed, documents that are put."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from aiohttp import web
from attrs import evolve

from aio_workflows import (
    AioWorkflowsError,
    BulkProgress,
    CircuitOpenError,
    ConfigurationError,
    Credentials,
    JournalError,
    RetryPolicy,
    ServiceError,
)
from aio_workflows.bulk.journal import Journal as BulkJournal
from aio_workflows.emulator import Delay, Emulator, InTurn, Reset, Respond, Secret
from aio_workflows.rollout.access import Site
from aio_workflows.rollout.aws import AwsAccess, Documents, OtherService, RoleCredentials
from aio_workflows.rollout.form import DocumentPlace
from aio_workflows.rollout.model import Manifest, ManifestWorkflow, Target
from aio_workflows.rollout.targets import Rollout
from aio_workflows.transport.credential_source import CredentialSource

ROLE = "arn:aws:iam::111122223333:role/publisher"


def manifest(size: int, regions: tuple[str, ...], text: str = "") -> Manifest:
    workflows = tuple(
        ManifestWorkflow(
            label=f"{number}.yaml",
            on_change="new_build",
            document=f"schemaVersion: 1.0\nsteps: []\n# {number} {text}\n",
            uri=None,
            fields={"name": f"flow {number}", "semantic_version": "1.0.0", "type": "BUILD"},
        )
        for number in range(size)
    )
    return Manifest(workflows=workflows, targets=tuple(Target(name=one, region=one) for one in regions))


class Emulated:
    """Every region is an emulator of its own."""

    def __init__(self, emulators: dict[str, Emulator], **options: Any) -> None:
        self.emulators, self.options = emulators, options

    async def open(self, target: Target) -> Site:
        if target.name not in self.emulators:
            raise ConfigurationError("closed")
        return Site(self.emulators[target.name].client(region=target.region, **self.options))

    async def aclose(self) -> None: ...


async def test_two_rollouts_at_the_same_moment_end_as_one() -> None:
    """No error, and nothing is there twice."""
    async with Emulator() as emulator:
        access = Emulated({"us-east-1": emulator, "eu-west-1": emulator})
        for text in ("first", "second"):
            asked = manifest(6, ("us-east-1", "eu-west-1"), text)
            reports = await asyncio.gather(Rollout(asked, access).run(), Rollout(asked, access).run())
            assert all(report.ok for report in reports)
            made = [one for report in reports for one in report.outcomes if one.status != "unchanged"]
            assert len(made) == 12
            one, other = (
                [o.result and o.result.workflow_build_version_arn for o in r.outcomes] for r in reports
            )
            assert one == other
        assert len(emulator.builds) == 24


async def test_a_region_that_is_down_fails_alone() -> None:
    """Its items fail typed; the others are done, and have not waited."""
    async with Emulator() as good, Emulator(faults=InTurn([Respond(503)], repeat=True)) as bad:
        access = Emulated(
            {"us-east-1": good, "eu-west-1": bad, "eu-north-1": good},
            retry=RetryPolicy(max_attempts=2, base_delay=0.01, max_delay=0.01),
        )
        asked = manifest(12, ("us-east-1", "eu-west-1", "eu-north-1", "closed"))
        report = await Rollout(asked, access).run()
    assert report.counts == {"created": 24, "failed": 24}
    assert not report.ok
    down = [one for one in report.outcomes if one.target == "eu-west-1"]
    assert all(isinstance(one.error, ServiceError) and one.error.http_status == 503 for one in down)
    closed = [one for one in report.outcomes if one.target == "closed"]
    assert all(isinstance(one.error, ConfigurationError) for one in closed)


async def test_a_region_that_only_fails_is_soon_given_up(full_size: bool) -> None:
    """The circuit breaker: the many items of a region that is down are not each tried to their time-out."""
    size = 120 if full_size else 12
    async with Emulator() as good, Emulator(faults=InTurn([Respond(503)], repeat=True)) as bad:
        access = Emulated(
            {"us-east-1": good, "eu-west-1": bad, "eu-north-1": good},
            timeout=1.0,
            retry=RetryPolicy(base_delay=0.1, max_delay=0.2),
        )
        report = await Rollout(manifest(size, ("us-east-1", "eu-west-1", "eu-north-1")), access).run()
        assert report.counts == {"created": 2 * size, "failed": size}
        failures = [one.error for one in report.outcomes if one.target == "eu-west-1"]
        assert all(isinstance(error, AioWorkflowsError) for error in failures)
        assert {error.http_status for error in failures if isinstance(error, AioWorkflowsError)} <= {
            503,
            None,
        }
        # Ten failures open it; after that one call at a time goes, and once the time is over those left fail unsent.
        unsent = [error for error in failures if isinstance(error, CircuitOpenError)]
        assert {error.outcome for error in unsent} <= {"not_sent"}
        if full_size:  # the few of the small size are all tried meanwhile
            assert len(unsent) > size / 2
        assert len(bad.requests) < 5 * size + 100


async def test_a_region_that_hangs_does_not_delay_the_others() -> None:
    """The others' outcomes are there while it still hangs."""
    async with Emulator() as good, Emulator(faults=InTurn([Delay(600)], repeat=True)) as silent:
        done = asyncio.Event()

        def note(progress: BulkProgress) -> None:
            if rollout.report.counts.get("created") == 5:
                assert progress.succeeded == 5
                done.set()

        access = Emulated({"silent": silent, "us-east-1": good})
        rollout = Rollout(manifest(5, ("silent", "us-east-1")), access, on_progress=note)
        running = asyncio.create_task(rollout.run())
        async with asyncio.timeout(60):
            await done.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert rollout.report.counts == {"cancelled": 5, "created": 5}


async def test_tokens_belong_to_the_run(tmp_path: Path) -> None:
    """The same when a create whose answer was lost is resumed, others in the next run."""
    asked = manifest(2, ("us-east-1",))
    once = RetryPolicy(max_attempts=1)

    async def tokens(emulator: Emulator, journal: Path | None) -> set[str]:
        emulator.requests.clear()
        await Rollout(asked, Emulated({"us-east-1": emulator}, retry=once), journal=journal).run()
        bodies = [json.loads(one.body) for one in emulator.requests if one.body]
        return {body["clientToken"] for body in bodies if "clientToken" in body}

    path = tmp_path / "run.sqlite"
    async with Emulator(faults={"CreateWorkflow": [Reset(done=True)] * 2}) as emulator:
        first = await tokens(emulator, path)
        assert len(first) == 2
        assert await tokens(emulator, path) == first
        assert len(emulator.builds) == 2
        assert not await tokens(emulator, None) & first


async def test_a_b_a_ends_at_a_with_one_journal_too(tmp_path: Path) -> None:
    """The journal knows A as done, and yet not as what is there: three builds, the latest holds A."""
    path = tmp_path / "run.sqlite"
    async with Emulator() as emulator:
        access = Emulated({"us-east-1": emulator, "eu-west-1": emulator})
        for text in ("a", "b", "a", "a"):
            asked = manifest(1, ("us-east-1", "eu-west-1"), text)
            report = await Rollout(asked, access, journal=path).run()
            assert report.ok
        assert [one.resumed for one in report.outcomes] == [True, True]
        builds = [build.data or "" for build in emulator.workflows if ":eu-west-1:" in build.arn]
        assert [data.split()[-1] for data in builds] == ["a", "b", "a"]
        assert len(emulator.builds) == 6


async def test_one_journal_serves_all_targets_and_nobody_else(tmp_path: Path) -> None:
    """It is for its owner only, one run at a time, and holds no document."""
    path = tmp_path / "run.sqlite"
    async with Emulator() as emulator:
        access = Emulated({"us-east-1": emulator, "eu-west-1": emulator})
        asked = manifest(3, ("us-east-1", "eu-west-1"))
        report = await Rollout(asked, access, journal=path).run()
        assert report.counts == {"created": 6}
        assert path.stat().st_mode & 0o777 == 0o600
        assert b"schemaVersion" not in path.read_bytes()
        sent = len(emulator.requests)
        report = await Rollout(asked, access, journal=path).run()
        assert report.counts == {"created": 6}
        assert all(one.resumed for one in report.outcomes)
        assert len(emulator.requests) == sent
        held = await BulkJournal.open(path, job="Rollout", scope=None, resend_within=600)
        with pytest.raises(JournalError, match="in use by another run"):
            await Rollout(asked, access, journal=path).run()
        await held.close()
        async with emulator.client(region="us-east-1") as client:
            with pytest.raises(JournalError, match="is of Rollout"):
                await client.publish_workflows([], journal=path)
    (tmp_path / "other").write_text("something else\n" * 100)
    with pytest.raises(JournalError, match="is not a journal"):
        await Rollout(asked, access, journal=tmp_path / "other").run()


async def test_a_dry_run_has_no_journal(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="a dry run does nothing"):
        Rollout(manifest(1, ()), Emulated({}), dry_run=True, journal=tmp_path / "run.sqlite")


async def test_waiting_for_the_pace_is_no_time_of_a_publication() -> None:
    """Unchanged ones too: each of their reads waits for two seconds behind the creates."""
    asked = manifest(6, ("us-east-1",))
    async with Emulator() as emulator:
        assert (await Rollout(asked, Emulated({"us-east-1": emulator})).run()).ok
        slow = Emulated({"us-east-1": emulator}, timeout=1.5, retry=RetryPolicy(rate=3))
        report = await Rollout(asked, slow).run()
        assert report.counts == {"unchanged": 6}, report.outcomes


async def test_there_must_be_room_for_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="concurrency"):
        Rollout(manifest(1, ()), Emulated({}), concurrency=0)


async def test_a_long_document_without_a_place_fails_typed() -> None:
    asked = manifest(1, ("us-east-1",), "#" * 16_000)
    async with Emulator() as emulator:
        report = await Rollout(asked, Emulated({"us-east-1": emulator})).run()
    assert "a place in S3" in str(report.outcomes[0].error)
    assert not emulator.requests


# --- Roles --------------------------------------------------------------------------------------------


class FakeAws:
    """An STS and an S3 over a socket, each answering what a list says."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.seen: list[tuple[str, str]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.seen.append((request.method, request.path if request.method != "POST" else body))
        status, text = self.answers.pop(0) if self.answers else (200, "")
        return web.Response(status=status, text=text, headers={"x-amz-bucket-region": "eu-west-1"})

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


def keys(number: int, expires: str) -> tuple[int, str]:
    return 200, (
        f"<r><AccessKeyId>KEY{number}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        f"<SessionToken>t</SessionToken><Expiration>{expires}</Expiration></r>"
    )


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")


async def test_a_role_is_renewed_before_it_expires() -> None:
    """One fetch for all the tasks of all clients, and another one fifteen minutes before the end."""
    now = [0.0]

    def client_of(role: RoleCredentials) -> CredentialSource:
        return CredentialSource(role.provider(), role.provider, clock=lambda: now[0], now=lambda: now[0])

    async with FakeAws() as aws:
        aws.answers = [keys(1, "1970-01-01T01:00:00Z"), (500, ""), keys(2, "1970-01-01T02:00:00Z")]
        service = OtherService("sts", region="eu-west-1", endpoint_url=aws.url)
        role = RoleCredentials(service, ROLE, "ours")
        sources = [client_of(role) for _ in range(3)]

        async def given() -> set[str]:
            keys = await asyncio.gather(*(source.get(60) for source in sources for _ in range(20)))
            return {one.access_key_id for one in keys}

        assert await given() == {"KEY1"}
        now[0] = 2699.0
        assert await given() == {"KEY1"}
        assert len(aws.seen) == 1
        now[0] = 2701.0
        assert await given() == {"KEY2"}  # the failure in between is tried again
        assert len(aws.seen) == 3
        await role.aclose()
    assert "ExternalId=ours" in aws.seen[0][1]
    assert "ours" not in repr(role)


async def test_keys_that_are_near_their_end_are_replaced_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that are near their end are not used up: the client asks for others in time."""
    known = {"KEY1": Secret("s", session_token="t"), "KEY2": Secret("s", session_token="t")}
    soon = (datetime.now(UTC) + timedelta(seconds=0.5)).isoformat()
    async with FakeAws() as aws, Emulator(credentials=known) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", aws.url)
        aws.answers = [keys(1, soon), keys(2, "2999-01-01T01:00:00Z")]
        target = Target(name="a", region="eu-west-1", role_arn=ROLE, endpoint_url=emulator.url)
        async with AwsAccess() as access:
            site = await access.open(target)
            async with site.client as client:
                while len(aws.seen) < 2:
                    assert [one async for one in client.list_workflows()] == []
                assert [one async for one in client.list_workflows()] == []
        assert len(aws.seen) == 2


async def test_a_role_that_is_refused_says_which_and_why() -> None:
    async with FakeAws() as aws:
        aws.answers = [(403, "<Error><Code>AccessDenied</Code><Message>not you</Message></Error>")]
        role = RoleCredentials(OtherService("sts", region="eu-west-1", endpoint_url=aws.url), ROLE)
        with pytest.raises(ConfigurationError, match=rf"{ROLE} cannot be assumed: AccessDenied: not you"):
            await role.get()
        await role.aclose()


async def test_targets_share_the_role_that_they_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is assumed once, and its keys sign what is sent: the emulator verifies them."""
    async with FakeAws() as aws, Emulator(credentials={"KEY1": Secret("s", session_token="t")}) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", aws.url)
        aws.answers = [keys(1, "2999-01-01T01:00:00Z")]
        targets = [
            Target(name="a", region="eu-west-1", role_arn=ROLE, endpoint_url=emulator.url),
            Target(name="b", region="us-east-1", role_arn=ROLE, endpoint_url=emulator.url),
        ]
        async with AwsAccess() as access:
            report = await Rollout(manifest(2, ()), access, targets=targets).run()
        assert len(aws.seen) == 1
        assert report.counts == {"created": 4}


async def test_keys_that_the_service_rejects_are_fetched_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that was ended before its time: once for all, and the publication goes on."""
    known = {"KEY1": Secret("s", session_token="t", expires=1.0), "KEY2": Secret("s", session_token="t")}
    async with FakeAws() as aws, Emulator(credentials=known) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", aws.url)
        aws.answers = [keys(1, "2999-01-01T01:00:00Z"), keys(2, "2999-01-01T01:00:00Z")]
        targets = [
            Target(name=region, region=region, role_arn=ROLE, endpoint_url=emulator.url)
            for region in ("eu-west-1", "us-east-1")
        ]
        async with AwsAccess() as access:
            report = await Rollout(manifest(3, ()), access, targets=targets, concurrency=1).run()
        assert report.counts == {"created": 6}
        assert len(aws.seen) == 2


# --- Documents ----------------------------------------------------------------------------------------


def documents(**more: Any) -> Documents:
    place = DocumentPlace(uri="s3://docs-{region}//a/./b/../", bucket_owner=None)
    target = Target(name="t", region="eu-west-1", role_arn=ROLE)

    async def given() -> Credentials:
        return Credentials("KEY", "secret")

    return Documents(evolve(target, **more), "eu-west-1", place, given)


async def test_a_document_is_put_under_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bucket is looked at once; what is there already, or being put by another, is no failure."""
    async with FakeAws() as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", aws.url)
        aws.answers = [
            (200, ""),
            (409, "<Error><Code>ConditionalRequestConflict</Code></Error>"),
            (412, "<Error><Code>PreconditionFailed</Code></Error>"),
            (503, "<Error><Code>SlowDown</Code></Error>"),
            (200, ""),
        ]
        store = documents()
        address = await store.put("abc")
        assert address == (
            "s3://docs-eu-west-1/a/b/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.yaml"
        )
        await store.put("other")
        await store.aclose()
    assert [method for method, _ in aws.seen] == ["HEAD", "PUT", "PUT", "PUT", "PUT"]
    assert aws.seen[1][1] == address.removeprefix("s3:/")


async def test_nothing_is_put_into_another_regions_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeAws() as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", aws.url)
        place = DocumentPlace(uri="s3://docs", bucket_owner="111122223333")
        store = Documents(Target(name="t", region="us-east-1"), "us-east-1", place, None)
        with pytest.raises(ConfigurationError, match="is in eu-west-1, and the target is in us-east-1"):
            await store.put("abc")
        await store.aclose()
    assert [method for method, _ in aws.seen] == ["HEAD"]
