"""What rendering costs beside ffmpeg by hand and MoviePy, and what is saved where not all is made anew."""
