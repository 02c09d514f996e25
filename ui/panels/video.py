"""Video: what stands behind the words, in which shapes, with which music."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.choice import choice, pills
from ui.choices import AS_IT_IS, NO_AUDIO, PLATFORMS, Choices
from ui.composing import composition, frame
from ui.desk import Desk, Update
from ui.flow import restyle
from ui.foreseeing import ask_estimate, capital, line, to_know
from ui.html import element, heading, plural, problem, span, text
from ui.listeners import PRIVATE, event_data
from ui.panels import layers, picturing, shots
from ui.panels.own_job import JobCard
from ui.samples import GRADIENT, Samples
from ui.show import Show
from ui.speaking import manner
from ui.studio import Json, Studio
from ui.views.composition import composed, frame_cards, scrubber
from ui.views.swatches import music_cards, swatches

_FITS = {"cover": "Fills the frame", "contain": "Whole, with bars", "blur": "Whole, over its blur"}
_QUALITIES = {"draft": "Draft, quick", "standard": "Standard", "best": "Best, slow"}
_CODECS = {"h264": "H.264, plays everywhere", "h265": "H.265, smaller", "av1": "AV1, smallest"}
_ENCODERS = {"software": "Processor", "hardware": "Graphics card, if one can"}
_LOUDNESSES = {PLATFORMS: "As platforms play it", "-16": "Podcast", "-23": "Broadcast", AS_IT_IS: "As it is"}
_SOUNDS = {NO_AUDIO: "No", "mp3": "MP3", "m4a": "M4A", "wav": "WAV", "flac": "FLAC", "opus": "Opus"}
_MOTIONS = {"none": "Still", "ken_burns": "Ken Burns", "pan": "Pan"}
_ON_COMPOSITION = 'Voicereel.composition({element, trigger, server, watch, events: ["ask"]})'
_ON_JOB = 'Voicereel.videoJob({element, trigger, watch, events: ["stop"]})'
MEDIA_TYPES = [".jpg", ".jpeg", ".png", ".webp", ".mp4", ".mov", ".webm", ".mkv"]
MUSIC_TYPES = [".mp3", ".wav", ".m4a", ".flac", ".ogg", ".opus"]


@dataclass(frozen=True)
class VideoPanel:
    """The tab's components."""

    background: gr.HTML
    uploads: gr.State
    """Backgrounds that the visitor brought: choice -> how its card looks."""
    bring: gr.UploadButton
    motion: gr.HTML
    fit: gr.HTML
    shots: gr.HTML
    """When and how each background that was brought is shown."""
    layers: gr.HTML
    sizes: gr.HTML
    composition: gr.HTML
    """The video as it would be rendered now, for the script that draws its frames."""
    music: gr.HTML
    uploaded_music: gr.State
    """The music that the visitor brought, as a link."""
    bring_music: gr.UploadButton
    volume: gr.Slider
    duck: gr.HTML
    distance: gr.Slider
    """How far music lies under the voice."""
    quality: gr.HTML
    codec: gr.HTML
    encoder: gr.HTML
    loudness: gr.HTML
    audio: gr.HTML
    """In which format the sound is also wanted alone."""
    job: gr.HTML
    """How rendering is, and what was made."""
    problem: gr.HTML
    render: gr.Button
    note: gr.HTML
    pictures: JobCard
    """Pictures out of what was made."""

    def finish(self) -> list[Any]:
        """The controls of what came last to `Choices`, in its order."""
        written = [self.quality, self.codec, self.encoder, self.loudness, self.audio]
        return [self.distance, self.fit, *written, self.shots]


def build(studio: Studio, chosen: Choices) -> VideoPanel:
    """Place the tab's components."""
    seen = {**_shapes(studio, chosen), **_background(chosen), **_layers(studio, chosen)}
    return VideoPanel(**seen, **_music(chosen), **_finish(chosen), **_button(chosen))


def _background(chosen: Choices) -> dict[str, Any]:
    with gr.Column(elem_classes=["card"]):
        _bare(heading("Background", "A colour, pictures or clips. Several pictures follow the sentences."))
        with gr.Column(elem_classes=["backgrounds"]):
            background = choice("Background", swatches(), chosen.background, elem_id="background", layout="swatches")
            bring = gr.UploadButton(
                "Upload",
                file_count="multiple",
                file_types=MEDIA_TYPES,
                elem_id="upload-background",
                elem_classes=["upload-tile"],
            )
        motion = _setting("Motion", _MOTIONS, chosen.motion, "motion")
        fit = _setting("Other shapes", _FITS, chosen.fit, "fit")
        of_each = shots.build(chosen)
    brought = {"background": background, "uploads": gr.State({}), "bring": bring, "shots": of_each}
    return {**brought, "motion": motion, "fit": fit}


