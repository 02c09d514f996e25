"""The parsers under atheris, which watches what of their code each file reaches and builds on those that reach more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from backend.captions import STYLES, caption_files, make_cues, timing_files
from backend.models import CaptionLayout
from backend.settings import PROJECT
from tests.captions.spoken_text import LIGHTHOUSE, speak
from tests.captions.test_bringing import WHISPERS
from tests.proofs.scale import Scale
from tests.proofs.text.parsers import PARSERS
from tests.proofs.text.texts import SUBTITLES, TABLE
from tests.proofs.text.trying import SEED

Record = Callable[[str, Any], None]
EDIT = {"do": "replace", "find": "door", "by": "gate", "whole_words": True}
LONGEST = 2_000
"""Bytes of a file."""
pytestmark = pytest.mark.skipif(not find_spec("atheris"), reason="atheris has no wheel for this machine")


def good_files(parser: str) -> Iterator[str]:
    """What the parser is for, to begin with."""
    words = speak(LIGHTHOUSE[:120])
    cues = make_cues(words, STYLES["bold_pop"], (1080, 1920), CaptionLayout())
    kind = parser.rpartition(" ")[2]
    for files in (timing_files(words), caption_files(cues, STYLES["bold_pop"], (1080, 1920), CaptionLayout())):
        yield from (text for name, text in files.items() if name == kind)
    if kind in ("srt", "vtt", "ass"):
        yield "".join(SUBTITLES)
    if kind == "csv":
        yield "".join(TABLE)
    if kind == "json":
        yield from map(json.dumps, WHISPERS.values())
    yield from {
        "script": [
            "# One\n\n- *Dr.* Smith [pause 1s] paid $1,200.50 at 3:30pm, see [x](http://a.b/c?d) <b>!</b> &amp;"
        ],
        "recipe": ["af_heart(2)+am_puck(.5)"],
        "style": [STYLES["bold_pop"].model_dump_json()],
        "edit": [json.dumps(EDIT)],
    }.get(parser, ["Hello there."])


@pytest.mark.parametrize("parser", [pytest.param(name, marks=[pytest.mark.long] * (name != "ass")) for name in PARSERS])
def test_a_parser_holds_whatever_file_is_grown_for_it(
    parser: str, scale: Scale, record_property: Record, tmp_path: Path
) -> None:
    corpus, found = tmp_path / "corpus", tmp_path / "found"
    corpus.mkdir()
    found.mkdir()
    for number, text in enumerate(good_files(parser)):
        (corpus / str(number)).write_bytes(text.encode()[:LONGEST])
    runs = scale(short=200, full=4_000)
    options = [f"-runs={runs}", f"-seed={SEED}", f"-max_len={LONGEST}", "-timeout=60", f"-artifact_prefix={found}/"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.proofs.text.fuzzing", parser, str(corpus), *options],
        cwd=PROJECT,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, f"{[file.read_bytes() for file in found.iterdir()]}\n{done.stderr[-3_000:]}"
    assert f"Done {runs} runs" in done.stderr
    record_property("files tried", runs)
    record_property("files that reached something new", len(list(corpus.iterdir())))
