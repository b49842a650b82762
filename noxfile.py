"""Every check of the project.

`nox` runs lint, typing, tests and docs in the environment that nox itself runs in (README, "Test it").
`nox -s full` makes environments of its own: other Pythons, the lowest and the newest dependencies; and `interop`.
`nox -s interop` drives the emulator by clients that are not ours, each in an environment of its own.
`nox -s bench` measures this package beside other clients (`-- --quick`: under a minute).
`nox -s release` builds what is published into `dist/`, and tries it in an environment that has nothing else.
`nox -s reports` writes the generated pages of the documentation anew.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.options.sessions = ["lint", "typing", "tests", "docs"]

PROJECT = nox.project.load_toml("pyproject.toml")


def lowest_dependencies() -> list[str]:
    """Give each dependency at exactly the version its floor names."""
    requirements = PROJECT["project"]["dependencies"]
    return [re.sub(r">=([\d.]+).*", r"==\1", requirement) for requirement in requirements]


def reveal_pyenv_pythons() -> None:
    """Let pyenv's `python3.12` and the like run; by default only the selected Python does."""
    if pyenv := shutil.which("pyenv"):
        listed = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True, check=True)
        os.environ.setdefault("PYENV_VERSION", ":".join(listed.stdout.split()))


def separately(session: nox.Session, package: str) -> Path:
    """Install a package in an environment that has nothing else; gives the directory of its programs."""
    place = Path(session.create_tmp()).resolve() / Path(package).stem
    session.run(sys.executable, "-m", "venv", "--clear", str(place), external=True)
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    session.run(str(programs / "python"), "-m", "pip", "install", "--quiet", package, external=True)
    return programs


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    session.run(sys.executable, "-m", "ruff", "format", "--check", ".")
    session.run(sys.executable, "-m", "ruff", "check", ".")


@nox.session(venv_backend="none")
def typing(session: nox.Session) -> None:
    session.run(sys.executable, "-m", "mypy")
    session.run(
        sys.executable, "-m", "pyright", "--project", "pyproject.toml", "--pythonpath", sys.executable
    )
    # That every public symbol has a type; this looks for the package by the first Python of PATH.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    complete = ["--verifytypes", "aio_workflows", "--ignoreexternal"]
    session.run(sys.executable, "-m", "pyright", *complete, env={"PATH": path}, silent=True)


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    # On all processors, each file of tests on one of them: what its tests share is made once.
    session.run(sys.executable, "-m", "pytest", "-n", "auto", "--dist", "loadfile", "--cov", *session.posargs)


@nox.session(venv_backend="none")
def docs(session: nox.Session) -> None:
    # The environment is made anew, since notebooks are to be run with the package as it is now.
    options = ["-W", "--keep-going", "--show-traceback", "--fresh-env"]
    builder = [sys.executable, "-m", "sphinx", *options, "-b", "html"]
    session.run(*builder, "docs", "docs/_build/html")


@nox.session(venv_backend="none")
def reports(session: nox.Session) -> None:
    session.run(sys.executable, "-m", "reports", env={"PYTHONPATH": "docs"})


@nox.session
@nox.parametrize("python, dependencies", [("3.11", "lowest"), ("3.12", "newest"), ("3.13", "newest")])
def full(session: nox.Session, dependencies: str) -> None:
    pinned = lowest_dependencies() if dependencies == "lowest" else []
    session.install("--upgrade", "pip>=25.1")
    session.install("--upgrade", "--editable", ".[cli]", "--group", "test", *pinned)
    session.run("python", "-m", "pytest", "--full-size", *session.posargs)
    session.notify("interop")


@nox.session
def interop(session: nox.Session) -> None:
    session.install("--upgrade", "pip>=25.1")
    session.install("--editable", ".", "--group", "test")
    aws = separately(session, "awscli") / "aws"
    capo = separately(session, "capo-imagebuilder") / "python"
    clients = {"AIO_WORKFLOWS_AWS": str(aws), "AIO_WORKFLOWS_CAPO": str(capo)}
    session.run("python", "-m", "pytest", "tests/interop", *session.posargs, env=clients)


@nox.session(venv_backend="none")
def bench(session: nox.Session) -> None:
    clients = {}
    try:
        clients["AIO_WORKFLOWS_CAPO"] = str(separately(session, "capo-imagebuilder") / "python")
    except CommandFailed:
        session.warn("capo-imagebuilder cannot be installed here: it is left out")
    session.run(sys.executable, "-m", "bench", *session.posargs, env=clients)


@nox.session
def release(session: nox.Session) -> None:
    session.install("build", "twine")
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", "dist")  # the wheel from the sdist
    built = sorted(str(path.resolve()) for path in Path("dist").iterdir())
    session.run("python", "-m", "twine", "check", "--strict", *built)
    (wheel,) = [name for name in built if name.endswith(".whl")]
    root = Path.cwd()
    # The examples name their documents relative to the project, whose package must not be found.
    place = Path(session.create_tmp()).resolve() / "elsewhere"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree("docs/examples", place / "docs" / "examples")
    programs = separately(session, wheel)
    with session.chdir(place):
        example = str(root / "tests" / "release" / "readme_example.py")
        python = str(programs / "python")
        session.run(python, "-I", example, str(root / "README.md"), external=True)
        session.run(python, "-m", "pip", "install", "--quiet", f"{wheel}[cli]", external=True)
        commands = ["publish", "docs/examples/workflows", "--emulator"]
        session.run(str(programs / "aio-workflows"), *commands, external=True)


reveal_pyenv_pythons()
