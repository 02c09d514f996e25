"""Download names and media types."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.storage.names import MAX_NAME_BYTES, clean_name, media_type


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("My talk.wav", "My talk.wav"),
        ("Rede über Tee.WAV", "Rede über Tee.wav"),
        ("", "audio.wav"),
        (".wav", "audio.wav"),
        ("...", "audio.wav"),
        ("/", "audio.wav"),
        ("../../etc/passwd", "_.._etc_passwd.wav"),
        ("a\r\nSet-Cookie: x.wav", "aSet-Cookie_ x.wav"),
        ('say "hi".wav', "say _hi_.wav"),
        ("-rf", "rf.wav"),
        ("CON.wav", "_CON.wav"),
        ("nul", "_nul.wav"),
        ("page.html", "page.html.wav"),
        ("cod\u202egpj.exe", "codgpj.exe.wav"),
        ("Cafe\u0301.wav", "Café.wav"),
        ("a\0b\ud800.wav", "ab.wav"),
        ("two\u2028lines.wav", "twolines.wav"),
        (" .-. x . .wav", "x.wav"),
        ("..\xa0x\u3000y.wav", "x y.wav"),
        ("<img src=x onerror=alert(1)>", "_img src=x onerror=alert(1)_.wav"),
    ],
)
def test_names_are_made_safe_and_stay_readable(given_name: str, cleaned: str) -> None:
    assert clean_name(given_name, "audio.wav") == cleaned


@given(st.text())
def test_whatever_a_name_is_it_can_be_saved_everywhere(name: str) -> None:
    cleaned = clean_name(name, "audio.wav")
    assert cleaned.endswith(".wav")
    assert len(cleaned.encode()) <= MAX_NAME_BYTES
    assert not set(cleaned) & set('/\\:*?"<>|')
    assert all(unicodedata.category(character)[0] != "C" for character in cleaned)
    assert cleaned[0] not in ".- "
    assert clean_name(cleaned, "audio.wav") == cleaned


def test_long_names_are_cut_between_characters() -> None:
    assert clean_name("ü" * 500, "video.mp4") == "ü" * 88 + ".mp4"
    assert clean_name("com1." + "x" * 500, "video.mp4") == "_com1." + "x" * 170 + ".mp4"


def test_media_types_are_never_ones_a_browser_runs() -> None:
    assert media_type("a.WAV") == "audio/wav"
    for name in ("a.html", "a.svg", "a.js", "a.xhtml", "a", "", "a.xml"):
        assert media_type(name) == "application/octet-stream"
