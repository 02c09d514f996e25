"""Which encoders work here: found out by encoding, once for each machine, driver and ffmpeg.

What ffmpeg lists says what it was built with and nothing more. So a few seconds are really encoded and played, with
key frames where they have to be.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from backend.compositions import Codec, EncoderChoice, Quality
from backend.errors import MediaFailed, MediaRejected, StorageError
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import MP4
from backend.media.info import Limits
from backend.media.probe import look_into
from backend.storage.disk import write_whole
from backend.video.encoding.encoders import CALLED, HARDWARE, READ_AS, Encoder, in_hardware, software
from backend.video.picture.drawn import BT709
from backend.video.picture.graph import KEY_SECONDS, file_output
from backend.work import Work

_FPS = 30
_FRAMES = 2 * KEY_SECONDS * _FPS + 8
"""Two whole stretches between key frames, and a bit of a third."""
_SIZE = (320, 256)
"""The least that all hardware takes."""
_TRIAL_SECONDS = 30.0
_DRIVERS = ("/proc/driver/nvidia/version", "/sys/class/drm/card*/device/uevent")


@dataclass(frozen=True)
class Chosen:
    """The encoder of a video."""

    encoder: Encoder
    notice: str = ""
    """Why it is not the one that was asked for."""


class Encoders:
    """Chooses encoders, remembering which ones worked. Safe to share between threads."""

    def __init__(self, ffmpeg: Ffmpeg, file: Path) -> None:
        self._ffmpeg, self._file = ffmpeg, file
        self._lock = threading.Lock()

    def choose(self, codec: Codec, quality: Quality, choice: EncoderChoice, work: Work) -> Chosen:
        """The best one that works here; H.264 by x264 always does.

        Raises:
            Cancelled: stopped on request.
        """
        plain = software(codec, quality)
        if choice == "hardware":
            for kind in HARDWARE:
                encoder = in_hardware(kind, codec, quality)
                if encoder is not None and self._works(encoder, work):
                    return Chosen(encoder)
            called = f"No graphics card here can write {CALLED[codec]}, so the processor did."
            return self._or_h264(plain, quality, called, work)
        return self._or_h264(plain, quality, "", work)

    def _or_h264(self, encoder: Encoder, quality: Quality, notice: str, work: Work) -> Chosen:
        if encoder.codec == "h264" or self._works(encoder, work):
            return Chosen(encoder, notice)
        instead = f"This ffmpeg cannot write {CALLED[encoder.codec]}, so the video is {CALLED['h264']}."
        return Chosen(software("h264", quality), instead)

    def failed(self, encoder: Encoder) -> None:
        """Forget that an encoder worked: it did not when it mattered."""
        self._note(encoder, works=False)

    def _works(self, encoder: Encoder, work: Work) -> bool:
        with self._lock:
            known = self._known().get(_key(encoder))
            if known is None:
                self._note(encoder, known := try_encoder(encoder, self._ffmpeg, work))
        return known

    def _known(self) -> dict[str, bool]:
        try:
            kept = json.loads(self._file.read_bytes())
            return dict(kept["works"]) if kept["machine"] == self._machine() else {}
        except (OSError, ValueError, TypeError, LookupError):
            return {}

    def _note(self, encoder: Encoder, works: bool) -> None:
        known = {**self._known(), _key(encoder): works}
        text = json.dumps({"machine": self._machine(), "works": known}).encode()
        with contextlib.suppress(StorageError):  # a full disk: it is tried once more next time
            write_whole(self._file, lambda file: shutil.copyfileobj(BytesIO(text), file))

    def _machine(self) -> str:
        """Changes with the ffmpeg, the system and its drivers."""
        told = [self._ffmpeg.version, str(self._ffmpeg.binary), platform.platform(), *_drivers()]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _drivers() -> Iterator[str]:
    for pattern in _DRIVERS:
        for path in sorted(Path("/").glob(pattern[1:])):
            with contextlib.suppress(OSError):
                yield path.read_text("utf-8", "replace")


def _key(encoder: Encoder) -> str:
    return " ".join(encoder.arguments(_FPS))


def try_encoder(encoder: Encoder, ffmpeg: Ffmpeg, work: Work) -> bool:
    """Whether it really encodes: four seconds are, and played to their end.

    Raises:
        Cancelled: stopped on request.
    """
    width, height = _SIZE
    source = f"testsrc2=size={width}x{height}:rate={_FPS}:duration={_FRAMES / _FPS:.6f}"
    graph = f"[0:v:0]format=yuv420p,{BT709}{',' if encoder.upload else ''}{encoder.upload}[picture]"
    with tempfile.TemporaryDirectory(prefix="encoder-") as name:
        folder = Path(name)
        try:
            ffmpeg.run(
                [
                    *(*encoder.device, "-f", "lavfi", "-i", source, "-filter_complex", graph),
                    *("-map", "[picture]", *encoder.arguments(_FPS), *file_output("trial.mp4")),
                ],
                folder=folder,
                work=Work(cancel=work.cancel),
                timeout=_TRIAL_SECONDS,
            )
            facts = look_into(folder / "trial.mp4", MP4, Limits(), decode="everything", cancel=work.cancel)
        except (MediaFailed, MediaRejected):
            return False
    (video,) = facts["streams"]
    right = video["codec"] in READ_AS[encoder.codec] and (video["width"], video["height"]) == _SIZE
    whole = video["packets"] == video["frames"] == _FRAMES and not video["undecodable"]
    return bool(right and whole and video["longest_run"] <= KEY_SECONDS * _FPS)
