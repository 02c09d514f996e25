"""Media that are broken.

Files are made from good ones by changing them, from a seed, and go through the studio's own probe, decoder and render.
"""