def _shapes(studio: Studio, chosen: Choices) -> dict[str, Any]:
    def draw_frame(asked: Json) -> Json:
        """A frame of the video as it would be rendered; called by the tab's own script."""
        return frame(studio, asked)

    head = heading(
        "Your video", "Any moment of it, drawn as it will be rendered. One video is made for each shape you tick."
    )
    with gr.Column(elem_classes=["card"]):
        cards = frame_cards()
        sizes = choice("Shapes", cards, chosen.sizes, elem_id="shapes", layout="shapes", before=head, many=True)
        _bare(scrubber(), "scrubber")
        told = gr.HTML(
            "",
            js_on_load=_ON_COMPOSITION,
            apply_default_css=False,
            elem_id="composition",
            elem_classes=["bare", "rolling"],
            server_functions=[draw_frame],
        )
    return {"sizes": sizes, "composition": told}


def _layers(studio: Studio, chosen: Choices) -> dict[str, Any]:
    with gr.Column(elem_classes=["card"]):
        return {"layers": layers.build(studio, chosen)}


def _music(chosen: Choices) -> dict[str, Any]:
    look: dict[str, Any] = {"buttons": [], "elem_classes": ["slider-row"]}
    under, loud = {**look, "elem_id": "music-distance"}, {**look, "elem_id": "music-volume"}
    with gr.Column(elem_classes=["card", "music-bed"]):
        _bare(heading("Music", "Optional. It steps back while someone speaks."))
        with gr.Row(elem_classes=["music-row"]):
            music = choice("Music", music_cards(), chosen.music, elem_id="music", layout="pills")
            bring = gr.UploadButton(
                "Choose music", file_types=MUSIC_TYPES, size="sm", elem_id="upload-music", elem_classes=["small-button"]
            )
        volume = gr.Slider(0, 1, chosen.music_volume, step=0.05, label="Volume", **loud)
        with gr.Row(elem_classes=["settings"]):
            _bare(span("setting-label", "Step back for speech"))
            duck = choice("Step back", pills({"on": "On", "off": "Off"}), chosen.duck, elem_id="duck", layout="pills")
        distance = gr.Slider(6, 30, chosen.duck_distance, step=1, label="How far, in dB", **under)
    placed = {"music": music, "uploaded_music": gr.State(None), "bring_music": bring}
    return {**placed, "volume": volume, "duck": duck, "distance": distance}


def _finish(chosen: Choices) -> dict[str, Any]:
    with gr.Column(elem_classes=["card"]):
        _bare(heading("File", "An MP4. What is chosen here is right for every platform."))
        return {
            "quality": _setting("Quality", _QUALITIES, chosen.quality, "quality"),
            "codec": _setting("Format", _CODECS, chosen.codec, "codec"),
            "encoder": _setting("Written by", _ENCODERS, chosen.encoder, "encoder"),
            "loudness": _setting("Loudness", _LOUDNESSES, chosen.loudness, "loudness"),
            "audio": _setting("Sound alone, too", _SOUNDS, chosen.audio_export, "audio-export"),
        }


def _setting(label: str, options: dict[str, str], value: str, elem_id: str) -> gr.HTML:
    """A line of the card: what it is about, and a choice of words."""
    with gr.Row(elem_classes=["settings"]):
        _bare(span("setting-label", text(label)))
        return choice(label, pills(options), value, elem_id=elem_id, layout="pills")


def _button(chosen: Choices) -> dict[str, Any]:
    job = gr.HTML(
        "", js_on_load=_ON_JOB, apply_default_css=False, elem_id="video-job", elem_classes=["bare", "rolling"]
    )
    pictures = picturing.build()
    problem = gr.HTML("", apply_default_css=False, elem_id="video-problem", elem_classes=["bare", "rolling"])
    with gr.Row(elem_classes=["actions"]):
        render = gr.Button(render_label(chosen.sizes), variant="primary", elem_id="render", min_width=0)
        note = _bare("", "video-note")
    return {"job": job, "problem": problem, "render": render, "note": note, "pictures": pictures}


