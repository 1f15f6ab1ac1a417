"""What a log line may hold: what happened and where in the code, never to whom."""

import logging
import re
import traceback
from types import TracebackType
from typing import Any

LONGEST_CHAIN = 8
# Words of people are in other scripts than the code's; their numbers are eight digits and more.
_WORDS = re.compile(r"[^\x00-\x7f]+")
_NUMBERS = re.compile(r"\d{8,}[Xx]?")
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlainFormatter(logging.Formatter):
    """Writes a line and where an error came from, without the values it came with.

    A database error tells the failing row in its further lines, so that only the first line of
    any error is kept.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with names and long numbers taken out."""
        return without_people(super().format(record))

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - the library's name
        """Return the frames and the first line of each error of the chain, the cause first."""
        parts: list[str] = []
        error = ei[1]
        while error is not None and len(parts) < LONGEST_CHAIN:
            parts.append(_told(error))
            hidden = error.__suppress_context__
            error = error.__cause__ or (None if hidden else error.__context__)
        return "\n".join(reversed(parts))


def _told(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    said: Any = str(error).strip().split("\n", 1)[0][:300]
    return f"{frames}{type(error).__module__}.{type(error).__qualname__}: {said}"


def without_people(text: str) -> str:
    """Return a text without what may be a name, an identity number, a telephone or an account."""
    return _NUMBERS.sub("…", _WORDS.sub("…", text))
