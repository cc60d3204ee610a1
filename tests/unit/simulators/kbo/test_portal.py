"""The portal, through a plain HTTP client: login, listing, downloads, and what goes wrong there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from simulators._common.control import ControlError
from simulators.kbo.portal import KboPortal, PortalOptions
from simulators.kbo.portal.shelf import Shelf
from tests.unit.simulators.kbo.conftest import Folder

CHECK, LISTING = "/static/j_spring_security_check", "/affiliation/xml/?files"


@pytest.fixture
def portal(folder: Folder) -> Iterator[KboPortal]:
    with KboPortal(PortalOptions(folder.path), run_as="thread") as running:
        yield running


@pytest.fixture
def client(portal: KboPortal) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=portal.url, follow_redirects=True) as http:
        yield http


def log_in(client: httpx.Client, password: str = "geheim") -> httpx.Response:
    return client.post(CHECK, data={"j_username": "loketbus", "j_password": password})


def links(page: httpx.Response) -> list[str]:
    return re.findall(r'href="files/(KboOpenData_[^"]+\.zip)"', page.text)


def test_log_in_list_and_download(portal: KboPortal, client: httpx.Client, folder: Folder) -> None:
    assert {"JSESSIONID", "KSESSIONID-KBOPUB"} <= set(log_in(client).history[0].cookies)

    page = client.get(LISTING)
    assert "Ingelogd als loketbus" in page.text
    assert sorted(links(page)) == sorted(path.name for path in folder.path.glob("*.zip"))
    answer = client.get(f"/affiliation/xml/files/{folder.first.name}")
    assert answer.content == folder.first.read_bytes()
    assert [request["operation"] for request in portal.control.requests()] == ["login", "list", "list", "download"]


def test_wrong_credentials_lead_back_to_the_form(client: httpx.Client) -> None:
    answer = log_in(client, "fout")

    assert answer.status_code == 200
    assert "j_password" in answer.text
    assert "mislukt" in answer.text
    assert client.get(LISTING).url.path == "/kbo-open-data/login"


def test_a_stale_session_gets_an_empty_listing_and_no_file(
    portal: KboPortal, client: httpx.Client, folder: Folder
) -> None:
    log_in(client)
    portal.control.expire_sessions()

    page = client.get(LISTING)
    assert (page.status_code, links(page)) == (200, [])
    assert 'table id="row"' in page.text
    answer = client.get(f"/affiliation/xml/files/{folder.first.name}", follow_redirects=False)
    assert answer.status_code == 302
    log_in(client)
    assert links(client.get(LISTING))


def test_a_session_ends_by_itself(folder: Folder) -> None:
    options = PortalOptions(folder.path, session_seconds=0.0)
    with KboPortal(options, run_as="thread") as portal, httpx.Client(base_url=portal.url) as client:
        log_in(client)
        assert links(client.get(LISTING)) == []


def test_requests_without_the_headers_of_a_browser_are_refused(client: httpx.Client) -> None:
    del client.headers["user-agent"]
    request = client.build_request("GET", "/login")
    request.headers.pop("user-agent", None)

    assert client.send(request).status_code == 400


def test_what_is_not_published_cannot_be_had(client: httpx.Client) -> None:
    log_in(client)

    for name in ("KboOpenData_9999_2025_10_05_Full.zip", "manifest.json", "..%2Fmanifest.json"):
        assert client.get(f"/affiliation/xml/files/{name}").status_code == 404


def test_archives_appear_one_by_one(folder: Folder) -> None:
    options = PortalOptions(folder.path, initial=1, interval_seconds=3600.0)
    with KboPortal(options, run_as="thread") as portal:
        assert portal.control.archives() == [folder.first.name]
        portal.control.publish(2)
        assert portal.control.archives() == [folder.first.name, *(update.name for update in folder.updates[:2])]


def test_time_publishes_too(folder: Folder) -> None:
    clock = [100.0]
    shelf = Shelf(folder.path, 1, 60.0, now=lambda: clock[0])
    assert len(shelf.archives()) == 1
    clock[0] += 121
    assert [one.path for one in shelf.archives()] == [folder.first, *folder.updates[:2]]


def test_after_a_month_archives_are_gone(tmp_path: Path) -> None:
    for name in ("0140_2025_10_05_Full", "0165_2025_11_05_Update", "0166_2025_11_06_Update", "0137_2025_07_Full"):
        (tmp_path / f"KboOpenData_{name}.zip").touch()

    assert [one.extract for one in Shelf(tmp_path, None, 60.0).archives()] == [165, 166]


def test_faults(portal: KboPortal, client: httpx.Client, folder: Folder) -> None:
    log_in(client)
    portal.control.fault("status", operation="list", status=503, retry_after=7)
    portal.control.fault("empty_listing")
    portal.control.fault("cut", at=100, items=[folder.first.name])
    portal.control.fault("refuse", operation="login_page")

    answer = client.get(LISTING)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert links(client.get(LISTING)) == []
    assert links(client.get(LISTING))
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(f"/affiliation/xml/files/{folder.first.name}")
    with pytest.raises(httpx.TransportError):
        client.get("/login")
    assert client.get("/login").status_code == 200
    with pytest.raises(ControlError, match="onbestaand"):
        portal.control.fault("onbestaand")
    portal.control.fault("status", count=None)
    portal.control.clear_faults()
    assert client.get("/login").status_code == 200


def test_as_a_process_it_takes_the_same_options(folder: Folder) -> None:
    options = PortalOptions(folder.path, user="stad", password="p w", initial=2, interval_seconds=3600.0)
    with KboPortal(options) as portal, httpx.Client(base_url=portal.url, follow_redirects=True) as client:
        page = client.post(CHECK, data={"j_username": "stad", "j_password": "p w"})
        assert sorted(links(page)) == sorted([folder.first.name, folder.updates[0].name])
