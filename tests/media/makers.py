"""Small media files, good and bad, made on the spot."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import soundfile  # type: ignore[import-untyped]
from PIL import Image

from backend.media.ffmpeg import Ffmpeg
from backend.work import Work


class Maker:
    """Makes files in one folder; asked again for the same name it gives the same file, or refuses another one."""

    def __init__(self, folder: Path, ffmpeg: Ffmpeg) -> None:
        self.folder = folder
        self._ffmpeg = ffmpeg
        self._recipes: dict[str, object] = {}

    def _is_made(self, name: str, *recipe: object) -> bool:
        """Whether the file was made already; a test that wants another one under its name would see the wrong file."""
        assert self._recipes.setdefault(name, recipe) == recipe, f"{name} was made another way: take another name."
        return (self.folder / name).exists()

    def media(self, name: str, *arguments: str) -> Path:
        """What ffmpeg makes with these arguments; ``in:NAME`` stands for another file of the folder."""
        path = self.folder / name
        if not self._is_made(name, arguments):
            inputs = [argument.replace("in:", "file:") for argument in arguments]
            self._ffmpeg.run([*inputs, "-y", f"file:{name}"], folder=self.folder, work=Work(), timeout=60)
        return path

    def clip(
        self,
        name: str = "clip.mp4",
        *,
        seconds: float = 1.0,
        size: str = "160x120",
        fps: int = 30,
        sound: bool = True,
        pixel_format: str = "yuv420p",
    ) -> Path:
        """A test pattern, with a tone."""
        picture = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={fps}:d={seconds}"]
        tone = ["-f", "lavfi", "-i", f"sine=d={seconds}:r=48000", "-c:a", "aac"] if sound else []
        fast = ["-preset", "ultrafast", "-g", "15", "-movflags", "+faststart"] if name.endswith("mp4") else []
        return self.media(name, *picture, *tone, "-pix_fmt", pixel_format, *fast)

    def turned(self) -> Path:
        """A landscape clip with red above, marked by a phone as to be turned a quarter."""
        drawing = "color=blue:s=160x120:d=1:r=30,drawbox=0:0:160:60:red:fill"
        self.media("lying.mp4", "-f", "lavfi", "-i", drawing, "-pix_fmt", "yuv420p")
        return self.media("turned.mp4", "-display_rotation", "90", "-i", "in:lying.mp4", "-c", "copy")

    def picture(self, name: str = "picture.png", *, size: tuple[int, int] = (120, 90), **options: object) -> Path:
        """Red on the left, blue on the right."""
        path = self.folder / name
        if not self._is_made(name, size, options):
            image = Image.new("RGB", size, (255, 0, 0))
            image.paste((0, 0, 255), (size[0] // 2, 0, size[0], size[1]))
            image.save(path, **options)  # type: ignore[arg-type]
        return path

    def exif_picture(self) -> Path:
        """A JPEG whose stored left side is to be seen on top (EXIF orientation 6)."""
        exif = Image.Exif()
        exif[0x112] = 6
        return self.picture("exif.jpg", exif=exif, quality=95)

    def tone(self, name: str = "tone.wav", *, seconds: float = 1.0, rate: int = 24_000, level: float = 0.25) -> Path:
        """A sine of 440 Hz."""
        path = self.folder / name
        if not self._is_made(name, seconds, rate, level):
            times = np.arange(int(seconds * rate)) / rate
            soundfile.write(path, (level * np.sin(2 * np.pi * 440 * times)).astype(np.float32), rate, "PCM_16")
        return path

    def tone_of(self, name: str, frequency: float, *, seconds: float = 1.0, level: float = 0.25) -> Path:
        """A sine of so many Hz, at 48 kHz."""
        path = self.folder / name
        if not self._is_made(name, frequency, seconds, level):
            times = np.arange(int(seconds * 48_000)) / 48_000
            soundfile.write(path, (level * np.sin(2 * np.pi * frequency * times)).astype(np.float32), 48_000, "PCM_16")
        return path

    def cut(self, name: str, source: Path, share: float) -> Path:
        """The first part of a file."""
        path = self.folder / name
        data = source.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        return path

    def text(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


def frames_of(path: Path) -> list[np.ndarray]:
    """All frames as (height, width, 3) RGB."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def samples_of(path: Path) -> tuple[np.ndarray, int]:
    """All samples as (frames, channels) float, and the rate in Hz."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        planes = av.AudioResampler(format="fltp")
        blocks = [part.to_ndarray() for frame in container.decode(stream) for part in planes.resample(frame)]
    return np.concatenate(blocks, axis=1).T, stream.rate
