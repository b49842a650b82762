"""The text of a workflow document: read from the bytes of a file, and kept out of reprs."""

from __future__ import annotations

from typing import Final

from aio_workflows.errors import Complaint, RequestValidationError


def document_repr(value: str | None) -> str:
    """How a document shows in a repr: by its size only."""
    return "None" if value is None else f"<{len(value)} characters>"


_BYTE_ORDER_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def decode(content: bytes, file_name: str) -> str:
    """The text of a UTF-8 file, without a byte order mark."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            raise _not_utf8(f"the file {file_name!r} is {encoding}; save it as UTF-8", encoding)
    try:
        return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        offset = error.start + (len(content) - len(error.object))
    # Raised here, not above: the decode error holds the whole document, so it must not be the context.
    position = f"byte {content[offset]:#04x} at offset {offset}"
    raise _not_utf8(f"the file {file_name!r} is not UTF-8: {position}", position)


def _not_utf8(message: str, actual: str) -> RequestValidationError:
    complaint = Complaint(field="data", rule="encoding", text=message, limit="UTF-8", actual=actual)
    return RequestValidationError([complaint], subject="CreateWorkflowRequest")
