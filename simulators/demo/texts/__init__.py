"""The hand-written mails, one module per subject."""

from itertools import zip_longest

from simulators.demo.model import Story
from simulators.demo.texts import (
    automatic,
    broken,
    fr_en,
    junk,
    nl_adaptatie,
    nl_energie,
    nl_formulier,
    nl_intern,
    nl_lening,
    nl_premies,
    nl_vme,
    nl_vme_klein,
    nl_wijk,
)  # fmt: skip

_HUMAN = (
    nl_premies,
    nl_vme,
    nl_adaptatie,
    nl_lening,
    nl_formulier,
    nl_energie,
    fr_en,
    nl_wijk,
    nl_intern,
    nl_vme_klein,
    junk,
)

# Round robin over the subjects, so that the first fifty mails of a small corpus show all of them.
HUMAN: tuple[Story, ...] = tuple(s for row in zip_longest(*(m.STORIES for m in _HUMAN)) for s in row if s is not None)
AUTOMATIC: tuple[Story, ...] = tuple(automatic.STORIES)
BROKEN: tuple[Story, ...] = tuple(broken.STORIES)
