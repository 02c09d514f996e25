"""What programs written for OpenAI get here, through OpenAI's own client."""

from __future__ import annotations

import base64
import io
import json
import threading
import wave
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
import openai
import pytest

from backend.errors import StudioError
from backend.fronts.sessions import ATTEMPTS
from tests.end_to_end.openai_door import KEY, MAX_UPLOAD_BYTES, SLOW, Door, open_door, plain, until

pytestmark = pytest.mark.openai
SCRIPT = "The harbor master counts the boats at dawn. Nobody has ever asked him why he does it."
SIX = "One is here. Two is here. Three is here. Four is here. Five is here. Six is here."
QUIET: dict[str, Any] = {"model": "silence", "voice": "nova", "response_format": "pcm"}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("openai") / "home") as door:
        yield door


@pytest.fixture(scope="module")
def spoken(door: Door) -> bytes:
    """Real speech, as MP3."""
    return door.client.audio.speech.create(model="tts-1", voice="nova", input=SCRIPT).content


# ------------------------------------------------------------ what there is


def many(label: str) -> str:
    """Two hundred sentences that no other test says."""
    return " ".join(f"Number {number} of {label} is here." for number in range(200))


def test_models_and_voices_are_listed(door: Door) -> None:
    models = [model.id for model in door.client.models.list()]
    assert {"tts-1", "tts-1-hd", "gpt-4o-mini-tts", "whisper-1", "kokoro"} <= set(models)
    assert "f5" not in models, "what is not installed cannot be asked for"
    assert door.client.models.retrieve("kokoro").owned_by == "voicereel"
    voices = door.client.get("/audio/voices", cast_to=httpx2.Response).json()["voices"]
    assert {"af_heart", "bm_fable", "alloy", "cedar"} <= {voice["id"] for voice in voices}
    assert all(voice["name"] for voice in voices)


@pytest.mark.parametrize("model", ["gpt-7", "f5", "../models"])
def test_a_model_that_is_not_there_is_not_found(door: Door, model: str) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        door.client.models.retrieve(model)
    assert refused.value.code in ("model_not_found", "unknown_url")


# ------------------------------------------------------------ speech


def test_what_is_spoken_is_understood(door: Door, spoken: bytes) -> None:
    heard = door.client.audio.transcriptions.create(model="whisper-1", file=("speech.mp3", spoken))
    assert plain(heard.text) == plain(SCRIPT)


def test_a_dated_model_a_blend_and_a_voice_by_its_id_speak(door: Door) -> None:
    for voice in ("af_heart(2)+am_puck(1)", {"id": "bm_george"}, "cedar"):
        said = door.client.audio.speech.create(
            **{**QUIET, "model": "gpt-4o-mini-tts-2025-12-15", "voice": voice},
            input="Hello.",
            instructions="Whisper it.",
            speed=1.25,
        )
        assert len(said.content) > 20_000
    narrations = door.studio.call("list_narrations", {"limit": 3})["narrations"]
    assert [one["voice"] for one in narrations] == ["am_fenrir", "bm_george", "af_heart(2)+am_puck(1)"]


def test_sentences_are_sent_while_others_are_still_being_spoken(door: Door) -> None:
    create = door.client.audio.speech.with_streaming_response.create
    with create(**QUIET, input=many("sent"), extra_body=SLOW) as answer:
        next(answer.iter_bytes())
        status = door.studio.call("job_status", {"job_id": answer.headers["x-request-id"]})
    assert status["state"] == "running"
    assert {sentence["state"] for sentence in status["details"]["sentences"]} > {"done"}


def test_a_stream_has_the_clock_of_the_narration_that_is_kept(door: Door) -> None:
    said = door.client.audio.speech.with_raw_response.create(**QUIET, input="[pause 0.3s]" + SIX)
    job_id = said.headers["x-request-id"]
    until(lambda: door.state(job_id) == "done")
    narration = door.studio.call("job_result", {"job_id": job_id})
    assert len(said.content) == 2 * round(narration["duration"] * 24_000)


