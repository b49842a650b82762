"""Manifests: what they come to, and every mistake of one at once, each with its line."""

import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from aio_workflows import ManifestError
from aio_workflows.rollout.folder import manifest_of_folder
from aio_workflows.rollout.manifest import read_manifest
from aio_workflows.rollout.manifest_schema import json_schema

DOCUMENT = "schemaVersion: 1.0\nsteps: []\n"
ROLE = "arn:aws:iam::111122223333:role/publisher"

WHOLE = """\
environment: [STAGE, TEAM]
defaults:
  semanticVersion: 1.0.0
  type: BUILD
  description: made for ${STAGE}
  tags: {team: "${TEAM}", stage: "${STAGE}"}
documents:
  uri: s3://documents-{region}/workflows
workflows:
  - file: build/linux.yaml
  - file: build/windows.yaml
    name: Windows ${STAGE}
    semanticVersion: 2.1.0
    onChange: patch
    tags: {stage: none, price: "$${5}"}
    changeDescription: why
    kmsKeyId: alias/key
  - uri: s3://elsewhere/test.yaml
    name: smoke
    type: TEST
targets:
  - name: production
    regions: [eu-west-1, us-east-1]
    roleArn: arn:aws:iam::111122223333:role/publisher
    externalId: ours
  - profile: sandbox
    region: eu-central-1
    endpointUrl: https://localhost:1234
    documents: {uri: "s3://sandbox-documents", bucketOwner: "444455556666"}
"""
ENVIRON = {"STAGE": "dev", "TEAM": "images: [a"}


