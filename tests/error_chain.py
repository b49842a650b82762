"""Everything that hangs on an exception, shown in its traceback or not."""

from collections.abc import Iterator


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error itself and all its causes and contexts."""
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is not None:
            yield one
            todo += [one.__cause__, one.__context__]
