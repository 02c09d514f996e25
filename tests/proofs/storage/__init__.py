"""A store that fails

A real S3 server with signatures on, behind a network that refuses, knows no such host, takes requests and never
answers, trickles, breaks off, answers with 403 or 503, or says that the clock is wrong. Each fault meets each kind of
request: a small file up, a large one up in parts, a file down, a deletion. Each has to be named by its own code within
30 seconds at the time-outs people have. Then the outbox stands before it: whatever was published meanwhile is there,
whole, once the network is.
"""