def test_a_stream_is_a_whole_file_of_its_kind(door: Door) -> None:
    said = door.client.audio.speech.create(**{**QUIET, "response_format": "wav"}, input=SIX)
    with wave.open(io.BytesIO(said.content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
    again = door.client.audio.speech.create(**QUIET, input=SIX)
    assert said.content[44:] == again.content, "the same request is the same sound, whether or not its takes are there"


def events_of(lines: Iterator[str]) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in lines if line]


def test_events_hold_the_same_sound(door: Door) -> None:
    plainly = door.client.audio.speech.create(**QUIET, input=SIX).content
    create = door.client.audio.speech.with_streaming_response.create
    with create(**QUIET, input=SIX, stream_format="sse") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        *deltas, done = events_of(answer.iter_lines())
    assert {event["type"] for event in deltas} == {"speech.audio.delta"} and done["type"] == "speech.audio.done"
    assert b"".join(base64.b64decode(event["audio"]) for event in deltas) == plainly


def test_whoever_hangs_up_in_the_middle_stops_the_job(door: Door) -> None:
    create = door.client.audio.speech.with_streaming_response.create
    with create(**QUIET, input=many("hung up"), extra_body=SLOW) as answer:
        job_id = answer.headers["x-request-id"]
        next(answer.iter_bytes())
    until(lambda: door.state(job_id) != "running")
    assert door.state(job_id) == "cancelled"


def test_whoever_gives_up_before_the_first_sound_stops_the_job(door: Door) -> None:
    before = door.newest_job()
    never = {"options": {"seconds_to_think": 3600}}
    with door.other_client(timeout=5) as hasty, pytest.raises(openai.APITimeoutError):
        hasty.audio.speech.create(**QUIET, input="Given up.", extra_body=never)
    job_id = door.newest_job()
    assert job_id != before
    until(lambda: door.state(job_id) not in ("queued", "running"))
    assert door.state(job_id) == "cancelled"


@pytest.mark.parametrize("kind", ["audio", "sse"])
def test_a_speech_that_breaks_off_does_not_look_finished(door: Door, kind: Any) -> None:
    create = door.client.audio.speech.with_streaming_response.create
    with create(**QUIET, input=many(f"broken {kind}"), stream_format=kind, extra_body=SLOW) as answer:
        came = answer.iter_lines()
        if kind == "audio":
            raw = answer.iter_bytes()
            next(raw)
        else:
            next(came)
        door.studio.call("cancel_job", {"job_id": answer.headers["x-request-id"]})
        if kind == "audio":
            with pytest.raises(httpx2.RemoteProtocolError):
                b"".join(raw)
        else:
            last = events_of(came)[-1]
            assert last["type"] == "error" and last["error"]["code"] == "cancelled"


BAD_SPEECH: list[tuple[dict[str, Any], type[openai.APIStatusError], str, str | None]] = [
    ({"model": "gpt-7"}, openai.NotFoundError, "model_not_found", "model"),
    ({"model": "f5"}, openai.NotFoundError, "model_not_found", "model"),
    ({"model": "whisper-1"}, openai.BadRequestError, "model_does_not_speak", "model"),
    ({"model": 7}, openai.BadRequestError, "invalid_model", "model"),
    ({"voice": "bob"}, openai.BadRequestError, "unknown_voice", "voice"),
    ({"voice": "af_heart(0)"}, openai.BadRequestError, "invalid_recipe", "voice"),
    ({"voice": "../../etc/passwd"}, openai.BadRequestError, "unknown_voice", "voice"),
    ({"voice": {"id": "voice_00000000000000000000000000"}}, openai.NotFoundError, "voice_not_found", "voice"),
    ({"voice": {"name": "nova"}}, openai.BadRequestError, "invalid_voice", "voice"),
    ({"input": ""}, openai.BadRequestError, "script_empty", "input"),
    ({"input": "…"}, openai.BadRequestError, "script_nothing_to_say", "input"),
    ({"input": "a" * 20_001}, openai.BadRequestError, "script_too_long", "input"),
    ({"input": "[pause 99s]"}, openai.BadRequestError, "script_markup", "input"),
    ({"input": ["Hello."]}, openai.BadRequestError, "invalid_input", "input"),
    ({"response_format": "ogg"}, openai.BadRequestError, "invalid_response_format", "response_format"),
    ({"stream_format": "chunks"}, openai.BadRequestError, "invalid_stream_format", "stream_format"),
    ({"speed": 0.25}, openai.BadRequestError, "speed_not_spoken", "speed"),
    ({"speed": 4.0}, openai.BadRequestError, "speed_not_spoken", "speed"),
    ({"speed": 4.1}, openai.BadRequestError, "invalid_speed", "speed"),
    ({"extra_body": {"sped": 1}}, openai.BadRequestError, "unknown_field", "sped"),
    ({"extra_body": {"language": "tlh"}}, openai.BadRequestError, "unknown_language", "language"),
    ({"extra_body": {"options": {"warmth": 1}}}, openai.BadRequestError, "invalid_options", "options"),
    ({"extra_body": {"seed": -1}}, openai.BadRequestError, "invalid_seed", "seed"),
]


@pytest.mark.parametrize(
    ("fields", "kind", "code", "field"), BAD_SPEECH, ids=[str(case[0])[:40] for case in BAD_SPEECH]
)
def test_what_cannot_be_spoken_is_refused_before_it_is_queued(
    door: Door, fields: dict[str, Any], kind: type[openai.APIStatusError], code: str, field: str | None
) -> None:
    before = door.newest_job()
    with pytest.raises(kind) as refused:
        door.client.audio.speech.create(**{"model": "tts-1", "voice": "nova", "input": "Hello.", **fields})
    error = refused.value
    assert (error.code, error.param, error.type) == (code, field, "invalid_request_error")
    assert isinstance(error.body, dict) and error.body["hint"] and error.body["hint"] in error.body["message"]
    assert door.newest_job() == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"input": "\\ud800"}', b"\xff\xfe", b'{"speed": NaN}']
)
def test_a_body_that_is_no_request_is_refused(door: Door, body: bytes) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        door.client.post("/audio/speech", content=body, cast_to=httpx2.Response)
    assert refused.value.code


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/audio/speech", 405, "method_not_allowed"),
        ("post", "/models", 405, "method_not_allowed"),
        ("get", "/nothing", 404, "unknown_url"),
        ("post", "/chat/completions", 404, "unknown_url"),
    ],
)
def test_other_addresses_say_what_there_is(door: Door, method: str, path: str, status: int, code: str) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        getattr(door.client, method)(path, cast_to=httpx2.Response)
    assert (refused.value.status_code, refused.value.code) == (status, code)


