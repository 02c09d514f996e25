"""Kokoro's engine as it is, with windows for the tests to look in."""
