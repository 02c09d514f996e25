"""One kind of request fails, others work."""


class Engine:
    def load(self, models, options, progress):
        return {}

    def speak(self, request, progress, cancelled):
        if request["text"] == "bad":
            raise ValueError("cannot say that")
        return {"samples": bytes(4), "sample_rate": 8000, "words": None}
