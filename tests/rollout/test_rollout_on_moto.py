"""The proof of the rollout: three regions, three accounts, roles that are really assumed, S3 that is really there."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from aio_workflows import ConfigurationError, ServiceError
from aio_workflows.emulator.moto import MotoEmulator
from aio_workflows.rollout.aws import AwsAccess
from aio_workflows.rollout.manifest import read_manifest
from aio_workflows.rollout.model import Manifest
from aio_workflows.rollout.report import RolloutReport
from aio_workflows.rollout.targets import Rollout, choose_targets

REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2"]
ACCOUNTS = ["111122223333", "222233334444", "333344445555"]


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[MotoEmulator]:
    """moto for everything that is asked in AWS's name, and nothing of the real surroundings."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    with MotoEmulator() as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        yield emulator
        reset_moto()


def reset_moto() -> None:
    """Buckets and roles stay in moto's process otherwise."""
    from moto.backends import get_backend

    for service in ("s3", "sts"):
        get_backend(service).reset()


def boto(moto: MotoEmulator, service: str, **options: Any) -> Any:
    plain = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")
    return boto3.client(service, **moto.boto_options(config=plain, **options))


def document(number: int, extra: str = "") -> str:
    return f"name: flow {number}\nschemaVersion: 1.0\nsteps: []\n{extra}"


def write_set(folder: Path, size: int, more: str = "") -> Path:
    """A manifest of ``size`` documents for nine targets."""
    (folder / "build").mkdir(exist_ok=True)
    lines = ["defaults: {semanticVersion: 1.0.0, type: BUILD}", "workflows:"]
    for number in range(size):
        (folder / "build" / f"flow-{number}.yaml").write_text(document(number))
        lines.append(f"  - file: build/flow-{number}.yaml")
    lines.append("targets:")
    for account in ACCOUNTS:
        role = f"arn:aws:iam::{account}:role/publisher"
        lines.append(f"  - {{regions: [{', '.join(REGIONS)}], roleArn: '{role}', externalId: ours}}")
    path = folder / "workflows.yaml"
    path.write_text("\n".join([*lines, more]))
    return path


async def publish(manifest: Manifest, **options: Any) -> RolloutReport:
    async with AwsAccess() as access:
        return await Rollout(manifest, access, **options).run()


def count_creates(moto: MotoEmulator) -> int:
    """How many creates succeeded: each has made one build."""
    return sum(build.owner != "Amazon" for build in moto.service.store.builds.values())


async def test_a_set_is_made_so_in_every_region_and_account(
    moto: MotoEmulator, tmp_path: Path, full_size: bool
) -> None:
    """Created, then unchanged, then one changed file: its new builds, and nothing else."""
    size = 40 if full_size else 4
    path = write_set(tmp_path, size)
    report = await publish(read_manifest(path))
    assert report.counts == {"created": 9 * size}
    assert count_creates(moto) == 9 * size
    places = {(build.owner, build.arn.split(":")[3]) for build in moto.service.store.builds.values()}
    assert {place for place in places if place[0] != "Amazon"} == {
        (account, region) for account in ACCOUNTS for region in REGIONS
    }
    report = await publish(read_manifest(path))
    assert report.counts == {"unchanged": 9 * size}
    assert count_creates(moto) == 9 * size
    (tmp_path / "build" / "flow-1.yaml").write_text(document(1, "# changed\n"))
    planned = await publish(read_manifest(path), dry_run=True)
    assert planned.counts == {"new_build": 9, "unchanged": 9 * (size - 1)}
    assert count_creates(moto) == 9 * size
    report = await publish(read_manifest(path))
    assert report.counts == {"new_build": 9, "unchanged": 9 * (size - 1)}
    assert {outcome.label for outcome in report.outcomes if outcome.status == "new_build"} == {
        "build/flow-1.yaml"
    }
    assert report.ok


async def test_a_role_is_assumed_once_for_all_its_regions(moto: MotoEmulator, tmp_path: Path) -> None:
    from moto.backends import get_backend

    await publish(read_manifest(write_set(tmp_path, 2)))
    roles = [role for account in ACCOUNTS for role in get_backend("sts")[account]["aws"].assumed_roles]
    assert len(roles) == len(ACCOUNTS)
    assert {role.external_id for role in roles} == {"ours"}


async def test_one_target_is_chosen_by_name(moto: MotoEmulator, tmp_path: Path) -> None:
    manifest = read_manifest(write_set(tmp_path, 1))
    chosen = choose_targets(manifest.targets, [ACCOUNTS[0], "*/eu-west-1"])
    assert [one.name for one in chosen] == [
        *(f"{ACCOUNTS[0]}/{region}" for region in REGIONS),
        f"{ACCOUNTS[1]}/eu-west-1",
        f"{ACCOUNTS[2]}/eu-west-1",
    ]
    with pytest.raises(ConfigurationError, match="'nowhere'"):
        choose_targets(manifest.targets, ["nowhere"])
    report = await publish(manifest, targets=chosen)
    assert report.counts == {"created": 5}


