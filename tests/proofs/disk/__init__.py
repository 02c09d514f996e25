"""Disks that are full

File systems in memory take the place of the disk. A studio is started and asked for speech on disks of 21 sizes, from
64 kB to 64 MB, and on some that have room but no entries left. One that runs is asked for each thing it makes with so
many bytes left, from none on until there are enough, and with so many entries, so that each place that writes comes
upon the full disk (the look at the room before a render is answered as if the room went meanwhile).
Every call ends in its result or in `disk_full` with a hint, nothing that is unfinished has a final name or stays, and
after there is room the same call works on the same studio, whose database is then read from end to end.
"""
