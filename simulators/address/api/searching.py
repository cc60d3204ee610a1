"""/adressen/zoeken: free text, ten results by default and at most fifty.

The shape is read; how the real one ranks is not known. Here every word must begin a word of the result, streets come
before addresses, and an address needs a word with a digit. Only what is voorgesteld or inGebruik unless `status` says
otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from simulators.address.api.problems import invalid
from simulators.address.api.queries import Query
from simulators.address.api.registers import ADRES, STRAATNAAM, Register
from simulators.address.api.shapes import Json, View, written
from simulators.address.model import VALID

LIMIT, LIMIT_MAX = 10, 50
KINDS: tuple[Register, ...] = (STRAATNAAM, ADRES)


def search(view: View, query: Query) -> Json:
    """`{resultaten:[{id, objectId, detail, resultaat}]}`.

    Raises:
        Problem: 400.
    """
    asked = _words(query.text("q"))
    if not asked:
        raise invalid("q", "De parameter 'q' is verplicht.")
    limit, kind = query.number("limit", LIMIT, 1, LIMIT_MAX), query.text("resultaatType").lower()
    if kind not in ("", *(one.path for one in KINDS)):
        raise invalid("resultaatType", "De waarde moet 'adressen' of 'straatnamen' zijn.")
    kinds = [one for one in KINDS if kind in ("", one.path)]
    found = islice((hit for one in kinds for hit in _hits(view, one, query, asked)), limit)
    return {"resultaten": list(found)}


def _hits(view: View, register: Register, query: Query, asked: Sequence[str]) -> Iterator[Json]:
    if register is ADRES and not any(any(sign.isdigit() for sign in word) for word in asked):
        return
    statuses = (query.text("status"),) if query.text("status") else VALID
    for one in register.things(view.world).values():
        if one.status in statuses and _there(view, register, query, one):
            text = _text(view, register, one)
            if _fits(asked, _words(text)):
                number = register.id_of(one)
                told = {
                    "id": register.uri(number),
                    "objectId": register.text(number),
                    "detail": view.detail(register, number),
                }
                yield told | {"resultaat": text}


def _there(view: View, register: Register, query: Query, one: Any) -> bool:
    nis = one.nis if register is STRAATNAAM else view.world.streets[one.street].nis
    names, name = view.world.municipalities[nis].names.values(), query.text("gemeenteNaam")
    return query.text("niscode") in ("", str(nis)) and (not name or name in names)


def _text(view: View, register: Register, one: Any) -> str:
    if register is ADRES:
        return written(view.world, one)
    return f"{one.name}, {view.world.municipalities[one.nis].name}"


def _fits(asked: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in asked)


def _words(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))
    return re.findall(r"\w+", plain)
