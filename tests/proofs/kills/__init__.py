"""kill -9, at any moment.

Real studios are killed while they work: at random moments with people sending work over HTTP, and at each boundary of
each long operation, before, between and after its steps, on both sides of the moment in which a step is written down.
Each life is a process of its own, forked off one that has imported the studio, so that hundreds of lives take minutes.
Speech is silence and what listens hears one line, so that the time goes into dying; files, captions and videos are
real. After each death nothing may be left running. At the end every job that was accepted has one result, and every
file of it opens; nothing else is in the store; the database is whole; and what was half written goes at a later start.
"""
