"""The settings the server is delivered with, and what a running server answers to strangers."""

from __future__ import annotations

import socket
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil
import pytest

from benchmarks.browser import served
from discovery.settings import ROOT, Settings


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server on a free port."""
    settings = Settings.from_environment({}, data=str(tmp_path_factory.mktemp("served")))
    with served(settings) as found:
        yield found


def test_the_configuration_that_is_delivered() -> None:
    configuration = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    server = configuration["server"]
    assert server["address"] == "127.0.0.1"
    assert set(server["allowedHosts"]) == {"localhost", "127.0.0.1"}
    assert 0 < server["maxUploadSize"] <= 50
    # Both are on unless somebody turns them off.
    assert server.get("enableXsrfProtection", True) is True
    assert server.get("enableCORS", True) is True
    assert server.get("enableStaticServing", False) is False
    assert configuration["client"]["showErrorDetails"] == "none"
    assert configuration["browser"]["gatherUsageStats"] is False


def test_only_this_machine_reaches_the_server(address: str) -> None:
    port = urlsplit(address).port
    listening = {
        item.laddr.ip
        for item in psutil.net_connections("inet")
        if item.laddr.port == port and item.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def opening(address: str, host: str, origin: str) -> int:
    """The status the server answers with when a page asks for a session; 101 for one that is opened."""
    place = urlsplit(address)
    lines = (
        "GET /_stcore/stream HTTP/1.1", f"Host: {host}", f"Origin: {origin}", "Upgrade: websocket",
        "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "", "",
    )  # fmt: skip
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode())
        return int(connection.recv(4096).split()[1])


def test_a_page_of_this_server_opens_a_session(address: str) -> None:
    assert opening(address, urlsplit(address).netloc, address) == 101


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_under_another_host_name_no_session_is_opened(address: str, host: str) -> None:
    """A page elsewhere that has its name resolved to this machine cannot read the app (DNS rebinding)."""
    assert opening(address, f"{host}:{urlsplit(address).port}", f"http://{host}:{urlsplit(address).port}") == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_a_page_of_another_site_cannot_open_a_session(address: str, origin: str) -> None:
    assert opening(address, urlsplit(address).netloc, origin) == 403


@pytest.mark.parametrize(
    "path", ["/../app.py", "/static/../../app.py", "/app/static/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
             "/media/../../etc/passwd", "/_stcore/../../app.py", "/component/../../etc/passwd"],
)  # fmt: skip
def test_no_file_is_served_by_its_path(address: str, path: str) -> None:
    with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), timeout=10) as connection:
        # By hand, since every client would shorten the path.
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert b"root:" not in answer
    assert b"st.App(" not in answer


def test_an_upload_without_a_session_is_refused(address: str) -> None:
    request = urllib.request.Request(f"{address}/_stcore/upload_file/x/y", data=b"x" * 100, method="PUT")  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310
    assert raised.value.code in (400, 403, 404)
    raised.value.close()
