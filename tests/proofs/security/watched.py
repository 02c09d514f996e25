"""The studio as it is, watched: ``python -m tests.proofs.security.watched FOLDER``.

Into FOLDER it writes ``connections.jsonl`` (each connection it tries to open), ``lookups.jsonl`` (each host it looks
up) and ``routes.json``. A host in ``names.json`` has the addresses that stand there, one list for each look-up and the
last for all further ones; no other name is known. Nothing but this machine is ever connected to. Everything is logged.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn

import app


def is_here(host: str) -> bool:
    """Whether it is an address of this machine."""
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def watch(folder: Path) -> None:
    """Write down connections and look-ups from now on."""
    connections = (folder / "connections.jsonl").open("a", buffering=1)
    lookups = (folder / "lookups.jsonl").open("a", buffering=1)
    names: dict[str, list[list[str]]] = json.loads((folder / "names.json").read_text())
    asked, real = Counter[str](), socket.getaddrinfo

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            host, port = arguments[1][:2]
            connections.write(json.dumps([str(host), port]) + "\n")
            if not is_here(str(host)):
                raise ConnectionRefusedError(f"{host} is not this machine")

    def resolved(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        lookups.write(json.dumps(name) + "\n")
        if name in names:
            answers = names[name]
            found = answers[min(asked[name], len(answers) - 1)]
            asked[name] += 1
            return [(_family(address), socket.SOCK_STREAM, 6, "", (address, port)) for address in found]
        options["flags"] = options.get("flags", 0) | (0 if name in ("", "localhost") else socket.AI_NUMERICHOST)
        return real(host, port, *rest, **options)

    vars(socket)["getaddrinfo"] = resolved
    sys.addaudithook(hook)


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def routes_of(routes: Any, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Path and methods of every route, mounted ones with where they are mounted."""
    for route in routes:
        path = prefix + (getattr(route, "path", None) or "")
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        within = getattr(route, "routes", None) or getattr(inner, "routes", None)
        if within:
            yield from routes_of(within, path)
        else:
            yield path, sorted(getattr(route, "methods", None) or ("GET", "POST"))


def main(folder: Path) -> None:
    """Serve until stopped."""
    build, run = app.build, uvicorn.run

    def built(settings: Any) -> Any:
        application = build(settings)
        (folder / "routes.json").write_text(json.dumps(list(routes_of(application.routes))))
        return application

    def loud(application: Any, **options: Any) -> None:
        run(application, **{**options, "log_level": "debug"})

    def always_debug(logger: logging.Logger, _: int | str) -> None:
        logger.level = logging.DEBUG

    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    vars(app)["build"] = built
    vars(uvicorn)["run"] = loud
    type.__setattr__(logging.Logger, "setLevel", always_debug)
    watch(folder)
    app.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
