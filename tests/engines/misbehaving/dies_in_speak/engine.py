"""The process is gone in the middle of a request: text ``exit 0`` or ``signal 9``."""

import os


class Engine:
    def load(self, models, options, progress):
        return {}

    def speak(self, request, progress, cancelled):
        os.write(2, b"a last word")
        kind, number = request["text"].split()
        if kind == "exit":
            os._exit(int(number))
        os.kill(os.getpid(), int(number))
