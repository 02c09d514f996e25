"""Sound encoded while it is still being made: each format is whole at any place where it is cut."""

from __future__ import annotations

import os
import struct
import threading
from pathlib import Path
from typing import Literal, Protocol

from backend.errors import Cancelled, MediaFailed, StudioError
from backend.media.ffmpeg import Ffmpeg
from backend.work import Cancel

StreamFormat = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
RATE = 24_000
"""Hz of what is fed: one channel, 16 bits, little endian."""
MOST_SECONDS = 6 * 3600.0
"""Of a stream, however slowly its sound is made or taken."""
_ENDLESS = 0xFFFFFFFF
_SOURCE = ("-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0", "-map_metadata", "-1", "-flush_packets", "1")
_ENCODERS: dict[StreamFormat, tuple[str, ...]] = {
    # Without the header that tells the length, which nobody knows yet.
    "mp3": ("-c:a", "libmp3lame", "-b:a", "160k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3"),
    "opus": ("-c:a", "libopus", "-b:a", "96k", "-page_duration", "100000", "-f", "ogg"),
    "aac": ("-c:a", "aac", "-b:a", "128k", "-f", "adts"),
    "flac": ("-c:a", "flac", "-sample_fmt", "s16", "-f", "flac"),
}
MEDIA_TYPES: dict[StreamFormat, str] = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}


class StreamEncoder(Protocol):
    """Turns sound into bytes of a format, piece by piece. Used by one thread at a time."""

    def feed(self, sound: bytes) -> bytes:
        """Take more sound (`RATE`, maybe none); what has come out meanwhile.

        Raises:
            MediaFailed: it cannot be encoded.
        """

    def finish(self) -> bytes:
        """The rest, once all sound is there. Raises as `feed`."""

    def close(self) -> None:
        """Break off; nothing runs any more afterwards. May be called at any time, also twice."""


def stream_encoder(ffmpeg: Ffmpeg, form: StreamFormat, folder: Path) -> StreamEncoder:
    """What encodes ``form``; ``folder`` is a working folder of its own."""
    return PlainEncoder(form == "wav") if form in ("wav", "pcm") else PipedEncoder(ffmpeg, form, folder)


class PlainEncoder:
    """Samples as they are, with or without a header that says that more will come."""

    def __init__(self, with_header: bool) -> None:
        self._header = _wave_header() if with_header else b""

    def feed(self, sound: bytes) -> bytes:
        """See `StreamEncoder`."""
        header, self._header = (self._header, b"") if sound else (b"", self._header)
        return header + sound

    def finish(self) -> bytes:
        """See `StreamEncoder`."""
        return b""

    def close(self) -> None:
        """See `StreamEncoder`."""


class PipedEncoder:
    """An ffmpeg that encodes what is fed to it."""

    def __init__(self, ffmpeg: Ffmpeg, form: StreamFormat, folder: Path) -> None:
        source, self._sink = os.pipe()
        self._open = True
        self._cancel = Cancel()
        self._lock = threading.Lock()
        self._made = bytearray()
        self._failure: StudioError | None = None
        arguments = (*_SOURCE, *_ENCODERS[form], "pipe:1")
        self._thread = threading.Thread(
            target=self._encode, args=(ffmpeg, arguments, source, folder), name="stream-encoder", daemon=True
        )
        self._thread.start()

    def _encode(self, ffmpeg: Ffmpeg, arguments: tuple[str, ...], source: int, folder: Path) -> None:
        try:
            ffmpeg.pipe(
                arguments,
                source=source,
                on_output=self._take,
                folder=folder,
                cancel=self._cancel,
                timeout=MOST_SECONDS,
            )
        except StudioError as error:
            self._failure = error
        finally:
            os.close(source)  # whoever still writes is told

    def _take(self, data: bytes) -> None:
        with self._lock:
            self._made += data

    def feed(self, sound: bytes) -> bytes:
        """See `StreamEncoder`."""
        left = memoryview(sound)
        try:
            while left:
                left = left[os.write(self._sink, left) :]
        except BrokenPipeError:
            self._thread.join()
            raise self._why() from None
        return self._given()

    def finish(self) -> bytes:
        """See `StreamEncoder`."""
        self._hang_up()
        self._thread.join()
        if self._failure:
            raise self._failure
        return self._given()

    def close(self) -> None:
        """See `StreamEncoder`."""
        self._cancel.set()
        self._hang_up()
        self._thread.join()

    def _given(self) -> bytes:
        with self._lock:
            data, self._made = bytes(self._made), bytearray()
        return data

    def _hang_up(self) -> None:
        if self._open:
            self._open = False
            os.close(self._sink)

    def _why(self) -> StudioError:
        if self._failure is None or isinstance(self._failure, Cancelled):
            return MediaFailed("The encoder ended before its sound did.", hint="Try again.")
        return self._failure


def _wave_header() -> bytes:
    """Of a WAV file whose length nobody knows yet: as large as can be, which readers take for "to the end"."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", _ENDLESS, b"WAVE") + form + struct.pack("<4sI", b"data", _ENDLESS)
