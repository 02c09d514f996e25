from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import MediaRejected
from backend.media import formats
from backend.media.formats import jpeg_is_whole, sniff


@pytest.mark.parametrize(
    ("start", "form"),
    [
        (b"\x00\x00\x00\x20ftypisom", formats.MP4),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", formats.MP4),
        (b"\x1a\x45\xdf\xa3\x01\x00", formats.MATROSKA),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", formats.WAV),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", formats.WEBP),
        (b"\x89PNG\r\n\x1a\n", formats.PNG),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", formats.JPEG),
        (b"ID3\x04", formats.MP3),
        (b"\xff\xfb\x90\x64", formats.MP3),
        (b"\xff\xf1\x50\x80", formats.AAC),
        (b"OggS\x00", formats.OGG),
        (b"fLaC\x00", formats.FLAC),
        (b"FORM\x00\x00\x00\x00AIFFCOMM", formats.AIFF),
        (b"FORM\x00\x00\x00\x00AIFCFVER", formats.AIFF),
        (b"caff\x00\x01\x00\x00desc", formats.CAF),
        (b"#!AMR\n\x3c", formats.AMR),
        (b"#!AMR-WB\n\x44", formats.AMR),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c\x00", formats.WMA),
        (b"\x00\x00\x00\x14ftyp3gp4", formats.MP4),
        (b"GIF89a", formats.GIF),
    ],
)
def test_first_bytes_tell_the_format(start: bytes, form: formats.MediaFormat) -> None:
    assert sniff(start) is form


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:2,\nsecret.mp4\n",
        "\ufeff#EXTM3U\nx.mp4",
        "  \r\n#extm3u\n",
        "ffconcat version 1.0\nfile '/etc/passwd'\n",
        "# a comment\nffconcat version 1.0\n",
        "[playlist]\nFile1=http://example.com",
        "<?xml version='1.0'?><MPD></MPD>",
        "http://example.com/a.mp4",
    ],
)
def test_lists_of_other_files_are_refused(text: str) -> None:
    with pytest.raises(MediaRejected) as refused:
        sniff(text.encode())
    assert refused.value.code == "playlist_refused"


@pytest.mark.parametrize(
    "start",
    [
        b"hello, I am a picture",
        b"FORM\x00\x00\x00\x00ILBM",
        b"#!AMR_MC1.0\n",
        b"[Script Info]\nTitle: x",
        b"WEBVTT\n",
        b"\xff\xff\xff\xff",
    ],
)
def test_what_is_no_media_is_refused_with_what_can_be_read(start: bytes) -> None:
    with pytest.raises(MediaRejected) as refused:
        sniff(start)
    assert refused.value.code == "not_media"
    assert "MP4" in refused.value.hint


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(MediaRejected) as refused:
        sniff(b"")
    assert refused.value.code == "file_empty"


@given(st.binary(max_size=64))
def test_any_bytes_are_a_format_or_refused(start: bytes) -> None:
    try:
        assert sniff(start) in formats.FORMATS.values()
    except MediaRejected as refused:
        assert refused.hint


def test_no_format_on_the_whitelist_opens_other_files() -> None:
    allowed = set(formats.FORMAT_WHITELIST.split(","))
    assert not allowed & {
        "hls",
        "concat",
        "dash",
        "sdp",
        "rtsp",
        "image2",
        "ass",
        "srt",
        "webvtt",
        "lavfi",
        "tty",
        "mpegts",
    }
    assert {form.demuxer for form in formats.FORMATS.values()} <= allowed


@given(st.binary(max_size=200))
def test_looking_for_the_end_of_a_jpeg_ends(data: bytes) -> None:
    assert jpeg_is_whole(b"\xff\xd8" + data) in (True, False)
