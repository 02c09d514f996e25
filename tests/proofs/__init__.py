"""Proof that the studio holds: what is asked of it often, all at once, and in the worst way.

A folder a part; the docstring of its package says how it is done and stands in docs/reliability.md. `make test` runs
each check in a short form, `make prove` in the full one. What a check found is a figure of its
line: `record_property(…)`.
"""