# ------------------------------------------------------------ the door itself


def from_elsewhere(door: Door, address: str, **options: Any) -> openai.OpenAI:
    """A client at another address of this machine: wrong keys are counted by address."""
    way = httpx2.Client(transport=httpx2.HTTPTransport(local_address=address))
    return door.other_client(http_client=way, **options)


def test_without_the_key_nothing_is_answered(door: Door) -> None:
    with from_elsewhere(door, "127.0.0.2", api_key="not-the-key") as stranger:
        for call in (
            stranger.models.list,
            lambda: stranger.audio.speech.create(model="tts-1", voice="nova", input="Hello."),
            lambda: stranger.audio.transcriptions.create(model="whisper-1", file=b"RIFF"),
        ):
            with pytest.raises(openai.AuthenticationError) as refused:
                call()
            assert refused.value.code == "key_wrong"


def test_too_many_wrong_keys_are_a_rate_limit(door: Door) -> None:
    with from_elsewhere(door, "127.0.0.3", api_key="not-the-key") as stranger:
        for _ in range(ATTEMPTS):
            with pytest.raises(openai.AuthenticationError):
                stranger.models.list()
        with pytest.raises(openai.RateLimitError) as refused:
            stranger.models.list()
    assert refused.value.code == "too_many_attempts" and int(refused.value.response.headers["retry-after"]) > 0


# ------------------------------------------------------------ transcriptions


def heard(door: Door, spoken: bytes, **fields: Any) -> Any:
    return door.client.audio.transcriptions.create(**{"model": "whisper-1", "file": ("speech.mp3", spoken), **fields})


def test_a_recording_comes_back_in_every_format(door: Door, spoken: bytes) -> None:
    assert plain(heard(door, spoken, response_format="text")) == plain(SCRIPT)
    srt, vtt = (heard(door, spoken, response_format=form, language="en") for form in ("srt", "vtt"))
    assert srt.startswith("1\n00:00:0") and srt.count("-->") == 2 and "\n2\n" in srt
    assert vtt.startswith("WEBVTT\n") and vtt.count("-->") == 2
    told = heard(door, spoken, response_format="verbose_json")
    assert plain(told.text) == plain(SCRIPT) and told.language == "english" and told.words is None
    assert [segment.id for segment in told.segments] == [0, 1] and told.segments[1].end <= told.duration
    assert " ".join(segment.text for segment in told.segments) == told.text
    assert all(segment.avg_logprob <= 0 < segment.compression_ratio for segment in told.segments)


