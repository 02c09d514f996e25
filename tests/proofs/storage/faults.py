"""Nine ways in which a store fails, and what the studio has to call each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from tests.storage.faulty import FaultyNetwork

_PAST = datetime.now(timezone.utc) - timedelta(minutes=90)


@dataclass(frozen=True)
class Fault:
    """One way."""

    name: str
    begin: Callable[[FaultyNetwork], None]
    codes: tuple[str, ...]
    """Any of these is right."""
    happens: bool = False
    """Whether a write that meets it may have been done: only its answer is lost."""
    endpoint: str = ""
    """Where the store is said to be, if not behind the network."""


def _answer(status: str, code: str, headers: str = "") -> Callable[[FaultyNetwork], None]:
    return lambda network: network.answer(status, headers, f"<Error><Code>{code}</Code></Error>")


FAULTS = (
    Fault("refused", FaultyNetwork.refuse, ("store_cut", "store_unreachable")),
    Fault("no such host", lambda network: None, ("store_unreachable",), endpoint="http://no-such-host.invalid"),
    Fault("hangs", FaultyNetwork.hang, ("store_silent",)),
    Fault("slow", lambda network: network.trickle(0.005), ()),
    Fault("reset while it is sent to", lambda network: network.cut_after(sent=300), ("store_cut", "store_unreachable")),
    Fault(
        "cut while it answers",
        lambda network: network.cut_after(received=40),
        ("store_cut", "store_unreachable", "store_busy"),
        happens=True,
    ),
    Fault("403", _answer("403 Forbidden", "AccessDenied"), ("store_no_right",)),
    Fault("503", _answer("503 Slow Down", "SlowDown"), ("store_busy",)),
    Fault(
        "clock",
        _answer("403 Forbidden", "RequestTimeTooSkewed", f"Date: {_PAST:%a, %d %b %Y %H:%M:%S GMT}\r\n"),
        ("store_clock",),
    ),
)
"""A slow network is no fault: everything ends well, later."""