def write(folder: Path, manifest: str, **files: str) -> Path:
    for name, text in {
        "build/linux.yaml": DOCUMENT,
        "build/windows.yaml": DOCUMENT + "# w\n",
        **files,
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / "workflows.yaml"
    path.write_text(manifest, encoding="utf-8")
    return path


def mistakes(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read_manifest(path, environ or {})
    assert str(caught.value) == "\n".join(map(str, caught.value.mistakes))
    assert all(one.file == str(path) for one in caught.value.mistakes)
    return [f"{one.line}: {one.field}: {one.text}" for one in caught.value.mistakes]


def test_a_manifest_says_what_to_publish_and_where(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    manifest = read_manifest(tmp_path, ENVIRON)
    linux, windows, smoke = manifest.workflows
    request = linux.request()
    assert (request.name, str(request.semantic_version), request.type) == ("linux", "1.0.0", "BUILD")
    assert (request.data, request.description) == (DOCUMENT, "made for dev")
    assert dict(request.tags or {}) == {"team": "images: [a", "stage": "dev"}
    assert (linux.on_change, linux.label, linux.is_long) == ("new_build", "build/linux.yaml", False)
    request = windows.request()
    assert (request.name, str(request.semantic_version)) == ("Windows dev", "2.1.0")
    assert (request.change_description, request.kms_key_id) == ("why", "alias/key")
    assert dict(request.tags or {}) == {"team": "images: [a", "stage": "none", "price": "${5}"}
    assert windows.on_change == "patch"
    assert (smoke.request().uri, smoke.document, smoke.request().type) == (
        "s3://elsewhere/test.yaml",
        None,
        "TEST",
    )
    production, _other, sandbox = manifest.targets
    assert [one.name for one in manifest.targets] == [
        "production/eu-west-1",
        "production/us-east-1",
        "sandbox/eu-central-1",
    ]
    assert (production.role_arn, production.external_id, production.role_account) == (
        ROLE,
        "ours",
        "111122223333",
    )
    assert production.documents is not None
    assert production.documents.uri == "s3://documents-{region}/workflows"
    assert "ours" not in repr(production)
    assert (sandbox.profile, sandbox.endpoint_url, sandbox.role_account) == (
        "sandbox",
        "https://localhost:1234",
        None,
    )
    assert sandbox.documents is not None
    assert sandbox.documents.bucket_owner == "444455556666"
    assert DOCUMENT not in repr(manifest)


def test_without_targets_it_goes_where_aws_tools_would(tmp_path: Path) -> None:
    path = write(
        tmp_path, "workflows: [{file: build/linux.yaml, semanticVersion: 1.0.0, type: TEST, name: other}]"
    )
    manifest = read_manifest(path)
    assert [(one.name, one.region) for one in manifest.targets] == [("default", None)]
    assert [one.request().name for one in manifest.workflows] == ["other"]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """In the order of the text, whatever kind they are of."""
    text = """\
environment: [STAGE, lower-case]
defaults:
  semanticVersion: 1.0.0
  type: BUILD
surplus: 1
workflows:
  - file: build/missing.yaml
  - file: build/linux.yaml
    semanticVersion: 1.0
  - file: build/linux.yaml
    name: a.b
    typ: BUILD
  - {file: build/linux.yaml, uri: "s3://b/k"}
  - {uri: "s3://b/k"}
  - file: build/linux.yaml
    tags: {"aws:x": "1", n: 5}
  - file: build/linux.yaml
    name: ${STAGE}
    description: ${OTHER} and ${STAGE
  - 5
  - file: build/linux.yaml
    semanticVersion: 1.x.x
    onChange: replace
  - file: build/linux.yaml
  - file: build/linux.yaml
    name: LINUX
targets:
  - region: eu-west-1
    roleArn: nobody
  - {name: both, region: eu-west-1, regions: [eu-west-1]}
  - {name: none}
  - {name: twice, regions: [eu-west-1, eu-west-1]}
  - {name: id, region: eu-west-1, externalId: "12"}
  - {name: place, region: eu-west-1, documents: {uri: "http://x", bucketOwner: 123456789012}}
"""
    assert mistakes(write(tmp_path, text)) == [
        "1: environment[1]: must be the name of an environment variable",
        "5: surplus: is nothing that a manifest has here",
        "7: workflows[0].file: 'build/missing.yaml' cannot be read: No such file or directory",
        "9: workflows[1].semanticVersion: expected text, found a number: write it in quotes",
        "12: workflows[2].typ: is nothing that a manifest has here",
        "13: workflows[3]: give exactly one of file and uri; both given",
        "14: workflows[4]: a document given by uri needs a name",
        "16: workflows[5].tags: expected text for each entry, found a number",
        "18: workflows[6].name: wants the environment variable STAGE, which is not set",
        (
            "18: workflows[6].name: may hold letters, digits, '-', '_' and, not at either end, blanks; "
            "found '$' at position 0"
        ),
        "19: workflows[6].description: names ${OTHER}, which is not in the manifest's list 'environment'",
        "19: workflows[6].description: has a '${' without its '}'; write '$${' for the two characters themselves",
        "20: workflows[7]: expected an object, found a number",
        "22: workflows[8].semanticVersion: must be <major>.<minor>.<patch>, three numbers",
        "23: workflows[8].onChange: must be one of new_build, patch, minor, major, fail, not 'replace'",
        "25: workflows[10]: is the same workflow and version as workflows[9]; both cannot be the latest",
        "29: targets[0].roleArn: must have 20 to 2048 characters, has 6",
        "30: targets[1]: give exactly one of region and regions",
        "31: targets[2]: give exactly one of region and regions",
        "32: targets[3]: gives the target 'twice/eu-west-1' a second time; name them apart",
        "33: targets[4].externalId: goes with a roleArn only",
        "34: targets[5].documents.bucketOwner: expected text, found a number: write it in quotes",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("workflows: []", "1: workflows: is empty"),
        ("workflows: 5", "1: workflows: expected a list, found a number"),
        ("{}", "1: workflows: required member missing"),
        ("- a\n- b", "1: : a manifest is a mapping with a list 'workflows'"),
        ("targets: []\nworkflows: [{uri: 's3://b/k', name: abc, type: BUILD, semanticVersion: 1.0.0}]",
         "1: targets: is empty"),
        ("workflows: [{uri: 's3://b/k', name: abc}]",
         "1: workflows[0]: has no semanticVersion, and neither have the defaults"),
        ("environment: {A: b}\nworkflows: []",
         "1: environment: expected a list, found an object"),
        ("defaults: {type: BULD}\nworkflows: [{uri: 's3://b/k', name: abc}]",
         "1: defaults.type: must be one of BUILD, TEST, DISTRIBUTION, not 'BULD'"),
        ("defaults: [1]\nworkflows: [{uri: 's3://b/k', name: abc}]",
         "1: defaults: expected an object, found a list"),
        ("documents: {uri: 's3://Bucket'}\nworkflows: [{uri: 's3://b/k', name: abc, type: TEST, semanticVersion: 1.0.0}]",
         ("1: documents.uri: must be of the form s3://bucket or s3://bucket/prefix; "
         "{region} stands for the target's region")),
        ("workflows: [{file: a, file: b}]", "1: : the key 'file' is in line 1 already; only one of them can count"),
    ],
)  # fmt: skip
def test_one_mistake(tmp_path: Path, text: str, said: str) -> None:
    assert said in mistakes(write(tmp_path, text))


def test_text_that_is_no_yaml_is_told_with_its_place(tmp_path: Path) -> None:
    (said,) = mistakes(write(tmp_path, "workflows:\n  - {file: x\n"))
    assert re.match(r"\d+: : ", said)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "workflows: [{file: odd.yaml, semanticVersion: 1.0.0, type: TEST}]")
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfea\x00")
    assert "UTF-16" in mistakes(path)[0]
    (tmp_path / "odd.yaml").write_text("")
    assert "at least 1" in mistakes(path)[0] or "1 to 16000" in mistakes(path)[0]
    path.write_bytes(b"\xff\xfea\x00")
    assert "UTF-16" in mistakes(path)[0]


def test_there_must_be_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_manifest(tmp_path)


def test_a_long_document_needs_a_place(tmp_path: Path) -> None:
    long = DOCUMENT + "#" * 16_000
    entry = "workflows: [{file: long.yaml, semanticVersion: 1.0.0, type: TEST}]\n"
    path = write(tmp_path, entry, **{"long.yaml": long})
    assert "16029 characters, more than 16000: give 'documents'" in mistakes(path)[0]
    path.write_text(entry + "documents: {uri: 's3://place'}\n")
    assert "'bucketOwner'" in mistakes(path)[0]
    path.write_text(entry + "documents: {uri: 's3://place'}\ntargets: [{region: eu-west-1, profile: a}]\n")
    assert "'a/eu-west-1' has no role" in mistakes(path)[0]
    path.write_text(
        entry + f"documents: {{uri: 's3://place'}}\ntargets: [{{region: eu-west-1, roleArn: '{ROLE}'}}]\n"
    )
    (workflow,) = read_manifest(path).workflows
    assert workflow.is_long
    assert workflow.request("s3://place/key").uri == "s3://place/key"
    path.write_text(entry)
    (tmp_path / "long.yaml").write_text("#" * 65_537)
    assert "65537 bytes; the service takes at most 65536" in mistakes(path)[0]


def test_aliases_and_merges_serve_as_defaults(tmp_path: Path) -> None:
    """Placeholders in what is used twice are filled once: '$${' does not become a placeholder of its own."""
    text = (
        "environment: [A]\nworkflows:\n"
        "  - &first {file: build/linux.yaml, semanticVersion: 1.0.0, type: TEST, description: '$${A}'}\n"
        "  - {<<: *first, name: other}\n"
    )
    manifest = read_manifest(write(tmp_path, text), {"A": "no"})
    assert [one.request().description for one in manifest.workflows] == ["${A}", "${A}"]


# --- Folders without a manifest -----------------------------------------------------------------------


def test_a_folder_is_read_by_its_folders(tmp_path: Path) -> None:
    write(tmp_path, "")
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "smoke.yml").write_text(DOCUMENT)
    manifest = manifest_of_folder(tmp_path, semantic_version="2.0.0")
    assert [(one.label, one.request().name, str(one.request().type)) for one in manifest.workflows] == [
        ("build/linux.yaml", "linux", "BUILD"),
        ("build/windows.yaml", "windows", "BUILD"),
        ("test/smoke.yml", "smoke", "TEST"),
    ]
    assert str(manifest.workflows[0].request().semantic_version) == "2.0.0"


