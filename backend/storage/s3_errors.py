"""What botocore raises, translated once: each fault of a store by its own code, with what to do about it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

from botocore import exceptions as boto
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from s3transfer.exceptions import CancelledError, RetriesExceededError, S3DownloadFailedError

from backend.errors import StoreUnavailable, StudioError
from backend.storage.base import missing
from backend.storage.bucket import Bucket

_MISSING = ("404", "NoSuchKey", "NotFound")
_KINDS = {
    **dict.fromkeys(("InvalidAccessKeyId", "InvalidAccessKey"), "store_wrong_key"),
    **dict.fromkeys(("SignatureDoesNotMatch", "InvalidSecurity"), "store_wrong_secret"),
    **dict.fromkeys(("ExpiredToken", "InvalidToken", "TokenRefreshRequired"), "store_token_ended"),
    **dict.fromkeys(
        ("AccessDenied", "AllAccessDisabled", "AccountProblem", "Unauthorized", "403", "401"), "store_no_right"
    ),
    **dict.fromkeys(("NoSuchBucket", "InvalidBucketName"), "store_no_bucket"),
    **dict.fromkeys(
        ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301", "307"),
        "store_wrong_region",
    ),
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired"), "store_clock"),
    **dict.fromkeys(
        (
            "QuotaExceeded",
            "StorageCapExceeded",
            "storage_cap_exceeded",
            "XMinioStorageFull",
            "InsufficientStorage",
            "507",
        ),
        "store_full",
    ),
    **dict.fromkeys(
        (
            *("SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "TooManyRequests"),
            *("429", "500", "502", "503", "504"),
        ),
        "store_busy",
    ),
}
_SAID = {
    "store_wrong_key": (
        "does not know the access key.",
        "Check AWS_ACCESS_KEY_ID; at Backblaze it is the keyID, at R2 the Access Key ID.",
    ),
    "store_wrong_secret": (
        "refused the signature: the secret does not belong to the access key.",
        "Check AWS_SECRET_ACCESS_KEY: one character too few, or a space at its end, is enough.",
    ),
    "store_token_ended": (
        "says that the session token has ended.",
        "Renew AWS_SESSION_TOKEN with its two keys, or use keys without one.",
    ),
    "store_no_right": (
        "does not allow this.",
        "Give the key the rights to list the bucket and to read, write and delete its objects. "
        "`python -m backend doctor` tells which one is missing.",
    ),
    "store_no_bucket": ("has no bucket of this name.", "Create the bucket, or check S3_BUCKET and AWS_ENDPOINT_URL."),
    "store_wrong_region": ("says that the bucket is in another region.", "Set AWS_REGION to the bucket's region."),
    "store_clock": ("refused the time of this machine's clock.", "Set the clock right, e.g. with NTP."),
    "store_full": ("has no more room for you.", "Raise the limit of your account, or delete what is no longer needed."),
    "store_busy": ("is busy or has trouble of its own.", "Nothing is wrong here; it is tried again by itself."),
    "store_no_credentials": (
        "needs keys, and there are none.",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    ),
    "store_unreachable": (
        "cannot be reached.",
        "Check AWS_ENDPOINT_URL and this machine's network.",
    ),
    "store_silent": ("does not answer in time.", "Check this machine's network, or try again later."),
    "store_cut": ("broke off in the middle.", "Try again; if it stays so, check this machine's network."),
    "store_certificate": (
        "showed a certificate that is not trusted here.",
        "Check AWS_ENDPOINT_URL; for a certificate of your own set AWS_CA_BUNDLE to its file.",
    ),
}


@contextmanager
def translated(bucket: Bucket, reading: bool = False) -> Iterator[None]:
    """Turn what botocore raises into a `StoreUnavailable`, or when ``reading`` a key that is not there, `NotFound`."""
    try:
        yield
    except RetriesExceededError as error:  # of a download; s3transfer's own name for whatever happened at last
        raise _translate(error.last_exception, bucket, reading) from error
    except ResponseParserError as error:
        raise no_store(bucket) from error
    except (boto.BotoCoreError, ClientError, S3DownloadFailedError, CancelledError, ValueError) as error:
        raise _translate(error, bucket, reading) from error


def _translate(error: Exception, bucket: Bucket, reading: bool) -> StudioError:
    if isinstance(error, ClientError):
        return _refused(error, bucket, reading)
    for kinds, code in _OUR_SIDE:
        if isinstance(error, kinds):
            return _named(code, bucket)
    return StoreUnavailable(
        f"The store ({_where(bucket)}) could not be used: {type(error).__name__}.",
        hint="Check the AWS_* settings; `python -m backend doctor` tries them one by one.",
        code="store_failed",
    )


_OUR_SIDE: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError), "store_no_credentials"),
    ((boto.SSLError,), "store_certificate"),
    ((boto.ReadTimeoutError, boto.ConnectTimeoutError, TimeoutError), "store_silent"),
    ((boto.ResponseStreamingError, boto.IncompleteReadError, boto.ConnectionClosedError), "store_cut"),
    ((S3DownloadFailedError, CancelledError, ConnectionError), "store_cut"),
    ((boto.ConnectionError, boto.HTTPClientError), "store_unreachable"),
)


def _refused(error: ClientError, bucket: Bucket, reading: bool) -> StudioError:
    answer: dict[str, Any] = error.response
    facts = answer.get("ResponseMetadata", {})
    code, status = str(answer.get("Error", {}).get("Code", "")), str(facts.get("HTTPStatusCode", ""))
    if code in _MISSING:
        return missing() if reading else _named("store_no_bucket", bucket)
    kind = _KINDS.get(code) or _KINDS.get(status)
    if kind is None:
        return StoreUnavailable(
            f"The store ({_where(bucket)}) refused: {code[:60] or status or 'no reason given'}.",
            hint="`python -m backend doctor` tries the store step by step.",
            code="store_refused",
        )
    return _named(kind, bucket, _more(kind, facts.get("HTTPHeaders", {}), answer))


def _more(kind: str, headers: dict[str, str], answer: dict[str, Any]) -> str:
    """What the answer itself tells beyond the fault: the right region, how wrong the clock is."""
    if kind == "store_wrong_region":
        region = headers.get("x-amz-bucket-region") or answer.get("Error", {}).get("Region")
        return f"It is in {region}." if region else ""
    if kind == "store_clock" and "date" in headers:
        minutes = (time.time() - parsedate_to_datetime(headers["date"]).timestamp()) / 60
        return f"It is {abs(minutes):.0f} minutes {'ahead' if minutes > 0 else 'behind'}."
    return ""


def no_store(bucket: Bucket) -> StoreUnavailable:
    """The error for an address where something answers that is no store, e.g. a login page or a web console."""
    return StoreUnavailable(
        f"What answers at {bucket.host or 'AWS'} is no S3 service.",
        hint="Check AWS_ENDPOINT_URL: the address for programs, not the one of the console; and the network's login.",
        code="store_no_s3",
    )


def cut_off(bucket: Bucket) -> StoreUnavailable:
    """The error for an answer that is not whole, which a connection that breaks off among the headers leaves behind."""
    return _named("store_cut", bucket)


def _named(kind: str, bucket: Bucket, more: str = "") -> StoreUnavailable:
    said, hint = _SAID[kind]
    return StoreUnavailable(f"The store ({_where(bucket)}) {said} {more}".strip(), hint=hint, code=kind)


def _where(bucket: Bucket) -> str:
    return f"{bucket.name} at {bucket.host or 'AWS'}"
