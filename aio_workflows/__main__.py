"""``python -m aio_workflows`` and the console script. The only place that explains a missing extra."""

from __future__ import annotations

import sys
from typing import NoReturn

_EXTRA = frozenset({"click", "rich"})


def main() -> NoReturn:
    """Run the command line and leave with its exit status."""
    try:
        from aio_workflows.cli.main import cli
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA:
            raise
        sys.exit("aio-workflows: the command line needs its extra: pip install 'aio-workflows[cli]'")
    cli(prog_name="aio-workflows")
    sys.exit(0)


if __name__ == "__main__":
    main()