def test_what_cannot_be_published_of_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"no workflows\.yaml, and no documents in build, test"):
        manifest_of_folder(tmp_path)
    write(tmp_path, "", **{"build/Linux.yml": DOCUMENT, "build/a.b.yaml": DOCUMENT})
    (tmp_path / "build" / "utf.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ManifestError) as caught:
        manifest_of_folder(tmp_path)
    said = [one.text for one in caught.value.mistakes]
    assert len(said) == 3
    assert any("the same workflow" in one for one in said)
    assert any("found '.'" in one for one in said)
    assert any("UTF-16" in one for one in said)


# --- The JSON Schema ----------------------------------------------------------------------------------


def shipped() -> dict[str, Any]:
    text = importlib.resources.files("aio_workflows.rollout").joinpath("manifest.schema.json").read_text()
    schema: dict[str, Any] = json.loads(text)
    return schema


def test_the_schema_is_the_classes() -> None:
    """Written anew by `python -m aio_workflows.rollout.manifest_schema > .../manifest.schema.json`."""
    assert shipped() == json_schema()


def test_the_schema_takes_what_is_right_and_refuses_what_is_not() -> None:
    jsonschema.Draft202012Validator.check_schema(shipped())
    validator = jsonschema.Draft202012Validator(shipped())
    assert not list(validator.iter_errors(yaml.safe_load(WHOLE)))
    broken: dict[str, Any] = yaml.safe_load(WHOLE)
    broken["workflows"][0] |= {"semanticVersion": "1.0", "type": "BULD", "surplus": 1}
    broken["targets"][0]["roleArn"] = "nobody"
    assert len(list(validator.iter_errors(broken))) == 5  # the role is too short, and no ARN
