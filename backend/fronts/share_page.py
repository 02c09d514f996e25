"""The page behind a shared link: a player, who may keep it, until when. Nothing from other hosts."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timezone
from html import escape

from backend.services.shares import Shared
from backend.storage.names import media_type

_STYLE = """
@font-face{font-family:Inter;font-weight:100 900;font-display:swap;
  src:url(../studio/fonts/web/inter-latin-wght-normal.woff2) format("woff2")}
:root{--paper:#FAF8F5;--card:#FFF;--ink:#17161A;--mute:#6A6772;--line:#E8E3DB;--accent:#D93A22;--stage:#131217}
@media (prefers-color-scheme:dark){
  :root{--paper:#0D0C10;--card:#17161B;--ink:#F4F1EB;--mute:#9C98A6;--line:#2B2932;--stage:#17161B}}
*{box-sizing:border-box}
html{height:100%}
body{margin:0;min-height:100%;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:18px;
  padding:24px 16px;background:var(--paper);color:var(--ink);font:15px/1.5 Inter,system-ui,sans-serif;
  -webkit-font-smoothing:antialiased}
main{width:100%;max-width:860px;background:var(--card);border:1px solid var(--line);border-radius:18px;overflow:hidden}
main.tall{max-width:440px}
.stage{background:var(--stage);display:grid;place-items:center}
video,.stage img{display:block;width:100%;max-height:72vh;background:var(--stage)}
.stage img{object-fit:contain}
.tall video{max-height:66vh}
.sound .stage{position:relative;background:
  radial-gradient(85% 34% at 72% 100%,#ff9a4c55,#ff9a4c00),
  linear-gradient(172deg,#06070f 0%,#12132e 30%,#2d2253 60%,#6d3a66 82%,#b45a54 100%)}
.sound video{height:300px;background:none}
#said{position:absolute;inset:24px 24px 92px;display:grid;place-items:center;text-align:center;color:#fff;
  font-size:clamp(20px,4vw,28px);font-weight:650;line-height:1.35;white-space:pre-line;pointer-events:none}
video::cue{background:#131217cc;color:#fff;font-family:Inter,system-ui,sans-serif}
.about{padding:20px 22px 22px}
h1{margin:0 0 4px;font-size:20px;line-height:1.3;letter-spacing:-.01em;overflow-wrap:anywhere}
p{margin:0;color:var(--mute)}
.row{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:14px;margin-top:18px}
.button{display:inline-block;padding:11px 20px;border-radius:10px;background:var(--accent);color:#fff;font-weight:600;
  text-decoration:none}
.button:focus-visible,video:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
footer{display:flex;align-items:center;gap:8px;color:var(--mute);font-size:13px}
footer img{height:20px}
main.closed{max-width:440px;padding:32px}
.closed h1{margin-bottom:8px;font-size:22px}
"""


def _source(inline: str) -> str:
    """What a content policy says to let this inline text pass."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


STYLE_SOURCE = _source(_STYLE)
_SCRIPT = """
const track = document.querySelector("video").textTracks[0], said = document.getElementById("said");
track.mode = "hidden";
track.addEventListener("cuechange", () => {
  said.textContent = [...track.activeCues].map((cue) => cue.getCueAsHTML().textContent).join("\\n");
});
"""
"""Shows what is said: browsers draw no captions where there is only sound."""
SCRIPT_SOURCE = _source(_SCRIPT)
_SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>{title} · Voicereel</title>
{head}<link rel="icon" href="../studio/brand/favicon.svg">
<style>{style}</style>
</head>
<body>
{body}
<footer><img src="../studio/brand/favicon.svg" alt="">Made with Voicereel</footer>
</body>
</html>
"""
_NOUNS = {"video": "Video", "audio": "Recording", "image": "Picture"}


def share_page(share_id: str, shared: Shared, base_url: str) -> str:
    """The page of something that is shared, as HTML.

    Args:
        share_id: well formed; it stands in addresses.
        shared: what is shown.
        base_url: where chats and search engines find the studio, for the addresses of previews.
    """
    shape = {"audio": "sound", "image": ""}.get(shared.kind, "tall" if _is_tall(shared) else "")
    about = " · ".join(
        [_NOUNS[shared.kind], *([_clock(shared.duration)] if shared.duration else []), f"until {_day(shared.ends_at)}"]
    )
    body = (
        f'<main class="{shape}">\n<div class="stage">{_player(share_id, shared)}</div>\n<div class="about">'
        f'<h1>{escape(shared.title)}</h1>\n<div class="row"><p>{about}</p>'
        f'<a class="button" href="{share_id}/media?download=1" download>Download · {_size(shared.bytes)}</a></div>'
        "</div>\n</main>"
    )
    return _SHELL.format(title=escape(shared.title), head=_preview(share_id, shared, base_url), style=_STYLE, body=body)


def closed_page(unavailable: bool = False) -> str:
    """The page of everything that is not shared (any more), or cannot be shown for a moment."""
    heading = "This cannot be shown right now" if unavailable else "This link has ended"
    said = (
        "The studio cannot reach its files. Try again in a few minutes."
        if unavailable
        else "Shared links end after some days, or when whoever made them takes them back. Ask for a new one."
    )
    body = f'<main class="closed">\n<h1>{heading}</h1>\n<p>{said}</p>\n</main>'
    return _SHELL.format(title=heading, head="", style=_STYLE, body=body)


def _player(share_id: str, shared: Shared) -> str:
    if shared.kind == "image":
        return f'<img src="{share_id}/media" alt="{escape(shared.title, quote=True)}">'
    poster = f' poster="{share_id}/picture.jpg"' if shared.picture else ""
    manner = f'controls playsinline preload="metadata"{poster}'
    video = f'<video {manner} src="{share_id}/media">{_track(share_id, shared)}</video>'
    if shared.kind == "video" or shared.captions is None:
        return video
    return f'{video}<div id="said"></div><script>{_SCRIPT}</script>'


def _track(share_id: str, shared: Shared) -> str:
    if shared.captions is None:
        return ""
    # In a video they are in the picture already.
    shown = " default" if shared.kind == "audio" else ""
    language = f' srclang="{escape(shared.language, quote=True)}"' if shared.language else ""
    return f'<track kind="captions" label="Captions"{language} src="{share_id}/captions.vtt"{shown}>'


def _preview(share_id: str, shared: Shared, base_url: str) -> str:
    """What chats draw a card from."""
    page = f"{base_url}/share/{share_id}"
    media = {"video": "og:video", "audio": "og:audio", "image": "og:image"}[shared.kind]
    picture = f"{page}/picture.jpg" if shared.picture else f"{base_url}/studio/brand/share.png"
    facts = [
        ("og:site_name", "Voicereel"),
        ("og:type", "video.other" if shared.kind == "video" else "website"),
        ("og:url", page),
        ("og:title", shared.title),
        ("og:description", f"{_NOUNS[shared.kind]}, {_clock(shared.duration)}" if shared.duration else "Listen"),
        *([] if shared.kind == "image" else [("og:image", picture)]),
        (media, f"{page}/media"),
        (f"{media}:type", media_type(shared.file.name)),
    ]
    if shared.size:
        facts += [("og:video:width", str(shared.size[0])), ("og:video:height", str(shared.size[1]))]
    lines = [f'<meta property="{name}" content="{escape(value, quote=True)}">\n' for name, value in facts]
    return "".join([*lines, '<meta name="twitter:card" content="summary_large_image">\n'])


def _is_tall(shared: Shared) -> bool:
    return shared.size is not None and shared.size[1] > shared.size[0]


def _clock(seconds: float | None) -> str:
    whole = max(0, round(seconds or 0))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def _day(seconds: float) -> str:
    day = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{day.day} {day:%B %Y}"


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit != "MB" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
