"""What we write is read back by other programs with the same captions: ffmpeg, pysubs2, and parsers of browsers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]  # it has no stubs
import pysubs2
import pytest

from backend.captions import STYLES, caption_files, make_cues
from backend.models import CaptionLayout, Cue, Word
from tests.captions.spoken_text import LIGHTHOUSE, speak

READERS = Path(__file__).parents[2] / ".venv" / "readers"
"""Where `make test-captions` puts the parsers from npm."""
ODD = (
    "a-->b",
    "<b>bold</b>",
    "5 < 6 & 7 > 2",
    "&amp;",
    "naïve",
    "Привет",
    "שלום",
    "今日は",
    "🎉",
    "WEBVTT",
    "NOTE",
    "12",
    "1:2",
    "{b}",
)
"""Words that formats might take for something else."""
Span = tuple[int, int, str]
"""Start and end in milliseconds, and text."""
NODE = """
const fs = require("fs");
const text = fs.readFileSync(0, "utf8");
const entities = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const plain = (text) => text.replace(/&(lt|gt|amp);/g, (name) => entities[name]);
const read = {
  "webvtt-parser": () => {
    const { WebVTTParser } = require("webvtt-parser");
    const { cues, errors } = new WebVTTParser().parse(text, "captions");
    if (errors.length) throw new Error(JSON.stringify(errors));
    return cues.map((cue) => [cue.startTime, cue.endTime, plain(cue.text)]);
  },
  "vtt.js": () => {
    const { WebVTT, VTTCue } = require("vtt.js");
    const found = [];
    const window = { VTTCue };
    global.navigator ||= { userAgent: "" };
    const parser = new WebVTT.Parser(window, WebVTT.StringDecoder());
    parser.oncue = (cue) => found.push([cue.startTime, cue.endTime, cue.text]);
    parser.onparsingerror = (error) => { throw error; };
    parser.parse(text);
    parser.flush();
    return found.map(([start, end, cue]) => [start, end, plain(cue)]);
  },
};
console.log(JSON.stringify(read[process.argv[1]]()));
"""


def cues(style: str = "clean_two_line") -> tuple[Cue, ...]:
    """An ordinary text, then words that are not."""
    words = list(speak(LIGHTHOUSE))
    start = words[-1].end + 2
    words += [Word(text=text, start=start + i, end=start + i + 0.6) for i, text in enumerate(ODD)]
    return make_cues(words, STYLES[style], (1080, 1920), CaptionLayout())


def spans(captions: tuple[Cue, ...]) -> list[Span]:
    return [(round(cue.start * 1000), round(cue.end * 1000), cue.text) for cue in captions]


def written(captions: tuple[Cue, ...], style: str = "clean_two_line") -> dict[str, str]:
    return {
        str(name): text for name, text in caption_files(captions, STYLES[style], (1080, 1920), CaptionLayout()).items()
    }


@pytest.mark.parametrize("format", ["srt", "webvtt"])
def test_ffmpeg_reads_the_same_captions(format: str, tmp_path: Path) -> None:
    captions = cues()
    text = written(captions)["vtt" if format == "webvtt" else "srt"]
    (tmp_path / "in").write_text(text, encoding="utf-8")
    arguments = ["-v", "error", "-f", format, "-i", "file:in", "-map_metadata", "-1", "-f", "webvtt", "-"]
    done = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), *arguments], cwd=tmp_path, capture_output=True, check=True, timeout=60
    )
    found = [
        (event.start, event.end, event.plaintext.replace("\u2060", ""))
        for event in pysubs2.SSAFile.from_string(done.stdout.decode(), "vtt")
    ]
    plain = [(start, end, text) for start, end, text in spans(captions) if not _marked(text)]
    assert [span for span in found if span in plain] == plain
    assert [span[:2] for span in found] == [span[:2] for span in spans(captions)]


def _marked(text: str) -> bool:
    """ffmpeg takes tags and braces in SRT for markup, and writes entities of its own."""
    return any(mark in text for mark in "<>&{}")


@pytest.mark.parametrize("style", ["clean_two_line", "bold_pop"])
def test_pysubs2_reads_the_same_captions(style: str) -> None:
    captions = cues(style)
    read = pysubs2.SSAFile.from_string(written(captions, style)["srt"], "srt")
    assert [(event.start, event.end) for event in read] == [span[:2] for span in spans(captions)]


@pytest.mark.captions
@pytest.mark.skipif(not shutil.which("node"), reason="there is no node on PATH")
@pytest.mark.skipif(not (READERS / "node_modules").is_dir(), reason="`make test-captions` fetches these parsers")
@pytest.mark.parametrize("parser", ["webvtt-parser", "vtt.js"])
@pytest.mark.parametrize("style", STYLES)
def test_the_parsers_of_browsers_read_the_same_captions(parser: str, style: str) -> None:
    captions = cues(style)
    done = subprocess.run(
        ["node", "-e", NODE, parser], cwd=READERS, input=written(captions, style)["vtt"].encode(), capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    found = [(round(start * 1000), round(end * 1000), text) for start, end, text in json.loads(done.stdout)]
    assert found == spans(captions)
