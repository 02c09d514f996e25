"""A known script put onto a recording of it: every word of the script, exactly when it is said."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.captions.files import timing_files
from backend.engines import ENGINES, RECOGNISER, Engines, Heard
from backend.errors import InvalidRequest, MediaRejected
from backend.ids import derived_id
from backend.jobs import JobContext
from backend.media.decoding import decode_sound
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe_sound
from backend.models import Alignment, ScriptDifference, Word
from backend.requests import AlignScript
from backend.script import Script, parse_script
from backend.services.inputs import Inputs
from backend.services.listening import listen
from backend.services.manifests import AlignmentManifest
from backend.services.narrations import Narrations
from backend.services.paces import Paces
from backend.services.results import timings, write_texts
from backend.services.scratch import Scratch
from backend.speech import Narrated
from backend.speech.matching import Matches, match_words
from backend.storage.artifacts import Artifacts
from backend.timing import RATE, Clock, Encodings, Seconds, Spectra, carry, read_spectra, with_encodings
from backend.voices.catalogue import find_voices
from backend.voices.languages import check_language, language_name, root
from backend.work import Work

MOST_SECONDS = 3600.0
"""An hour."""
LEAST_SHARE = 0.2
"""Of the script's words that must be heard in runs of several: even where every third word is misheard, 0.3 are."""
CLOCK = "kokoro"
"""The engine whose voices know when they say each word."""
MOST_CHARACTERS = 100_000
"""Of a script: an hour is about half of that."""
_EDGE_SECONDS = 0.4
"""Kept before the first and after the last word that was heard: recognisers are that far off."""
_LAG_SECONDS = 0.004
"""By which the clock's own times lie before those of other voices, in the middle of the recordings of
benchmarks/timing: so little that Kokoro's other voices come out as exact either way."""
_SHORTEST_WORD = 0.02
_HEARD, _UNHEARD, _NOT_SAID = 0.95, 0.6, 0.1
"""Confidence in a word that was also recognised, that was not, and of a passage that nobody said."""


@dataclass(frozen=True)
class Put:
    """A script on a recording."""

    words: list[Word]
    """Every word of the script, in order."""
    matches: Matches
    heard: Heard


