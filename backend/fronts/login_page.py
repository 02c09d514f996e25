"""The page that asks for the key: one form, no scripts."""

from __future__ import annotations

from html import escape

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in · Voicereel</title>
<link rel="icon" href="studio/brand/favicon.svg">
<style>
@font-face{{font-family:Inter;font-weight:100 900;font-display:swap;
  src:url(studio/fonts/web/inter-latin-wght-normal.woff2) format("woff2")}}
:root{{--paper:#FAF8F5;--card:#FFF;--ink:#17161A;--mute:#6A6772;--line:#E8E3DB;--accent:#D93A22;--bad:#8F1F0D}}
@media (prefers-color-scheme:dark){{
  :root{{--paper:#0D0C10;--card:#17161B;--ink:#F4F1EB;--mute:#9C98A6;--line:#2B2932;--bad:#FFB4A5}}}}
*{{box-sizing:border-box}}
body{{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--paper);color:var(--ink);
  font:15px/1.5 Inter,system-ui,sans-serif;-webkit-font-smoothing:antialiased}}
form{{width:100%;max-width:380px;padding:32px;background:var(--card);border:1px solid var(--line);border-radius:14px}}
img{{height:40px;display:block;margin-bottom:20px}}
h1{{margin:0 0 4px;font-size:22px;letter-spacing:-.01em}}
p{{margin:0 0 20px;color:var(--mute)}}
label{{display:block;margin-bottom:6px;font-weight:600}}
input{{width:100%;padding:12px;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);
  border-radius:10px}}
input:focus-visible,button:focus-visible{{outline:2px solid var(--accent);outline-offset:2px}}
button{{width:100%;margin-top:16px;padding:12px;font:inherit;font-weight:600;color:#fff;background:var(--accent);border:0;
  border-radius:10px;cursor:pointer}}
.problem{{margin:12px 0 0;color:var(--bad)}}
</style>
</head>
<body>
<form method="post" action="login">
<img src="studio/brand/favicon.svg" alt="">
<h1>Voicereel</h1>
<p>This studio is kept for those who have its key.</p>
<label for="key">Key</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus{described}>
<input type="hidden" name="next" value="{target}">
{problem}<button>Sign in</button>
</form>
</body>
</html>
"""


def login_page(target: str, problem: str = "") -> str:
    """The page as HTML.

    Args:
        target: where to go on to; checked when the form comes back.
        problem: what was wrong with the last try.
    """
    said = f'<p class="problem" id="problem" role="alert">{escape(problem)}</p>\n' if problem else ""
    described = ' aria-describedby="problem" aria-invalid="true"' if problem else ""
    return _PAGE.format(target=escape(target[:2000], quote=True), problem=said, described=described)
