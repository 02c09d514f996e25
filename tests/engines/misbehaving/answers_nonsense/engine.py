"""Answers with something that cannot be sent."""


class Engine:
    def load(self, models, options, progress):
        return {}

    def speak(self, request, progress, cancelled):
        return object()
