"""The shared pages: one that plays, its media, captions and preview picture, all behind the share's id alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from backend.errors import NotFound, StorageError
from backend.fronts.share_page import SCRIPT_SOURCE, STYLE_SOURCE, closed_page, share_page
from backend.services.shares import Kind, Shared, Shares
from backend.storage.artifacts import Served
from backend.storage.names import media_type
from backend.studio import Studio

_HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_READING = ["GET", "HEAD"]


def add_share_routes(app: FastAPI, studio: Studio) -> None:
    """Add them in front of a page that the caller mounts. Whoever visits needs no key: the id says whose it is."""

    @app.api_route("/share/{share_id}", methods=_READING)
    def page(share_id: str) -> Response:
        """The page that plays it, with an address of the media that is fresh at each visit."""

        def shown(shares: Shares, shared: Shared) -> Response:
            origin = _origin(shares.served(shared.file))
            html = share_page(share_id, shared, studio.settings.base_url)
            return HTMLResponse(html, headers={**_HEADERS, "Content-Security-Policy": _policy(origin, shared.kind)})

        return _answered(studio, share_id, shown)

    @app.api_route("/share/{share_id}/media", methods=_READING)
    def media(share_id: str, download: int = 0) -> Response:
        """The file itself, in ranges where asked, or on to the store's own link."""
        return _answered(studio, share_id, lambda shares, shared: _sent(shares.served(shared.file), bool(download)))

    @app.api_route("/share/{share_id}/captions.vtt", methods=_READING)
    def captions(share_id: str) -> Response:
        """What is said, for the player."""
        return _answered(
            studio,
            share_id,
            lambda shares, shared: Response(shares.captions(shared), media_type="text/vtt", headers=_HEADERS),
        )

    @app.api_route("/share/{share_id}/picture.jpg", methods=_READING)
    def picture(share_id: str) -> Response:
        """For the previews of chats: bytes of ours, since not all of them follow a link that ends."""
        return _answered(studio, share_id, _picture)


def _answered(studio: Studio, share_id: str, answer: Callable[[Shares, Shared], Response]) -> Response:
    """The answer, or the one page for all that is not (or no longer) shared: nobody learns which ids there were."""
    try:
        tenant = studio.shares.tenant_of(share_id)
        if tenant in studio.settings.known_tenants:
            shares = studio.of(tenant).shares
            if shared := shares.find(share_id):
                return answer(shares, shared)
    except NotFound:  # deleted between the two looks
        pass
    except StorageError:
        return _closed(503)
    return _closed(410)


def _closed(status: int) -> Response:
    headers = {**_HEADERS, "Content-Security-Policy": _policy("")}
    return HTMLResponse(closed_page(unavailable=status == 503), status_code=status, headers=headers)


def _picture(shares: Shares, shared: Shared) -> Response:
    if shared.picture is None:
        raise NotFound("There is no picture.")
    return Response(shares.read(shared.picture), media_type=media_type(shared.picture.name), headers=_HEADERS)


def _sent(served: Served, download: bool) -> Response:
    if served.path is None:
        return RedirectResponse(served.url, status_code=307, headers=_HEADERS)
    return _file(served.path, served, "attachment" if download else "inline")


def _file(path: Path, served: Served, disposition: str) -> Response:
    # Looked up again for each range, so that taking a share back also ends what is playing.
    headers = {**_HEADERS, "Content-Security-Policy": "sandbox"}
    return FileResponse(
        path,
        media_type=served.media_type,
        filename=served.name,
        content_disposition_type=disposition,
        headers=headers,
    )


def _origin(served: Served) -> str:
    """Where the store's own links lead; empty where the studio sends the file."""
    url = urlsplit(served.url)
    return f"{url.scheme}://{quote(url.netloc, safe=':.[]-')}" if served.url else ""


def _policy(origin: str, kind: Kind = "video") -> str:
    media = f"'self' {origin}".rstrip()
    script = f"script-src {SCRIPT_SOURCE}; " if kind == "audio" else ""
    return (
        f"default-src 'none'; {script}style-src {STYLE_SOURCE}; font-src 'self'; img-src {media}; media-src {media}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
