"""Several videos put behind each other: copied where nothing has to change, else one encode of each frame."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from backend.errors import MediaFailed, MediaRejected
from backend.media.copying import NotAlike, Original, copy_together
from backend.media.decoding import muted
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import INPUT_GUARD, MATROSKA, MP4
from backend.media.info import DEFAULT_LIMITS, MediaInfo, VideoStream
from backend.media.probe import probe
from backend.models import Fit, Transition
from backend.video.joining.graph import JoinedClip, JoinedMusic, Joint, clip_inputs, run_graph, sound_graph
from backend.video.joining.plan import Piece, check_crossings, pieces_of, runs_of, total_frames
from backend.video.joining.transitions import CROSSINGS
from backend.video.picture.fitting import Size
from backend.video.picture.footage import even_size, frames_of, seconds_on_screen, usual_rate
from backend.video.picture.graph import CRF, encode_picture, file_output
from backend.video.picture.volume import SCREEN_PIXELS, check_volume, most_bytes, patience
from backend.video.rendering.room import check_room
from backend.video.rendering.verify import verify, verify_copy
from backend.video.sound.mixing import LONGEST_LOOP
from backend.work import Cancel, Work

_PART, _SOUND, _TARGET = "joined.part", "sound.m4a", "joined.mp4"
_COPIED_CODECS = ("h264", "hevc", "av1")
_AT_ONCE = 4
"""Files that are looked into at the same time, each by a child of its own."""
_SHARE_OF_SOUND, _SHARE_OF_PICTURE = 0.08, 0.95


@dataclass(frozen=True)
class JoinRequest:
    """Videos to be put behind each other."""

    videos: tuple[Path, ...]
    music: Path | None = None
    music_volume: float = 0.5
    """Gain, 0 to 1."""
    transition: Transition = "none"
    transition_seconds: float = 0.5
    size: Size | None = None
    """Of the result; None takes the first video's."""
    fit: Fit = "contain"
    """How a video of another shape fills the frame."""
    preset: str = "veryfast"
    """x264's, where anything is encoded."""


@dataclass(frozen=True)
class JoinPlan:
    """What is going to be made of a request, and out of what."""

    infos: tuple[MediaInfo, ...]
    music: MediaInfo | None
    joint: Joint
    alike: bool
    """Whether the pictures may perhaps be copied as they are."""

    @property
    def frames(self) -> int:
        return total_frames([clip.frames for clip in self.joint.clips], self.joint.crossing_frames)

    @property
    def seconds(self) -> float:
        return self.frames / self.joint.fps


@dataclass(frozen=True)
class Joined:
    """A finished video."""

    path: Path
    """``joined.mp4`` in the folder that was given."""
    info: MediaInfo
    copied: bool
    """Whether the pictures are the very ones of the clips, bit for bit."""


def plan_join(request: JoinRequest, cancel: Cancel | None = None) -> JoinPlan:
    """Look into all files and plan; about 0.2 s a file.

    Raises:
        MediaRejected: a file cannot be used (the message says which), or they are too much together.
        InvalidRequest: ``transition_too_long`` or ``video_too_large``.
        Cancelled: stopped on request.
    """
    infos = _look_into(request.videos, cancel)
    music = None
    if request.music is not None:
        music = probe(request.music, cancel=cancel)
        music.require_audio()
    videos = [info.require_video() for info in infos]
    fps = usual_rate(videos[0].fps)
    crossing = CROSSINGS.get(request.transition) if len(videos) > 1 else None
    crossing_frames = max(2, round(request.transition_seconds * fps)) if crossing else 0
    frames = [frames_of(info, fps) for info in infos]
    check_crossings(frames, crossing_frames, fps)
    clips = tuple(
        JoinedClip(f"clip{number}", info.form, video, info.audio is not None, count, _muted(info))
        for number, (info, video, count) in enumerate(zip(infos, videos, frames, strict=True))
    )
    size = request.size or even_size(videos[0].display_size)
    plan = JoinPlan(
        infos,
        music,
        Joint(clips, size, fps, request.fit, crossing, crossing_frames),
        crossing is None and _alike(infos) and request.size in (None, videos[0].display_size),
    )
    _check_length(plan)
    return plan


