"""Chatterbox where the watermarker cannot be imported."""
