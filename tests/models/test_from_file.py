"""Documents from files: every byte kept, whatever the locale; and what is not UTF-8 is said clearly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aio_workflows import CreateWorkflowRequest, RequestValidationError

TEXT = "name: é 漢 🚀\r\nb: 1\n\nlast: line without an end"

PROGRAM = """
import locale, sys
from aio_workflows import CreateWorkflowRequest, RequestValidationError
print(locale.getpreferredencoding(False))
try:
    request = CreateWorkflowRequest.from_file(sys.argv[1], semantic_version="1.0.0", type="TEST")
except RequestValidationError as error:
    print(ascii(str(error)))
else:
    print(ascii(request.data))
"""


def read(file: Path) -> str | None:
    return CreateWorkflowRequest.from_file(file, semantic_version="1.0.0", type="TEST").data


def refusal(file: Path) -> RequestValidationError:
    with pytest.raises(RequestValidationError) as caught:
        read(file)
    (complaint,) = caught.value.complaints
    assert (complaint.field, complaint.rule, complaint.limit) == ("data", "encoding", "UTF-8")
    return caught.value


def in_locale(locale: str, file: Path) -> list[str]:
    """What the program prints where nothing but the locale says how files are read."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))
    }
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(file)],
        env=kept | {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stderr == ""
    return finished.stdout.splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "my flow.yaml"


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_the_locale_does_not_matter(locale: str, file: Path) -> None:
    """In a locale that knows no UTF-8 the text is the same, and so is the complaint."""
    file.write_bytes(TEXT.encode())
    encoding, data = in_locale(locale, file)
    assert encoding.upper() != "UTF-8"
    assert data == ascii(TEXT)
    file.write_bytes("é".encode("latin-1"))
    assert "byte 0xe9 at offset 0" in in_locale(locale, file)[1]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_all_but_a_byte_order_mark_is_kept(mark: bytes, file: Path) -> None:
    """One mark at the beginning is dropped; line ends, and a mark elsewhere, are text."""
    for text in (TEXT, "a\r\rb\n\r", "  \n", "a\ufeffb", "\u2028"):
        file.write_bytes(mark + text.encode())
        assert read(file) == text
    file.write_bytes(b"\xef\xbb\xbf\xef\xbb\xbfa")
    assert read(file) == "\ufeffa"


def test_the_name_is_the_files_stem(tmp_path: Path) -> None:
    """Unless another is given, and the rules for names hold for it."""
    file = tmp_path / "harden-linux.yaml"
    file.write_bytes(b"a: 1")
    made = CreateWorkflowRequest.from_file(str(file), semantic_version="1.0.0", type="TEST")
    assert made.name == "harden-linux"
    named = CreateWorkflowRequest.from_file(file, semantic_version="1.0.0", type="TEST", name="other")
    assert named.name == "other"
    dotted = file.rename(tmp_path / "my.flow.yaml")
    with pytest.raises(RequestValidationError, match=r"'\.'"):
        read(dotted)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_other_unicode_is_named(encoding: str, file: Path) -> None:
    """What Windows editors write is recognised by its mark."""
    file.write_bytes("\ufeffa: 1".encode(encoding))
    error = refusal(file)
    assert f"is {encoding[:6].upper()}; save it as UTF-8" in str(error)
    assert file.name in str(error)


@pytest.mark.parametrize(
    ("content", "position"),
    [
        (b"ab\xff", "byte 0xff at offset 2"),
        (b"\xef\xbb\xbfab\xff", "byte 0xff at offset 5"),
        (b"a" * 9_999 + b"\xe9t\xe9", "byte 0xe9 at offset 9999"),
        (b"a: \xc3", "byte 0xc3 at offset 3"),
        (b"\xed\xa0\x80", "byte 0xed at offset 0"),
        (b"\xc0\x80", "byte 0xc0 at offset 0"),
    ],
)
def test_the_first_bad_byte_is_named(content: bytes, position: str, file: Path) -> None:
    """Counted from the file's first byte; the document itself is in no part of the error."""
    file.write_bytes(content)
    error = refusal(file)
    assert position in str(error)
    assert (error.__cause__, error.__context__) == (None, None)
    assert content not in [value for value in vars(error).values() if isinstance(value, bytes)]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_no_document(content: bytes, file: Path) -> None:
    """It breaks the rule of the length."""
    file.write_bytes(content)
    with pytest.raises(RequestValidationError) as caught:
        CreateWorkflowRequest.from_file(file, semantic_version="1.0.0", type="TEST", name="abc")
    assert [(one.field, one.rule) for one in caught.value.complaints] == [("data", "length")]


def test_a_file_that_is_not_there_is_an_os_error(file: Path) -> None:
    """As with any file."""
    with pytest.raises(FileNotFoundError):
        read(file)
