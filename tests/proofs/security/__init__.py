"""Attackers, other people's keys, and secrets.

The studio runs in a process of its own that writes down every connection it opens and every name it looks up, and lets
none leave this machine; names of the tests lead where the tests say. One tenant makes one of everything; another, and
whoever runs the studio, then try every operation, field, route and page listener with every id of theirs, and what
the first has is compared byte for byte. Routes and operations are read from the application, so that a new one is
tried, too. Names and texts with scripts in them are looked at in Chromium. Secrets are made up for the run and looked
for in everything that it leaves or says at debug level. What is promised, and what is not: [threats.md](threats.md).
"""
