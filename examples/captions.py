"""Captions for a video that is there already: as files, and burned into it.

python captions.py talk.mp4 --style bold_pop --save talk-captioned.mp4
"""

from __future__ import annotations

from pathlib import Path

from studio import Studio, options, print_progress, run, save


def main() -> None:
    parser = options("Captions for an existing video.")
    parser.add_argument("video", type=Path)
    parser.add_argument("--style", default="bold_pop", help="of the operation list_caption_styles")
    parser.add_argument("--save", type=Path, default=Path("captioned.mp4"))
    given = parser.parse_args()

    studio = Studio(given.url, given.key)
    video = studio.upload(given.video)  # once; its file_id is used twice below
    info = studio.call("get_video_info", video=video)
    fields = {
        "audio": video,  # its words are recognised
        "background": video,  # its picture stays
        "captions_style": given.style,
        # H.264 wants even sides.
        "sizes": [f"{info['width'] // 2 * 2}x{info['height'] // 2 * 2}"],
    }
    made = studio.follow(studio.submit("generate_captioned_video", fields), print_progress)
    print(f"\n{save(made['videos'][0]['file'], given.save)}: {made['videos'][0]['duration']:.1f} s")
    for kind in ("srt", "vtt"):
        print(save(made["captions"][0]["files"][kind], given.save.with_suffix(f".{kind}")))


run(main)
