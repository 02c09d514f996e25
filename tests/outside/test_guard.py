"""Which addresses are connected to, and that nothing else ever is, over real servers."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from backend.errors import AddressFailed, AddressRefused, InvalidRequest
from backend.outside import Guard
from backend.outside.addresses import is_public
from backend.outside.asking import fetch, post
from tests.outside.servers import Answer, LocalServer, dripping, endless, hanging, local_server, plain

PRIVATE = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.8.9.1",
    "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
    "::8.8.8.8", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8", "64:ff9b:1:a00::1", "2001::f7f7:f7f7", "2001:0:a00:1::1", "2001:db8::1", "2002:7f00:1::",
    "2002:808:808::", "2a00:1450::5efe:a00:1", "2a00:1450::200:5efe:c0a8:101", "3fff::1", "100::1", "5f00::1", "",
    "localhost", "1.2.3", "0x7f.1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "223.255.255.1", "2001:4860:4860::8888",
          "2606:4700::1111", "2a00:1450:4001::1"]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_none_of_ours(address: str) -> None:
    assert not is_public(address)
    with pytest.raises((AddressRefused, AddressFailed)):
        guard = Guard(resolve=lambda host, port: [address])
        guard.addresses(guard.target("https://example.test/x"))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed(address: str) -> None:
    guard = Guard(resolve=lambda host, port: [address])
    assert is_public(address) and guard.addresses(guard.target("https://example.test")) == [address]


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    guard = Guard(resolve=lambda host, port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(AddressRefused):
        guard.addresses(guard.target("https://example.test"))


BAD_FORMS = [
    "http://example.test/", "ftp://example.test/", "file:///etc/passwd", "https://", "https:///x", "//example.test/x",
    "https://user@example.test/", "https://user:word@example.test/", "https://@example.test/", "https://a.test\\@b.test/",
    "https://example.test:22/", "https://example.test:80/", "https://example.test:0/", "https://example.test:99999/",
    "https://example.test:x/", "https://exa mple.test/", "https://example.test/\n", "https://exam\tple.test/",
    "\thttps://example.test/", "https://example.test/\r\nX: y", "https://ex\u24d0mple.test/", "https://example.test/ü",
    "https://[fe80::1%25eth0]/", "https://exa%6dple.test/", "https://.test/", "https://a..test/", "https://a.test./",
    "https://-a.test/", "https://[::1/", "https://" + "a" * 64 + ".test/", "https://example.test/" + "a" * 2100,
    "javascript:alert(1)", "", "https://example.test\x00/",
]  # fmt: skip


@pytest.mark.parametrize("url", BAD_FORMS)
def test_an_address_of_a_doubtful_form_is_refused_before_anything_is_asked(url: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("the host was looked up")

    with pytest.raises(AddressRefused) as refused:
        Guard(resolve=never).target(url)
    assert refused.value.code == "address_refused" and "STUDIO_ALLOWED_TARGETS" in refused.value.hint


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "[::1]", "[::ffff:7f00:1]"]
)
def test_this_machine_is_not_reached_under_any_of_its_names(host: str) -> None:
    guard = Guard()
    with pytest.raises((AddressRefused, AddressFailed)):
        guard.addresses(guard.target(f"https://{host}/"))


def test_an_allowed_host_may_be_private_and_plain_at_the_ports_that_were_named() -> None:
    guard = Guard(["Hooks.internal", "10.0.0.7:8080", "[::1]:81", ""], resolve=lambda host, port: ["10.0.0.7"])
    for url in ("http://hooks.internal/a?b=c", "https://HOOKS.internal", "http://10.0.0.7:8080", "http://[::1]:81/"):
        assert guard.addresses(guard.target(url)) == ["10.0.0.7"]
    for url in ("http://hooks.internal:8080", "http://10.0.0.7", "http://[::1]", "http://x.hooks.internal"):
        with pytest.raises(AddressRefused):
            guard.target(url)


def test_what_is_shown_of_an_address_holds_no_secret() -> None:
    guard = Guard(["hooks.internal:81"])
    assert guard.target("https://example.test/token/1?key=2").shown == "https://example.test"
    assert guard.target("http://hooks.internal:81/token").shown == "http://hooks.internal:81"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with local_server(plain(200, b"hello", Content_Type="Audio/WAV; x=y", Set_Cookie="a=b")) as server:
        yield server


def test_a_file_is_fetched_as_it_is(server: LocalServer, tmp_path: Path) -> None:
    fetched = fetch(Guard([server.name]), f"{server.url}/a?b#c", tmp_path / "file", 5, 30)
    assert (fetched.media_type, (tmp_path / "file").read_bytes()) == ("audio/wav", b"hello")
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("GET", "/a?b") and asked.headers["host"] == server.name
    assert asked.headers["accept-encoding"] == "identity" and "authorization" not in asked.headers


def test_proxies_of_the_environment_are_not_used(
    server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    fetch(Guard([server.name]), server.url, tmp_path / "file", 5, 30)
    assert server.asked


def test_a_host_that_leads_elsewhere_after_it_was_checked_is_not_followed_there(
    server: LocalServer, tmp_path: Path
) -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]])
    guard = Guard(resolve=lambda host, port: next(answers))
    target = guard.target("https://rebinding.test/")
    assert guard.addresses(target) == ["8.8.8.8"], "as it is checked when a job is submitted"
    with pytest.raises(AddressRefused):
        post(guard, "https://rebinding.test/", b"", {}, 5)
    assert server.connections == 0


def test_the_connection_goes_to_the_address_that_was_checked(server: LocalServer, tmp_path: Path) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    guard = Guard([f"no-such-host.test:{server.port}"], resolve=resolve)
    assert post(guard, f"http://no-such-host.test:{server.port}/hook", b"x", {}, 30) == 200
    assert asked == ["no-such-host.test"], "looked up once"
    assert server.asked[0].headers["host"] == f"no-such-host.test:{server.port}"


@pytest.mark.parametrize("place", ["http://127.0.0.1:{other}/secret", "//127.0.0.1:{other}/", "https://169.254.169.254/",
                                   "file:///etc/passwd", "", "http://user@{name}/", "https://[::1/x"])  # fmt: skip
def test_a_redirect_to_a_refused_address_is_not_followed(server: LocalServer, tmp_path: Path, place: str) -> None:
    with local_server(plain()) as other:
        server.answer = plain(302, Location=place.format(other=other.port, name=server.name))
        with pytest.raises((AddressRefused, AddressFailed)):
            fetch(Guard([server.name]), server.url, tmp_path / "file", 100, 30)
        assert other.connections == 0 and not (tmp_path / "file").exists()


def test_a_few_redirects_are_followed_and_a_circle_ends(server: LocalServer, tmp_path: Path) -> None:
    with local_server(plain(307, Location=f"{server.url}/b")) as first:
        guard = Guard([server.name, first.name])
        assert fetch(guard, f"{first.url}/a", tmp_path / "file", 100, 30).url == f"{server.url}/b"
        server.answer = plain(301, Location="/round")
        with pytest.raises(AddressFailed, match="on and on"):
            fetch(guard, server.url, tmp_path / "file", 100, 30)
        assert len(server.asked) == 1 + 4


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_message_is_never_sent_on(server: LocalServer, status: int) -> None:
    with local_server(plain()) as other:
        server.answer = plain(status, Location=other.url)
        assert post(Guard([server.name, other.name]), server.url, b"body", {"X-A": "b"}, 30) == status
        assert other.connections == 0
    assert (server.asked[0].body, server.asked[0].headers["x-a"]) == (b"body", "b")


def test_an_endless_body_ends_at_the_limit(server: LocalServer, tmp_path: Path) -> None:
    server.answer = endless
    with pytest.raises(InvalidRequest) as refused:
        fetch(Guard([server.name]), server.url, tmp_path / "file", 1_000_000, 60)
    assert refused.value.code == "file_too_large" and (tmp_path / "file").stat().st_size <= 1_000_000
    assert post(Guard([server.name]), server.url, b"", {}, 60) == 200


def test_a_body_that_is_announced_too_large_is_not_read(server: LocalServer, tmp_path: Path) -> None:
    server.answer = plain(200, b"", Content_Length="1000000000")
    with pytest.raises(InvalidRequest, match="more than 1 MB"):
        fetch(Guard([server.name]), server.url, tmp_path / "file", 1_000_000, 60)


@pytest.mark.parametrize("answer", [hanging, dripping])
def test_a_server_that_takes_for_ever_is_left_when_the_time_is_over(
    server: LocalServer, tmp_path: Path, answer: Answer
) -> None:
    server.answer = answer
    with pytest.raises(AddressFailed, match="too long"):
        fetch(Guard([server.name]), server.url, tmp_path / "file", 100, 0.6)


@pytest.mark.parametrize(
    ("raw", "match"),
    [
        (b"", "speak HTTP"),
        (b"SSH-2.0-OpenSSH\r\n", "speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nA:" + b"x" * 200_000, "speak HTTP"),
    ],
)
def test_what_is_no_web_server_is_told(server: LocalServer, tmp_path: Path, raw: bytes, match: str) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(raw)

    server.answer = answer
    with pytest.raises(AddressFailed, match=match):
        fetch(Guard([server.name]), server.url, tmp_path / "file", 100, 30)


@pytest.mark.parametrize("status", [204, 304, 404, 500])
def test_an_answer_without_a_file_is_told(server: LocalServer, tmp_path: Path, status: int) -> None:
    server.answer = plain(status)
    with pytest.raises(AddressFailed, match=str(status)):
        fetch(Guard([server.name]), server.url, tmp_path / "file", 100, 30)


def test_nobody_there_and_no_such_host_are_told() -> None:
    with local_server(plain()) as gone:
        pass
    with pytest.raises(AddressFailed, match="connection failed"):
        post(Guard([gone.name]), gone.url, b"", {}, 5)
    with pytest.raises(AddressFailed) as unknown:
        post(Guard(resolve=lambda host, port: []), "https://unknown.test/", b"", {}, 5)
    assert unknown.value.code == "host_not_found"


def test_encryption_is_checked_against_the_name_not_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made.pem"
    subject = ["-subj", "/CN=hooks.test", "-addext", "subjectAltName=DNS:hooks.test"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *subject]
    subprocess.run(
        [*command, "-keyout", str(made), "-out", str(tmp_path / "public.pem")], check=True, capture_output=True
    )
    made.write_text(made.read_text() + (tmp_path / "public.pem").read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
    with local_server(plain(), made) as server:
        port = server.port
        guard = Guard([f"hooks.test:{port}", f"other.test:{port}"], resolve=lambda host, port: ["127.0.0.1"])
        assert post(guard, f"https://hooks.test:{port}/x", b"x", {}, 30) == 200
        assert server.asked[0].headers["host"] == f"hooks.test:{port}"
        with pytest.raises(AddressFailed, match=r"certificate.*[Hh]ostname"):
            post(guard, f"https://other.test:{port}/x", b"x", {}, 30)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(AddressFailed, match="certificate"):
            post(guard, f"https://hooks.test:{port}/x", b"x", {}, 30)
        assert len(server.asked) == 1