class Alignments:
    """Puts scripts onto recordings."""

    def __init__(
        self,
        artifacts: Artifacts,
        engines: Engines,
        narrations: Narrations,
        ffmpeg: Ffmpeg,
        scratch: Scratch,
        paces: Paces,
    ) -> None:
        self._artifacts = artifacts
        self._engines = engines
        self._narrations = narrations
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._paces = paces
        self._inputs = Inputs(artifacts)

    def check(self, request: AlignScript) -> None:
        """Refuse what cannot be aligned, before anything is queued.

        Raises:
            InvalidRequest: the script is empty or too long; ``unknown_language`` or ``language_not_aligned``.
            MediaRejected: no sound, too long, or damaged.
            NotFound: no such file.
        """
        language = "en" if request.language == "auto" else check_language(request.language)
        clock_script(request.script, language)
        with self._scratch.folder() as folder:
            probe_sound(self._artifacts.local(request.media, folder), MOST_SECONDS)

    def same(self, manifest: AlignmentManifest) -> AlignScript:
        """The request again, with the recording as it is called here.

        Raises:
            NotFound: ``input_missing``.
        """
        return self._inputs.in_place(manifest.request, manifest.inputs)

    def changes(self, manifest: AlignmentManifest) -> tuple[str, ...]:
        """Why words may be found elsewhere than the first time."""
        now = self._revisions(manifest.language)
        changed = sorted(name for name, before in manifest.revisions.items() if before != now.get(name, before))
        return tuple(f"{ENGINES[name].title} is another version now: times may differ." for name in changed)

    def _revisions(self, language: str) -> dict[str, str]:
        """Of the engines that had a part in it."""
        found = {CLOCK: self._engines.revision(CLOCK), RECOGNISER: self._engines.listener(language) or ""}
        return {name: revision for name, revision in found.items() if revision}

    def align(self, request: AlignScript, context: JobContext, warnings: tuple[str, ...] = ()) -> dict[str, Any]:
        """Align; returns the id of the alignment."""
        owner = derived_id("ali", context.job_id)

        def align() -> dict[str, Any]:
            with self._scratch.folder() as folder:
                begun = time.monotonic()
                aligned = {**self._aligned(request, folder, context.work), "warnings": warnings}
                self._paces.note("align", CLOCK, aligned["duration"], time.monotonic() - begun)
                words = [Word.model_validate(word) for word in aligned["words"]]
                files = write_texts(folder, "words", timing_files(words))
                made_by = {
                    "operation": "align_script",
                    **request.model_dump(mode="json"),
                    "revisions": self._revisions(aligned["language"]),
                    "heard_language": aligned["language"],
                    "inputs": self._inputs.hashes([request.media], folder),
                }
                self._artifacts.publish(owner, 1, files, {"alignment": aligned, "made_by": made_by})
            return {"alignment_id": owner}

        made: dict[str, Any] = context.steps("align", align)
        return made

    def get(self, alignment_id: str) -> Alignment:
        """An alignment, with fresh links.

        Raises:
            NotFound: ``alignment_not_found``.
        """
        manifest = self._artifacts.manifest(alignment_id)
        files = timings(self._artifacts, alignment_id, 1, "words", "aligned")
        media = str(manifest["made_by"]["media"])
        return Alignment(**manifest["alignment"], alignment_id=alignment_id, timings=files, media=media)

    def _aligned(self, request: AlignScript, folder: Path, work: Work) -> dict[str, Any]:
        media = self._artifacts.local(request.media, folder)
        info = probe_sound(media, MOST_SECONDS, work.cancel)
        sound = decode_sound(
            self._ffmpeg, media, info, folder / "sound.wav", work.part(0.0, 0.05),
            most_seconds=MOST_SECONDS, coarse_rate=RATE,
        )  # fmt: skip
        put = self.put(request.script, sound, request.language, folder, work.part(0.05, 1.0), refuse_other_text=True)
        return {
            "language": put.heard.language,
            "duration": put.heard.duration,
            "words": [word.model_dump(mode="json") for word in put.words],
            "differences": [each.model_dump(mode="json") for each in _differences(put.words, put.matches, put.heard)],
        }

    def put(self, text: str, sound: Path, language: str, folder: Path, work: Work, *, refuse_other_text: bool) -> Put:
        """Put a script onto a WAV file at `RATE`; ``folder`` gets what is needed on the way.

        Raises:
            MediaRejected: ``no_speech``.
            InvalidRequest: as `clock_script`, and where asked ``script_not_said``.
        """
        heard = self._heard(sound, language, work.part(0.0, 0.35))
        script = clock_script(text, heard.language)
        matches = match_words(script.sentences, [word.text for word in heard.words], root(heard.language))
        if refuse_other_text:
            _refuse_other_text(matches, heard)
        spoken = self._spoken(script, folder, work.part(0.35, 0.85))
        clock, recording = self._compared(spoken.wave, sound, heard.language, folder, work.part(0.85, 0.95))
        carried = _carried(spoken, clock, recording, heard, matches)
        work.cancel.check()
        return Put(_words(spoken.words, carried, matches, heard.duration), matches, heard)

    def _heard(self, sound: Path, language: str, work: Work) -> Heard:
        heard = listen(self._engines, sound, language, work)
        if not heard.words:
            raise MediaRejected(
                "Nobody is heard in this recording.", hint="Choose one with speech in it.", code="no_speech"
            )
        return heard

    def _spoken(self, script: Script, folder: Path, work: Work) -> Narrated:
        clock_folder = folder / "clock"
        clock_folder.mkdir()
        return self._narrations.spoken(script, clock_folder, work)

    def _compared(
        self, clock: Path, recording: Path, language: str, folder: Path, work: Work
    ) -> tuple[Spectra, Spectra]:
        """What the clock's sound and the recording have in common."""
        files = folder / "clock.encoded", folder / "recording.encoded"
        width = self._engines.encode(RECOGNISER, [(clock, files[0]), (recording, files[1])], language, work)
        ours, theirs = (Encodings(file, width) for file in files)
        return with_encodings(read_spectra(clock), ours, read_spectra(recording), theirs)


