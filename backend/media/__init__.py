"""The ground under voices, speech, timing and video: ffmpeg under guard, safe probing, and sound in files."""

from backend.media.audio import encode_audio, measure_loudness, peaks, read_blocks, read_wave, write_wave
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.media.info import DEFAULT_LIMITS, Limits, MediaInfo
from backend.media.probe import probe

__all__ = [
    "DEFAULT_LIMITS",
    "Ffmpeg",
    "Limits",
    "MediaInfo",
    "encode_audio",
    "find_ffmpeg",
    "measure_loudness",
    "peaks",
    "probe",
    "read_blocks",
    "read_wave",
    "write_wave",
]
