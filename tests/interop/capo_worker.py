"""Calls Image Builder through capo-imagebuilder, for a program that has it not: one call a line, one answer a line.

Runs in the environment that has capo-imagebuilder and nothing of ours. Arguments: the endpoint, the Region, both keys.
"""

import importlib
import json
import sys
from typing import Any


def main(endpoint: str, region: str, access_key: str, secret_key: str) -> None:
    # Found at run time: the environment in which types are checked has it not.
    library: Any = importlib.import_module("capo_imagebuilder")
    keys = {"access_key": access_key, "secret_key": secret_key}
    with library.imagebuilderClient(
        endpoint=endpoint, region=region, credentials=keys, retry_max_attempts=1
    ) as client:
        for line in sys.stdin:
            operation, members = json.loads(line)
            try:
                told = {"answer": getattr(client, operation)(**members)}
            except library.errors.ServiceError as error:
                told = {"refused": {"code": error.code, "message": error.message}}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
