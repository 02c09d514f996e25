"""What a visitor has chosen: kept in the browser, turned into the arguments of operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from ui.studio import Json

PORTRAIT, SQUARE, WIDE = "1080x1920", "1080x1080", "1920x1080"
SHAPES = {PORTRAIT: "9:16", SQUARE: "1:1", WIDE: "16:9"}
"""Frame sizes that the page offers, and what people call them."""
DUCK_DISTANCE = 20.0
"""How far music steps back unless somebody says otherwise, as in ``generate_captioned_video``."""
PLATFORMS, AS_IT_IS, NO_AUDIO = "-14", "as_it_is", "none"
"""The loudness that platforms play at, the choice that leaves it, and the choice of no sound alone."""
OTHER_LOUDNESSES = {"-16": -16.0, "-23": -23.0, AS_IT_IS: None}
"""Choices of a loudness and the LUFS they mean."""
_PLAIN_SHOT = {
    "sentences": None,
    "trim_start": 0,
    "trim_end": None,
    "at_end": "loop",
    "fit": None,
    "image_effect": None,
}
"""What a shot is that nobody has changed."""
AUTO = "auto"
"""The choice that leaves it to the studio."""


@dataclass(frozen=True)
class Choices:
    """Everything a visitor sets before pressing a button. The defaults make a video that looks good."""

    script: str = ""
    voice: str = "af_heart"
    speed: float = 1.0
    style: str = "bold_pop"
    background: str = "gradient"
    """``gradient``, ``colour:#RRGGBB``, ``word:waveform``, ``sample:<file name>`` or ``files:<file_id>,…``."""
    motion: str = "none"
    sizes: tuple[str, ...] = (PORTRAIT,)
    music: str = ""
    """``sample:<file name>`` or ``file:<file_id>``; empty for none."""
    music_volume: float = 0.2
    duck: str = "on"
    """``on`` when music steps back for speech."""
    position: str = "auto"
    capitals: str = "auto"
    engine: str = AUTO
    """An engine's name; ``auto`` takes the voice's own."""
    verify: str = "off"
    """``on`` when each sentence is heard and compared with the script."""
    options: Mapping[str, Json] = field(default_factory=dict)
    """What was set on engines, by their name."""
    draft: Mapping[str, Json] = field(default_factory=dict)
    """``{"style": …}``: the chosen style with changes that are not saved; empty when there are none."""
    layers: Mapping[str, Json] = field(default_factory=dict)
    """What lies over the background, the lowest first, by numbers that mean nothing. In it, names that begin with ``_``
    are the page's own."""
    duck_distance: float = DUCK_DISTANCE
    """LU that music lies under the voice while someone speaks."""
    fit: str = "cover"
    quality: str = "standard"
    codec: str = "h264"
    encoder: str = "software"
    """``hardware`` has a graphics card write the video where one can."""
    loudness: str = PLATFORMS
    """LUFS of the finished sound as text; ``as_it_is`` leaves voice and music as they are."""
    audio_export: str = NO_AUDIO
    """A format in which the finished sound is also wanted alone."""
    shots: Mapping[str, Json] = field(default_factory=dict)
    """``{background: {"shots": […]}}`` for backgrounds that were brought: in the order they are shown, each as the
    operations take it. Names that begin with ``_`` are the page's own; ``_file`` is whose shot it is."""

    @classmethod
    def remembered(cls, memory: Mapping[str, Any] | None) -> Choices:
        """The choices a browser kept. Values of a wrong type (from an older page) fall back to the defaults."""
        defaults = cls()
        kept = {}
        for each in fields(cls):
            kept[each.name] = _kept((memory or {}).get(each.name), getattr(defaults, each.name))
        return cls(**kept)

    @classmethod
    def given(cls, values: tuple[Any, ...]) -> Choices:
        """The choices as the page's controls give them, in the order of the fields."""
        return cls.remembered(dict(zip((each.name for each in fields(cls)), values, strict=True)))

    def to_memory(self) -> Json:
        """What the browser keeps."""
        return {**asdict(self), "sizes": list(self.sizes)}

    @property
    def look(self) -> str | Json:
        """The captions' style as operations take it: its name, or all of it while it is being changed."""
        return self.draft.get("style") or self.style

    def layout(self) -> Json:
        """The caption layout; what is left to the style is left out."""
        layout: Json = {}
        if self.position != "auto":
            layout["position"] = self.position
        if self.capitals != "auto":
            layout["uppercase"] = self.capitals == "on"
        return layout

    def over_background(self) -> list[Json]:
        """The layers as the operations take them. A title without a text is not there yet."""
        shown = [
            layer for layer in self.layers.values() if layer.get("kind") != "title" or str(layer.get("text")).strip()
        ]
        return [_without_own(layer) for layer in shown]

    def shown(self, background: str | list[str] | None) -> tuple[str | list[str] | None, list[Json]]:
        """Backgrounds in the order in which they are shown, and the shot of each; no shots where all are plain."""
        files = [background] if isinstance(background, str) else background or []
        kept = self.shots.get(self.background, {}).get("shots") or []
        shots = [shot for shot in kept if isinstance(shot, dict)] if isinstance(kept, list) else []
        order = [str(shot.get("_file")) for shot in shots]
        if not files or sorted(order) != sorted(files):
            return background, []
        told = [_without_own(shot) for shot in shots]
        plain = all(told_of in (_PLAIN_SHOT, {}) for told_of in told)
        return (order if len(order) > 1 else order[0]), [] if plain else told

    def file_options(self) -> Json:
        """How the file is written, where it is not as usual."""
        usual, chosen = Choices(), {name: getattr(self, name) for name in ("quality", "codec", "encoder")}
        options = {name: value for name, value in chosen.items() if value != getattr(usual, name)}
        if self.loudness in OTHER_LOUDNESSES:
            options["video_loudness"] = OTHER_LOUDNESSES[self.loudness]
        if self.audio_export != NO_AUDIO:
            options["audio_export"] = self.audio_export
        return options

    def speech_arguments(self, manner: Json | None = None) -> Json:
        """For ``generate_speech``. ``manner``: how it is spoken, see `ui.speaking.manner`."""
        return {"script": self.script, "voice": self.voice, "speed": self.speed, **(manner or {})}

    def video_arguments(
        self,
        background: str | list[str] | None,
        music: str | None,
        source: Json | None = None,
        manner: Json | None = None,
    ) -> Json:
        """For ``generate_captioned_video``: of the script, or of a voice that is there already (see `Show.source`)."""
        options: Json = {} if source else {"speed": self.speed, **(manner or {})}
        if self.layout():
            options["layout"] = self.layout()
        if music and self.duck == "on" and self.duck_distance != DUCK_DISTANCE:
            options["duck_distance"] = self.duck_distance
        options |= self.file_options()
        background, shots = self.shown(background)
        if shots:
            options["shots"] = shots
        if self.layers:
            options["layers"] = self.over_background()
        return {
            **(source or {"script": self.script}),
            "voice": self.voice,
            "background": background,
            "captions_style": self.look,
            "sizes": list(self.sizes),
            "fit": self.fit,
            "image_effect": self.motion,
            "music": music,
            "music_volume": self.music_volume,
            "duck": self.duck == "on",
            "options": options,
        }


def _without_own(values: Json) -> Json:
    """What the studio is told: not what the page keeps beside it."""
    return {name: value for name, value in values.items() if not name.startswith("_")}


def _kept(value: Any, default: Any) -> Any:
    """``value`` if it is of the kind that ``default`` is."""
    if isinstance(default, tuple):
        chosen = tuple(size for size in SHAPES if size in value) if isinstance(value, (list, tuple)) else ()
        return chosen or default
    if isinstance(default, dict):
        return _kept_options(value)
    if isinstance(default, float):
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else default
    return value if isinstance(value, str) else default


def _kept_options(value: Any) -> dict[str, Json]:
    """What was set on engines; bounds are the studio's to check."""
    given = value.items() if isinstance(value, dict) else ()
    return {str(engine): options for engine, options in given if isinstance(options, dict)}
