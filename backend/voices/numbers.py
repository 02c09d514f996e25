"""Voices in a store: each change is a record under the next number, and a number is taken once, for good.

    library/voice_…/3.json     the newest record, and the number under which the voice was saved
                    2.json     empty: superseded
                    1.json     empty
                    1.wav      the clip, under the number of the saving

Deleting takes the next number as well: it says that the voice is gone, and stays when all below it is removed, so
whoever read the voice before that and changes it now finds the number taken. Saved again, the voice has the number
after. Nothing is locked; what two do at once is decided by `Store.put_new`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backend.errors import NotFound
from backend.ids import is_id
from backend.storage import Store
from backend.voices.records import Record
from backend.voices.shelf import damaged, missing

_ATTEMPTS = 1000
_ROOT = "library/"
_RECORD, _CLIP = ".json", ".wav"
_JSON, _WAV = "application/json", "audio/wav"


@dataclass(frozen=True)
class State:
    """What is known of one voice at one moment."""

    voice_id: str
    number: int = 0
    """The newest that is taken; 0: there never was such a voice."""
    data: bytes = b""
    """Under that number."""

    @property
    def lives(self) -> bool:
        """Whether there is such a voice, be its record damaged."""
        return self.number > 0 and "gone" not in self._facts()

    @property
    def saving(self) -> int:
        """The number under which it was saved; 0 where that cannot be told."""
        saved = self._facts().get("saved")
        return saved if isinstance(saved, int) else 0

    @property
    def token(self) -> str:
        """A word of its own for each record."""
        return str(self._facts().get("token", ""))

    @property
    def buried(self) -> str:
        """The token of the record that was the last of a voice that is gone."""
        return str(self._facts().get("buried", "-"))

    @property
    def record(self) -> Record:
        """The newest record.

        Raises:
            NotFound: ``voice_not_found``.
            StorageError: ``voice_damaged``.
        """
        if not self.lives:
            raise missing()
        try:
            record = Record.model_validate(self._facts().get("record"))
        except ValidationError as error:
            raise damaged() from error
        if record.voice_id != self.voice_id:
            raise damaged()
        return record

    def _facts(self) -> dict[str, Any]:
        try:
            facts = json.loads(self.data)
        except ValueError:
            return {}
        return facts if isinstance(facts, dict) else {}


class Numbers:
    """Voices in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # ------------------------------------------------------------ looking

    def look(self, voice_id: str) -> State:
        """The voice now. Raises `StoreUnavailable`."""
        for _ in range(_ATTEMPTS):
            names = [key.rpartition("/")[2] for key in self._store.list(f"{_ROOT}{voice_id}/")]
            number = max(_numbers(names, _RECORD), default=0)
            if not number:
                break
            state = self.newest(voice_id, number)
            if state:
                return state
        return State(voice_id)

    def newest(self, voice_id: str, number: int) -> State | None:
        """The voice as this record has it; None where a newer one took its place, or all was removed."""
        try:
            data = self._store.read(self.key(voice_id, number))
        except NotFound:
            return None
        return State(voice_id, number, data) if data else None

    def names(self) -> dict[str, list[str]]:
        """The file names of each voice, of deleted ones too."""
        found: dict[str, list[str]] = {}
        for key in self._store.list(_ROOT):
            voice_id, _, name = key[len(_ROOT) :].rpartition("/")
            if is_id(voice_id, "voice"):
                found.setdefault(voice_id, []).append(name)
        return found

    def all(self, named: Mapping[str, list[str]]) -> dict[str, State]:
        """Every voice there ever was, by id; ``named``: what `names` said."""
        states = {}
        for voice_id, names in named.items():
            number = max(_numbers(names, _RECORD), default=0)
            states[voice_id] = (number and self.newest(voice_id, number)) or self.look(voice_id)
        return states

    def key(self, voice_id: str, number: int, suffix: str = _RECORD) -> str:
        return f"{_ROOT}{voice_id}/{number}{suffix}"

    # ------------------------------------------------------------ changing

    def save(self, state: State, record: Record, clip: Path | None) -> State | None:
        """Save a voice that is not there; None if somebody took the number."""
        number = state.number + 1
        if clip is not None:
            self._store.put(self.key(state.voice_id, number, _CLIP), clip, _WAV)
        return self._take(state, _written(record, number))

    def change(self, state: State, record: Record) -> State | None:
        """Write the next record; None if somebody took the number."""
        taken = self._take(state, _written(record, state.saving))
        if taken:
            # Leave nothing of the older record but its number.
            self._store.put_bytes(self.key(state.voice_id, state.number), b"", _JSON)
        return taken

    def bury(self, state: State) -> State | None:
        """Say that the voice is gone; None if somebody took the number. `clear` then removes what was there."""
        data = json.dumps({"gone": secrets.token_hex(8), "buried": state.token}).encode()
        taken = self._store.put_new(self.key(state.voice_id, state.number + 1), data, _JSON)
        return State(state.voice_id, state.number + 1, data) if taken else None

    def clear(self, state: State) -> list[str]:
        """Remove everything below the newest number of a voice that is gone; returns the names."""
        prefix = f"{_ROOT}{state.voice_id}/"
        below = [name for name in self._names(prefix) if _number(name) < state.number]
        return [name for name in below if self._store.delete(prefix + name)]

    def drop(self, voice_id: str) -> list[str]:
        """Remove everything there is of a voice, numbers too: for copies alone."""
        return [key.rpartition("/")[2] for key in self._store.delete_prefix(f"{_ROOT}{voice_id}/")]

    def keep(self, state: State) -> None:
        """Put down what another store says of a voice; older records of it go."""
        for name in self._names(f"{_ROOT}{state.voice_id}/"):
            if name.endswith(_RECORD) and _number(name) < state.number:
                self._store.delete(f"{_ROOT}{state.voice_id}/{name}")
        self._store.put_bytes(self.key(state.voice_id, state.number), state.data, _JSON)

    def drop_clip(self, voice_id: str, number: int) -> None:
        """Remove a clip that belongs to no voice."""
        self._store.delete(self.key(voice_id, number, _CLIP))

    def keep_clip(self, state: State, clip: Path) -> None:
        """Put down the clip of a voice."""
        self._store.put(self.key(state.voice_id, state.saving, _CLIP), clip, _WAV)

    def clip(self, state: State) -> Path | None:
        """The clip's path, in a store on this machine; None where it is not there."""
        try:
            return self._store.local_path(self.key(state.voice_id, state.saving, _CLIP))
        except NotFound:
            return None

    def fetch_clip(self, state: State, target: Path) -> None:
        """Write the clip to a file. Raises `NotFound`."""
        try:
            self._store.fetch(self.key(state.voice_id, state.saving, _CLIP), target)
        except NotFound:
            raise missing() from None

    def _names(self, prefix: str) -> Iterable[str]:
        return (key.rpartition("/")[2] for key in self._store.list(prefix))

    def _take(self, state: State, data: bytes) -> State | None:
        key = self.key(state.voice_id, state.number + 1)
        if not self._store.put_new(key, data, _JSON):
            return None
        taken = State(state.voice_id, state.number + 1, data)
        now = self.look(state.voice_id)
        if now.token == taken.token or now.buried == taken.token or (now.lives and now.saving == taken.saving):
            return taken
        # We read long ago; the voice was deleted meanwhile and our number with it. Nothing of this one may stay.
        self._store.delete(key)
        return None


def orphans(names: Iterable[str]) -> list[int]:
    """Numbers of clips above the newest record: being saved, or left by a process that was killed as it saved."""
    names = list(names)
    newest = max(_numbers(names, _RECORD), default=0)
    return [number for number in _numbers(names, _CLIP) if number > newest]


def _number(name: str) -> int:
    stem = name.partition(".")[0]
    return int(stem) if stem.isdigit() else 0


def _numbers(names: Iterable[str], suffix: str) -> list[int]:
    return [_number(name) for name in names if name.endswith(suffix)]


def _written(record: Record, saving: int) -> bytes:
    facts = {"saved": saving, "token": secrets.token_hex(8), "record": record.model_dump(mode="json")}
    return json.dumps(facts, ensure_ascii=False).encode()
