"""Its model file is broken."""


class Engine:
    def load(self, models, options, progress):
        raise RuntimeError("the model file is truncated")
