"""Organisations in the text of a mail: numbers and names of VMEs that the register knows. Blocking.

A natural person is never mentioned, nor a number that does not exist: a suggestion that is wrong costs more than one
that is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from loketbus_contracts import MentionedOrganisation

from services.kbo.domain.finding import find_numbers
from services.kbo.domain.numbers import NumberCheck
from services.kbo.domain.organisation import VME_FORM, Hit, Organisation
from services.kbo.domain.vme_mentions import Phrase, Places, choose, matching, phrases, places
from services.kbo.questions import View

NUMBERS_MAX = 50
PHRASES_MAX = 12
"""Places in one mail where a name is looked up: a list of buildings is a list of numbers mostly."""
QUERY_WORDS = 4
HITS_MAX = 50
AS_WRITTEN_MAX = 200


def find_organisations(view: View, text: str, home: Iterable[str] = ()) -> tuple[MentionedOrganisation, ...]:
    """In the order of the text, each once; a number goes before the name of the same organisation."""
    found: dict[str, MentionedOrganisation] = {}
    for one in (*_by_number(view, text), *_by_name(view, text, places(text, home))):
        found.setdefault(one.number, one)
    return tuple(found.values())


def _by_number(view: View, text: str) -> Iterator[MentionedOrganisation]:
    for found in find_numbers(text)[:NUMBERS_MAX]:
        organisation = _owner(view, found.check)
        if organisation is not None and not organisation.natural_person:
            yield _mentioned(organisation, text[found.start : found.end])


def _owner(view: View, check: NumberCheck) -> Organisation | None:
    """The enterprise of a number, or of the establishment unit whose number it is."""
    if check.number is None or check.kind == "branch":
        return None
    if check.kind == "enterprise":
        return view.organisation(check.number, establishments=0)
    unit = view.unit(check.number)
    return None if unit is None else view.organisation(unit.enterprise, establishments=0)


def _mentioned(organisation: Organisation, written: str) -> MentionedOrganisation:
    return MentionedOrganisation(
        number=organisation.number,
        name=organisation.name,
        legal_form=organisation.form.code if organisation.form else None,
        vme=organisation.vme,
        method="number",
        as_written=written,
    )


def _by_name(view: View, text: str, where: Places) -> Iterator[MentionedOrganisation]:
    for phrase in phrases(text, PHRASES_MAX):
        hit, length = _meant(view, phrase, where)
        if hit is not None:
            yield MentionedOrganisation(
                number=hit.number,
                name=hit.name,
                legal_form=VME_FORM,
                vme=True,
                method="name",
                as_written=text[phrase.start : phrase.ends[length - 1]][:AS_WRITTEN_MAX],
            )


def _meant(view: View, phrase: Phrase, where: Places) -> tuple[Hit | None, int]:
    """The VME whose name stands there, and of how many words: the longest name that is in the register."""
    for count in range(min(len(phrase.words), QUERY_WORDS), 0, -1):
        query = " ".join(phrase.words[:count])
        hits = view.search(query, form=VME_FORM, limit=HITS_MAX)
        found, length = matching(phrase, hits.hits)
        if hits.more:  # too many for one look: those of the places that the mail names
            near = [view.search(query, postcode=one, form=VME_FORM, limit=HITS_MAX) for one in sorted(_near(where))]
            found, length = matching(phrase, _once([*hits.hits, *(hit for some in near for hit in some.hits)]))
        if found:
            return choose(phrase, found, where, all_seen=not hits.more), length
    return None, 0


def _near(where: Places) -> Sequence[str]:
    return sorted(where.postcodes)[:4] or sorted(where.home)[:12]


def _once(hits: Iterable[Hit]) -> list[Hit]:
    return list({hit.number: hit for hit in hits}.values())
