"""Encoders of pictures, and which of them work here."""
