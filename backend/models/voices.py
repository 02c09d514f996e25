"""Voices, what they are made with, and what was found in a recording for one."""

from __future__ import annotations

from backend.models.value import FileLink, Value
from backend.models.vocabulary import ConsentBasis, Gender, Verdict, VoiceKind


class Consent(Value):
    """Why a voice may be cloned, said by whoever saved it. Kept with the voice for as long as the voice is."""

    basis: ConsentBasis
    """``own_voice``, ``permission`` of the speaker, ``licensed`` recording, or ``synthetic``: nobody's voice."""
    speaker: str
    """Who is heard."""
    statement: str
    """What was said or signed, in the words of whoever saved the voice."""
    recorded_at: str
    """When it was given here, ISO 8601 in UTC."""
    sample_sha256: str
    """Hash of the reference recording it is about; of the recipe for a blend."""


class Voice(Value):
    """Something that can speak."""

    voice_id: str
    name: str
    """For people, e.g. ``Emma``."""
    kind: VoiceKind = "built_in"
    """Comes with an engine, made from a recording, or mixed from built-in voices."""
    engine: str
    """The engine that ``auto`` takes."""
    engines: tuple[str, ...] = ()
    """All engines that can speak it."""
    language: str
    """BCP 47, e.g. ``en-gb``."""
    language_name: str
    """E.g. ``British English``."""
    gender: Gender
    description: str = ""
    """A few words for people."""
    preview_text: str = ""
    """What its preview says."""
    available: bool = True
    """False when this machine cannot speak with it."""
    unavailable_reason: str = ""
    """Why not, and what to do."""
    tags: tuple[str, ...] = ()
    """Words of the owner's, to find it by."""
    transcript: str = ""
    """What is said in the reference, word for word."""
    recipe: str = ""
    """Of a blend, e.g. ``af_heart(2)+am_puck(1)``."""
    reference: FileLink | None = None
    """The recording it is cloned from, prepared: mono WAV, 24 kHz, 16 bits."""
    seconds: float | None = None
    """Length of the reference."""
    created_at: str = ""
    """ISO 8601, UTC; empty for built-in voices."""
    watermarked: bool = False
    """Whether what it says carries an inaudible mark that tells it was made by a machine."""
    consent: Consent | None = None
    """Of a voice that somebody made here."""


class VoiceProblem(Value):
    """Something that keeps a recording from making a good voice."""

    code: str
    """E.g. ``clipped``."""
    message: str
    """What is wrong, with its figure."""
    advice: str
    """The one thing to do about it."""


class VoiceReport(Value):
    """What the voice coach says about a recording. Levels are in dB relative to full scale."""

    duration: float
    """Seconds of the recording."""
    speech_seconds: float
    """Seconds in which somebody speaks."""
    level_dbfs: float
    """Root mean square of the speech."""
    peak_dbfs: float
    """The loudest sample."""
    clipped_share: float
    """Share of the speech's samples that are cut off at the top, 0 to 1."""
    noise_dbfs: float
    """Level between the words."""
    snr_db: float
    """How far the speech is above the noise."""
    echo: float
    """0 (a dry room) to 1 (a bathroom); a hint."""
    bandwidth_hz: float
    """Highest frequency at which there is speech; a telephone has 3,400."""
    sample_rate: int
    """Hz of the recording."""
    channels: int
    second_speaker: float
    """0 (one voice) to 1 (two); a hint."""
    lead_silence: float
    """Seconds before the first word."""
    tail_silence: float
    """Seconds after the last word."""
    chosen: tuple[float, float]
    """Seconds: start and end of the part a voice would be made from; both 0 when there is none."""
    examined: tuple[float, float]
    """Seconds: the stretch that all the rest is about. A recording of up to two minutes wholly; of a longer one the
    minute around the best part, or around the one that was asked for."""
    waveform: tuple[tuple[float, float], ...]
    """Lowest and highest sample (-1 to 1) of 400 equal parts of the examined stretch, for a plot."""
    verdict: Verdict
    problems: tuple[VoiceProblem, ...] = ()
    """The gravest first."""
    heard: str = ""
    """What was heard in the chosen part; empty when no transcript was asked for."""
    language: str = ""
    """The language of what was heard."""
    transcript_problem: VoiceProblem | None = None
    """Why a voice could not be saved with this transcript; null when it fits, or none was asked for."""
