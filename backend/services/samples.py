"""How a voice sounds and how a caption style looks: made once when first asked for, then found again."""

from __future__ import annotations

from backend import captions as drawing
from backend.errors import NotFound
from backend.ids import StoredFile, content_id
from backend.media.ffmpeg import Ffmpeg
from backend.models import FileLink
from backend.requests import GenerateSpeech, GivenStyle
from backend.services.narrations import Narrations
from backend.services.scratch import Scratch
from backend.services.styles import Styles
from backend.storage.artifacts import Artifacts
from backend.video import Gradient, preview_still
from backend.voices import VoiceLibrary
from backend.work import Work

STYLE_FRAME = (540, 300)
"""Pixels of a style's picture: the page shows it at about 180 x 100 on a display of up to three pixels a point."""


class Samples:
    """Previews of voices and styles."""

    def __init__(
        self,
        artifacts: Artifacts,
        narrations: Narrations,
        ffmpeg: Ffmpeg,
        scratch: Scratch,
        voices: VoiceLibrary,
        styles: Styles,
    ) -> None:
        self._artifacts = artifacts
        self._styles = styles
        self._voices = voices
        self._narrations = narrations
        self._ffmpeg = ffmpeg
        self._scratch = scratch

    def voice(self, voice_id: str) -> FileLink:
        """The voice says its preview text.

        Raises:
            InvalidRequest: unknown, or it cannot speak on this machine.
        """
        voice = self._voices.get(voice_id)
        request = GenerateSpeech(script=voice.preview_text, voice=voice.voice_id)
        self._narrations.plans.check(request)
        revision = self._narrations.plans.revision(voice.voice_id)
        stored = StoredFile(content_id("made", "voice", voice.voice_id, revision), 1, "voice.wav")
        if not self._artifacts.at_hand(stored.owner):
            with self._scratch.folder() as folder:
                wave = self._narrations.speak_into(request, folder, Work())
                facts = {"kind": "voice_preview", "voice": voice.voice_id}
                self._artifacts.publish(stored.owner, 1, {stored.name: wave}, facts)
            try:
                self._voices.get(voice_id)
            except NotFound:  # deleted while it was spoken
                self._artifacts.delete(stored.owner)
                raise
        return self._artifacts.link(stored, f"{voice.voice_id}.wav")

    def style(self, given: GivenStyle) -> FileLink:
        """A picture of the style, drawn by the render's own path.

        Raises:
            InvalidRequest: unknown style.
        """
        style = self._styles.find(given)
        sample = drawing.style_sample(style, STYLE_FRAME)
        stored = StoredFile(content_id("made", "style", style.name, sample.ass), 1, "style.png")
        if not self._artifacts.at_hand(stored.owner):
            with self._scratch.folder() as folder:
                picture = preview_still(
                    sample.ass,
                    self._styles.fonts.folder(style, folder),
                    sample.size,
                    sample.time,
                    Gradient(),
                    self._ffmpeg,
                    folder,
                    Work(),
                )
                self._artifacts.publish(stored.owner, 1, {stored.name: picture}, {"kind": "style_preview"})
        return self._artifacts.link(stored, f"{style.name}.png")
