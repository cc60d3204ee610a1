"""By name: the first plan that finds something is the answer, in its order."""

from __future__ import annotations

from services.kbo.domain.organisation import VME_FORM, Hits
from services.kbo.domain.words import VME, meant
from services.kbo.questions.hits import answer
from services.kbo.questions.lists import by_form
from services.kbo.questions.matching import matches
from services.kbo.questions.planning import plans
from services.kbo.questions.ranking import corrected, rank
from services.kbo.questions.reading import Reading

TEXT_MAX = 400
"""Characters that are read: a name has 320 at most."""
WORDS_MAX = 12
"""Words that are looked for."""


def search(reading: Reading, text: str, postcode: str | None, form: str | None, limit: int) -> Hits:
    """Never raises, whatever the text."""
    asked = meant(text[:TEXT_MAX])[:WORDS_MAX]
    if asked == [VME] and postcode is not None and form in (None, VME_FORM):
        return by_form(reading, VME_FORM, postcode, None, limit)
    for plan in plans(reading, asked):
        found, more = matches(reading, plan, len(asked), postcode, form)
        if found:
            ranked = rank(asked, plan, found)
            mended = corrected(plan, ranked[0].matched or "")
            return answer(reading, ranked, form, limit, more=more, corrected=mended)
    return Hits((), reading.source)
