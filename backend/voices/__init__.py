"""Voices: who can speak, and how they are found."""

from backend.voices.catalogue import built_in_voices, find_voices, get_voice
from backend.voices.library import VoiceLibrary
from backend.voices.recipes import blend_of, canonical, get_speaker, is_recipe, parse_recipe

__all__ = [
    "VoiceLibrary",
    "blend_of",
    "built_in_voices",
    "canonical",
    "find_voices",
    "get_speaker",
    "get_voice",
    "is_recipe",
    "parse_recipe",
]
