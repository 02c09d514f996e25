"""``POST /v1/audio/speech``: a text spoken, each sentence sent as soon as it is there."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Literal

from anyio import to_thread
from pydantic import Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from backend.errors import InvalidRequest, StudioError
from backend.fronts.openai.answers import described
from backend.fronts.openai.names import VOICES, speaking_engine
from backend.media.streaming import MEDIA_TYPES, StreamFormat
from backend.models import Value
from backend.operations import Operation, validate
from backend.services.speech_streams import SpeechStream
from backend.studio import Studio

LOOK_SECONDS, LAST_LOOK_SECONDS = 0.05, 0.5
"""Between looks at what has been spoken, soon after there was something, and when there has been nothing for long, such
as while the job waits for its turn."""
LOOK_SHARE = 0.05
"""Of the time without sound that may pass until the next look."""
SLOWEST, FASTEST = 0.5, 2.0
"""How fast the engines can speak."""
_log = logging.getLogger(__name__)


class OwnVoice(Value):
    """A voice as an object."""

    id: str
    """Its voice_id."""


class SpeechRequest(Value):
    """Speak a text."""

    model: str
    """``tts-1``, ``tts-1-hd`` or ``gpt-4o-mini-tts`` take the voice's own engine; or an engine's name."""
    input: str
    """What is to be said, with the studio's markup if you like."""
    voice: str | OwnVoice
    """A voice_id, a blend such as ``af_heart(2)+am_puck(1)``, or one of OpenAI's names."""
    instructions: str = ""
    """Ignored: no engine here can be told how to speak in words."""
    response_format: StreamFormat = "mp3"
    """``pcm`` is 24 kHz, 16 bits, little endian, mono."""
    speed: float = Field(1.0, ge=0.25, le=4.0)
    """OpenAI's bounds; the engines here speak from 0.5 to 2."""
    stream_format: Literal["audio", "sse"] = "audio"
    """The bare audio, or events that hold it as base64."""
    language: str = "auto"
    """Not OpenAI's: ``auto`` takes the voice's own language."""
    seed: int | None = None
    """Not OpenAI's: for engines that draw."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Not OpenAI's: engine parameters."""


OPERATION = Operation("/v1/audio/speech", SpeechRequest, "audio")


async def answer_speech(request: Request, studio: Studio) -> Response:
    """Begin to speak; answers with the first bytes in hand, so that what fails until then has its own status.

    Raises:
        StudioError: what is wrong with the request, or why it could not be spoken.
    """
    given = await _body(request)
    asked = await to_thread.run_sync(validate, OPERATION, given)
    assert isinstance(asked, SpeechRequest)  # noqa: S101 - the line above says so
    stream = await to_thread.run_sync(lambda: studio.speech_stream(arguments(asked, studio), asked.response_format))
    sound = _sound(request, stream)
    try:
        first = await anext(sound)
    except ClientDisconnect:
        return Response(status_code=499)
    return _Answer(sound, first, stream.job_id, asked)


def arguments(asked: SpeechRequest, studio: Studio) -> dict[str, Any]:
    """What ``generate_speech`` is asked for.

    Raises:
        NotFound: ``model_not_found``.
        InvalidRequest: ``speed_not_spoken``, ``model_does_not_speak``.
    """
    if not SLOWEST <= asked.speed <= FASTEST:
        raise InvalidRequest(
            f"No voice here speaks at speed {asked.speed:g}.",
            hint=f"Ask for {SLOWEST:g} to {FASTEST:g}; what OpenAI offers beyond that is not stretched to fit.",
            code="speed_not_spoken",
        )
    voice = asked.voice if isinstance(asked.voice, str) else asked.voice.id
    return {
        "script": asked.input,
        "voice": VOICES.get(voice, voice),
        "engine": speaking_engine(studio, asked.model),
        "language": asked.language,
        "speed": asked.speed,
        "seed": asked.seed,
        "options": asked.options,
    }


async def _body(request: Request) -> Any:
    try:
        return await to_thread.run_sync(json.loads, await request.body())
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(
            "The body is not JSON.",
            hint='Send {"model": "tts-1", "voice": "nova", "input": "Hello."}.',
            code="not_json",
        ) from error


async def _sound(request: Request, stream: SpeechStream) -> AsyncGenerator[bytes, None]:
    """The stream's bytes as they come. However this ends, nothing of it runs on.

    Raises:
        ClientDisconnect: whoever asked has hung up; the job was stopped.
        StudioError: why it could not be spoken to its end.
    """
    heard = time.monotonic()
    try:
        while not stream.ended:
            if await request.is_disconnected():
                raise ClientDisconnect
            if data := await to_thread.run_sync(stream.read):
                yield data
                heard = time.monotonic()
            elif not stream.ended:
                silent = time.monotonic() - heard
                await asyncio.sleep(min(max(LOOK_SECONDS, LOOK_SHARE * silent), LAST_LOOK_SECONDS))
    finally:
        await asyncio.shield(asyncio.create_task(to_thread.run_sync(stream.close)))


class _Answer(StreamingResponse):
    """Audio, or events with audio, sent as it comes."""

    def __init__(self, sound: AsyncGenerator[bytes, None], first: bytes, job_id: str, asked: SpeechRequest) -> None:
        self._sound = sound
        self._first = first
        self._events = asked.stream_format == "sse"
        kind = "text/event-stream" if self._events else MEDIA_TYPES[asked.response_format]
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Request-Id": job_id}
        super().__init__(sound, headers=headers, media_type=kind)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it all. What fails now can only be told in an event; bare audio breaks off instead of ending."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._sound):
            try:
                await self._say(send, self._first)
                async for data in self._sound:
                    await self._say(send, data)
            except ClientDisconnect:
                return
            except StudioError as error:
                _log.warning("Speech broke off after its start: %s", error)
                if not self._events:
                    return
                await send(_message(_event({"type": "error", "error": described(error)}), more=False))
                return
        last = _event({"type": "speech.audio.done", "usage": _NO_USAGE}) if self._events else b""
        await send(_message(last, more=False))

    async def _say(self, send: Send, data: bytes) -> None:
        if self._events:
            data = _event({"type": "speech.audio.delta", "audio": base64.b64encode(data).decode()})
        await send(_message(data))


_NO_USAGE = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
"""Nothing is counted, because nothing is paid for."""


def _message(data: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


def _event(event: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(event).encode() + b"\n\n"
