"""What is read from the portal's HTML (reference 1.1; the pages themselves are known from other people's clients)."""

from __future__ import annotations

from html.parser import HTMLParser

from services.kbo.domain.extracts import read_name


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.asks_password = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        self.asks_password |= tag == "input" and given.get("name") == "j_password"


def archives(html: str) -> list[str]:
    """Names of the archives that the page links to, each once."""
    names = (link.partition("?")[0].rpartition("/")[2] for link in _read(html).links)
    return list(dict.fromkeys(name for name in names if read_name(name)))


def is_login(html: str) -> bool:
    """Whether it is the login form."""
    return _read(html).asks_password


def _read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    return page
