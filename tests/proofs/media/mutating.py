"""Files changed by chance, the same at each run: what bad copies, bad programs and bad people make of them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from random import Random

_HEAD = 400
"""Bytes at the beginning that most of what is said of a file stands in."""
_EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_BOXES = (
    *(b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"ctts"),
    *(b"elst", b"edts", b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"dinf", b"dref", b"url ", b"alis", b"udta", b"meta"),
    *(b"moof", b"traf", b"trun", b"mvex", b"sidx", b"cmov", b"rmra", b"rmda", b"rdrf", b"avcC", b"esds", b"free"),
)
_HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts", b"udta")
Mutation = Callable[[Random, bytes, "Sequence[bytes]"], bytes]


def mutate(chance: Random, data: bytes, others: Sequence[bytes], secret: str) -> bytes:
    """A good file after one to three changes.

    Args:
        others: files of other formats, for stretches that do not belong.
        secret: the path of a file that this one asks for.
    """
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
        data = (
            chance.choice(_MUTATIONS)(chance, data, others) if chance.random() > 0.08 else _asking(chance, data, secret)
        )
    return data


def _place(chance: Random, data: bytes) -> int:
    """Where; every second time in the head."""
    return chance.randrange(max(1, min(len(data), _HEAD if chance.random() < 0.5 else len(data))))


def _put(data: bytes, place: int, new: bytes) -> bytes:
    return data[:place] + new + data[place + len(new) :]


def _bits(chance: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _number in range(chance.choice((1, 1, 2, 8, 64))):
        if changed:
            changed[_place(chance, data)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _noise(chance: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return _put(data, _place(chance, data), chance.randbytes(chance.choice((1, 4, 16, 200))))[: len(data) + 16]


def _cut(chance: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _cut_out(chance: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place = _place(chance, data)
    return data[:place] + data[place + chance.choice((1, 2, 7, 64, 512)) :]


def _repeated(chance: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place, length = _place(chance, data), chance.choice((1, 8, 100, 1000))
    return data[:place] + data[place : place + length] * chance.choice((2, 3, 50)) + data[place + length :]


def _foreign(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other, place = chance.choice(others), _place(chance, data)
    begin = chance.randrange(len(other))
    piece = other[begin : begin + chance.choice((8, 64, 1024, 100_000))]
    return data[:place] + piece + data[place + len(piece) * chance.randrange(2) :]


def _extreme(chance: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    form = chance.choice((">I", "<I", ">H", "<H", "B", ">Q"))
    value = chance.choice(_EXTREMES) & (256 ** struct.calcsize(form) - 1)
    return _put(data, _place(chance, data), struct.pack(form, value))


def _lying_length(chance: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Another value where a length may stand: a number that is no larger than the file."""
    form = chance.choice((">I", "<I"))
    places = [at for at in range(max(0, len(data) - 3)) if 4 < struct.unpack_from(form, data, at)[0] <= len(data)]
    if not places:
        return data
    place = chance.choice(places)
    length = struct.unpack_from(form, data, place)[0]
    lies = (0, 1, 7, 8, length - 1, length + 1, length * 2, length // 2, len(data), 0x7FFFFFFF, 0xFFFFFFFF)
    return _put(data, place, struct.pack(form, chance.choice(lies) & 0xFFFFFFFF))


def _boxes(data: bytes, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Where boxes of an MP4 or MOV file lie, those inside others too: from and to."""
    found, place, last = [], start, len(data) if end is None else end
    while place + 8 <= last and data[place + 4 : place + 8].strip().isalnum():
        size = struct.unpack_from(">I", data, place)[0]
        if not 8 <= size <= last - place:
            break
        found.append((place, place + size))
        if data[place + 4 : place + 8] in _HOLDERS:
            found += _boxes(data, place + 8, place + size)
        place += size
    return found


def _other_boxes(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A box renamed, gone, twice, in another box, or at another place."""
    boxes = _boxes(data)
    if not boxes:
        return _foreign(chance, data, others)
    start, end = chance.choice(boxes)
    box, way = data[start:end], chance.randrange(5)
    if way == 0:
        return _put(data, start + 4, chance.choice(_BOXES))
    if way == 1:
        return data[:start] + data[end:]
    if way == 2:
        return data[:start] + box * chance.choice((2, 3, 100)) + data[end:]
    target, stop = chance.choice(boxes)
    if way == 3:
        return data[:target] + box + data[target:]
    return data[: target + 8] + box + data[target + 8 :] if stop - target >= 8 else data


def _asking(chance: Random, data: bytes, secret: str) -> bytes:
    """Something that asks for another file, or for one on another machine."""
    address = chance.choice((secret, f"file:{secret}", "secret.srt", "http://127.0.0.1:9/x", "tcp://127.0.0.1:9"))
    name = address.encode()
    reference = b"\0\0\0\0" + name + b"\0"
    piece = chance.choice(
        (
            b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n" + name + b"\n#EXT-X-ENDLIST\n",
            b"ffconcat version 1.0\nfile '" + name + b"'\n",
            struct.pack(">I", len(reference) + 8) + b"url " + reference,
            struct.pack(">I", len(name) + 20) + b"rdrf" + b"\0\0\0\0url " + struct.pack(">I", len(name)) + name,
            b"<?xml version='1.0'?><MPD><BaseURL>" + name + b"</BaseURL></MPD>",
        )
    )
    references = data.find(b"url \0\0\0\1")
    if references > 4 and chance.random() < 0.5:  # an MP4 file's own sound and picture, said to lie elsewhere
        return (
            data[: references - 4]
            + struct.pack(">I", len(reference) + 8)
            + b"url "
            + reference
            + data[references + 8 :]
        )
    place = chance.choice((0, _place(chance, data)))
    return data[:place] + piece + data[place:]


_MUTATIONS: tuple[Mutation, ...] = (
    *(_bits, _bits, _noise, _cut, _cut_out, _repeated, _foreign, _extreme, _extreme, _lying_length, _other_boxes),
)
