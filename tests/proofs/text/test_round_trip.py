"""From a script to captions and their files, and back: the words that somebody wrote, and no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import strategies as st

from backend.captions import STYLES, BroughtFormat, caption_files, make_cues, read_captions, timing_files, words_of
from backend.captions.text import clean
from backend.errors import InvalidRequest, StudioError
from backend.models import CaptionLayout, Cue, Word
from backend.script import Script
from backend.settings import Settings
from backend.studio import Studio
from tests.proofs.scale import Scale
from tests.proofs.text.texts import SCRIPTS
from tests.proofs.text.trying import try_all
from tests.script.reading import LANGUAGES, read

Record = Callable[[str, Any], None]
FORMATS: Sequence[BroughtFormat] = get_args(BroughtFormat)
SIZES = [(1080, 1920), (1080, 1080), (1920, 1080), (96, 128)]
LOOKS = st.tuples(st.sampled_from(sorted(STYLES)), st.sampled_from(SIZES))
_TWINS = str.maketrans({"｛": "{", "｝": "}", "＼": "\\"})
"""In ASS these stand for the three characters that mean something there, so whoever types them gets those back."""


def letters(texts: Sequence[str], format: str = "") -> str:
    """All that can be seen, without spaces."""
    seen = "".join("".join(text.split()) for text in texts)
    return seen.translate(_TWINS) if format == "ass" else seen


def spoken(script: Script) -> list[Word]:
    """The script as a steady voice would speak it, three words a second."""
    seconds = count()
    return [
        Word(text=word.text, start=round(place / 3, 3), end=round((place + 0.9) / 3, 3))
        for sentence in script.sentences
        for word, place in zip(sentence.words, seconds)  # noqa: B905 - the clock never ends
    ]


def test_captions_and_their_files_say_exactly_the_script(scale: Scale, record_property: Record) -> None:
    scripts = 0

    def check(given: tuple[str, str, tuple[str, tuple[int, int]]]) -> None:
        nonlocal scripts
        text, voice, (style, size) = given
        try:
            words = spoken(read(text, voice))
        except InvalidRequest:
            return
        scripts += 1
        wanted = [clean(word.text) for word in words]
        cues = make_cues(words, STYLES[style], size, CaptionLayout())
        assert letters([word.text for cue in cues for word in cue.words]) == letters(wanted)
        files = caption_files(cues, STYLES[style], size, CaptionLayout())
        for format in FORMATS:
            check_file(read_captions(files[format].encode(), format), wanted, format)
            check_file(read_captions(timing_files(words)[format].encode(), format), wanted, format)

    examples = st.tuples(SCRIPTS, st.sampled_from(sorted(LANGUAGES)), LOOKS)
    record_property("examples", try_all("round trips", scale, examples, check))
    record_property("scripts that can be spoken", scripts)
    assert scripts >= scale(short=5, full=2_000)


def check_file(cues: tuple[Cue, ...], wanted: Sequence[str], format: BroughtFormat) -> None:
    assert letters([cue.text for cue in cues], format) == letters(wanted, format), format
    assert letters([word.text for word in words_of(cues)], format) == letters(wanted, format), format
    starts = [cue.start for cue in cues]
    assert starts == sorted(starts)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Studio(Settings(home=tmp_path_factory.mktemp("home"), hub_offline=True)) as studio:
        studio.start()
        yield studio


@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")  # the studio's threads do
def test_the_studio_gives_back_what_was_written(
    studio: Studio, tmp_path: Path, scale: Scale, record_property: Record
) -> None:
    def check(text: str) -> None:
        try:
            narration = studio.call("generate_speech", {"script": text, "engine": "silence"})
        except StudioError as refused:
            assert refused.code.startswith(("script_", "invalid_script", "unknown_voice")), refused.code
            return
        wanted = [clean(word.text) for one in read(text).sentences for word in one.words]
        assert letters([word["text"] for word in narration["words"]]) == letters(
            [word.text for one in read(text).sentences for word in one.words]
        )
        captions = studio.call("make_captions", {"source": narration["narration_id"]})
        for files in (narration["timings"], captions["files"]):
            for format in FORMATS:
                data = studio.local_file(files[format]["file_id"]).read_bytes()
                check_file(read_captions(data, format), wanted, format)
        studio.call("delete_narration", {"narration_id": narration["narration_id"]})

    record_property("examples", try_all("narrations", scale, SCRIPTS, check))
