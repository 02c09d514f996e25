"""What is to be rendered. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backend.models import Fit, ImageEffect
from backend.shots import Shot
from backend.video.backgrounds.kinds import Background, Gradient
from backend.video.encoding.encoders import USUAL, Encoder
from backend.video.picture.fitting import Size
from backend.video.picture.overlays import Overlay
from backend.video.picture.timeline import frame_count
from backend.video.picture.volume import most_bytes
from backend.video.sound.graph import USUAL_FADES, Fades
from backend.video.sound.mixing import DUCK_DISTANCE, Mix


@dataclass(frozen=True)
class RenderRequest:
    """One video to make, in one size."""

    audio: Path
    """The narration."""
    duration: float
    """Seconds of the narration; the video lasts as long, rounded up to a whole frame."""
    backgrounds: tuple[Background, ...] = (Gradient(),)
    """In order; several share the time, changing where sentences end."""
    size: Size = (1080, 1920)
    fit: Fit = "cover"
    effect: ImageEffect = "none"
    """For pictures; clips move by themselves. Only what covers the frame can pan, the rest zooms."""
    ass: str | None = None
    """Captions as an ASS document of our own making, for exactly this size."""
    fonts: Path | None = None
    """Folder of the fonts the captions use; needed with ``ass``. The machine's own fonts are never used."""
    music: Path | None = None
    music_volume: float = 0.2
    """Gain of the music where nobody speaks, 0 to 1."""
    speech: tuple[tuple[float, float], ...] = ()
    """Start and end of words in seconds, for the music to step back."""
    duck: bool = True
    duck_distance: float = DUCK_DISTANCE
    """LU that the music lies under the voice, at least, while someone speaks."""
    music_start: float = 0.0
    """Seconds of the music that are left out at its beginning."""
    fades: Fades = USUAL_FADES
    loudness: float | None = None
    """LUFS of the finished mix; None leaves voice and music as loud as they are."""
    fps: int = 30
    cuts: tuple[float, ...] = ()
    """Ends of sentences in seconds."""
    shots: tuple[Shot, ...] = ()
    """How each of the backgrounds is shown, one for each; none lets them share the time."""
    overlays: tuple[Overlay, ...] = ()
    """Pictures over the background, the lowest first; captions lie over them."""
    encoder: Encoder = USUAL

    def __post_init__(self) -> None:
        if self.ass is not None and self.fonts is None:
            raise ValueError("captions need the folder of their fonts")

    @property
    def name(self) -> str:
        """``WIDTHxHEIGHT``."""
        return f"{self.size[0]}x{self.size[1]}"

    @property
    def frames(self) -> int:
        """How many it has."""
        return frame_count(self.duration, self.fps)

    @property
    def most_bytes(self) -> int:
        """What its file never needs."""
        return most_bytes(self.duration, self.size)

    @property
    def mix(self) -> Mix:
        """What is to be heard, to the end of the last frame."""
        return Mix(
            narration=self.audio,
            seconds=self.frames / self.fps,
            music=self.music,
            music_volume=self.music_volume,
            speech=self.speech,
            duck=self.duck,
            duck_distance=self.duck_distance,
            music_start=self.music_start,
            fades=self.fades,
            loudness=self.loudness,
        )
