"""The portal of KBO Open Data: a login form with two session cookies, a page with links, downloads (reference 1.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from loketbus import __version__
from loketbus.errors import Denied, Unavailable
from loketbus.http import Client, HttpOptions, check, make_client
from loketbus.http.outcomes import REDIRECTS
from services.kbo.domain.extracts import Offered
from services.kbo.remote import _portal_page as pages
from services.kbo.remote._receiving import ARCHIVE_MAX_BYTES, CHUNK_BYTES, receive
from services.kbo.remote.drop import Progress, empty_listing

REMOTE = "Het KBO-portaal"
LOGIN = "/static/j_spring_security_check"
LISTING = "/affiliation/xml/?files"
FILE = "/affiliation/xml/files/{name}"
COOKIES = frozenset({"JSESSIONID", "KSESSIONID-KBOPUB"})
DOWNLOAD_SECONDS = 3600.0
# What stands in front of the portal refuses requests without these (2026-08).
HEADERS = {
    "User-Agent": f"Mozilla/5.0 (compatible; loketbus/{__version__})",
    "Accept": "text/html,application/xhtml+xml,application/zip,*/*;q=0.8",
    "Accept-Language": "nl-BE,nl;q=0.9",
}


class PortalDrop:
    """`drop.Drop` over the portal at `url` (its root, `.../kbo-open-data`)."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url, self._user, self._password = url.rstrip("/"), user, password
        self._client: Client | None = None

    async def list(self) -> Sequence[Offered]:
        """See `Drop`. A stale session gets a page without rows: then we log in afresh, once."""
        names = await self._names() if self._has_session() else ()
        if not names:
            await self._log_in()
            names = await self._names()
        if not names:
            raise empty_listing(REMOTE, "Loketbus meldde zich opnieuw aan en probeert het later nog eens.")
        return [Offered(name) for name in names]

    async def fetch(self, name: str, to: Path, progress: Progress) -> None:
        """See `Drop`. A broken download starts again: whether the portal can go on halfway is not known."""
        if not self._has_session():
            await self._log_in()
        elif await self._took(name, to, progress):
            return
        else:
            await self._log_in()
        if not await self._took(name, to, progress):
            message = f"{REMOTE} geeft een webpagina in plaats van {name}. Loketbus probeert het later opnieuw."
            raise Unavailable("kbo_no_archive", message)

    async def close(self) -> None:
        """See `Drop`; the session ends with it."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _http(self) -> Client:
        if self._client is None:
            options = HttpOptions(headers=HEADERS)
            self._client = make_client(REMOTE, base_url=self._url, options=options)
        return self._client

    def _has_session(self) -> bool:
        return self._client is not None and {cookie.name for cookie in self._client.cookies.jar} >= COOKIES

    async def _log_in(self) -> None:
        """One attempt. Right and wrong both redirect: it is the session cookies and the target that tell."""
        await self.close()
        form = {"j_username": self._user, "j_password": self._password}
        answer = await self._http().call("POST", LOGIN, data=form)
        if answer.status_code not in REDIRECTS:
            check(answer, remote=REMOTE)
        if not self._has_session() or "login" in answer.headers.get("Location", "") or pages.is_login(answer.text):
            await self.close()
            raise _refused()

    async def _names(self) -> Sequence[str]:
        """Of the archives on the page; none when the session is over, however the portal says so."""
        answer = await self._http().call("GET", LISTING)
        if answer.status_code in REDIRECTS:
            return ()
        return pages.archives(check(answer, remote=REMOTE).text)

    async def _took(self, name: str, to: Path, progress: Progress) -> bool:
        """Download; False when the portal sends us to its login form instead."""
        async with self._download(name) as answer:
            if answer.status_code in REDIRECTS:
                return False
            if answer.status_code == httpx.codes.NOT_FOUND:
                message = f"{name} staat niet meer op het KBO-portaal. Loketbus vraagt straks een nieuwe lijst."
                raise Unavailable("kbo_archive_gone", message)
            check(answer, remote=REMOTE)
            if "html" in answer.headers.get("Content-Type", ""):
                return False
            length = answer.headers.get("Content-Length")
            size = int(length) if length is not None and length.isdecimal() else None
            await receive(answer.aiter_bytes(CHUNK_BYTES), to, progress, size=size)
        return True

    @asynccontextmanager
    async def _download(self, name: str) -> AsyncIterator[httpx.Response]:
        extensions = {"path_template": FILE, "total_seconds": DOWNLOAD_SECONDS, "max_bytes": ARCHIVE_MAX_BYTES}
        headers = {"Accept-Encoding": "identity"}
        path = FILE.format(name=name)
        async with self._http().stream("GET", path, headers=headers, extensions=extensions) as answer:
            yield answer


def _refused() -> Denied:
    message = (
        "Het KBO-portaal weigert de aanmelding. Kijk LOKETBUS_KBO_PORTAL_USER en LOKETBUS_KBO_PORTAL_PASSWORD na, "
        "en of de licentie op het portaal nog aanvaard is."
    )
    return Denied("kbo_login_refused", message)
