"""Speech: the script, the voice, and the two buttons that everything else hangs on. The tab a visitor lands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.catalogue import Catalogue
from ui.choice import choice, pills
from ui.choices import Choices
from ui.desk import Desk, Update
from ui.foreseeing import foreseen
from ui.html import button, heading, span
from ui.listeners import PRIVATE
from ui.panels.captions import style_choice
from ui.panels.voices import voice_choice
from ui.samples import Samples
from ui.show import Show
from ui.speaking import Speaking, ask_speaking, manner
from ui.studio import Json, Studio
from ui.views import parameters
from ui.views.voices import first_cards

JOB_ON_LOAD = 'Voicereel.job({element, trigger, watch, events: ["stop", "respeak", "blind", "keep"]})'
_ON_OPTIONS = 'Voicereel.parameters({element, props, trigger, watch, events: ["pick"]})'
_ON_FORESEEN = 'Voicereel.foreseen({trigger, events: ["ask"]})'
_SAMPLE = Path(__file__).resolve().parent.parent.parent / "assets" / "sample_script.txt"


@dataclass(frozen=True)
class SpeechPanel:
    """The tab's components."""

    script: gr.Textbox
    voice: gr.HTML
    speed: gr.Slider
    engine: gr.HTML
    options: gr.HTML
    verify: gr.HTML
    style: gr.HTML
    job: gr.HTML
    make_video: gr.Button
    speak_only: gr.Button
    foreseen: gr.HTML
    """What the main button would take."""


def sample_script() -> str:
    """A short script that shows numbers, a pause and more than one sentence."""
    return _SAMPLE.read_text(encoding="utf-8").strip()


def _bare(html: str, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(html, apply_default_css=False, elem_id=elem_id, elem_classes=["bare"])


def build(studio: Studio, catalogue: Catalogue, chosen: Choices) -> SpeechPanel:
    """Place the tab's components."""
    with gr.Column(elem_classes=["card", "script-card"]):
        _bare(_script_head())
        script = gr.Textbox(
            chosen.script,
            label="Script",
            show_label=False,
            lines=7,
            max_lines=22,
            placeholder="Once upon a time…  Type or paste what should be said.",
            elem_id="script",
            container=False,
        )
    with gr.Column(elem_classes=["card"]):
        cards = first_cards(catalogue.voices, chosen.voice)
        head = heading("Voice", right=_all_voices(len(catalogue.voices)))
        voice = voice_choice(studio, catalogue, cards, chosen.voice, head, elem_id="voice")
        speed = gr.Slider(
            0.5, 2.0, chosen.speed, step=0.05, label="Speed", elem_id="speed", buttons=[], elem_classes=["slider-row"]
        )
        engine, options, verify = _manner(chosen)
    with gr.Column(elem_classes=["card"]):
        head = heading("Captions", right=button("quiet", "More about captions", data_tab="captions"))
        style = style_choice(studio, catalogue.style_cards, chosen.style, head, elem_id="style", layout="styles quick")
    job = gr.HTML("", js_on_load=JOB_ON_LOAD, apply_default_css=False, elem_id="job", elem_classes=["bare", "rolling"])
    with gr.Row(elem_classes=["actions", "at-home"]):
        make_video = gr.Button("Make video", variant="primary", elem_id="make-video", min_width=0)
        speak_only = gr.Button("Speak only", elem_id="speak-only", min_width=0)
        line = gr.HTML("", js_on_load=_ON_FORESEEN, apply_default_css=False, elem_id="foreseen", elem_classes=["bare"])
    return SpeechPanel(script, voice, speed, engine, options, verify, style, job, make_video, speak_only, line)


def _manner(chosen: Choices) -> tuple[gr.HTML, gr.HTML, gr.HTML]:
    """How the voice speaks: the engine where there is a choice, its parameters, and whether it is listened to."""
    with gr.Row(elem_classes=["settings", "engine-choice"]):
        _bare(span("setting-label", "Engine"))
        engine = choice("Engine", "", chosen.engine, elem_id="engine", layout="pills")
    options = gr.HTML(
        value=dict(chosen.options),
        html_template="${fields}",
        fields="",
        js_on_load=_ON_OPTIONS,
        apply_default_css=False,
        elem_id="parameters",
        elem_classes=["bare"],
    )
    with gr.Row(elem_classes=["settings"]):
        _bare(span("setting-label", "Listen and check"))
        said = {"off": "Off", "on": "Each sentence"}
        verify = choice("Listen and check", pills(said), chosen.verify, elem_id="verify", layout="pills")
    return engine, options, verify


def show_manner(panel: SpeechPanel, who: Speaking, choices: Choices) -> Update:
    """The engines that can speak the chosen voice, and the parameters of the one that will."""
    options = dict(choices.options)
    return {
        panel.engine: gr.HTML(value=who.wanted, cards=parameters.engine_cards(who)),
        panel.options: gr.HTML(value=options, fields=parameters.draw(who, options)),
    }


def _script_head() -> str:
    sample = button("quiet", "Use a sample", data_sample=sample_script())
    hint = "Write what should be said. [pause 0.8s] and [voice af_bella] work inside the text."
    return heading("Script", hint, sample + span("meta", data_script_meta=True))


def _all_voices(count: int) -> str:
    more = f"All {count} voices"
    return button("quiet", more, data_open="voice", aria_expanded="false", data_more=more, data_less="Fewer voices")


def wire(panel: SpeechPanel, desk: Desk, tab: gr.Tab, controls: Sequence[Any], samples: Samples) -> None:
    """Connect the tab."""

    def make_video(*values: Any) -> Update:
        return start_video(desk, Choices.given(values[:-2]), samples, values[-2], values[-1])

    def speak_only(*values: Any) -> Update:
        choices, current, show = Choices.given(values[:-2]), values[-2], values[-1]
        arguments = choices.speech_arguments(manner(desk.studio, choices))
        return desk.begin("generate_speech", arguments, current, show)

    def adapt(*values: Any) -> Update:
        choices = Choices.given(values)
        return show_manner(panel, ask_speaking(desk.studio, choices), choices)

    def foresee(*values: Any) -> Update:
        return {panel.foreseen: foreseen(desk.studio, Choices.given(values))}

    panel.foreseen.ask(foresee, inputs=list(controls), outputs=[panel.foreseen], trigger_mode="always_last", **PRIVATE)
    everything = [*controls, desk.current, desk.show]
    panel.make_video.click(make_video, inputs=everything, outputs=desk.listened(), **PRIVATE)
    panel.speak_only.click(speak_only, inputs=everything, outputs=desk.listened(), **PRIVATE)
    for asked in (panel.voice.change, panel.engine.pick, tab.select):
        asked(adapt, inputs=list(controls), outputs=[panel.engine, panel.options], **PRIVATE)


def start_video(desk: Desk, choices: Choices, samples: Samples, current: Json | None, show: Show | None) -> Update:
    """The main button: a script becomes captioned videos."""
    try:
        materials = samples.materials(choices)
    except StudioError as error:
        return desk.complain(error, show)
    spoken = manner(desk.studio, choices)
    arguments = choices.video_arguments(materials.background, materials.music, manner=spoken)
    return desk.begin("generate_captioned_video", arguments, current, show)
