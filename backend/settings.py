"""All settings, read from the environment once. The only reader of ``os.environ`` in the project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.errors import InvalidRequest
from backend.home import default_home
from backend.tenants import MAIN, read_keys

PROJECT = Path(__file__).resolve().parent.parent
_WAYS_IN = """Ways in:
  * Set STUDIO_API_KEY to a long secret (on a Space: Settings, Variables and secrets; on a pod: its environment).
    The page then asks for it, and programs send it as Authorization: Bearer KEY.
  * Or leave STUDIO_HOST unset and reach the studio through a tunnel: ssh -L 7860:127.0.0.1:7860 machine
  * Or put a proxy that asks for a login in front of it on the same machine, and set STUDIO_PUBLIC_URL."""


_S3_ALIASES = {
    "S3_BUCKET": ("AWS_S3_BUCKET", "S3_BUCKET_NAME", "BUCKET_NAME"),
    "AWS_ENDPOINT_URL": ("S3_ENDPOINT_URL", "BUCKET_ENDPOINT_URL"),
    "AWS_ACCESS_KEY_ID": ("BUCKET_ACCESS_KEY_ID",),
    "AWS_SECRET_ACCESS_KEY": ("BUCKET_SECRET_ACCESS_KEY",),
    "AWS_REGION": ("BUCKET_REGION",),
}
"""Other names that are taken for ours; `S3Settings.notices` says which were."""
_NOT_READ = {
    "BACKBLAZE_KEY_ID": "AWS_ACCESS_KEY_ID",
    "BACKBLAZE_APPLICATION_KEY": "AWS_SECRET_ACCESS_KEY",
    "BACKBLAZE_BUCKET": "S3_BUCKET",
    "BACKBLAZE_ENDPOINT": "AWS_ENDPOINT_URL",
}
"""Names of another kind of access to the same stores, and what to set instead."""


def _named(*names: str) -> AliasChoices:
    return AliasChoices(*names, *(alias for name in names for alias in _S3_ALIASES.get(name, ())))


class S3Settings(BaseSettings):
    """The S3-compatible store, as the environment names it. Without a bucket, results stay on this machine's disk."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True)

    bucket: str = Field("", validation_alias=_named("S3_BUCKET"))
    prefix: str = Field("", validation_alias="S3_PREFIX")
    """Start of all keys, for a bucket that is shared with others; empty, or ends in ``/``."""
    endpoint: str = Field("", validation_alias=_named("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
    """Empty means AWS."""
    region: str = Field("", validation_alias=_named("AWS_REGION", "AWS_DEFAULT_REGION"))
    """Empty means the one that the endpoint's name tells; else ``us-east-1``."""
    access_key_id: SecretStr = Field(SecretStr(""), validation_alias=_named("AWS_ACCESS_KEY_ID"))
    """Empty means whatever this machine has: a profile, or the role it runs as."""
    secret_access_key: SecretStr = Field(SecretStr(""), validation_alias=_named("AWS_SECRET_ACCESS_KEY"))
    session_token: SecretStr = Field(SecretStr(""), validation_alias="AWS_SESSION_TOKEN")
    addressing: Literal["auto", "path", "virtual"] = Field("auto", validation_alias="S3_ADDRESSING")
    """Whether the bucket stands in the path or the host name; ``auto``: in the host name at AWS only."""
    presign: bool | None = Field(None, validation_alias="S3_PRESIGN")
    """Whether the store makes links itself; else the studio serves the files. None: what is known of the endpoint."""

    @property
    def configured(self) -> bool:
        """Whether results go to S3."""
        return bool(self.bucket)

    def notices(self) -> list[str]:
        """What to know about names in the environment: aliases that were taken, names that are not read."""
        taken = [
            f"{alias} was taken for {name}."
            for name, aliases in _S3_ALIASES.items()
            for alias in aliases
            if os.environ.get(alias) and not os.environ.get(name)
        ]
        ignored = [
            f"{name} is not read; set {ours} to the same value instead."
            for name, ours in _NOT_READ.items()
            if os.environ.get(name) and not os.environ.get(ours)
        ]
        return taken + ignored


class GoogleSettings(BaseSettings):
    """Access to Google Cloud Speech-to-Text, by the names that Google's own tools know. Without any it is off."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True)

    credentials_json: SecretStr = Field(SecretStr(""), validation_alias="GOOGLE_CREDENTIALS_JSON")
    """The JSON key of a service account, itself."""
    credentials_file: str = Field("", validation_alias="GOOGLE_APPLICATION_CREDENTIALS", repr=False)
    """A file with it. Not shown: some put the JSON here."""
    project: str = Field("", validation_alias=AliasChoices("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"))
    """Who pays, where it is not the credentials' own project; alone, it says that this machine has credentials."""
    cloud_folder: str = Field("", validation_alias="CLOUDSDK_CONFIG")
    """Where gcloud keeps what it was told; empty means its usual place."""
    endpoint: str = Field("", validation_alias="GOOGLE_SPEECH_ENDPOINT")
    """A host other than ``speech.googleapis.com``, e.g. ``eu-speech.googleapis.com``: what is said stays there."""
    languages: str = Field("en-US,es-ES,fr-FR,de-DE", validation_alias="GOOGLE_SPEECH_LANGUAGES")
    """Among which ``auto`` chooses, the likeliest first; Google takes four."""
    for_all_keys: bool = Field(False, validation_alias="GOOGLE_SPEECH_FOR_ALL_KEYS")
    """Whether tenants with a key of their own may use it, too: it costs whoever runs the studio money."""


class Settings(BaseSettings):
    """What the environment says, each as ``STUDIO_<NAME>`` unless said otherwise. Frozen."""

    model_config = SettingsConfigDict(env_prefix="STUDIO_", frozen=True, extra="ignore", env_ignore_empty=True)

    home: Path = Field(default_factory=lambda: default_home(os.environ))
    """Weights, engine environments, results and the database live here."""
    database_url: SecretStr = SecretStr("")
    """Jobs database, ``postgresql://…`` for several machines; empty means SQLite under ``home``. Holds a password."""
    queues: str = ""
    """Queues whose jobs this process does, of ``gpu,cpu,render``; ``none`` for a page that leaves all work to workers.
    Empty means all, ``gpu`` only where a graphics card works."""
    silence_seconds: float = Field(20.0, ge=6.0, le=3600.0)
    """A worker of another machine that the jobs database has not heard of for so long is dead; the same everywhere."""
    api_key: SecretStr = SecretStr("")
    """What every caller has to show; needed to listen beyond localhost."""
    api_keys: SecretStr = SecretStr("")
    """Keys of further tenants, ``name:key,name:key``: each sees only what was made with its own."""
    max_jobs_per_key: int = Field(200, ge=1)
    """Jobs of one tenant that may wait or run at once."""
    max_kept_bytes_per_key: int = Field(0, ge=0)
    """What a tenant may keep in the store; 0 is no limit. The main key has none."""
    max_kept_bytes: int = Field(0, ge=0)
    """What all together may keep in the store, the main key included; 0 is no limit."""
    keep_days: int = Field(0, ge=0, le=36_500)
    """Narrations, captions and videos that nobody changed for so many days are deleted; 0: they stay."""
    keep_uploads_days: int = Field(0, ge=0, le=36_500)
    """The same for uploaded files; 0: as ``keep_days``."""
    keep_takes_days: int = Field(0, ge=0, le=36_500)
    """Spoken sentences that nothing used for so many days are deleted from this machine; 0: they stay."""
    keep_jobs_days: int = Field(0, ge=0, le=36_500)
    """Records of jobs, with the scripts they were given, are deleted so many days after the end; 0: they stay."""
    webhook_secret: SecretStr = SecretStr("")
    """What webhooks are signed with, ``whsec_…``; without it there are none. Two, parted by a comma, while receivers
    change from the second to the first."""
    allow_url_inputs: bool = False
    """Whether media may be given as https:// addresses, which the studio then fetches."""
    allowed_targets: str = ""
    """``host`` or ``host:port``, parted by commas: what webhooks and URL inputs may reach although it is in a private
    network, not encrypted, or at another port than 443. Without a port: 80 and 443."""
    allowed_origins: str = ""
    """Origins whose pages may call the API with the key, parted by commas, e.g. ``https://a.example``; empty: none."""
    host: str = ""
    """Address to listen on; empty means localhost, and everywhere on a Space or a pod, which are reached by a proxy."""
    s3: S3Settings = Field(default_factory=S3Settings)
    """Where results are kept, if a bucket is configured."""
    google: GoogleSettings = Field(default_factory=GoogleSettings)
    """Access to Google's recogniser, if there is any."""
    port: int = Field(7860, ge=0, le=65535)
    public_url: str = ""
    """Where visitors reach the studio, for links; empty means what a Space or a pod is called, or else localhost."""
    space_host: str = Field("", validation_alias="SPACE_HOST")
    """Set by Hugging Face Spaces: the host name of this Space."""
    pod_id: str = Field("", validation_alias="RUNPOD_POD_ID")
    """Set on RunPod's pods."""
    endpoint_id: str = Field("", validation_alias="RUNPOD_ENDPOINT_ID")
    """Set on RunPod's serverless workers."""
    runpod_api_key: SecretStr = Field(SecretStr(""), validation_alias="RUNPOD_API_KEY")
    """For asking an endpoint of RunPod's from outside; only ``python -m backend probe`` reads it."""
    ffmpeg: Path | None = None
    """ffmpeg to use; else the one on PATH, else the one in the imageio-ffmpeg wheel."""
    weights_folder: Path | None = None
    """A folder with model files that is looked in before anything is fetched."""
    mirror: str = ""
    """Where weights and packages are looked for before the hub and registries: ``s3://bucket/prefix``; empty:
    ``mirror/`` in the bucket of results, if there is one; ``off``: nowhere."""
    hub_offline: bool = Field(False, validation_alias=AliasChoices("STUDIO_HUB_OFFLINE", "HF_HUB_OFFLINE"))
    """Never ask the Hugging Face hub."""
    mcp: bool = False
    """Whether the operations are MCP tools at ``/mcp``; their packages are in ``requirements-mcp.txt``."""
    device: Literal["auto", "cuda", "mps", "cpu"] = "auto"
    """Where engines run that can use a graphics card; ``auto`` looks for one."""
    max_upload_bytes: int = Field(600_000_000, ge=1)
    engine_idle_seconds: float = Field(600.0, gt=0)
    """An engine that was not used for this long is unloaded."""

    @property
    def keys(self) -> dict[str, str]:
        """Each tenant's key by its name; empty where everybody may come in.

        Raises:
            InvalidRequest: ``weak_key`` or ``invalid_keys``.
        """
        return read_keys(self.api_key.get_secret_value(), self.api_keys.get_secret_value())

    @property
    def known_tenants(self) -> tuple[str, ...]:
        """Everybody who can come in: the main tenant, and those who have a key."""
        return tuple({MAIN: "", **self.keys})

    def folder_of(self, tenant: str) -> Path:
        """Where what a tenant keeps on this machine's disk lies."""
        return self.home if tenant == MAIN else self.home / "tenants" / tenant

    @property
    def models_folder(self) -> Path:
        """Fetched weights."""
        return self.home / "models"

    @property
    def engines_folder(self) -> Path:
        """Environments of engines that cannot share the studio's."""
        return self.home / "engines"

    @property
    def store_folder(self) -> Path:
        """Results, when the store is local."""
        return self.home / "store"

    @property
    def outbox_folder(self) -> Path:
        """Results on their way to a store that is not on this machine."""
        return self.home / "outbox"

    def takes_of(self, tenant: str) -> Path:
        """A tenant's takes, by content hash."""
        return self.folder_of(tenant) / "takes"

    def voices_of(self, tenant: str) -> Path:
        """Voices a tenant made here: recordings, consent and all. May lie on a file system that machines share."""
        return self.folder_of(tenant) / "voices"

    def renders_of(self, tenant: str) -> Path:
        """What a tenant's latest videos are made of."""
        return self.folder_of(tenant) / "renders"

    @property
    def encoders_file(self) -> Path:
        """Which video encoders worked on this machine."""
        return self.home / "encoders.json"

    @property
    def paces_folder(self) -> Path:
        """How fast this machine has been, for estimates."""
        return self.home / "paces"

    @property
    def work_folder(self) -> Path:
        """Jobs' own folders; emptied when they end."""
        return self.home / "work"

    @property
    def uploads_folder(self) -> Path:
        """Where a browser's uploads land before the studio takes them."""
        return self.home / "incoming"

    @property
    def run_folder(self) -> Path:
        """Locks that tell which processes live."""
        return self.home / "run"

    @property
    def jobs_database(self) -> str:
        """URL of the jobs database."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.home / 'jobs.db'}"

    @property
    def database_kind(self) -> Literal["sqlite", "postgresql"]:
        """Which kind of database jobs are in."""
        return "postgresql" if self.jobs_database.startswith("postgres") else "sqlite"

    @property
    def shared_secret(self) -> str:
        """What several machines have in common to sign links with; empty on one machine, or without a key."""
        return self.api_key.get_secret_value() if self.database_kind == "postgresql" else ""

    @property
    def base_url(self) -> str:
        """Start of every link, without a slash at its end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        if self.space_host:
            return f"https://{self.space_host}"
        if self.pod_id:
            return f"https://{self.pod_id}-{self.port}.proxy.runpod.net"
        return f"http://127.0.0.1:{self.port}"

    @property
    def listens_on(self) -> str:
        """The address to listen on."""
        return self.host or ("0.0.0.0" if self.space_host or self.pod_id else "127.0.0.1")  # noqa: S104 - with a key

    @property
    def listens_locally(self) -> bool:
        """Whether only this machine reaches the studio."""
        return self.listens_on in ("127.0.0.1", "localhost", "::1")

    @property
    def framed_by(self) -> str:
        """The origin of a site that shows the page in a frame: a Space is seen inside of Hugging Face's page."""
        return "https://huggingface.co" if self.space_host else ""

    def refuse_open_door(self) -> None:
        """Refuse to listen where strangers can reach the studio and nothing keeps them out.

        Raises:
            InvalidRequest: ``open_door``, with the safe ways, ``weak_key`` or ``invalid_keys``.
        """
        if not self.keys and not self.listens_locally:
            raise InvalidRequest(
                f"The studio does not listen on {self.listens_on} without a key: anyone could use it.",
                hint=_WAYS_IN,
                code="open_door",
            )

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """Host names that requests may be addressed to; others are a rebinding attack or a mistake.

        A key keeps such attacks out as well: a browser sends no session to a host name it was not given for.
        """
        if self.keys:
            return ("*",)
        public = urlsplit(self.public_url).hostname if self.public_url else None
        return ("127.0.0.1", "localhost", "[::1]", *([public] if public else []))
