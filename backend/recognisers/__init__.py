"""Recognisers that are services of others, reached over the network: nothing of them runs or is loaded here.

``google.py`` is the only place that imports Google's client, and only once somebody asks for it.
"""

from backend.recognisers.google import RATES, GoogleSpeech, described

__all__ = ["RATES", "GoogleSpeech", "described"]
