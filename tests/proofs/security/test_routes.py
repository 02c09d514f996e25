"""Another key, and no key, with every id of a first one at every route, page listener and script's function."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.proofs.scale import Scale
from tests.proofs.security.belongings import MARKS, SCRIPT, ids_in, one_of_each, tells
from tests.proofs.security.conftest import ANNAS, Watched
from tests.proofs.security.knocking import called, filled, heard, knock, listeners, sent, server_functions, told

Note = Callable[[str, object], None]
SESSION = "annas0session"
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
OPEN = ("/healthz", "/readyz", "/studio", "/files/{file_id}", "/share/")
"""Open to everybody: files by a signature, shared pages by their unguessable id."""
BY_ITSELF = ("/share/", "/login")
"""Whoever has the id of a shared page sees it; ten wrong keys shut all doors to an address (fronts/test_gate.py)."""


@dataclass(frozen=True)
class Annas:
    """What Anna has, by the names that others may learn."""

    ids: list[str]
    upload: str
    """Where the page's server put a file of hers."""
    events: list[str]
    """Of her queue: one that is done and not fetched, and one under way."""
    job: str
    mcp: str
    """Her MCP session."""
    share: str
    audio: bytes

    @property
    def names(self) -> list[str]:
        """All of them."""
        return [*self.ids, self.upload, *self.events, SESSION, self.mcp, self.job]


@pytest.fixture(scope="module")
def annas(shared: Watched, tmp_path_factory: pytest.TempPathFactory) -> Annas:
    secret = tmp_path_factory.mktemp("annas") / "annabel-only.srt"
    secret.write_text(f"1\n00:00:00,000 --> 00:00:01,000\n{SCRIPT}\n", encoding="utf-8")
    with shared.client("anna") as anna:
        said: dict[str, Any] = {"file": anna.put("/files/annabel-only.srt", content=secret.read_bytes()).json()}
        said["spoken"] = called(anna, "generate_speech", {"script": SCRIPT, "engine": "silence"})
        said["captions"] = called(anna, "make_captions", {"source": said["spoken"]["narration_id"]})
        said["blend"] = called(anna, "blend_voices", {"recipe": "af_heart+am_puck", "name": "zymurgy"})
        upload = sent(anna, secret)
        slow = {"script": f"{SCRIPT} One. Two." * 9, "engine": "silence", "options": {"seconds_to_think": 20.0}}
        job = called(anna, "submit_job", {"operation": "generate_speech", "arguments": slow})["job_id"]
        done = anna.post("/gradio_api/call/v2/list_narrations", json={}).json()["event_id"]
        under_way = anna.post("/gradio_api/call/v2/generate_speech", json=slow).json()["event_id"]
        page = next(each for each in listeners(anna) if each["api_name"] == "list_narrations")
        asked = {"data": [50], "fn_index": page["id"], "session_hash": SESSION}
        in_session = anna.post("/gradio_api/queue/join", json=asked).json()["event_id"]
        hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}
        mcp = anna.post("/mcp", json=hello, headers={"Accept": "application/json, text/event-stream"})
        share = called(anna, "share", {"file_id": said["spoken"]["audio"]["file_id"]})["share_id"]
        return Annas(
            ids=ids_in(said),
            upload=upload,
            events=[done, under_way, in_session],
            job=job,
            mcp=mcp.headers["mcp-session-id"],
            share=share,
            audio=httpx.get(said["spoken"]["audio"]["url"]).content,
        )


def bodies(names: list[str], annas: Annas) -> Iterator[dict[str, Any]]:
    """What a POST may bring: her session and event, and her names wherever a field could be."""
    yield {"session_hash": SESSION, "event_id": annas.events[0], "fn_index": 0, "data": []}
    for name in names:
        file = {"path": name, "meta": {"_type": "gradio.FileData"}}
        yield {"session_hash": "bens0session", "event_id": name, "fn_index": 0, "data": [file], "input": name,
               "voice": name, "model": name, "component_id": 7, "fn_name": "read_transcript"}  # fmt: skip


