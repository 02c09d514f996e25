"""Voices: who can speak, and how they are found."""

from backend.voices.catalogue import built_in_voices, find_voices, get_voice

__all__ = ["built_in_voices", "find_voices", "get_voice"]
