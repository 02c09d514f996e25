"""Which store results are kept in, and how it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backend.engines.mirror import Mirror
from backend.errors import InvalidRequest
from backend.settings import S3Settings, Settings
from backend.storage import LocalStore, Store
from backend.storage.bucket import Bucket
from backend.storage.outbox import OutboxStore


def open_store(settings: Settings) -> Store:
    """The bucket that is configured, with an outbox before it, or a folder on this machine.

    Raises:
        InvalidRequest: ``store_settings``.
    """
    if not settings.s3.configured:
        return LocalStore(settings.store_folder)
    from backend.storage.s3 import S3Store  # boto3 takes half a second, which only those who use it should wait for

    return OutboxStore(settings.outbox_folder, S3Store(configured_bucket(settings.s3)))


def configured_bucket(s3: S3Settings) -> Bucket:
    """The bucket that the environment names."""
    return Bucket(
        name=s3.bucket,
        prefix=s3.prefix,
        endpoint=s3.endpoint,
        region=s3.region,
        access_key_id=s3.access_key_id.get_secret_value(),
        secret_access_key=s3.secret_access_key.get_secret_value(),
        session_token=s3.session_token.get_secret_value(),
        addressing=s3.addressing,
        presign=s3.presign,
    )


def open_mirror(settings: Settings) -> Mirror | None:
    """The private mirror of weights and packages: where ``STUDIO_MIRROR`` says, else ``mirror/`` in the bucket.

    Raises:
        InvalidRequest: ``store_settings``.
    """
    if settings.mirror in ("", "off"):
        if settings.mirror or not settings.s3.configured:
            return None
        bucket = configured_bucket(settings.s3)
        bucket = replace(bucket, prefix=f"{bucket.prefix}mirror/")
    else:
        bucket = _named_bucket(settings)

    def open_bucket() -> Store:
        from backend.storage.s3 import S3Store  # boto3 only where something is fetched

        return S3Store(bucket)

    return Mirror(open_bucket)


def _named_bucket(settings: Settings) -> Bucket:
    scheme, _, rest = settings.mirror.partition("://")
    name, _, prefix = rest.partition("/")
    if scheme != "s3" or not name:
        raise InvalidRequest(
            f"STUDIO_MIRROR is {settings.mirror[:80]!a}.",
            hint="Write s3://bucket/prefix, or off for none; its keys are those of AWS_*.",
            code="store_settings",
        )
    prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    return replace(configured_bucket(settings.s3), name=name, prefix=prefix).check()


def describe_store(settings: Settings, store: Store) -> dict[str, Any]:
    """What ``system_status`` says of the store. Asks it nothing and shows no secret."""
    if not isinstance(store, OutboxStore):
        return {"kind": "local", "links_end_after_seconds": 3600}
    bucket = configured_bucket(settings.s3)
    return {
        "kind": "s3",
        "source": f"{bucket.name} at {bucket.host or 'AWS'}",
        "links_end_after_seconds": 3600,
        "links": "signed by the store" if bucket.presigns else "signed by the studio",
        "waiting_files": len(store.waiting()),
        "trouble": store.trouble.to_dict() if store.trouble else None,
    }


def store_warnings(settings: Settings, described: dict[str, Any]) -> list[str]:
    """What wants attention: files that wait, names in the environment that are not ours."""
    warnings = settings.s3.notices()
    if count := described.get("waiting_files"):
        trouble = described["trouble"]
        why = f" {trouble['message']} {trouble['hint']}" if trouble else ""
        warnings.append(f"{count} files wait on this machine for the store; nothing is lost.{why}")
    if described["kind"] == "s3" and (voices := _waiting_voices(settings)):
        who = "1 voice waits" if voices == 1 else f"{voices} voices wait"
        warnings.append(f"{who} on this machine until the store can be used; nothing is lost.")
    if described["kind"] == "local" and any(settings.outbox_folder.glob("waiting/*/*/*/*")):
        warnings.append(
            "Files of an earlier time still wait for a bucket; set S3_BUCKET and its keys again to send them."
        )
    return warnings


def _waiting_voices(settings: Settings) -> int:
    return sum(1 for tenant in settings.known_tenants for _ in settings.voices_of(tenant).glob("voice_*"))
