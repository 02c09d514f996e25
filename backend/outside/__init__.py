"""Other machines, at addresses that callers name: the one place that connects to them."""

from backend.outside.guard import Guard, Target

__all__ = ["Guard", "Target"]
