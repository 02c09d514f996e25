"""What `gr.mount_gradio_app` takes besides the page: theme, style sheet, scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ui.theme import theme

ASSETS_AT = "/studio"
"""Where the page looks for fonts and sample backgrounds."""
_HERE = Path(__file__).resolve().parent
CSS = _HERE / "css"
_SAFE_ZONES = _HERE.parent / "assets" / "safe_zones.json"
_BRAND = _HERE.parent / "assets" / "brand"
SHEETS = (
    "tokens",
    "shell",
    "controls",
    "panels",
    "composition",
    "layers",
    "shots",
    "video_job",
    "picturing",
    "parameters",
    "takes",
    "voices",
    "captions",
    "editor",
    "style_editor",
    "fonts",
    "recording",
    "stage",
    "moving",
    "safe_zones",
    "sharing",
    "joining",
    "room",
    "small",
)
_SCRIPTS = (
    "base",
    "choices",
    "foreseeing",
    "pieces",
    "player",
    "sharing",
    "safe_zones",
    "moving",
    "stage",
    "cues",
    "cue_tools",
    "editor",
    "fonts",
    "recorder",
    "bringing",
    "part",
    "transcript",
    "maker",
    "converter",
    "recording",
    "voices",
    "merging",
    "colorkey",
    "system",
    "room",
    "parameters",
    "style_editor",
    "composition",
    "layers",
    "shots",
    "video_job",
    "picturing",
    "page",
)


def page_options() -> dict[str, Any]:
    """Keyword arguments for `gr.mount_gradio_app`. Nothing in them leads a browser to another host."""
    return {
        "theme": theme(),
        "head": head(),
        "favicon_path": str(_BRAND / "favicon.svg"),
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
    }


def head() -> str:
    """What goes into the page's head. The style sheet is there and not in ``css=``, so that the first paint has it."""
    zones = [{**zone, "source": ""} for zone in json.loads(_SAFE_ZONES.read_text(encoding="utf-8"))]
    return (
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        '<meta name="color-scheme" content="light dark">'
        f"<style>{_joined('css', SHEETS)}</style><script>{_joined('js', _SCRIPTS)}"
        f"Voicereel.zones = {json.dumps(zones, ensure_ascii=False)};</script>"
    )


def _joined(folder: str, names: tuple[str, ...]) -> str:
    return "\n".join((_HERE / folder / f"{name}.{folder}").read_text(encoding="utf-8") for name in names)
