"""One script becomes one captioned video.

python one_video.py "Every lighthouse keeper learns one rule first." --background harbour.jpg --save film.mp4
"""

from __future__ import annotations

from pathlib import Path

from studio import Studio, options, print_progress, run, save


def main() -> None:
    parser = options("A script becomes a captioned video.")
    parser.add_argument("script", help="what is to be said")
    parser.add_argument("--voice", default="af_heart", help="a voice_id of the operation list_voices")
    parser.add_argument("--engine", default="auto", help="auto takes the voice's own")
    parser.add_argument("--style", default="bold_pop", help="of list_caption_styles")
    parser.add_argument("--size", default="1080x1920")
    parser.add_argument("--background", type=Path, help="an image or a video of yours; a designed gradient without one")
    parser.add_argument("--save", type=Path, default=Path("video.mp4"))
    given = parser.parse_args()

    studio = Studio(given.url, given.key)
    fields = {
        "script": given.script,
        "voice": given.voice,
        "captions_style": given.style,
        "sizes": [given.size],
        "options": {"engine": given.engine},
    }
    if given.background:
        fields["background"] = studio.upload(given.background)
    # A job goes on when this program is stopped; studio.call("generate_captioned_video", …) would just wait.
    job_id = studio.submit("generate_captioned_video", fields)
    made = studio.follow(job_id, print_progress)
    video = made["videos"][0]
    print(f"\n{save(video['file'], given.save)}: {video['size']}, {video['duration']:.1f} s")
    # The captions as files, for a platform that shows its own.
    print(save(made["captions"][0]["files"]["srt"], given.save.with_suffix(".srt")))


run(main)
