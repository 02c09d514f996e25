"""Voices of people: marked, agreed to, gone when they are deleted

Sentences that Kokoro speaks, some of them also faster or slower so that there are more voices than it has, are taken
for cloned ones: F5's own code in its own environment marks them with the network that comes with Perth, the studio's
own encoding makes AAC and MP3 of them, and F5's own code looks for the mark in what is decoded again. The same
sentences unmarked say how often it is seen where there is none. What F5 and Chatterbox themselves say is looked at
beside their code, on tiny weights, since theirs cannot be had here. Consent is left out, emptied, faked and cut short
by every door that makes a voice. A voice is then copied to everywhere it can get to, deleted, and looked for in every
byte of the studio's folder and of its bucket: its recording, its words, its speaker, its id.
"""
