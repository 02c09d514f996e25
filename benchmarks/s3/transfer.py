"""One large file to or from a bucket, in a process of its own, as both_ways.py says.

Reads ``{"way": "studio" or "boto3", "up": bool, "path", "key", "endpoint", "name", "access_key", "secret"}`` from
standard input, answers ``{"seconds", "peak_bytes"}``. Importing and a first small upload are outside the clock.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEDIA_TYPE = "video/mp4"
WARM_UP = "made/warm/1/up.txt"


def studio(task: dict[str, Any]) -> Callable[[], None]:
    """The studio's own store."""
    from backend.storage.bucket import Bucket
    from backend.storage.s3 import S3Store

    store = S3Store(
        Bucket(
            task["name"],
            endpoint=task["endpoint"],
            access_key_id=task["access_key"],
            secret_access_key=task["secret"],
        )
    )
    path = Path(task["path"])
    store.put(WARM_UP, Path(__file__), "text/plain")
    return lambda: store.put(task["key"], path, MEDIA_TYPE) if task["up"] else store.fetch(task["key"], path)


def boto3(task: dict[str, Any]) -> Callable[[], None]:
    """``upload_file`` and ``download_file`` with nothing set."""
    import boto3 as library

    client = library.session.Session().client(
        "s3",
        endpoint_url=task["endpoint"],
        region_name="us-east-1",
        aws_access_key_id=task["access_key"],
        aws_secret_access_key=task["secret"],
    )
    client.upload_file(__file__, task["name"], WARM_UP)
    if task["up"]:
        return lambda: client.upload_file(task["path"], task["name"], task["key"])
    return lambda: client.download_file(task["name"], task["key"], task["path"])


def main() -> None:
    """Do the task that standard input names."""
    task = json.load(sys.stdin)
    work = {"studio": studio, "boto3": boto3}[task["way"]](task)
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak_bytes": _peak_bytes()}))


def _peak_bytes() -> int:
    """The most memory this program ever held. Not ``ru_maxrss``: that begins with what the parent held."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main()
