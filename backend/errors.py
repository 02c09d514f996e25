"""Every error the studio raises on purpose.

    StudioError
    ├── InvalidRequest      the caller can mend it: a bad value, an unknown name, a file of the wrong kind
    │   ├── MediaRejected   a file that is not what it should be, is damaged, or is over a limit
    │   ├── AddressRefused  an address that a caller named is none we connect to
    │   ├── AddressFailed   an address that a caller named did not answer, or not as it should
    │   ├── QuotaExceeded   one key may not have more at once
    │   ├── NotAllowed      only whoever runs the studio may do this
    │   └── RecogniserOff   a service that listens cannot be used here: no credentials, or they are not right
    ├── NotFound            an id that names nothing (or something that has been deleted)
    ├── Cancelled           somebody pressed Stop
    ├── EngineError         an engine could not do it
    │   ├── EngineLoadFailed    it never became ready: packages or weights are missing or broken
    │   ├── EngineNotBuilt      its packages could not be installed
    │   ├── EngineRequestFailed this request failed; the engine lives on
    │   │   └── EngineOutOfMemory   because the memory did not suffice
    │   └── EngineDied          the process ended or stopped answering
    ├── RecogniserFailed    a service that listens refused, or did not answer
    ├── WeightsUnavailable  no source had the file, or what came had the wrong hash
    ├── MediaFailed         ffmpeg refused or produced something else than planned
    ├── StorageError        the store refused
    │   ├── ManifestDamaged     the record of a result cannot be read
    │   └── StoreUnavailable    a store on another machine cannot be used now; what is written waits here until it can
    ├── WorkerUnfit         a machine that can do no job: it takes none
    └── JobError            a job cannot be done, resumed or read
        └── NotUnderstood       it comes from another version of the studio

Each error carries ``code`` (stable snake_case, part of the contract), ``message`` (what happened) and
``hint`` (what to do next). All of them survive JSON (``to_dict``/``from_dict``) and pickling, because they cross
process boundaries.
"""

from __future__ import annotations

from typing import Any


class StudioError(Exception):
    """The root. Raise a subclass; catch this one at a front or in the job runner."""

    default_code = "studio_error"

    def __init__(self, message: str, *, hint: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self).__name__, self.code, self.message, self.hint))

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def to_dict(self) -> dict[str, str]:
        """The error as every front shows it: ``{"code", "message", "hint"}``."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class InvalidRequest(StudioError):
    """The request cannot be done as asked; nothing was queued."""

    default_code = "invalid_request"


class MediaRejected(InvalidRequest):
    """A given file is not what it should be, is damaged, or is over a limit."""

    default_code = "media_rejected"


class AddressRefused(InvalidRequest):
    """An address that a caller named is none that the studio connects to."""

    default_code = "address_refused"


class AddressFailed(InvalidRequest):
    """An address that a caller named did not answer, or not as it should."""

    default_code = "address_failed"


class QuotaExceeded(InvalidRequest):
    """One key asks for more than it may have at once."""

    default_code = "quota_exceeded"


class NotAllowed(InvalidRequest):
    """This key may not do it; the studio's own may."""

    default_code = "not_allowed"


class RecogniserOff(InvalidRequest):
    """A recogniser that is somebody's service cannot be used here: no credentials, or they are not right."""

    default_code = "recogniser_off"


class NotFound(StudioError):
    """The id names nothing."""

    default_code = "not_found"


class Cancelled(StudioError):
    """The work was stopped on request."""

    default_code = "cancelled"


class EngineError(StudioError):
    """An engine could not do what it was asked."""

    default_code = "engine_error"


class EngineLoadFailed(EngineError):
    """The engine never became ready. Fatal until its installation is mended."""

    default_code = "engine_load_failed"


class EngineNotBuilt(EngineError):
    """An engine's packages could not be installed; what was there before is untouched."""

    default_code = "engine_not_built"


class EngineRequestFailed(EngineError):
    """This one request failed; the engine is still alive."""

    default_code = "engine_request_failed"


class EngineOutOfMemory(EngineRequestFailed):
    """The memory of the machine or its graphics card did not suffice, for less at a time neither."""

    default_code = "engine_out_of_memory"


class EngineDied(EngineError):
    """The engine's process ended, or stopped answering and was ended."""

    default_code = "engine_died"


class RecogniserFailed(StudioError):
    """A recogniser that is somebody's service refused, or did not answer."""

    default_code = "recogniser_failed"


class WeightsUnavailable(EngineError):
    """Model files could not be had from any source, or had the wrong hash."""

    default_code = "weights_unavailable"


class WorkerUnfit(StudioError):
    """A machine that cannot do any job: it takes none."""

    default_code = "worker_unfit"


class MediaFailed(StudioError):
    """ffmpeg refused, or what it made is not what was planned."""

    default_code = "media_failed"


class StorageError(StudioError):
    """The store refused a read or a write."""

    default_code = "storage_error"


class StoreUnavailable(StorageError):
    """A store on another machine cannot be reached, or does not let us in."""

    default_code = "store_unavailable"


class ManifestDamaged(StorageError):
    """The record of a result is there and cannot be read."""

    default_code = "manifest_damaged"


class JobError(StudioError):
    """A job cannot be run, resumed or read."""

    default_code = "job_error"


class NotUnderstood(JobError):
    """The job was accepted by another version of the studio, and names what this one does not have."""

    default_code = "worker_outdated"


def _tree(root: type[StudioError]) -> dict[str, type[StudioError]]:
    found = {root.__name__: root}
    for child in root.__subclasses__():
        found.update(_tree(child))
    return found


def _rebuild(kind: str, code: str, message: str, hint: str) -> StudioError:
    return _tree(StudioError).get(kind, StudioError)(message, hint=hint, code=code)


def from_dict(error: dict[str, Any]) -> StudioError:
    """The error that ``to_dict`` described, as the most fitting class of the tree."""
    code = str(error.get("code", ""))
    by_code = {kind.default_code: kind for kind in _tree(StudioError).values()}
    kind = by_code.get(code, StudioError)
    return kind(str(error.get("message", "")), hint=str(error.get("hint", "")), code=code or None)
