"""Google's Speech service on this machine: the real protocol over TLS, tokens checked as Google checks them.

What it "hears" are tones: each stretch of sound is a word, named after its frequency, at its exact place in what was
sent. So a test knows what the words of a recording are, and when, whatever pieces it comes in.
"""

from __future__ import annotations

import datetime
import io
import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import soundfile  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import jwt
from google.cloud.speech_v1.types import (
    RecognizeRequest,
    RecognizeResponse,
    SpeechRecognitionAlternative,
    SpeechRecognitionResult,
    WordInfo,
)
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status
from numpy.typing import NDArray

RECOGNIZE = "/google.cloud.speech.v1.Speech/Recognize"
PROJECT = "harbour-1"
ACCOUNT = f"listener@{PROJECT}.iam.gserviceaccount.com"
SAID = 0.875
"""The confidence of every word: exact in a float of 32 bits."""


@dataclass(frozen=True)
class Fault:
    """What is answered instead of words."""

    code: Any
    message: str
    reason: str = ""
    times: int = 10**6
    """How often, before words come."""


@dataclass
class GoogleServer:
    """The server, and what it saw."""

    endpoint: str
    credentials: dict[str, Any]
    """The JSON key of a service account that it knows."""
    requests: list[RecognizeRequest] = field(default_factory=list)
    metadata: list[dict[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    """While it is clear, nobody gets an answer."""
    held: threading.Event = field(default_factory=threading.Event)
    """Somebody waits for one."""
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Who waited has hung up."""
    language: str = "en-us"
    """What it recognises, where it is asked to choose."""

    @property
    def key(self) -> str:
        return json.dumps(self.credentials)

    def forget(self) -> None:
        """As it was at first."""
        for seen in (self.requests, self.metadata, self.faults):
            seen.clear()
        self.hold.set()
        self.held.clear()
        self.hung_up.clear()
        self.language = "en-us"


def make_credentials() -> dict[str, Any]:
    """A service account's key as Google hands it out, real but for who knows it."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "k" * 40,
        "private_key": pem.decode(),
        "client_email": ACCOUNT,
        "client_id": "1234567890",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "universe_domain": "googleapis.com",
    }


@contextmanager
def google_server(folder: Path) -> Iterator[GoogleServer]:
    """A server for as long as the context lasts. This process then trusts its certificate, too."""
    key, certificate = _certificate()
    roots = folder / "roots.pem"
    roots.write_bytes(certificate)
    os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = str(roots)
    most = [("grpc.max_receive_message_length", 10_000_000)]  # as Google's
    service = grpc.server(futures.ThreadPoolExecutor(16), options=most)
    found = GoogleServer("", make_credentials())
    found.hold.set()
    service.add_generic_rpc_handlers((_Handler(found),))
    port = service.add_secure_port("localhost:0", grpc.ssl_server_credentials([(key, certificate)]))
    found.endpoint = f"localhost:{port}"
    service.start()
    try:
        yield found
    finally:
        found.hold.set()
        service.stop(0).wait()


def _certificate() -> tuple[bytes, bytes]:
    """A private key and a certificate for localhost, which vouches for itself."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return pem, made.public_bytes(serialization.Encoding.PEM)


class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, server: GoogleServer) -> None:
        self._server = server

    def service(self, call: Any) -> Any:
        if call.method != RECOGNIZE:
            return None
        return grpc.unary_unary_rpc_method_handler(
            self._recognise, RecognizeRequest.deserialize, RecognizeResponse.serialize
        )

    def _recognise(self, request: RecognizeRequest, context: Any) -> RecognizeResponse:
        server = self._server
        told = {name: value for name, value in context.invocation_metadata() if isinstance(value, str)}
        server.metadata.append(told)
        self._let_in(told.get("authorization", ""), context)
        for fault in [fault for fault in server.faults if fault.times]:
            server.faults.remove(fault)
            server.faults.append(Fault(fault.code, fault.message, fault.reason, fault.times - 1))
            _refuse(context, fault)
        if not request.audio.content:
            _refuse(context, Fault(grpc.StatusCode.INVALID_ARGUMENT, "RecognitionAudio not set."))
        server.requests.append(request)
        self._wait(context)
        return hear(request, server.language)

    def _let_in(self, token: str, context: Any) -> None:
        """Whether the token is signed by the account's key, for this service, and not outdated."""
        private = serialization.load_pem_private_key(self._server.credentials["private_key"].encode(), None)
        public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        try:
            claims = jwt.decode(token.removeprefix("Bearer "), certs=public)
        except ValueError:
            claims = {}
        if claims.get("iss") != ACCOUNT:
            message = "Request had invalid authentication credentials."
            _refuse(context, Fault(grpc.StatusCode.UNAUTHENTICATED, message, "ACCESS_TOKEN_TYPE_UNSUPPORTED"))

    def _wait(self, context: Any) -> None:
        if self._server.hold.is_set():
            return
        context.add_callback(self._server.hung_up.set)
        self._server.held.set()
        while context.is_active() and not self._server.hold.is_set():
            time.sleep(0.01)


def _refuse(context: Any, fault: Fault) -> None:
    """As Google does: a status with its details."""
    details = []
    if fault.reason:
        info = Packed()
        info.Pack(
            ErrorInfo(reason=fault.reason, domain="googleapis.com", metadata={"service": "speech.googleapis.com"})
        )
        details.append(info)
    status = Status(code=fault.code.value[0], message=fault.message, details=details)
    context.abort_with_status(rpc_status.to_status(status))


def hear(request: RecognizeRequest, language: str) -> RecognizeResponse:
    """The tones in what was sent, as words; two results, as the service parts what it hears."""
    config = request.config
    samples, rate = soundfile.read(io.BytesIO(request.audio.content), dtype="float32")
    assert rate == config.sample_rate_hertz and samples.ndim == 1 and len(samples) < 60 * rate
    found = list(tones(samples, rate))
    chosen = config.language_code if not config.alternative_language_codes else language
    half = (len(found) + 1) // 2
    parts = [part for part in (found[:half], found[half:]) if part]
    return RecognizeResponse(results=[_result(part, chosen) for part in parts])


def _result(found: Sequence[tuple[str, float, float]], language: str) -> SpeechRecognitionResult:
    words = [WordInfo(word=name, start_time=_time(a), end_time=_time(b), confidence=SAID) for name, a, b in found]
    said = " ".join(name for name, _, _ in found)
    best = SpeechRecognitionAlternative(transcript=said, confidence=SAID, words=words)
    return SpeechRecognitionResult(alternatives=[best], language_code=language)


def _time(seconds: float) -> Duration:
    nanos = round(seconds * 1e9)
    return Duration(seconds=nanos // 10**9, nanos=nanos % 10**9)


def tones(samples: NDArray[np.float32], rate: int) -> Iterator[tuple[str, float, float]]:
    """Name, start and end (seconds) of each tone."""
    loud = np.flatnonzero(np.abs(samples) > 0.05)
    if not len(loud):
        return
    for stretch in np.split(loud, np.flatnonzero(np.diff(loud) > 0.05 * rate) + 1):
        start, end = int(stretch[0]), int(stretch[-1]) + 1
        spectrum = np.abs(np.fft.rfft(samples[start:end] * np.hanning(end - start)))
        yield f"tone{round(int(np.argmax(spectrum)) * rate / (end - start), -1):.0f}", start / rate, end / rate


def write_tones(path: Path, rate: int, seconds: float, starts: Sequence[float], channels: int = 1) -> list[str]:
    """A recording with a tone of 0.3 s at each of these times; returns their names."""
    samples, names = np.zeros(round(seconds * rate), np.float32), []
    for number, start in enumerate(starts):
        pitch = 300 + 50 * (number % 40)
        at = round(start * rate) + np.arange(round(0.3 * rate))
        samples[at] = 0.5 * np.cos(2 * np.pi * pitch * (at - at[0]) / rate)
        names.append(f"tone{pitch}")
    soundfile.write(path, np.stack([samples] * channels, axis=1), rate, subtype="PCM_16")
    return names
