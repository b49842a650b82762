"""Derived tokens: the same in every process."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
from aio_workflows import CreateWorkflowRequest, derive_client_token
tags = {"owner": "platform", "b:c": "漢", "a": ""}
for ordered in (tags, dict(reversed(tags.items()))):
    request = CreateWorkflowRequest(
        name="abc", semantic_version="1.0.0", type="BUILD", data="a: é\\r\\n", tags=ordered
    )
    print(derive_client_token(request, region="eu-west-1", salt="run 7", account="123456789012"))
"""

# Written down, since a token must outlive a release too: a run that is resumed after an upgrade
# must not create everything a second time.
TOKEN = "fdda188f-03d4-85c4-8386-5805cb4875c7"


@pytest.mark.parametrize("seed", ["0", "1", "4294967295", "random"])
def test_every_process_derives_the_same_token(seed: str) -> None:
    """Whatever its seed of hashes, and in whatever order the tags were given."""
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.split() == [TOKEN, TOKEN]
