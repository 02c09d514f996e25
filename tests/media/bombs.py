"""Small files that unfold into huge ones, written byte by byte: no encoder has to make what they pretend to hold."""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Callable, Iterator

_FLAC_RATE = 48_000
_FLAC_BLOCK = 65_535
_CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def silent_flac(seconds: float) -> bytes:
    """So much silence at 48 kHz in about 13 bytes for each 1.4 s."""
    total = round(seconds * _FLAC_RATE)
    info = struct.pack(">HH", _FLAC_BLOCK, _FLAC_BLOCK) + bytes(6)
    info += (_FLAC_RATE << 44 | 15 << 36 | total).to_bytes(8, "big") + bytes(16)
    frames = (_flac_frame(number) for number in range(total // _FLAC_BLOCK))
    return b"fLaC" + b"\x80\x00\x00\x22" + info + b"".join(frames)


def _flac_frame(number: int) -> bytes:
    """A block of one value: mono, 16 bits, numbered."""
    head = b"\xff\xf8\x7a\x08" + _as_utf8(number) + struct.pack(">H", _FLAC_BLOCK - 1)
    frame = head + bytes([_crc(head, 8, 0x07)]) + b"\x00\x00\x00"
    return frame + struct.pack(">H", _crc(frame, 16, 0x8005))


def _as_utf8(number: int) -> bytes:
    return chr(number).encode("utf-8", "surrogatepass")


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    table, mask, rest = _crc_table(bits, polynomial), (1 << bits) - 1, 0
    for byte in data:
        rest = (rest << 8 ^ table[rest >> (bits - 8) ^ byte]) & mask
    return rest


@functools.cache
def _crc_table(bits: int, polynomial: int) -> list[int]:
    top, table = 1 << (bits - 1), []
    for byte in range(256):
        rest = byte << (bits - 8)
        for _ in range(8):
            rest = rest << 1 ^ polynomial if rest & top else rest << 1
            rest &= (1 << bits) - 1
        table.append(rest)
    return table


def repeat_frame(movie: bytes, times: int, seconds_each: float) -> bytes:
    """An MP4 file of one frame as one that shows it ``times`` times: the index names the same bytes again and again."""
    scale = struct.unpack(">I", _find(movie, b"mdhd")[12:16])[0]
    ticks = round(seconds_each * scale)
    size = struct.unpack(">I", _find(movie, b"stsz")[4:8])[0] or struct.unpack(">I", _find(movie, b"stsz")[12:16])[0]
    offset = struct.unpack(">I", _find(movie, b"stco")[8:12])[0]
    tables = {
        b"stts": struct.pack(">IIII", 0, 1, times, ticks),
        b"stsc": struct.pack(">IIIII", 0, 1, 1, 1, 1),
        b"stsz": struct.pack(">III", 0, size, times),
    }

    def written(kind: bytes, body: bytes, shift: int) -> bytes | None:
        """The box that stands in its place; None leaves it out."""
        if kind in (b"ctts", b"edts", b"udta", b"stss"):
            return None
        if kind == b"stco":
            return struct.pack(">II", 0, times) + struct.pack(">I", offset + shift) * times
        if kind == b"mdhd":
            return body[:16] + struct.pack(">I", times * ticks) + body[20:]
        return tables.get(kind, body)

    rough = _rewritten(movie, lambda kind, body: written(kind, body, 0))
    shift = rough.index(b"mdat") - movie.index(b"mdat")
    return _rewritten(movie, lambda kind, body: written(kind, body, shift))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place < len(data):
        size = struct.unpack(">I", data[place : place + 4])[0]
        yield data[place + 4 : place + 8], data[place + 8 : place + size]
        place += size


def _rewritten(data: bytes, write: Callable[[bytes, bytes], bytes | None]) -> bytes:
    made = b""
    for kind, body in _boxes(data):
        new = _rewritten(body, write) if kind in _CONTAINERS else write(kind, body)
        if new is not None:
            made += struct.pack(">I", len(new) + 8) + kind + new
    return made


def _find(data: bytes, wanted: bytes) -> bytes:
    for kind, body in _boxes(data):
        if kind == wanted:
            return body
        found = _find(body, wanted) if kind in _CONTAINERS else b""
        if found:
            return found
    return b""


def blank_png(side: int) -> bytes:
    """A black picture of so many pixels a side, one bit each."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = zlib.compressobj()
    body = b"".join(row.compress(bytes(side // 8 + 1)) for _ in range(side)) + row.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
