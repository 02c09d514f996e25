"""The components of a card with a job of its own, and how they hang together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.desk import POLL_SECONDS, Update
from ui.listeners import PRIVATE, kept, place_here, ticking
from ui.own_job import Card, OwnJob, complained

Look = Callable[[Any], OwnJob]
"""How it is with what a browser remembers."""


def _memory(name: str) -> gr.BrowserState:
    return kept(name, render=False)


@dataclass(frozen=True)
class JobCard:
    """The card, and what it needs to go on after a reload."""

    card: gr.HTML
    draw: Callable[[Any], str]
    """The card's HTML for an `OwnJob`."""
    memory: gr.BrowserState
    """As `OwnJob.remember` gives it."""
    timer: gr.Timer = field(default_factory=lambda: ticking(POLL_SECONDS))

    @classmethod
    def of(cls, card: gr.HTML, draw: Callable[[Any], str], name: str) -> JobCard:
        """With a memory of this name and a timer, both placed by `wire`."""
        return cls(card, draw, _memory(name))

    def mine(self) -> list[Any]:
        """What `show` changes."""
        return [self.card, self.memory, self.timer]

    def show(self, now: OwnJob) -> Update:
        """The card; the timer goes while its job does."""
        return {
            self.card: self.draw(now),
            self.memory: now.remember(),
            self.timer: gr.Timer(active=now.running),
        }

    def tried(self, do: Callable[[], Card], before: Callable[[], Card]) -> Update:
        """The card after ``do``; where that is refused, as it was ``before``, with the reason."""
        try:
            return self.show(do())
        except StudioError as error:
            return self.show(complained(before(), error))

    def on(self, event: Any, listener: Callable[..., Update]) -> None:
        """Call ``listener`` at an event of the card's own script, with the memory where it takes that."""
        event(listener, inputs=[self.memory], outputs=self.mine(), **PRIVATE)

    def wire(self, look: Look, stop: Look) -> None:
        """Place what was not placed yet; watch the job while it runs, and stop it when asked."""

        def look_again(memory: Any) -> Update:
            return self.show(look(memory))

        def stop_it(memory: Any) -> Update:
            return self.show(stop(memory))

        place_here(self.memory, self.timer)
        self.on(self.card.stop, stop_it)
        self.timer.tick(look_again, inputs=[self.memory], outputs=self.mine(), trigger_mode="once", **PRIVATE)

    def come_back(self, page: gr.Blocks, look: Look) -> None:
        """Find everything again when the page is loaded."""

        def arrive(memory: Any) -> Update:
            # Nothing was brought: the card is as it was sent, and a first visitor waits for nothing.
            return self.show(look(memory)) if memory else {self.timer: gr.Timer(active=False)}

        page.load(arrive, inputs=[self.memory], outputs=self.mine(), **PRIVATE)
