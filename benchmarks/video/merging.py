"""Clips that are alike, put behind each other without being encoded again."""

from __future__ import annotations

from functools import partial

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import disturbance, in_turn, middle_wall
from benchmarks.video.material import moving_clip

SECONDS = 120.0
CLIPS = 5
HOW = f"""{CLIPS} clips of {SECONDS:.0f} s in 1080x1920, H.264 and AAC with equal settings, given to `merge_videos` with
a cut between them: from the call to the finished, checked file. The figure is the length of the video over the time."""


def measure(bench: Bench) -> Section:
    """How many times faster than it plays."""
    seconds = SECONDS / (20 if bench.quick else 1)
    clip = moving_clip(bench, "merged.mp4", seconds, sound=True)
    files = [str(bench.studio.upload(clip, f"clip-{number}.mp4")["file_id"]) for number in range(CLIPS)]
    merge = partial(bench.studio.call, "merge_videos", {"videos": files})
    merge()
    samples = in_turn({"ours": merge}, bench.rounds(3))
    took, length = middle_wall(samples["ours"]), seconds * CLIPS
    figure = Figure("alike clips merged", f"{took:.2f} s", f"{length:.0f} s of video", length / took, "×", least=100.0)
    return Section("Merging", HOW, (figure,), others=disturbance(samples))
