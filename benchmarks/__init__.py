"""Benchmarks: the studio and its peers, measured in turn in one run. ``python -m benchmarks`` runs them all."""
