"""The rules of the house, read from the code: who may import whom, and where certain things may happen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOOR = (
    *("backend.errors", "backend.tenants", "backend.models", "backend.ids", "backend.work"),
    *("backend.shots", "backend.layers", "backend.compositions", "backend.requests"),
)
"""From the bottom up: each may use those before it."""
MODEL_LIBRARIES = {
    *("torch", "torchaudio", "transformers", "f5_tts", "chatterbox", "kokoro"),
    *("onnx", "onnxruntime", "misaki", "spacy", "faster_whisper", "ctranslate2", "phonemizer", "espeakng_loader"),
}
LAYERS = {
    "app": 5,
    "backend.__main__": 5,
    "ui": 4,
    "backend.fronts": 4,
    "backend.studio": 3,
    "backend.machine": 3,
    "backend.operating": 3,
    "backend.operations": 3,
    "backend.services": 2,
}
"""Height in the house; what is not named is a part (1), the floor is below."""
PROCESS_STARTERS = {
    "backend/media/ffmpeg.py",
    "backend/media/launch.py",
    "backend/media/probe.py",
    "backend/engines/host.py",
    "backend/engines/uv.py",
    "backend/engines/weights/clients.py",
    "backend/fronts/cli.py",
}


def python_files() -> list[Path]:
    return [ROOT / "app.py", *sorted((ROOT / "backend").rglob("*.py")), *sorted((ROOT / "ui").rglob("*.py"))]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> int:
    parts = module.split(".")
    here = ".".join(parts[:2])
    if here in FLOOR:
        return FLOOR.index(here) - len(FLOOR)
    return next((LAYERS[".".join(parts[:n])] for n in (2, 1) if ".".join(parts[:n]) in LAYERS), 1)


def part(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_imports_go_down_the_house_only() -> None:
    wrong = [
        f"{module_name(path)} imports {name}"
        for path in python_files()
        for name in imports(path)
        if name.split(".")[0] in ("backend", "ui", "app") and layer(name) > layer(module_name(path))
    ]
    assert wrong == []


def test_parts_form_no_circle() -> None:
    arrows: dict[str, set[str]] = {}
    for path in python_files():
        here = part(module_name(path))
        arrows.setdefault(here, set()).update(
            part(name) for name in imports(path) if name.startswith("backend.") and part(name) != here
        )

    def reaches(start: str, goal: str, seen: frozenset[str] = frozenset()) -> bool:
        return any(
            nxt == goal or (nxt not in seen and reaches(nxt, goal, seen | {nxt})) for nxt in arrows.get(start, set())
        )

    assert [name for name in arrows if reaches(name, name)] == []


@pytest.mark.parametrize(
    ("library", "where"),
    [
        ("gradio", {"app.py", "ui/"}),
        ("ui", {"app.py", "ui/"}),
        ("boto3", {"backend/storage/s3.py"}),
        ("botocore", {"backend/storage/s3"}),
        ("s3transfer", {"backend/storage/s3"}),
        ("runpod", {"backend/fronts/runpod_handler.py"}),
        ("mcp", {"backend/fronts/mcp/"}),
        ("mcp_types", {"backend/fronts/mcp/"}),
        ("subprocess", PROCESS_STARTERS),
        ("execnet", {"backend/engines/host.py"}),
        ("dbos", {"backend/jobs/"}),
        ("httpcore2", {"backend/outside/asking.py"}),
        ("google", {"backend/recognisers/google.py", "backend/recognisers/calling.py"}),
        ("grpc", set()),
        ("prometheus_client", {"backend/fronts/metrics.py"}),
    ],
)
def test_library_is_imported_only_where_it_belongs(library: str, where: set[str]) -> None:
    users = {str(p.relative_to(ROOT)) for p in python_files() for name in imports(p) if name.split(".")[0] == library}
    assert {user for user in users if not any(user.startswith(place) for place in where)} == set()


def test_model_libraries_are_imported_only_inside_their_engine() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in python_files()
        for name in imports(path)
        if name.split(".")[0] in MODEL_LIBRARIES and not _is_engine_code(path)
    ]
    assert wrong == []


def _is_engine_code(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return parts[:2] == ("backend", "engines") and (path.parent / "engine.py").is_file()


def test_engines_import_nothing_of_ours() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in python_files()
        if _is_engine_code(path)
        for name in imports(path)
        if name.split(".")[0] in ("backend", "ui", "app")
    ]
    assert wrong == []


def test_environment_is_read_in_one_place() -> None:
    """app.py sets Gradio's own switches before importing it; surroundings.py hands a short list on to child processes;
    only settings.py reads for ourselves."""
    readers = {
        str(path.relative_to(ROOT))
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and not _is_engine_code(path)
    }
    assert readers - {"backend/settings.py", "app.py", "backend/engines/surroundings.py"} == set()


def test_every_operation_has_its_method_and_its_request_type_documents_every_field() -> None:
    from backend.operations import OPERATIONS
    from backend.studio import Studio

    for operation in OPERATIONS.values():
        names = (
            [f"_check_{operation.name}", f"_do_{operation.name}"] if operation.queue is not None else [operation.name]
        )
        assert [name for name in names if not callable(getattr(Studio, name, None))] == []
        assert set(operation.media) <= set(operation.request.model_fields)
        assert operation.summary
        assert [name for name in operation.request.model_fields if not operation.about(name)] == []


def test_the_folders_of_video_build_on_each_other_in_one_order() -> None:
    order = ("picture", "backgrounds", "encoding", "sound", "rendering", "stills", "joining", "keying")
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for place, folder in enumerate(order)
        for path in (ROOT / "backend" / "video" / folder).rglob("*.py")
        for name in imports(path)
        if any(name.startswith(f"backend.video.{later}") for later in order[place + 1 :])
    ]
    assert wrong == []
    folders = {path.name for path in (ROOT / "backend" / "video").iterdir() if (path / "__init__.py").is_file()}
    assert folders == set(order)
