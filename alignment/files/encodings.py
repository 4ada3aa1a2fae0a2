"""Which bytes stand for which letters."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from alignment.files.file_format import UTF_16_MARKS

CHUNK_CHARACTERS = 1_000_000
ENOUGH_EVIDENCE = 1_000

# Bytes that are no UTF-8, as Python smuggles them into text: byte 0xFC becomes U+DCFC.
# Of these, seven are unused or next to unseen in Windows-1252, so they point to damage.
STRAY = re.compile("[\udc80-\udcff]")
DAMAGE = re.compile("[\udc81\udc8d\udc8f\udc90\udc9d\udcfe\udcff]")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class Encoding(StrEnum):
    """The encodings that spreadsheets and other systems write."""

    UTF_8 = "utf_8"
    UTF_16 = "utf_16"
    WINDOWS_1252 = "windows_1252"

    @property
    def label(self) -> str:
        """The name people know it by."""
        return self.value.replace("utf", "UTF").replace("windows", "Windows").replace("_", "-")

    @property
    def codec(self) -> str:
        """What Python calls it; a byte order mark is taken off."""
        return "utf_8_sig" if self is Encoding.UTF_8 else self.value

    @property
    def on_error(self) -> str:
        """Smuggle stray bytes through, so that only their row is refused; UTF-16 cannot."""
        return "strict" if self is Encoding.UTF_16 else "surrogateescape"


def detect_encoding(path: Path) -> Encoding:
    """Windows-1252 only where more characters speak for it than for UTF-8."""
    with path.open("rb") as file:
        if file.read(2) in UTF_16_MARKS:
            return Encoding.UTF_16

    for_utf_8 = for_windows = 0
    for chunk in _odd_chunks(path):
        stray = len(STRAY.findall(chunk)) - len(DAMAGE.findall(chunk))
        for_windows += stray
        for_utf_8 += len(NOT_ASCII.findall(chunk)) - stray
        if for_utf_8 + for_windows > ENOUGH_EVIDENCE:
            break
    return Encoding.WINDOWS_1252 if for_windows > for_utf_8 else Encoding.UTF_8


def stray_byte(text: str, encoding: Encoding) -> int | None:
    """The place, counted from 1, of the first byte that is not of the encoding."""
    if text.isascii():
        return None

    match = STRAY.search(text)
    if match is None:
        return None
    return len(text[: match.start()].encode(encoding.value)) + 1


def _odd_chunks(path: Path) -> Iterator[str]:
    with path.open(encoding="utf_8_sig", errors="surrogateescape", newline="") as file:
        while chunk := file.read(CHUNK_CHARACTERS):
            if not chunk.isascii():
                yield chunk
