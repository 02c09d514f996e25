"""Several pictures drawn by one run of ffmpeg: what they read alike is opened and decoded once.

Each picture has a folder of its own beside the others, prepared as if it were drawn alone; its inputs and its graph are
rewritten here so that they work from the folder above. Pure but for looking where links lead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.video.picture.graph import FONTS_FOLDER, Scene, picture_graph, picture_inputs
from backend.video.rendering.parts import digest_of

_PAD = re.compile(r"\[([^\[\]]+)\]")
_FROM_INPUT = re.compile(r"(\d+):([av]):(\d+)")
_ASS = re.compile(r"\bass=(?=[\w.-]+)")
_FILE = "file:"


@dataclass(frozen=True)
class Together:
    """One graph for several pictures."""

    inputs: tuple[str, ...]
    """ffmpeg's input options."""
    count: int
    """How many inputs these are."""
    graph: str
    """Ends in a pad for each picture; `pad_of` names it."""


def pad_of(number: int) -> str:
    """The pad, without brackets, at which picture ``number`` comes out."""
    return f"v{number}picture"


def together(scenes: Sequence[Scene], folders: Sequence[str], root: Path) -> Together:
    """The pictures of ``scenes``, whose files are in ``folders`` below ``root``, as one graph to be run in ``root``.

    Fonts are looked for in ``root``, see `share_fonts`.
    """
    shared = _Shared()
    graphs = []
    for number, (scene, folder) in enumerate(zip(scenes, folders, strict=True)):
        seen: Counter[tuple[str, ...]] = Counter()
        places = [shared.add(options, root, folder, seen) for options in _each_input(picture_inputs(scene))]
        graphs.append(_rewritten(picture_graph(scene), number, folder, places, shared))
    return Together(tuple(shared.options), shared.count, ";".join([*shared.splits(), *graphs]))


def share_fonts(folders: Sequence[str], root: Path) -> None:
    """Link the fonts of all pictures into ``root``, each once, and the file that says to take no others."""
    seen: set[str] = set()
    for folder in folders:
        for font in sorted((root / folder / FONTS_FOLDER).glob("*")):
            if (content := digest_of(font)) not in seen:
                seen.add(content)
                (root / FONTS_FOLDER).mkdir(exist_ok=True)
                (root / FONTS_FOLDER / f"{len(seen)}-{font.name}").symlink_to(font.resolve())
        settings = root / folder / "fonts.conf"
        if settings.exists():
            (root / "fonts.conf").write_bytes(settings.read_bytes())


def _each_input(options: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The options of one input after the other: each ends in ``-i`` and what is read."""
    begin = 0
    for place, option in enumerate(options):
        if option == "-i":
            yield tuple(options[begin : place + 2])
            begin = place + 2


def _rewritten(graph: str, number: int, folder: str, places: Sequence[int], shared: _Shared) -> str:
    """A graph with its own names for pads, the inputs of all, and captions from its folder."""

    def pad(found: re.Match[str]) -> str:
        source = _FROM_INPUT.fullmatch(found[1])
        return f"[{shared.pad(places[int(source[1])], source[2], source[3])}]" if source else f"[v{number}{found[1]}]"

    return _ASS.sub(f"ass={folder}/", _PAD.sub(pad, graph))


class _Shared:
    """The inputs of all pictures, and how often each of their streams is wanted."""

    def __init__(self) -> None:
        self.options: list[str] = []
        self.count = 0
        self._places: dict[tuple[str, ...], int] = {}
        self._wanted: dict[str, list[str]] = {}

    def add(self, options: tuple[str, ...], root: Path, folder: str, seen: Counter[tuple[str, ...]]) -> int:
        """The place of an input among those of all; of one that reads the same file in the same way, it is the same.

        But not for one picture that shows it twice, one time after the other: all of it would wait in memory meanwhile.

        Args:
            seen: how often each was added for this picture.
        """
        name = options[-1].removeprefix(_FILE)
        if name == options[-1]:
            moved, read = name, name
        else:
            moved, read = f"{_FILE}{folder}/{name}", str((root / folder / name).resolve())
        key = (*options[:-1], read)
        seen[key] += 1
        key = (*key, str(seen[key]))
        if key not in self._places:
            self._places[key] = self.count
            self.options += [*options[:-1], moved]
            self.count += 1
        return self._places[key]

    def pad(self, place: int, kind: str, stream: str) -> str:
        """A pad of its own for whoever wants this stream."""
        source = f"{place}:{kind}:{stream}"
        pads = self._wanted.setdefault(source, [])
        pads.append(f"i{place}{kind}{stream}x{len(pads)}")
        return pads[-1]

    def splits(self) -> Iterator[str]:
        """Filters from the inputs to those pads."""
        for source, pads in self._wanted.items():
            split = "split" if ":v:" in source else "asplit"
            yield f"[{source}]{split}={len(pads)}{''.join(f'[{pad}]' for pad in pads)}"
