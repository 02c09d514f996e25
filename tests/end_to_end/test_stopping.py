"""The studio ends when it is told to, whoever is still looking at its page."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.end_to_end.conftest import free_port, make_home, serve


def test_the_studio_ends_while_a_page_is_open(tmp_path: Path) -> None:
    port = free_port()
    with serve(make_home(tmp_path / "home"), port) as server, socket.create_connection(("127.0.0.1", port)) as page:
        # What a page keeps open as long as it is looked at.
        page.sendall(b"GET /gradio_api/heartbeat/abc HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200" in page.recv(100)
        server.terminate()
        server.wait(60)