LONG = document(0, "#" * 16_000)


@pytest.fixture
def buckets(moto: MotoEmulator) -> None:
    for region in REGIONS:
        s3 = boto(moto, "s3", region_name=region)
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=f"docs-{region}", **place)
        s3.close()


OWN = "targets:\n" + "".join(f"  - {{name: own, region: {region}}}\n" for region in REGIONS)


def write_long(folder: Path, documents: str) -> Path:
    (folder / "long.yaml").write_text(LONG)
    path = folder / "workflows.yaml"
    path.write_text(
        "workflows: [{file: long.yaml, semanticVersion: 1.0.0, type: BUILD}]\n" + documents + "\n" + OWN
    )
    return path


@pytest.mark.usefixtures("buckets")
async def test_long_documents_go_through_s3(moto: MotoEmulator, tmp_path: Path) -> None:
    """They are put there once, under the digest of their text, and compared by it."""
    place = 'documents: {uri: "s3://docs-{region}/some/folder", bucketOwner: "123456789012"}'
    manifest = read_manifest(write_long(tmp_path, place))
    planned = await publish(manifest, dry_run=True)
    assert planned.counts == {"created": 3}
    s3 = boto(moto, "s3")
    assert "Contents" not in await asyncio.to_thread(s3.list_objects_v2, Bucket="docs-eu-west-1")
    assert (await publish(manifest)).counts == {"created": 3}
    assert (await publish(manifest)).counts == {"unchanged": 3}
    listed = await asyncio.to_thread(s3.list_objects_v2, Bucket="docs-eu-west-1")
    (key,) = [one["Key"] for one in listed["Contents"]]
    assert key.startswith("some/folder/")
    got = await asyncio.to_thread(s3.get_object, Bucket="docs-eu-west-1", Key=key)
    assert got["Body"].read().decode() == LONG
    assert {build.data for build in moto.service.store.builds.values() if build.owner != "Amazon"} == {LONG}
    s3.close()


@pytest.mark.usefixtures("buckets")
async def test_a_bucket_of_another_region_is_refused(moto: MotoEmulator, tmp_path: Path) -> None:
    """Before anything is put there; the target whose bucket is right goes on."""
    place = 'documents: {uri: "s3://docs-eu-west-1", bucketOwner: "123456789012"}'
    report = await publish(read_manifest(write_long(tmp_path, place)))
    assert report.counts == {"created": 1, "failed": 2}
    for outcome in report.outcomes:
        if outcome.status == "failed":
            assert "is in eu-west-1, and the target is in" in str(outcome.error)


async def test_a_bucket_that_is_not_there_is_told(moto: MotoEmulator, tmp_path: Path) -> None:
    place = 'documents: {uri: "s3://nowhere-{region}", bucketOwner: "123456789012"}'
    report = await publish(read_manifest(write_long(tmp_path, place)))
    assert report.counts == {"failed": 3}
    error = report.outcomes[0].error
    assert isinstance(error, ServiceError)
    assert (error.operation, error.http_status) == ("HeadBucket", 404)


async def test_a_journal_spares_what_is_done(moto: MotoEmulator, tmp_path: Path) -> None:
    path, journal = write_set(tmp_path, 2), tmp_path / "run.sqlite"
    report = await publish(read_manifest(path), journal=journal)
    assert not any(outcome.resumed for outcome in report.outcomes)
    (tmp_path / "build" / "flow-1.yaml").write_text(document(1, "# changed\n"))
    report = await publish(read_manifest(path), journal=journal)
    assert report.counts == {"created": 9, "new_build": 9}
    assert [outcome.resumed for outcome in report.outcomes] == [True, False] * 9
    report = await publish(read_manifest(path), journal=journal)
    assert all(outcome.resumed for outcome in report.outcomes)
    assert count_creates(moto) == 27


async def test_a_killed_run_is_resumed_to_the_same_end(
    moto: MotoEmulator, tmp_path: Path, full_size: bool
) -> None:
    """SIGKILL in the middle of a run of its own process; with the journal it ends as if nothing had been."""
    size = 40 if full_size else 4
    path, journal = write_set(tmp_path, size), tmp_path / "run.sqlite"
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "aio_workflows", "publish", str(path)),
        *("--journal", str(journal), "--concurrency", "2"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    ended = asyncio.create_task(running.wait())
    while not ended.done() and count_creates(moto) < 3 * size:
        await asyncio.wait({ended}, timeout=0.01)
    running.kill()
    assert await ended == -signal.SIGKILL
    assert 3 * size <= count_creates(moto) < 9 * size
    report = await publish(read_manifest(path), journal=journal)
    assert report.counts == {"created": 9 * size}
    assert any(outcome.resumed for outcome in report.outcomes)
    assert count_creates(moto) == 9 * size
    report = await publish(read_manifest(path))
    assert report.counts == {"unchanged": 9 * size}