def test_another_key_reads_nothing_at_any_route(
    shared: Watched, annas: Annas, scale: Scale, record_property: Note
) -> None:
    names = annas.names if scale.full else [annas.ids[0], annas.upload, annas.events[0], SESSION]
    tried = 0
    for tenant in ["ben", ""][: scale(short=1, full=2)]:
        with shared.client(tenant) as other:
            other.headers["mcp-session-id"] = annas.mcp
            for path, methods in shared.routes:
                if path.startswith(BY_ITSELF):
                    continue
                for method in methods:
                    for place, given in asked(method, path, names, annas):
                        status, body = knock(other, method, place, **given)
                        tried += 1
                        assert not tells(body), (method, place, given, status, body[:500])
                        assert annas.audio[:200] not in body.encode("utf-8", "replace"), place
    with shared.client("anna") as anna:
        # On a slow machine it may be done by now; only a stop would be somebody else's doing.
        assert called(anna, "job_status", {"job_id": annas.job})["state"] in ("queued", "running", "done")
        assert tells(told(anna, "list_narrations", annas.events[0])), "her event still waits for her"
        called(anna, "cancel_job", {"job_id": annas.job})
    record_property("routes", len(shared.routes))
    record_property("tries", tried)
    record_property("reads, cancels", 0)


def asked(method: str, path: str, names: list[str], annas: Annas) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests at one route with her names in its path, its query and its body."""
    queries = [{"session_hash": SESSION, "of": "anna"}, *({"session_hash": name, "event_id": name} for name in names)]
    chosen = bodies(names, annas) if method == "POST" else itertools.repeat({})
    for place in filled(path, names):
        yield place, {"params": queries[0], **({"json": next(bodies(names, annas))} if method == "POST" else {})}
    for query, body in zip(queries, chosen, strict=False):
        place = next(filled(path, names))
        yield place, {"params": query, **({"json": body} if method == "POST" else {})}


def test_nobody_reads_anything_without_a_key(shared: Watched, annas: Annas, record_property: Note) -> None:
    tried = 0
    with httpx.Client(base_url=shared.url) as nobody:
        for path, methods in shared.routes:
            for method in methods if not path.startswith("/login") else ():
                for place in filled(path, [annas.ids[0], annas.upload, annas.events[1]]):
                    status, body = knock(nobody, method, place)
                    tried += 1
                    assert not tells(body)
                    assert path.startswith(OPEN) or status in (401, 429), (method, place, status, body[:200])
    record_property("tries", tried)


def test_another_key_learns_nothing_from_what_the_page_listens_to(
    shared: Watched, annas: Annas, scale: Scale, record_property: Note
) -> None:
    with shared.client("ben") as ben:
        found, tried = listeners(ben), 0
        chosen = found if scale.full else found[:: max(1, len(found) // 12)]
        names = [*one_of_each(annas.ids), annas.upload, annas.events[1], annas.job]
        for listener, name in itertools.product(chosen, names if scale.full else names[:1]):
            kept = dict.fromkeys(
                ("narration", "narration_id", "captions", "captions_id", "job", "job_id", "file"), name
            )
            for value in (name, {**kept, "video": name, "path": name, "id": name, "source": name}):
                said = heard(ben, listener, [value] * len(listener["inputs"]), value, f"bens0session{tried}")
                tried += 1
                assert not tells(said), (listener["api_name"], value, said[:500])
    record_property("listeners", len(chosen))
    record_property("tries", tried)


def test_another_key_learns_nothing_from_what_the_pages_scripts_call(
    shared: Watched, annas: Annas, scale: Scale, record_property: Note
) -> None:
    with shared.client("ben") as ben:
        functions, tried = server_functions(ben), 0
        assert len(functions) > 10
        names = annas.names[:: scale(short=10, full=1)]
        for (component, function), name in itertools.product(functions, names):
            known = dict.fromkeys(
                ("path", "file", "captions", "voice", "source", "media", "video", "id", "share_id"), name
            )
            for data in (name, {**known, "version": 1, "name": "x.png"}):
                asked = {"component_id": component, "fn_name": function, "data": data, "session_hash": "bens0session"}
                status, said = knock(ben, "POST", "/gradio_api/component_server", json=asked)
                tried += 1
                assert not tells(said), (function, data, status, said[:500])
    record_property("functions", len(functions))
    record_property("tries", tried)


def test_what_gives_the_first_away_is_found_where_it_may_be_seen(shared: Watched, annas: Annas) -> None:
    """The proofs above look for marks: here they are, in what Anna herself is answered by the same routes."""
    with shared.client("anna") as anna:
        assert tells(knock(anna, "GET", f"/gradio_api/file={annas.upload}")[1])
        assert tells(anna.get(f"/gradio_api/queue/data?session_hash={SESSION}").text)
        assert tells(json.dumps(called(anna, "list_files", {})))
    assert MARKS[1] in annas.upload and ANNAS not in shared.log
