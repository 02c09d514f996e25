"""What is seen, as ffmpeg filters and inputs: fitting, motion, layers, the whole graph. Pure."""
