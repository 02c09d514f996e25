"""Other machines, at addresses that callers name: the one place that connects to them."""

from backend.outside.guard import Guard, Target, is_url

__all__ = ["Guard", "Target", "is_url"]
