"""Small good files of all kinds, to be changed."""

from __future__ import annotations

from pathlib import Path

from tests.media.makers import Maker

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=48x32:r=25:d=0.6")
_TONE = ("-f", "lavfi", "-i", "sine=d=0.6:r=24000")
_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "8", "-pix_fmt", "yuv420p")
_RECIPES: dict[str, tuple[str, ...]] = {
    "wav": _TONE,
    "mp3": (*_TONE, "-c:a", "libmp3lame", "-metadata", "title=A tone"),
    "flac": _TONE,
    "ogg": (*_TONE, "-c:a", "libvorbis"),
    "m4a": (*_TONE, "-c:a", "aac"),
    "mp4": (*_PICTURE, *_TONE, *_X264, "-c:a", "aac", "-movflags", "+faststart"),
    "mov": (*_PICTURE, *_TONE, "-c:v", "mpeg4", "-c:a", "pcm_s16le"),
    "webm": (*_PICTURE, *_TONE, "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
    "mkv": (*_PICTURE, *_TONE, *_X264, "-c:a", "flac"),
    "gif": (*_PICTURE, "-frames:v", "6"),
}
FORMATS = (*_RECIPES, "png", "jpg", "webp")
SOUNDS = ("wav", "mp3", "flac", "ogg", "m4a")
FILMS = ("mp4", "mov", "webm", "mkv")
PICTURES = ("gif", "png", "jpg", "webp")


def make_good_files(maker: Maker) -> dict[str, Path]:
    """One of each of `FORMATS`, of half a second and a few kilobytes."""
    made = {form: maker.media(f"good.{form}", *recipe) for form, recipe in _RECIPES.items()}
    return {**made, **{form: maker.picture(f"good.{form}", size=(48, 32)) for form in ("png", "jpg", "webp")}}
