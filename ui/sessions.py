"""Gradio's memory of who calls, kept small.

By itself Gradio keeps ten thousand sessions: one for each call that names none, and with each a table of all
components and how they looked, for links that open the page in that state. On this page that is 75 kB a call, gone
through once a second. Jobs and results here have addresses of their own, so a caller who names no session leaves
nothing, and a session keeps what its visitor changed.

Of calls whose answer is fetched by a second request it keeps the latest two thousand, whether or not they were
fetched: after so many short ones the answer of a long one was gone. Here those that were fetched go first, and those
under way never.
"""

from __future__ import annotations

import copy
import time
from collections import OrderedDict
from datetime import datetime
from typing import Any

import gradio as gr
from gradio.blocks import Block, BlocksConfig
from gradio.queueing import Queue
from gradio.renderable import Renderable
from gradio.state_holder import SessionState, StateHolder

SESSIONS = 2000
"""Of visitors whose page may still be open; the one not used for longest goes first."""
GONE_SECONDS = 3600.0
"""A page that was closed may come back within this time and go on as it was."""
SWEEP_SECONDS = 60.0
ANSWERS = 1000
"""That wait to be fetched, or were."""
CALLS_AT_ONCE = 2000
"""Long calls that are waited for; each holds a line in a list and no thread."""


def keep_sessions_small(page: gr.Blocks) -> None:
    """Have new sessions of ``page``, which is built, remember what their visitor changed and nothing else."""
    page.default_config.__class__ = _Config
    page.state_session_capacity = SESSIONS


def forget_callers(page: gr.Blocks) -> None:
    """Have ``page``, which is mounted, keep nothing of callers that is of no more use to them."""
    page.state_holder.__class__ = _Visitors
    queue = page._queue
    queue.max_thread_count = CALLS_AT_ONCE
    queue.pending_messages_per_session = _Answers(queue)  # type: ignore[assignment]


class _Config(BlocksConfig):
    """What the page is made of; each session begins with a copy."""

    def __copy__(self) -> BlocksConfig:
        copied = _SessionConfig(self.root_block)
        copied.blocks = _Changed(self.blocks)
        # Nothing on this page begins to listen once it is drawn; else each session would have listeners of its own.
        copied.fns = copy.copy(self.fns) if self.renderables else self.fns
        copied.fn_id = self.fn_id
        copied.renderables = copy.copy(self.renderables)
        return copied


class _Changed(dict[int, Block]):
    """The components that a session has its own of; all others are the page's."""

    def __init__(self, usual: dict[int, Block]) -> None:
        super().__init__()
        self._usual = usual

    def __missing__(self, key: int) -> Block:
        return self._usual[key]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self._usual

    def get(self, key: int, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default


class _SessionConfig(BlocksConfig):
    """The same in a session, which never says how a component looks unless it is drawn anew."""

    @staticmethod
    def config_for_block(
        _id: int, rendered_ids: list[int], block: Block, renderable: Renderable | None = None
    ) -> dict[str, Any]:
        return BlocksConfig.config_for_block(_id, rendered_ids, block, renderable) if renderable else {}


class _Visitors(StateHolder):
    """The sessions of open pages and of clients."""

    _next_sweep = 0.0

    def __getitem__(self, session_id: str) -> SessionState:
        # A call that named no session goes by its own id.
        if session_id in self.blocks._queue.event_ids_to_events:
            return SessionState(self.blocks)
        found: SessionState = super().__getitem__(session_id)
        return found

    def delete_all_expired_state(self) -> None:
        """Gradio asks once a second; what is looked for is an hour old."""
        if time.monotonic() < self._next_sweep:
            return
        self._next_sweep = time.monotonic() + SWEEP_SECONDS
        super().delete_all_expired_state()  # type: ignore[no-untyped-call]
        for session_id, session in list(self.session_data.items()):
            if session.is_closed and self._unused_for(session_id) > GONE_SECONDS:
                with self.lock:
                    self.session_data.pop(session_id, None)
                    self.time_last_used.pop(session_id, None)

    def _unused_for(self, session_id: str) -> float:
        used = self.time_last_used.get(session_id)
        return (datetime.now() - used).total_seconds() if used else 0.0


class _Answers(OrderedDict[str, Any]):
    """What calls have to say, by session, the oldest first; the sessions of calls under way are always among them."""

    def __init__(self, queue: Queue) -> None:
        super().__init__()
        self._queue = queue

    def __setitem__(self, session_id: str, messages: Any) -> None:
        if session_id not in self and len(self) >= ANSWERS:
            self._make_room()
        super().__setitem__(session_id, messages)

    def _make_room(self) -> None:
        """Drop half of it: what was fetched, then the oldest of what nobody has fetched yet."""
        left = self._queue.pending_event_ids_session
        under_way = self._queue.event_ids_to_events.keys()
        fetched = [session_id for session_id in self if not left.get(session_id)]
        ended = [session_id for session_id in self if left.get(session_id) and not left[session_id] & under_way]
        for session_id in [*fetched, *ended][: ANSWERS // 2]:
            del self[session_id]
            left.pop(session_id, None)
