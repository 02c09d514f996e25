"""A request that never ends and looks at nothing: ``asleep``, or ``locked`` with the interpreter's lock held."""

import ctypes
import time


class Engine:
    def load(self, models, options, progress):
        return {}

    def speak(self, request, progress, cancelled):
        if request["text"] == "locked":
            ctypes.PyDLL(None).sleep(3600)
        time.sleep(3600)
