"""Media that strangers bring

Good files of thirteen formats are changed by a seeded chance: bits and bytes, cuts, repeated and foreign stretches,
boxes moved and renamed, lengths that lie, names of other files where a format knows such names, lists of files in
between. Each goes the way of an upload: looked into, its sound decoded, a picture taken out of it; of those that are
taken one in 40 is rendered, joined, laid over another or measured by a whole studio, and of those that are refused one
in a hundred is put into the store all the same and asked for. The crafted files of `tests/media/faults.py` go the same
way. A process does this for a batch of files while strace writes down what it and all its children open, which sockets
they make and what they start: what opens media may read the file that it was given, its own folder and its own
libraries, and nothing may connect to anything. Secrets lie beside the files, and their names in the files' own words.
So that ten thousand files take minutes, what opens them is forked, under the studio's own limits, from a process that
has its libraries loaded; one child in fifty is started as the studio starts it and has to say the same, and what the
whole studio does is started as ever.
"""
