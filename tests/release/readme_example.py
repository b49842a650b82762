"""Run the first Python example of a README, as it stands, against an emulator: `python readme_example.py README.md`.

Everything comes from the package as it is installed for the Python that runs this, which may have nothing else.
"""

import asyncio
import os
import re
import sys
from pathlib import Path

import aio_workflows
from aio_workflows.emulator import Emulator

ARN = re.compile(r"arn:aws:imagebuilder:[\w-]+:\d{12}:workflow/build/golden-linux/1\.0\.0/1\n")


async def main(readme: Path) -> None:
    if not Path(aio_workflows.__file__).is_relative_to(sys.prefix):
        raise SystemExit(f"the package is not the installed one: {aio_workflows.__file__}")
    example = re.search(
        r"^```python\n(.*?)^```$", readme.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    if example is None:
        raise SystemExit(f"{readme} has no Python example")
    async with Emulator() as emulator:
        options = emulator.boto_options()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
            "AWS_ACCESS_KEY_ID": options["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": options["aws_secret_access_key"],
            "AWS_ENDPOINT_URL_IMAGEBUILDER": emulator.url,
        }
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-W", "error", "-c", example[1]),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await program.communicate()
        if program.returncode != 0 or not ARN.fullmatch(printed.decode()) or len(emulator.builds) != 1:
            raise SystemExit(f"exit status {program.returncode}; printed: {printed.decode()!r}")
        sys.stdout.write(printed.decode())


asyncio.run(main(Path(sys.argv[1])))
