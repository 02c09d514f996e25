"""What the studio is compared with, run in an environment of its own by ``python -m benchmarks.peers``."""
