"""Many people at once: see ``python -m benchmarks.load``."""