def join(request: JoinRequest, ffmpeg: Ffmpeg, folder: Path, work: Work, plan: JoinPlan | None = None) -> Joined:
    """Make the video in ``folder``; the file appears there only when it is whole and right.

    Args:
        plan: what `plan_join` gave for the same request, where that is known.

    Raises:
        MediaRejected, InvalidRequest: as `plan_join`.
        MediaFailed: ``disk_full``, ``media_timeout``, ``render_incomplete`` …
        Cancelled: stopped on request; nothing is left behind.
    """
    plan = plan or plan_join(request, work.cancel)
    work.cancel.check()
    with tempfile.TemporaryDirectory(dir=folder, prefix="join-") as name:
        inner = Path(name)
        for clip, path in zip(plan.joint.clips, request.videos, strict=True):
            (inner / clip.name).symlink_to(path.absolute())
        if request.music is not None:
            (inner / "music").symlink_to(request.music.absolute())
        info = _copied(request, plan, ffmpeg, inner, work) if plan.alike else None
        copied = info is not None
        info = info or _encoded(request, plan, ffmpeg, inner, work)
        (inner / _PART).replace(folder / _TARGET)
    work.report(1.0, "Joined")
    return Joined(folder / _TARGET, info, copied)


# ---------------------------------------------------------------- the plan


def _look_into(paths: Sequence[Path], cancel: Cancel | None) -> tuple[MediaInfo, ...]:
    """What is in each file; some are looked into at once, each once."""
    first = {path: number for number, path in reversed(list(enumerate(paths, start=1)))}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = dict(zip(first, pool.map(lambda path: _look(path, first[path], cancel), first), strict=True))
    return tuple(found[path] for path in paths)


def _muted(info: MediaInfo) -> tuple[str, ...]:
    return tuple(muted(info.audio)) if info.audio else ()


def _look(path: Path, number: int, cancel: Cancel | None) -> MediaInfo:
    try:
        info = probe(path, cancel=cancel)
        video = info.require_video()
    except MediaRejected as error:
        raise MediaRejected(f"Video {number}: {error.message}", hint=error.hint, code=error.code) from error
    if video.still:
        raise MediaRejected(
            f"Video {number} is a picture.",
            hint="Only videos can be joined; a picture becomes one as the background of a captioned video.",
            code="not_a_video",
        )
    return info


def _alike(infos: Sequence[MediaInfo]) -> bool:
    """Whether they look as if they had been encoded alike; the headers are compared when they are copied."""
    if any(seconds_on_screen(info) != info.require_video().duration for info in infos):
        return False
    kinds = {_kind(info.require_video()) for info in infos}
    forms = {info.form for info in infos}
    return len(kinds) == 1 and forms <= {MP4, MATROSKA} and kinds.pop()[0] in _COPIED_CODECS


def _kind(video: VideoStream) -> tuple[object, ...]:
    shape = (video.width, video.height, video.rotation, video.sample_aspect)
    return (video.codec, *shape, video.full_range, video.matrix, video.transfer)


def _check_length(plan: JoinPlan) -> None:
    if plan.seconds > DEFAULT_LIMITS.seconds:
        raise MediaRejected(
            f"The videos last {plan.seconds / 3600:.1f} hours together; 2 hours are the most.",
            hint="Join fewer of them.",
            code="media_too_long",
        )
    check_volume(plan.frames, plan.joint.size)


# ---------------------------------------------------------------- copied


def _copied(request: JoinRequest, plan: JoinPlan, ffmpeg: Ffmpeg, folder: Path, work: Work) -> MediaInfo | None:
    """The video with the clips' own pictures, and their own sound where that fits; None where they do not fit."""
    check_room(folder, sum(info.size for info in plan.infos))
    clips = [Original(clip.name, clip.form.demuxer) for clip in plan.joint.clips]
    work.report(0.0, "Copying")
    sound = "clips" if _sounds_alike(plan) else _encode_sound(request, plan, ffmpeg, folder, work.part(0.0, 0.7))
    done = copy_together(clips, sound, _PART, folder, work.cancel)
    if isinstance(done, NotAlike) and done.stream == "sound":
        sound = _encode_sound(request, plan, ffmpeg, folder, work.part(0.0, 0.7))
        done = copy_together(clips, sound, _PART, folder, work.cancel)
    if isinstance(done, NotAlike):
        return None
    return verify_copy(folder / _PART, done.frames, done.seconds, sound=sound is not None, cancel=work.cancel)


