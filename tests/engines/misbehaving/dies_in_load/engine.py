"""The process ends while it loads."""

import os


class Engine:
    def load(self, models, options, progress):
        os.write(2, b"cannot allocate the weights")
        os._exit(7)
