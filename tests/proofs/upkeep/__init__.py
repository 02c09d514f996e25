"""Kept for months

A studio is filled with narrations in several versions, captions, videos, uploads, voices, spoken sentences and shared
pages, by an engine without a model. Everything is given an age of its own, and what retention deletes is compared with
what another reading of all manifests says may go; whatever stays has to open. The check meets a library in which files
were flipped, cut, emptied and deleted by a seeded chance: each has to be found and nothing else, and repair deletes
nothing that somebody made. A backup of all of it, written while jobs are submitted and things deleted, is restored into
an empty home by the two commands, and every result has to be the same to the byte and play; backups in which a byte was
changed or the end is missing have to be refused and change nothing.
"""
