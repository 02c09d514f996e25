"""Text and requests.

Hypothesis makes examples that a person would hardly think of: scripts, cues, subtitle files, tables, JSON, names, keys,
zips and requests, out of what each reader looks for and of any characters at all; the same ones at each run, from a
fixed seed. Each must end in a result that keeps its promises or in an error of ours with code, message and hint. The
fronts are the real ones: the server in a process of its own, asked over HTTP, RunPod's handler and the command line.
atheris mutates files while it watches which lines of the parsers they reach. Floods are one short text repeated, of
100,000 characters; four times the text may take at most nine times the processor time.
"""
