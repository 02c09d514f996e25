"""The edits that a caption editor makes, as values that come from outside, and what each does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from backend.captions import editing, retiming
from backend.captions.cue_table import Cues
from backend.errors import InvalidRequest
from backend.models import Value

Sounds = Sequence[tuple[float, float]]
"""Seconds from and to of each stretch that can be heard."""
_Index = Annotated[int, Field(ge=0)]
_Text = Annotated[str, Field(max_length=2_000)]
_Moment = Annotated[float, Field(ge=-86_400, le=86_400)]


class Rewrite(Value):
    """Another text for a cue."""

    do: Literal["rewrite"]
    index: _Index
    text: _Text


class Split(Value):
    """A cue in two, at the cursor."""

    do: Literal["split"]
    index: _Index
    before: _Text
    after: _Text


class Merge(Value):
    """A cue and the next one."""

    do: Literal["merge"]
    index: _Index


class Delete(Value):
    """A cue less."""

    do: Literal["delete"]
    index: _Index


class Insert(Value):
    """A cue more, after this one; -1 before all."""

    do: Literal["insert"]
    after: Annotated[int, Field(ge=-1)]
    text: _Text = "New caption"


class Edges(Value):
    """A cue's start or end, in seconds."""

    do: Literal["edges"]
    index: _Index
    start: _Moment | None = None
    end: _Moment | None = None


class Move(Value):
    """The cues from first to last, by seconds."""

    do: Literal["move"]
    first: _Index
    last: _Index
    seconds: _Moment


class Nudge(Value):
    """A word's start and end, by seconds."""

    do: Literal["nudge"]
    index: _Index
    word: _Index
    start: _Moment = 0.0
    end: _Moment = 0.0


class Mark(Value):
    """A word drawn emphasised, or as the style says again."""

    do: Literal["mark"]
    index: _Index
    word: _Index
    emphasis: bool = True


class Replace(Value):
    """Find a text in all cues and put another one in its place."""

    do: Literal["replace"]
    find: _Text
    by: _Text
    match_case: bool = False
    whole_words: bool = False


class Snap(Value):
    """The edges of the cues from first to last, or of one word of the first, to where sound begins and ends."""

    do: Literal["snap"]
    first: _Index
    last: _Index
    word: _Index | None = None


class Spread(Value):
    """The words of the cues from first to last anew, shared out over what sounds there."""

    do: Literal["spread"]
    first: _Index
    last: _Index


Edit = Annotated[
    Rewrite | Split | Merge | Delete | Insert | Edges | Move | Nudge | Mark | Replace | Snap | Spread,
    Field(discriminator="do"),
]
_ADAPTER: TypeAdapter[Edit] = TypeAdapter(Edit)


@dataclass(frozen=True)
class Edited:
    """What an edit made."""

    cues: Cues
    count: int | None = None
    """Places found, or edges moved, where the edit counts them."""


def read_edit(value: object) -> Edit:
    """An edit from JSON values.

    Raises:
        InvalidRequest: ``invalid_edit``.
    """
    try:
        return _ADAPTER.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        raise InvalidRequest(
            f"{place}: {first['msg']}." if place else f"{first['msg']}.",
            hint="Give one of the editor's edits.",
            code="invalid_edit",
        ) from error


def needs_sounds(edit: Edit) -> bool:
    """Whether the edit asks what can be heard."""
    return isinstance(edit, Snap | Spread)


def apply_edit(cues: Cues, edit: Edit, sounds: Sounds = ()) -> Edited:
    """The cues after an edit.

    Raises:
        InvalidRequest: it cannot be done; see `backend.captions.editing` and `retiming`.
    """
    match edit:
        case Rewrite():
            return Edited(editing.rewrite(cues, edit.index, edit.text))
        case Split():
            return Edited(editing.split(cues, edit.index, edit.before, edit.after))
        case Merge():
            return Edited(editing.merge(cues, edit.index))
        case Delete():
            return Edited(editing.delete(cues, edit.index))
        case Insert():
            return Edited(editing.insert(cues, edit.after, edit.text))
        case Edges():
            return Edited(retiming.move_edges(cues, edit.index, edit.start, edit.end))
        case Move():
            return Edited(retiming.move(cues, edit.first, edit.last, edit.seconds))
        case Nudge():
            return Edited(retiming.nudge(cues, edit.index, edit.word, edit.start, edit.end))
        case Mark():
            return Edited(editing.mark(cues, edit.index, edit.word, edit.emphasis))
        case Replace():
            replaced = editing.replace(cues, edit.find, edit.by, edit.match_case, edit.whole_words)
            return Edited(replaced.cues, replaced.count)
        case Snap():
            snapped = retiming.snap(cues, edit.first, edit.last, sounds, edit.word)
            return Edited(snapped.cues, snapped.count)
        case Spread():
            return Edited(retiming.spread(cues, edit.first, edit.last, sounds))