def clock_script(text: str, language: str) -> Script:
    """A script as it is said by a voice that knows exactly when it says each word, whatever voices its tags name.

    Raises:
        InvalidRequest: ``language_not_aligned``, or the script is empty or too long.
    """
    voices = find_voices(CLOCK, root(language), "")
    if not voices:
        raise InvalidRequest(
            f"Scripts in {language_name(language)} cannot be aligned yet.",
            hint="Use transcribe, which writes down what is said, or a script in a language of Kokoro's voices.",
            code="language_not_aligned",
        )
    voice = voices[0]
    return parse_script(
        text,
        voice=voice.voice_id,
        speed=1.0,
        language=lambda _: voice.language,
        check_voice=lambda _: voice.voice_id,
        most_characters=MOST_CHARACTERS,
    )


def _refuse_other_text(matches: Matches, heard: Heard) -> None:
    if matches.share < LEAST_SHARE:
        begin = " ".join(heard.text.split())[:80]
        raise InvalidRequest(
            f"This recording says something else than the script. It begins: “{begin}…”",
            hint="Give the script of this recording, in its language; or use transcribe.",
            code="script_not_said",
        )


def _carried(
    spoken: Narrated, clock: Spectra, recording: Spectra, heard: Heard, matches: Matches
) -> tuple[Seconds, Seconds]:
    """Where the clock says that the words are."""
    starts, ends = (np.array([getattr(word, edge) for word in spoken.words]) for edge in ("start", "end"))
    anchors = [(float(starts[word]), heard.words[as_heard].start) for word, as_heard in matches.certain]
    found = carry(
        Clock(clock, starts, ends),
        recording,
        anchors,
        only_clock=[(float(starts[first]), float(ends[last - 1])) for first, last in matches.missing],
        only_recording=[*_not_in_script(heard, matches), *_silences(heard)],
    )
    return found[0] + _LAG_SECONDS, found[1] + _LAG_SECONDS


def _not_in_script(heard: Heard, matches: Matches) -> Iterator[tuple[float, float]]:
    """Seconds of what is said besides the script, and of what comes before and after it."""
    for first, last in matches.added:
        yield heard.words[first].start, heard.words[last - 1].end
    said = [word for word in matches.heard_as if word is not None]
    if matches.heard_as[0] is not None:
        yield 0.0, heard.words[said[0]].start - _EDGE_SECONDS
    if matches.heard_as[-1] is not None:
        yield heard.words[said[-1]].end + _EDGE_SECONDS, heard.duration


def _silences(heard: Heard) -> Iterator[tuple[float, float]]:
    """The middle of each long silence, also where noise or music goes on in it."""
    for (_, end), (start, _) in itertools.pairwise(heard.speech):
        if start - end > 2 * _EDGE_SECONDS:
            yield end + _EDGE_SECONDS, start - _EDGE_SECONDS


def _words(script: Sequence[Word], carried: tuple[Seconds, Seconds], matches: Matches, duration: float) -> list[Word]:
    """The script's words where they were carried to, in order and inside the recording."""
    starts, ends = carried
    unsaid = {word for first, last in matches.missing for word in range(first, last)}
    starts = np.maximum.accumulate(np.clip(starts, 0.0, duration))
    following = np.append(starts[1:], duration)
    ends = np.clip(np.minimum(ends, following), np.minimum(starts + _SHORTEST_WORD, following), duration)
    words = []
    for number, word in enumerate(script):
        heard = matches.heard_as[number] is not None
        sure = _NOT_SAID if number in unsaid else _HEARD if heard else _UNHEARD
        words.append(
            Word(
                text=word.text,
                start=round(float(starts[number]), 3),
                end=round(float(max(ends[number], starts[number])), 3),
                confidence=sure,
                source="aligned",
            )
        )
    return words


def _differences(words: Sequence[Word], matches: Matches, heard: Heard) -> Iterator[ScriptDifference]:
    """What the script has and the recording lacks, and the other way round, in order of time."""
    found = [
        ScriptDifference(
            kind="missing",
            text=" ".join(word.text for word in words[first:last]),
            start=words[first].start,
            end=words[last - 1].end,
        )
        for first, last in matches.missing
    ]
    found += [
        ScriptDifference(
            kind="added",
            text=" ".join(word.text for word in heard.words[first:last]),
            start=heard.words[first].start,
            end=heard.words[last - 1].end,
        )
        for first, last in matches.added
    ]
    return iter(sorted(found, key=lambda each: each.start))
