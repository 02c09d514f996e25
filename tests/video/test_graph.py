from __future__ import annotations

import itertools
from dataclasses import replace

from backend.media.formats import INPUT_GUARD
from backend.video.picture.graph import (
    Scene,
    Segment,
    Source,
    encode_picture,
    file_output,
    picture_graph,
    picture_inputs,
)
from tests.video.scenes import MP4, PNG, clip, picture

PAINTED = Source("background0", form=None)
PHOTO = Source("background0", PNG, picture())
CLIP = Source("background1", MP4, clip())
COVERED = "flags=bicubic:out_color_matrix=bt709:out_range=tv,format=yuv420p,crop=1080:1920,setsar=1"
BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
FINISH = f"format=yuv420p,{BT709}[picture]"


def _scene(*segments: Segment, **options: object) -> Scene:
    return Scene((1080, 1920), 30, segments, **options)  # type: ignore[arg-type]


def test_a_painted_frame_is_read_raw_once_and_repeated() -> None:
    scene = _scene(Segment(PAINTED, 60, 0, 60), captions=True)
    assert picture_inputs(scene) == [
        *("-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", "1080x1920"),
        *("-framerate", "30", "-i", "file:background0"),
    ]
    assert picture_graph(scene) == (
        f"[0:v:0]setsar=1,{BT709},trim=end_frame=1,loop=loop=59:size=1:start=0,settb=1/30,setpts=N[s0];"
        f"[s0]settb=1/30,setpts=N+0,ass=subs.ass:fontsdir=fonts,{FINISH}"
    )


def test_a_picture_is_scaled_before_it_is_repeated() -> None:
    scene = _scene(Segment(PHOTO, 60, 0, 60))
    assert picture_inputs(scene) == [
        *INPUT_GUARD,
        *("-f", "png_pipe", "-noautorotate", "-threads", "1", "-framerate", "30", "-i", "file:background0"),
    ]
    assert picture_graph(scene) == (
        f"[0:v:0]sidedata=mode=delete,scale=2560:1920:{COVERED},"
        "trim=end_frame=1,loop=loop=59:size=1:start=0,settb=1/30,setpts=N[s0];"
        f"[s0]settb=1/30,setpts=N+0,{FINISH}"
    )


def test_pictures_and_clips_follow_each_other() -> None:
    scene = _scene(Segment(PHOTO, 30, 0, 30), Segment(CLIP, 200, 0, 200))
    assert picture_inputs(scene)[-8:] == [
        "-max_pixels",
        "33177600",
        "-f",
        "mov",
        "-stream_loop",
        "2",
        "-i",
        "file:background1",
    ]
    assert picture_graph(scene) == (
        f"[0:v:0]sidedata=mode=delete,scale=2560:1920:{COVERED},"
        "trim=end_frame=1,loop=loop=29:size=1:start=0,settb=1/30,setpts=N[s0];"
        "[1:v:0]sidedata=mode=delete,crop='max(1,round(iw*0.316406250))':'max(1,round(ih*1.000000000))',"
        "scale=1080:1920:flags=bicubic:in_color_matrix=bt709:out_color_matrix=bt709:"
        "out_range=tv,format=yuv420p,setsar=1,fps=30:start_time=0,"
        "tpad=stop=-1:stop_mode=clone,trim=end_frame=200,settb=1/30,setpts=N[s1];"
        f"[s0][s1]concat=n=2:v=1:a=0,settb=1/30,setpts=N+0,{FINISH}"
    )


def test_frames_that_are_dropped_are_not_scaled_first() -> None:
    fast = Source("background0", MP4, clip(fps=60.0, frames=180))
    graph = picture_graph(_scene(Segment(fast, 30, 0, 30)))
    assert graph.index("fps=30") < graph.index("scale=")


def test_a_clip_of_one_frame_is_a_picture() -> None:
    single = Source("background0", MP4, clip(frames=1))
    scene = _scene(Segment(single, 30, 0, 30))
    assert "-stream_loop" not in picture_inputs(scene)
    assert "loop=loop=29" in picture_graph(scene)


def test_a_part_of_a_video_is_drawn_for_its_own_time() -> None:
    scene = _scene(Segment(PAINTED, 1, 45, 90), captions=True, first_frame=45)
    assert picture_graph(scene) == (
        f"[0:v:0]setsar=1,{BT709},trim=end_frame=1,settb=1/30,setpts=N[s0];"
        f"[s0]settb=1/30,setpts=N+45,ass=subs.ass:fontsdir=fonts,setpts=N,{FINISH}"
    )


def test_a_part_of_a_looped_clip_begins_inside_it() -> None:
    inputs = picture_inputs(_scene(Segment(CLIP, 30, 105, 200), first_frame=105))
    assert inputs[-5:] == ["-noaccurate_seek", "-ss", "0.500000", "-i", "file:background1"]


def test_a_clip_that_is_cut_is_read_no_further_and_its_last_picture_held() -> None:
    shown = Segment(CLIP, 90, 0, 90, start=0.5, length=1.0)
    assert picture_inputs(_scene(shown))[-6:] == ["-ss", "0.500000", "-t", "1.000000", "-i", "file:background1"]
    late = replace(shown, frames=30, first=60)
    assert picture_inputs(_scene(late, first_frame=60))[-6:-2] == ["-ss", "0.966667", "-t", "0.533333"]
    assert "tpad=stop=-1:stop_mode=clone,trim=start_frame=46:end_frame=76" in picture_graph(_scene(late))


def test_a_part_that_goes_on_over_the_end_of_a_clip_passes_by_what_is_over() -> None:
    scene = _scene(Segment(CLIP, 90, 105, 200), first_frame=105)
    assert picture_inputs(scene)[-4:] == ["-stream_loop", "1", "-i", "file:background1"]
    assert "setpts=round(PTS-0.500000/TB),fps=30:start_time=0" in picture_graph(scene)


def test_moving_pictures_move_by_fractions_of_a_pixel() -> None:
    graph = picture_graph(_scene(Segment(PHOTO, 60, 0, 60), effect="ken_burns"))
    assert "loop=loop=59:size=1:start=0,settb=1/30,setpts=N,perspective=" in graph
    assert "eval=frame" in graph
    assert "zoompan" not in graph


def test_every_given_input_is_guarded() -> None:
    inputs = picture_inputs(_scene(Segment(PHOTO, 30, 0, 30), Segment(CLIP, 30, 0, 30)))
    assert inputs.count("-format_whitelist") == inputs.count("-codec_whitelist") == inputs.count("-i") == 2
    assert all(name.startswith("file:") for option, name in itertools.pairwise(inputs) if option == "-i")


def test_output_is_h264_that_plays_everywhere() -> None:
    assert encode_picture(20, 30) == [
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-pix_fmt", "yuv420p"),
        *("-g", "60", "-force_key_frames", "expr:gte(t,n_forced*2)", "-forced-idr", "1", "-r", "30"),
        *("-x264-params", "open-gop=0:stitchable=1", "-colorspace", "bt709", "-color_primaries", "bt709"),
        *("-color_trc", "bt709", "-color_range", "tv"),
    ]
    assert list(file_output("video.part")) == [
        *("-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart"),
        *("-f", "mp4", "-y", "file:video.part"),
    ]
