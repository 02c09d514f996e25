"""Asks for more memory than there is, as a library does that runs out of it."""

import resource


class Engine:
    def load(self, models, options, progress):
        return {}

    def speak(self, request, progress, cancelled):
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, resource.RLIM_INFINITY))
        return bytes(8 << 30)
