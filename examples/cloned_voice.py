"""A narration in the voice of a recording, with the consent of whoever speaks in it.

    python cloned_voice.py me.wav "Hello, this is me." --name Anna --basis own_voice \\
        --statement "I am Anna and agree that my voice is used in my videos."

Half a minute of clear speech is plenty; the best twelve seconds are kept.
"""

from __future__ import annotations

from pathlib import Path

from studio import Studio, options, print_progress, run, save


def main() -> None:
    parser = options("A narration in the voice of a recording.")
    parser.add_argument("recording", type=Path)
    parser.add_argument("script")
    parser.add_argument("--name", required=True, help="of the voice; also who speaks, unless --speaker says otherwise")
    parser.add_argument("--speaker")
    parser.add_argument("--basis", required=True, choices=("own_voice", "permission", "licensed", "synthetic"))
    parser.add_argument("--statement", required=True, help="what was said or signed")
    parser.add_argument("--install", metavar="ENGINE", help="install f5 or chatterbox first (gigabytes, once)")
    parser.add_argument("--save", type=Path, default=Path("narration.wav"))
    given = parser.parse_args()

    studio = Studio(given.url, given.key)
    if given.install:
        studio.follow(studio.submit("install_engine", {"engine": given.install}), print_progress)
        print()
    recording = studio.upload(given.recording)
    # The coach says what is good and bad about it; an unusable recording is refused with the reason.
    report = studio.call("check_voice", audio=recording)
    print(f"The recording is {report['verdict']}. {' '.join(problem['advice'] for problem in report['problems'])}")
    voice = studio.call(
        "upload_voice",
        audio=recording,
        name=given.name,
        consent={"basis": given.basis, "speaker": given.speaker or given.name, "statement": given.statement},
    )
    print(f"Saved as {voice['voice_id']}: “{voice['transcript']}”")
    fields = {"script": given.script, "voice": voice["voice_id"]}
    narration = studio.follow(studio.submit("generate_speech", fields), print_progress)
    print(f"\n{save(narration['audio'], given.save)}: {narration['duration']:.1f} s by {narration['engine']}")
    print(save(narration["timings"]["srt"], given.save.with_suffix(".srt")))


run(main)
