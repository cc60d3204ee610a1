"""Links from an item into the CRM. No I/O."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

PLACEHOLDERS = ("item", "mail", "contact", "klantenreis")


def check(template: str) -> str:
    """The template itself.

    Raises:
        ValueError: a Dutch sentence; not http(s), no host, a placeholder in the host, or one that we do not have.
    """
    parts = urlsplit(template)
    if parts.scheme not in ("https", "http") or not parts.hostname or "{" in parts.netloc:
        raise ValueError("een webadres dat met https:// (of http://) en een vaste naam begint")
    if not _fillable(template):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"een webadres met als invulplaatsen alleen {known}")
    return template


def new_dossier(template: str | None, row: Mapping[str, Any]) -> str | None:
    """The CRM's page that makes a dossier for this item, or None without a setting; `row` is one of `queue_item`."""
    if template is None:
        return None
    return template.format(**{name: quote(row[name] or "", safe="") for name in PLACEHOLDERS})


def _fillable(template: str) -> bool:
    try:
        fields = [field[1:] for field in string.Formatter().parse(template) if field[1] is not None]
    except ValueError:  # a brace without its other half
        return False
    return all(name in PLACEHOLDERS and not spec and conversion is None for name, spec, conversion in fields)
