"""Whoever watches a render sees its latest frame, and the video is the same as without."""

from __future__ import annotations

from pathlib import Path

from PIL import Image as Picture

from backend.media.ffmpeg import Ffmpeg
from backend.video import RenderRequest, render
from backend.video.rendering.glimpse import GLIMPSE_FILE, GLIMPSE_OUTPUT, WATCHED, glimpse_graph
from backend.work import Work
from tests.media.makers import Maker

_RED_THEN_BLUE = "[0:v][1:v]concat=n=2:v=1:a=0,format=yuv420p[picture]"
_INPUTS = [
    *("-f", "lavfi", "-i", "color=red:s=180x320:r=30:d=1"),
    *("-f", "lavfi", "-i", "color=blue:s=180x320:r=30:d=2"),
]


def _run(ffmpeg: Ffmpeg, folder: Path, graph: str, pad: str, *more: str) -> str:
    hashed = ["-map", f"[{pad}]", "-f", "framemd5", "-y", "file:hashes"]
    ffmpeg.run([*_INPUTS, "-filter_complex", graph, *more, *hashed], folder=folder, work=Work(), timeout=60)
    return (folder / "hashes").read_text("utf-8")


def test_the_last_frame_is_seen_small_and_no_frame_is_another(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    alone = _run(ffmpeg, tmp_path, _RED_THEN_BLUE, "picture")
    graph = f"{_RED_THEN_BLUE};{glimpse_graph()}"
    assert _run(ffmpeg, tmp_path, graph, WATCHED, *GLIMPSE_OUTPUT) == alone
    with Picture.open(tmp_path / GLIMPSE_FILE) as seen:
        assert seen.size == (136, 240)
        shown = seen.convert("RGB").getpixel((60, 120))
    assert isinstance(shown, tuple)
    assert shown[2] > 200 and shown[0] < 60


def test_a_render_points_to_its_latest_frame_and_leaves_none_behind(
    ffmpeg: Ffmpeg, make: Maker, tmp_path: Path
) -> None:
    seen: list[tuple[float, bool]] = []

    def report(fraction: float, message: str, **details: str) -> None:
        seen.append((fraction, Path(details.get("glimpse", "nowhere")).is_file()))

    request = RenderRequest(audio=make.tone("glimpse.wav", seconds=3.0), duration=3.0, size=(180, 320))
    render(request, ffmpeg, tmp_path, Work(report))
    assert [fraction for fraction, _ in seen] == sorted(fraction for fraction, _ in seen)
    assert any(there for _, there in seen)
    assert [path.name for path in tmp_path.iterdir()] == ["180x320.mp4"]
