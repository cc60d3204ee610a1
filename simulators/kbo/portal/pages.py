"""The HTML of the portal, as far as clients read it: the login form, a table of links, who is logged in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from html import escape

from simulators.kbo.portal.shelf import Published

ROOT = "/kbo-open-data"
LOGIN, CHECK = f"{ROOT}/login", f"{ROOT}/static/j_spring_security_check"
LISTING, FILES = f"{ROOT}/affiliation/xml/", f"{ROOT}/affiliation/xml/files"


def login(failed: bool) -> str:
    """The form; after wrong credentials with a line that says so."""
    error = '<div class="error">Uw aanmelding is mislukt.</div>' if failed else ""
    return _page(
        f'{error}<form name="f" action="{CHECK}" method="post"><input name="j_username" type="text"/>'
        '<input name="j_password" type="password"/><input name="submit" type="submit" value="Login"/></form>',
        None,
    )


def listing(archives: Iterable[Published], user: str) -> str:
    """A row per extract: its date, its Full and its Update."""
    rows: dict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    for one in archives:
        name = escape(one.path.name)
        rows[one.extract, one.day.isoformat()][one.type] = f'<a href="files/{name}">{name}</a>'
    cells = "\n".join(
        f"<tr><td>{day}</td>\n<td>{links.get('Full', '')}</td>\n<td>{links.get('Update', '')}</td></tr>"
        for (_, day), links in sorted(rows.items(), reverse=True)
    )
    return _page(
        '<table id="row"><thead><tr><th>Datum</th><th>Full</th><th>Update</th></tr></thead>\n'
        f"<tbody>\n{cells}\n</tbody></table>",
        user,
    )


def _page(body: str, user: str | None) -> str:
    footer = f"Ingelogd als {escape(user)}" if user else ""
    return (
        f"<!DOCTYPE html>\n<html><head><title>KBO Open Data</title></head>\n<body>{body}\n"
        f'<div id="footer">{footer}</div></body></html>\n'
    )
