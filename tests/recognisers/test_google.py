"""Google Cloud Speech-to-Text: the real client over real gRPC, to a server that speaks the service's protocol."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

import grpc
import pytest

from backend.errors import Cancelled, RecogniserFailed, RecogniserOff, StudioError
from backend.recognisers import GoogleSpeech
from backend.work import Work
from tests.google_server import ACCOUNT, PROJECT, SAID, Fault, GoogleServer, make_credentials, write_tones
from tests.recognisers.conftest import settings_for

Code = grpc.StatusCode


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000, 44_100, 48_000])
def test_words_come_with_their_exact_times_at_any_rate(
    google: GoogleSpeech, server: GoogleServer, tmp_path: Path, rate: int
) -> None:
    starts = [0.5, 1.234, 2.5, 3.75]
    names = write_tones(tmp_path / "sound.wav", rate, 5.0, starts)
    heard = google.listen(tmp_path / "sound.wav", "en", Work())
    assert [word.text for word in heard.words] == names and heard.text == " ".join(names)
    for word, start in zip(heard.words, starts, strict=True):
        assert word.start == pytest.approx(round(start * rate) / rate, abs=1e-9)  # to the nanosecond
        assert word.end == pytest.approx(word.start + 0.3, abs=0.003) and word.probability == SAID
    assert (heard.language, heard.duration) == ("en", 5.0)
    [request] = server.requests
    config = request.config
    assert (config.sample_rate_hertz, config.language_code, config.model) == (rate, "en-US", "latest_long")
    assert config.enable_word_time_offsets and config.enable_word_confidence and config.enable_automatic_punctuation


def test_the_token_is_signed_with_the_key_of_the_account(
    google: GoogleSpeech, server: GoogleServer, tmp_path: Path
) -> None:
    write_tones(tmp_path / "sound.wav", 16_000, 2.0, [0.5])
    google.listen(tmp_path / "sound.wav", "en", Work())  # the server refuses any other
    other = GoogleSpeech(settings_for(server, credentials_json=json.dumps(make_credentials())))
    with pytest.raises(RecogniserOff) as refused:
        other.listen(tmp_path / "sound.wav", "en", Work())
    assert refused.value.code == "google_unauthenticated"


def test_a_long_recording_comes_in_pieces_and_its_words_on_its_own_clock(
    google: GoogleSpeech, server: GoogleServer, tmp_path: Path
) -> None:
    rate, starts = 22_050, [0.2 + 1.37 * number for number in range(150)]
    names = write_tones(tmp_path / "sound.wav", rate, 207.0, starts, channels=2)
    seen: list[float] = []
    heard = google.listen(tmp_path / "sound.wav", "en", Work(lambda fraction, message, **_: seen.append(fraction)))
    assert [word.text for word in heard.words] == names
    assert max(abs(word.start - at) for word, at in zip(heard.words, starts, strict=True)) < 1 / rate
    assert 4 <= len(server.requests) <= 6 and sorted(seen) == seen and seen[-1] == 1.0
    assert max(len(request.audio.content) for request in server.requests) < 10_000_000


def test_silence_is_not_paid_for(google: GoogleSpeech, server: GoogleServer, tmp_path: Path) -> None:
    write_tones(tmp_path / "sound.wav", 16_000, 130.0, [])
    heard = google.listen(tmp_path / "sound.wav", "en", Work())
    assert (heard.text, heard.words, heard.language, heard.duration) == ("", (), "und", 130.0)
    assert server.requests == []


def test_a_language_that_is_not_named_is_chosen_once(server: GoogleServer, tmp_path: Path) -> None:
    google = GoogleSpeech(settings_for(server, languages="de-DE, en-US,fr"))
    server.language = "fr-fr"
    write_tones(tmp_path / "sound.wav", 16_000, 130.0, [float(second) for second in range(1, 129)])
    heard = google.listen(tmp_path / "sound.wav", "auto", Work())
    assert heard.language == "fr" and len(heard.words) == 128
    first, *rest = [request.config for request in server.requests]
    assert (first.language_code, list(first.alternative_language_codes)) == ("de-DE", ["en-US", "fr-FR"])
    assert {config.language_code for config in rest} == {"fr-fr"}
    assert not any(config.alternative_language_codes for config in rest)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(Code.PERMISSION_DENIED, "The caller does not have permission", "IAM_PERMISSION_DENIED"), "forbidden"),
        (Fault(Code.PERMISSION_DENIED, "Speech-to-Text has not been used.", "SERVICE_DISABLED"), "api_disabled"),
        (Fault(Code.PERMISSION_DENIED, "This API method requires billing.", "BILLING_DISABLED"), "billing_disabled"),
        (Fault(Code.PERMISSION_DENIED, "Project 'x' not found or deleted.", "CONSUMER_INVALID"), "wrong_project"),
        (Fault(Code.PERMISSION_DENIED, "Caller may not use project.", "USER_PROJECT_DENIED"), "wrong_project"),
        (Fault(Code.UNAUTHENTICATED, "Invalid credentials.", "ACCESS_TOKEN_EXPIRED"), "unauthenticated"),
        (Fault(Code.RESOURCE_EXHAUSTED, "Quota exceeded.", "RATE_LIMIT_EXCEEDED"), "quota"),
        (Fault(Code.UNAVAILABLE, "The service is currently unavailable."), "unavailable"),
        (Fault(Code.DEADLINE_EXCEEDED, "Deadline exceeded."), "timeout"),
        (Fault(Code.INVALID_ARGUMENT, "Invalid recognition 'config': bad encoding."), "refused"),
    ],
)  # fmt: skip
def test_each_fault_of_the_service_has_its_own_name(
    google: GoogleSpeech, server: GoogleServer, tmp_path: Path, fault: Fault, code: str
) -> None:
    write_tones(tmp_path / "sound.wav", 16_000, 2.0, [0.5])
    server.faults.append(fault)
    with pytest.raises((RecogniserOff, RecogniserFailed)) as refused:
        google.listen(tmp_path / "sound.wav", "en", Work())
    assert refused.value.code == f"google_{code}" and refused.value.message and refused.value.hint
    passing = fault.code in (Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED)
    assert len(server.metadata) == (4 if passing else 1)  # tried again where it can help, and not for ever


def test_what_passes_is_waited_for(google: GoogleSpeech, server: GoogleServer, tmp_path: Path) -> None:
    names = write_tones(tmp_path / "sound.wav", 16_000, 2.0, [0.5])
    server.faults.append(Fault(Code.UNAVAILABLE, "Going away.", times=2))
    assert [word.text for word in google.listen(tmp_path / "sound.wav", "en", Work()).words] == names


def test_a_language_without_the_better_model_gets_the_usual_one(
    google: GoogleSpeech, server: GoogleServer, tmp_path: Path
) -> None:
    names = write_tones(tmp_path / "sound.wav", 16_000, 2.0, [0.5])
    message = "Invalid recognition 'config': The requested model is currently not supported for language : cy-GB."
    server.faults.append(Fault(Code.INVALID_ARGUMENT, message, times=1))
    assert [word.text for word in google.listen(tmp_path / "sound.wav", "cy-gb", Work()).words] == names
    assert [(one.config.language_code, one.config.model) for one in server.requests] == [("cy-GB", "")]


def test_a_server_that_is_not_there_is_named(server: GoogleServer, tmp_path: Path) -> None:
    google = GoogleSpeech(settings_for(server, endpoint="localhost:9"), first_wait=0.01)
    write_tones(tmp_path / "sound.wav", 16_000, 2.0, [0.5])
    with pytest.raises(RecogniserFailed) as refused:
        google.listen(tmp_path / "sound.wav", "en", Work())
    assert refused.value.code == "google_unavailable"


def test_stop_ends_the_calls_that_are_under_way(google: GoogleSpeech, server: GoogleServer, tmp_path: Path) -> None:
    write_tones(tmp_path / "sound.wav", 16_000, 300.0, [float(second) for second in range(1, 299)])
    server.hold.clear()
    work, ended = Work(), []

    def listen() -> None:
        try:
            google.listen(tmp_path / "sound.wav", "en", work)
        except StudioError as error:
            ended.append(error)

    thread = threading.Thread(target=listen)
    thread.start()
    assert server.held.wait(60)
    work.cancel.set()
    thread.join(60)
    assert not thread.is_alive() and [type(error) for error in ended] == [Cancelled]
    assert server.hung_up.wait(60) and len(server.requests) <= 4  # what had not been sent never was


def test_another_project_pays_where_one_is_named(server: GoogleServer, tmp_path: Path) -> None:
    write_tones(tmp_path / "sound.wav", 16_000, 2.0, [0.5])
    for project, billed in ((PROJECT, None), ("other-2", "other-2")):
        server.metadata.clear()
        GoogleSpeech(settings_for(server, project=project)).listen(tmp_path / "sound.wav", "en", Work())
        assert server.metadata[0].get("x-goog-user-project") == billed


def test_credentials_are_tried_for_nothing(google: GoogleSpeech, server: GoogleServer) -> None:
    assert google.try_out() == f"credentials from GOOGLE_CREDENTIALS_JSON, {ACCOUNT}, project {PROJECT}"
    assert server.requests == []
    server.faults.append(Fault(Code.PERMISSION_DENIED, "No.", "SERVICE_DISABLED"))
    with pytest.raises(RecogniserOff) as refused:
        google.try_out()
    assert refused.value.code == "google_api_disabled" and PROJECT in refused.value.message


def test_the_key_is_in_no_log_and_no_picture_of_any_object(
    google: GoogleSpeech, server: GoogleServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = server.credentials["private_key"].splitlines()[3]
    write_tones(tmp_path / "sound.wav", 16_000, 2.0, [0.5])
    with caplog.at_level(logging.DEBUG):
        google.listen(tmp_path / "sound.wav", "en", Work())
        server.faults.append(Fault(Code.PERMISSION_DENIED, "No."))
        with pytest.raises(StudioError) as refused:
            google.listen(tmp_path / "sound.wav", "en", Work())
    settings = settings_for(server)
    seen = [caplog.text, repr(settings), str(settings), repr(google.describe()), repr(refused.value.to_dict())]
    assert not [text for text in seen if secret in text or "PRIVATE KEY" in text]