def test_words_come_with_their_times(door: Door, spoken: bytes) -> None:
    told = heard(door, spoken, response_format="verbose_json", timestamp_granularities=["word"])
    assert told.segments is None and [plain(word.word) for word in told.words] == [[word] for word in plain(SCRIPT)]
    assert all(a.start <= a.end <= b.start + 0.5 for a, b in zip(told.words, told.words[1:], strict=False))
    both = heard(door, spoken, response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert both.words == told.words and len(both.segments) == 2


def test_events_tell_the_text(door: Door, spoken: bytes) -> None:
    events = list(heard(door, spoken, model="gpt-4o-transcribe", stream=True))
    assert [event.type for event in events] == [
        "transcript.text.delta",
        "transcript.text.delta",
        "transcript.text.done",
    ]
    assert "".join(event.delta for event in events[:-1]) == events[-1].text and plain(events[-1].text) == plain(SCRIPT)


def test_the_name_of_the_file_does_not_matter_and_nothing_of_it_stays(door: Door, spoken: bytes) -> None:
    for name in ("blob", "../../../etc/cron.d/späch;x\r\n.MP3"):
        assert plain(heard(door, spoken, file=(name, spoken)).text) == plain(SCRIPT)
    assert door.studio.call("list_files", {})["files"] == []
    assert list(door.studio.settings.uploads_folder.iterdir()) == []


BAD_TRANSCRIPTIONS: list[tuple[Mapping[str, Any], int, str, str | None]] = [
    ({"model": "gpt-7"}, 404, "model_not_found", "model"),
    ({"model": "gpt-4o-transcribe-diarize"}, 404, "model_not_found", "model"),
    ({"model": "tts-1"}, 400, "model_does_not_listen", "model"),
    ({"model": ""}, 404, "model_not_found", "model"),
    ({"response_format": "diarized_json"}, 400, "invalid_response_format", "response_format"),
    ({"timestamp_granularities": ["word"]}, 400, "invalid_timestamp_granularities", "timestamp_granularities"),
    ({"language": "klingon"}, 400, "unknown_language", "language"),
    ({"temperature": "warm"}, 400, "invalid_temperature", "temperature"),
    ({"extra_body": {"speed": 1}}, 400, "unknown_field", "speed"),
    ({"extra_body": {"prompt": "x" * 70_000}}, 400, "form_too_large", None),
    ({"file": ("a.mp3", b"")}, 400, "file_empty", "file"),
    ({"file": ("a.mp3", b"no sound at all" * 1000)}, 400, "not_media", "file"),
    ({"file": ("a.txt", b"words, not sound")}, 400, "not_media", "file"),
    ({"file": ("list.mp3", b"#EXTM3U\nfile:///etc/passwd\n")}, 400, "playlist_refused", "file"),
    ({"file": ("a.mp3", bytes(MAX_UPLOAD_BYTES + 1))}, 413, "file_too_large", "file"),
]


@pytest.mark.parametrize(
    ("fields", "status", "code", "field"), BAD_TRANSCRIPTIONS, ids=[str(case[2]) for case in BAD_TRANSCRIPTIONS]
)
def test_what_cannot_be_written_down_is_refused_and_not_kept(
    door: Door, spoken: bytes, fields: Mapping[str, Any], status: int, code: str, field: str | None
) -> None:
    before = door.newest_job()
    with pytest.raises(openai.APIStatusError) as refused:
        heard(door, spoken, **fields)
    assert (refused.value.status_code, refused.value.code, refused.value.param) == (status, code, field)
    assert door.newest_job() == before
    assert door.studio.call("list_files", {})["files"] == []
    assert list(door.studio.settings.uploads_folder.iterdir()) == []


FORMS = "multipart/form-data; boundary=x"
END = b"--x--\r\n"
FORM = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("application/json", b"{}", "not_a_form"),
        ("multipart/form-data", b"", "not_a_form"),
        (FORMS, b"nothing like a form", "not_a_form"),
        (FORMS, b"--x--\r\n", "file_missing"),
        (FORMS, FORM % (b"model", b"", b"whisper-1") + END, "file_missing"),
        (
            FORMS,
            FORM % (b"audio", b'; filename="a.mp3"', b"x") + END,
            "file_unexpected",
        ),
        (
            FORMS,
            2 * FORM % ((b"file", b'; filename="a"', b"x") * 2) + END,
            "file_unexpected",
        ),
        (FORMS, FORM % (b"file", b'; filename="a"', b"x") + END, "missing_field"),
        (FORMS, 2 * FORM % ((b"model", b"", b"a") * 2) + END, "file_missing"),
        (FORMS, FORM % (b"file", b'; filename="a"', b"cut off"), "file_missing"),
        (FORMS, 70 * FORM % ((b"a", b"", b"a") * 70), "not_a_form"),
    ],
)
def test_a_form_that_is_none_is_refused(door: Door, kind: str, body: bytes, code: str) -> None:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {KEY}"}
    answer = httpx2.post(f"{door.address}/v1/audio/transcriptions", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_a_request_of_many_files_is_not_read_to_its_end(door: Door) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        heard(door, b"", file=("a.mp3", bytes(4 * MAX_UPLOAD_BYTES + 1)))
    assert (refused.value.status_code, refused.value.code) == (413, "request_too_large")


def test_two_that_ask_at_once_both_get_their_answer(door: Door) -> None:
    said: dict[int, int] = {}

    def ask(number: int) -> None:
        said[number] = len(door.client.audio.speech.create(**QUIET, input=f"Number {number}. " + SIX).content)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 4 and all(said.values())
    with pytest.raises(StudioError):
        door.studio.call("job_status", {"job_id": "job_unknown"})