def _bare(html: str, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(html, apply_default_css=False, elem_id=elem_id, elem_classes=["bare"])


def render_label(sizes: Sequence[str]) -> str:
    """What the button says: ``Render 2 videos``."""
    return f"Render {plural(len(sizes), 'video')}"


def keep_files(studio: Studio, paths: Sequence[str | Path]) -> tuple[str, Json]:
    """Keep uploaded backgrounds; returns the choice they make and how its swatch looks.

    Raises:
        StudioError: a file is not a picture or clip.
    """
    kept = [studio.upload(Path(path), Path(path).name) for path in paths]
    value = "files:" + ",".join(str(file["file_id"]) for file in kept)
    return value, _swatch_of(kept)


def _swatch_of(files: Sequence[Json]) -> Json:
    """How the card of some backgrounds looks, and which they are."""
    first = files[0]
    looks = {"name": first["name"], "url": first["url"], "media_type": first["media_type"]}
    return {**looks, "count": len(files), "files": list(files)}


def recall(studio: Studio, choices: Choices) -> tuple[Choices, dict[str, Json], Json | None]:
    """What was brought at an earlier visit: the choices without what is gone, the backgrounds, and the music."""
    uploads, music = {}, None
    kind, _, value = choices.background.partition(":")
    if kind == "files":
        files = [_still_there(studio, name) for name in value.split(",")]
        there = [file for file in files if file is not None]
        if len(there) < len(files):
            choices = replace(choices, background=GRADIENT)
        else:
            uploads = {choices.background: _swatch_of(there)}
    kind, _, value = choices.music.partition(":")
    if kind == "file":
        music = _still_there(studio, value)
        choices = choices if music else replace(choices, music="")
    return choices, uploads, music


def _still_there(studio: Studio, file_id: str) -> Json | None:
    try:
        link: Json = studio.call("download_file", {"file_id": file_id})
    except StudioError:
        return None
    return link


def note(studio: Studio, choices: Choices, show: Show | None) -> str:
    """What the button will do, and what it takes, in a line beside it."""
    source = show.source if show else None
    if show and source:
        said = f"With the {'voice' if show.narration else 'recording'} and the captions that are on the stage."
    elif choices.script.strip():
        said = "Speaks your script first."
    else:
        return span("hint", "Write a script first: the Speech tab is where it starts.")
    estimate = ask_estimate(studio, choices, source)
    takes = line(estimate)
    known = element("b", text(capital(takes))) if takes else ""
    return known + "".join(span("hint said", text(each)) for each in (said, *to_know(estimate)))


def wire(panel: VideoPanel, desk: Desk, tab: gr.Tab, controls: Sequence[Any], samples: Samples) -> None:
    """Connect the tab."""

    def render(*values: Any) -> Update:
        choices, current, show = Choices.given(values[:-2]), values[-2], values[-1]
        try:
            materials = samples.materials(choices)
            source = restyle(desk.studio, show, choices).source if show else None
        except StudioError as error:
            return desk.complain(error, show)
        spoken = {} if source else manner(desk.studio, choices)
        arguments = choices.video_arguments(materials.background, materials.music, source, spoken)
        return desk.begin("generate_captioned_video", arguments, current, show)

    def compose(*values: Any) -> Update:
        choices, show = Choices.given(values[:-1]), values[-1]
        told: Update = {
            panel.render: gr.Button(render_label(choices.sizes)),
            panel.note: note(desk.studio, choices, show),
        }
        try:
            video = composition(desk.studio, samples, choices, show)
        except StudioError as error:
            return {**told, panel.problem: problem(error)}
        return {**told, panel.composition: composed(video, show.duration if show else 0.0)}

    panel.render.click(render, inputs=[*controls, desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    composes = [panel.render, panel.note, panel.composition, panel.problem]
    for asked in (tab.select, panel.composition.ask):
        asked(compose, inputs=[*controls, desk.show], outputs=composes, trigger_mode="always_last", **PRIVATE)
    picturing.wire(panel.pictures, desk, tab, controls)
    _wire_background(panel, desk.studio)
    _wire_music(panel, desk.studio)


def _wire_background(panel: VideoPanel, studio: Studio) -> None:
    def bring(paths: list[str], kept: dict[str, Json]) -> Update:
        try:
            value, file = keep_files(studio, paths)
        except StudioError as error:
            return {panel.problem: problem(error), panel.background: gr.HTML(cards=swatches(kept))}
        kept = {**kept, value: file}
        return {
            panel.uploads: kept,
            panel.background: gr.HTML(value=value, cards=swatches(kept)),
            panel.problem: "",
        }

    def remove(event: gr.EventData, kept: dict[str, Json]) -> Update:
        left = {name: file for name, file in kept.items() if name != event_data(event, "value")}
        return {panel.uploads: left, panel.background: gr.HTML(value=GRADIENT, cards=swatches(left))}

    changed = [panel.uploads, panel.background, panel.problem]
    panel.bring.upload(bring, inputs=[panel.bring, panel.uploads], outputs=changed, **PRIVATE)
    panel.background.remove(remove, inputs=[panel.uploads], outputs=changed, **PRIVATE)


def _wire_music(panel: VideoPanel, studio: Studio) -> None:
    def bring_music(path: str, kept: Json | None) -> Update:
        try:
            file = studio.upload(Path(path), Path(path).name)
        except StudioError as error:
            return {panel.problem: problem(error), panel.music: gr.HTML(cards=music_cards(kept))}
        return {
            panel.uploaded_music: file,
            panel.music: gr.HTML(value=f"file:{file['file_id']}", cards=music_cards(file)),
            panel.problem: "",
        }

    changed = [panel.uploaded_music, panel.music, panel.problem]
    inputs = [panel.bring_music, panel.uploaded_music]
    panel.bring_music.upload(bring_music, inputs=inputs, outputs=changed, **PRIVATE)
