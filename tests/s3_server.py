"""A real S3 server as a child process: SeaweedFS with keys, signatures and expiry checked."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.storage.bucket import Bucket

KEY, SECRET = "studio-key", "studio-secret"
READER_KEY, READER_SECRET = "reader-key", "reader-secret"
BUCKET = "results"


@dataclass(frozen=True)
class S3Server:
    """A running server with one empty bucket."""

    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bucket(self) -> Bucket:
        """The bucket, with the keys of one who may do everything."""
        return Bucket(BUCKET, endpoint=self.endpoint, access_key_id=KEY, secret_access_key=SECRET)


def find_server() -> Path | None:
    """The server's program, which requirements-dev.txt installs where there is one."""
    beside = Path(sysconfig.get_path("scripts")) / "weed"
    found = str(beside) if beside.is_file() else shutil.which("weed")
    return Path(found) if found and sys.platform == "linux" else None


@contextmanager
def s3_server(folder: Path, program: Path, port: int | None = None) -> Iterator[S3Server]:
    """The server with its data in ``folder``; killed at the end. On ``port``, or a free one."""
    server = S3Server(port or free_ports(1)[0])
    log = (folder / "server.log").open("ab")
    process = subprocess.Popen(_command(folder, program, server.port), stdout=log, stderr=log, cwd=folder)
    try:
        _wait(server, process)
        yield server
    finally:
        process.kill()
        process.wait()
        log.close()


def free_ports(number: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(listener.getsockname()[1]) for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def _command(folder: Path, program: Path, port: int) -> list[str]:
    rights = folder / "rights.json"
    rights.write_text(
        json.dumps(
            {
                "identities": [
                    _identity("studio", KEY, SECRET, ["Admin", "Read", "Write", "List", "Tagging"]),
                    _identity("reader", READER_KEY, READER_SECRET, [f"Read:{BUCKET}", f"List:{BUCKET}"]),
                ]
            }
        )
    )
    names = (
        "master.port",
        "master.port.grpc",
        "volume.port",
        "volume.port.grpc",
        "filer.port",
        "filer.port.grpc",
        "s3.port.grpc",
    )
    ports = [f"-{name}={number}" for name, number in zip(names, free_ports(len(names)), strict=True)]
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return [
        *(str(program), "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", f"-s3.port={port}"),
        *(
            f"-s3.config={rights}",
            "-s3.autoCreateBucket=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-master.telemetry=false",
            "-volume.max=8",
            "-master.volumeSizeLimitMB=1024",
        ),
        *(f"-filer.localSocket={folder / 'filer.sock'}", *ports),
    ]


def _identity(name: str, key: str, secret: str, actions: list[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}


def _wait(server: S3Server, process: subprocess.Popen[bytes]) -> None:
    """Until the bucket can be made and written to."""
    import boto3
    from botocore.client import Config
    from botocore.exceptions import BotoCoreError, ClientError

    client = boto3.session.Session().client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        config=Config(
            retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5, s3={"addressing_style": "path"}
        ),
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            if BUCKET not in [found["Name"] for found in client.list_buckets()["Buckets"]]:
                client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"x")
            client.delete_object(Bucket=BUCKET, Key="ready")
            return
        except (BotoCoreError, ClientError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the S3 server did not start") from None
            time.sleep(0.1)
