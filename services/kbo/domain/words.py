"""Words of names and streets as they are compared: lower case, without accents; and what people write for the same.

Names of VMEs begin with a word that means nothing but "VME": `VME`, `V.M.E.`, `Vereniging van mede-eigenaars`, `ACP`,
`Association des copropriétaires`. All are read as `vme`; `Res.` and `Résidence` as `residentie`. No I/O.
"""

from __future__ import annotations

import re

from loketbus.characters import INITIALS, plain

VME = "vme"
_MARKS = 0xE000
WORDS_MAX = 64
"""Words of one name that count; the longest name of the register (320 characters) has no more that differ."""
_FORMS = (
    "bv bvba ebvba nv vzw ivzw vof cv cvba cvoa comm commv commva gcv esv eesv sprl sprlu srl sa asbl aisbl snc sc "
    "scrl scs scomm sca gmbh ag voe ltd inc plc llc sarl"
)
LEGAL_FORMS = frozenset(_FORMS.split())
"""Written behind a name, and in the register hardly ever a part of it."""
_WORD = re.compile(r"[^\W_]+")
_INITIALS = re.compile(INITIALS)
_QUOTES = re.compile("['’‘`´]")
_VME_PHRASE = re.compile(
    r"(?<![^ ])(?:v(?:er(?:en(?:iging)?)?)? (?:v(?:an|d)? |der )?(?:de )?mede ?eigenaars?|verenigingvanmedeeigenaars"
    r"|ass(?:oc(?:iation)?)? (?:des? |d )?co ?proprietaires?|miteigentumervereinigung|acp|v m e|a c p)(?![^ ])"
)
_ALIKE = {"res": "residentie", "resid": "residentie", "residence": "residentie", "residenz": "residentie"}
_VME_SIGNS = (  # one of these is in every phrase
    "eigenaars eigenaar medeeigenaars medeeigenaar verenigingvanmedeeigenaars proprietaires proprietaire "
    "coproprietaires coproprietaire miteigentumervereinigung acp m c"
)
_SIGNS = frozenset({*_VME_SIGNS.split(), *_ALIKE})


def written(text: str) -> list[str]:
    """The words as they stand there, folded; initials are one word (`V.M.E.` gives `vme`)."""
    return _WORD.findall(plain(_initials_joined(text)))


def meant(text: str) -> list[str]:
    """The words as they are compared: all ways to write "VME" are `vme`, all residences `residentie`."""
    return canonical(written(text))


def canonical(words: list[str]) -> list[str]:
    """`meant` for words that were split already."""
    if _SIGNS.isdisjoint(words):
        return words
    return [_ALIKE.get(word, word) for word in _VME_PHRASE.sub(VME, " ".join(words)).split(" ")]


def indexed(name: str, vme: bool) -> list[str]:
    """Different words under which a name can be found, and last the mark of how many words it has.

    `L'Étoile` is found as `l etoile` and as `letoile`. A VME is always found under `vme`, whatever it is called.
    """
    words = written(name)
    same = canonical(words)
    found = dict.fromkeys(same)
    if same is not words:
        found |= dict.fromkeys(words)
    if _QUOTES.search(name):
        found |= dict.fromkeys(_WORD.findall(plain(_QUOTES.sub("", _initials_joined(name)))))
    if vme:
        found[VME] = None
    return [*found, length_mark(len(same))]


def length_mark(words: int) -> str:
    """A character that nobody writes (private use), for so many words."""
    return chr(_MARKS + min(words, WORDS_MAX))


def _initials_joined(text: str) -> str:
    return _INITIALS.sub(_join, text) if "." in text else text


def _join(initials: re.Match[str]) -> str:
    return f"{initials[0].replace('.', '')} "
