"""A hearing's record with the page and programs that check it, streamed as one archive."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

#: When the archive's files were made, for it: their content alone tells versions apart.
_MADE = (1980, 1, 1, 0, 0, 0)
_READ_ME = """\
{reference}

Open check.html in a browser and choose record.json. Nothing is sent anywhere.
Or run: python3 verify.py record.json

用浏览器打开 check.html，选择 record.json。不会向任何地方发送数据。
或运行：python3 verify.py record.json
"""


class _Pipe:
    """A file one can only write to; what was written is taken out piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep a piece."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: pieces are taken as they come."""

    def close(self) -> None:
        """Do nothing: there is nothing behind the pieces."""

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def archive_parts(reference: str, record: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a zip archive in constant memory: the record, the page, its script, verify.py."""
    base = Path(settings.BASE_DIR)
    files = {
        "READ-ME.txt": _READ_ME.format(reference=reference).encode(),
        "check.html": (base / "docs" / "verify" / "hearing.html").read_bytes(),
        "verify.js": (base / "static" / "jury" / "verify.js").read_bytes(),
        "verify.py": (base / "docs" / "verify" / "verify.py").read_bytes(),
    }
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(_info(reference, name), data)
        yield pipe.taken()
        with archive.open(_info(reference, "record.json"), "w", force_zip64=True) as target:
            for part in record:
                target.write(part)
                written = pipe.taken()
                if written:
                    yield written
    yield pipe.taken()


def _info(reference: str, name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(f"{reference}/{name}", _MADE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