def _sounds_alike(plan: JoinPlan) -> bool:
    """Whether the clips' own sounds may perhaps be copied: AAC in MP4, of which the packets' places are known."""
    kinds = {(info.audio.codec, info.audio.sample_rate, info.audio.channels) for info in plan.infos if info.audio}
    everywhere = all(info.audio and info.form == MP4 for info in plan.infos)
    return plan.music is None and everywhere and len(kinds) == 1 and kinds.pop()[0] == "aac"


# ---------------------------------------------------------------- encoded


def _encoded(request: JoinRequest, plan: JoinPlan, ffmpeg: Ffmpeg, folder: Path, work: Work) -> MediaInfo:
    joint = plan.joint
    check_room(folder, most_bytes(plan.seconds, joint.size) / 4)
    sound = _encode_sound(request, plan, ffmpeg, folder, work.part(0.0, _SHARE_OF_SOUND))
    pieces = pieces_of([clip.frames for clip in joint.clips], joint.crossing_frames)
    parts, done = [], 0
    for number, run in enumerate(runs_of(pieces)):
        frames = sum(piece.frames for piece in run)
        shares = (
            _SHARE_OF_SOUND + (_SHARE_OF_PICTURE - _SHARE_OF_SOUND) * f / plan.frames for f in (done, done + frames)
        )
        parts.append(_encode_run(request, plan, run, f"part{number}.mp4", ffmpeg, folder, work.part(*shares)))
        done += frames
    written = copy_together([Original(part, MP4.demuxer) for part in parts], sound, _PART, folder, work.cancel)
    if isinstance(written, NotAlike):
        raise MediaFailed(f"The parts of the video do not fit together: {written.why}.", hint="Try it again.")
    return verify(folder / _PART, plan.frames, joint.fps, joint.size, sound=sound is not None, cancel=work.cancel)


def _encode_run(
    request: JoinRequest, plan: JoinPlan, run: Sequence[Piece], name: str, ffmpeg: Ffmpeg, folder: Path, work: Work
) -> str:
    joint = plan.joint
    clips = [joint.clips[number] for number in sorted({clip for piece in run for clip in piece.clips})]
    arguments = [*clip_inputs(clips), "-filter_complex", run_graph(run, joint), "-map", "[picture]"]
    seconds = sum(piece.frames for piece in run) / joint.fps
    ffmpeg.run(
        [*arguments, *encode_picture(CRF, joint.fps, request.preset), *file_output(name)],
        folder=folder,
        work=work,
        seconds=seconds,
        timeout=_patience(plan),
        output_bytes=most_bytes(plan.seconds, joint.size),
        message="Joining",
    )
    return name


def _encode_sound(request: JoinRequest, plan: JoinPlan, ffmpeg: Ffmpeg, folder: Path, work: Work) -> str | None:
    """The sound of all clips and the music as `_SOUND`; None where nothing is heard."""
    joint = plan.joint
    music = plan.music if request.music_volume > 0 else None
    if music is None and not any(clip.sound for clip in joint.clips):
        return None
    inputs, heard = clip_inputs(joint.clips), None
    if music is not None:
        played = music.require_audio()
        loops = played.duration < plan.seconds
        in_memory = loops and played.duration <= LONGEST_LOOP
        again = ("-stream_loop", "-1") if loops and not in_memory else ()
        inputs += [*INPUT_GUARD, *again, "-f", music.form.demuxer, "-i", "file:music"]
        heard = JoinedMusic(len(joint.clips), request.music_volume, in_memory, tuple(muted(played)))
    graph = sound_graph(joint, plan.frames, heard)
    encode = ["-map", "[sound]", "-c:a", "aac", "-b:a", "192k"]
    ffmpeg.run(
        [*inputs, "-filter_complex", graph, *encode, *file_output(_SOUND)],
        folder=folder,
        work=work,
        seconds=plan.seconds,
        timeout=_patience(plan),
        message="Joining the sound",
    )
    return _SOUND


def _patience(plan: JoinPlan) -> float:
    """Seconds of wall time after which a run has surely gone wrong: what is read or written decides, if larger."""
    read = [info.require_video().width * info.require_video().height for info in plan.infos]
    return patience(plan.seconds, max(SCREEN_PIXELS, *read, plan.joint.size[0] * plan.joint.size[1]))
