"""What everybody who uses a studio shares: its settings, store, engines, jobs, ffmpeg and folders for work."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from backend.engines import Engines
from backend.engines.weights import Weights
from backend.jobs import JobContext, Jobs
from backend.jobs.telling import Deliver
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.operations import OPERATIONS, understanding
from backend.outside import Guard
from backend.recognisers import GoogleSpeech
from backend.services.paces import Paces
from backend.services.quotas import AllKept, Quota
from backend.services.scratch import Scratch
from backend.services.sharing import Sharing
from backend.services.stores import open_mirror, open_store
from backend.services.upkeep.daily import Daily
from backend.services.url_inputs import UrlInputs
from backend.services.webhooks import Webhooks
from backend.settings import Settings
from backend.storage.disk import translated
from backend.video import Encoders

_COLLECTED_AFTER = 20_000
"""New objects after which Python looks for rings among them. With its own 700, a third of the time that captions of an
hour take goes into looking, and what is made there has no rings."""
Runner = Callable[[str, dict[str, Any], JobContext], dict[str, Any]]
"""Does a job: an operation's name, its arguments as JSON values, and the job's side of it."""


class Machine:
    """Cheap to make: nothing is started, fetched or loaded until it is needed."""

    def __init__(self, settings: Settings, weights: Mapping[str, Weights], runner: Runner, deliver: Deliver) -> None:
        """Args:
        settings: what the environment says.
        weights: the model files of each engine.
        runner: does the jobs.
        deliver: tells an address of a job's end.
        """
        gc.set_threshold(_COLLECTED_AFTER)
        self.settings = settings
        with translated():
            settings.home.mkdir(parents=True, exist_ok=True)
        self.scratch = Scratch(settings.work_folder)
        self.paces = Paces(settings.paces_folder)
        self.store = open_store(settings)
        self.sharing = Sharing()
        self.quota = Quota(AllKept(self.store, lambda: settings.known_tenants), settings.max_kept_bytes)
        """Of all tenants together."""
        self.daily = Daily()
        self.engines = Engines(
            models_folder=settings.models_folder,
            engines_folder=settings.engines_folder,
            run_folder=settings.run_folder,
            weights_folder=settings.weights_folder,
            hub_offline=settings.hub_offline,
            idle_seconds=settings.engine_idle_seconds,
            device=settings.device,
            weights=weights,
            mirror=open_mirror(settings),
        )
        self.google = GoogleSpeech(settings.google)
        self.jobs = Jobs(
            run_folder=settings.run_folder,
            database_url=settings.jobs_database,
            runner=runner,
            queue_of=lambda name: str(OPERATIONS[name].queue),
            version=understanding(),
            silence_seconds=settings.silence_seconds,
            deliver=deliver,
        )
        self.guard = Guard(settings.allowed_targets.split(","))
        self.url_inputs = UrlInputs(self.guard, allowed=settings.allow_url_inputs, most_bytes=settings.max_upload_bytes)
        self.webhooks = Webhooks(settings.webhook_secret.get_secret_value(), self.guard)

    @cached_property
    def ffmpeg(self) -> Ffmpeg:
        """The ffmpeg that was found."""
        return Ffmpeg(find_ffmpeg(self.settings.ffmpeg))

    @cached_property
    def encoders(self) -> Encoders:
        """The video encoders that work here."""
        return Encoders(self.ffmpeg, self.settings.encoders_file)

    def close(self) -> None:
        """Stop taking jobs and end the engines; running jobs go on at the next start."""
        self.jobs.close()
        self.engines.close()
        self.scratch.close()
        self.sharing.close()
        self.daily.close()
        self.store.close()
