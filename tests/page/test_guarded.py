"""Without keys the page serves its own machine alone: its screens, its files and its socket."""

from __future__ import annotations

import httpx
import pytest

SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport="
UPGRADE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize("path", ["/", "/jobs", "/_page/page.css", f"{SOCKET}polling"])
def test_pages_of_other_servers_are_kept_out(address, path) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        assert client.get(path).status_code == 200
        assert client.get(path, headers={"host": "evil.example"}).status_code == 421
        assert client.get(path, headers={"origin": "https://evil.example"}).status_code == 403


def test_an_address_without_a_screen_leads_back_in_the_readers_language(address) -> None:
    answer = httpx.get(f"{address}/nosuch", headers={"accept-language": "ru"}, timeout=60)
    assert answer.status_code == 404
    assert "Такой страницы нет." in answer.text
    assert "Новый план" in answer.text


def test_there_is_nothing_to_sign_in_to_where_nobody_has_a_key(address) -> None:
    for path in ("/sign-in", "/sign-in?wrong=1", "/sign-out"):
        answer = httpx.get(address + path, follow_redirects=True)
        assert (answer.status_code, answer.url.path) == (200, "/")


@pytest.mark.parametrize(
    "strange", [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}]
)
def test_their_sockets_are_kept_out(address, strange) -> None:
    with httpx.stream("GET", f"{address}{SOCKET}websocket", headers=UPGRADE) as answer:
        assert answer.status_code == 101
    answer = httpx.get(f"{address}{SOCKET}websocket", headers=UPGRADE | strange)
    assert answer.status_code == 403
