"""What a second source says about a number that the replica lacks, and how a feature of VKBO is read. No I/O.

VKBO (Digitaal Vlaanderen) republishes the register, some days later, for addresses in Flanders. What it cannot tell:

- that a number never existed. It lacks who has no seat or establishment in Flanders, and most of who stopped (of 1,000
  rows of Schoten 35 were in liquidation or bankrupt and none had a date of cessation): absence is `not_found`;
- who a natural person is: those have no seat, so they are met through their establishments alone, and the name that
  stands there may be theirs, and the end that of their life. A name, and the day and reason of an end, are kept only of
  what VKBO itself calls a legal person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from loketbus.characters import bare

Outcome = Literal["active", "stopped", "never_existed", "not_found", "unknown"]
"""`active`: it exists (newer than the replica). `stopped`: it existed and does no more. `never_existed`: only for a
source that also knows who stopped, in the whole country: not VKBO. `not_found`: the source lacks it, which proves
nothing. `unknown`: the source did not answer; it is asked again."""

_NUMBER = re.compile(r"[0-9]{10}")
_ENTERPRISE = re.compile(r"[01][0-9]{9}")
_NOT_SET = frozenset({date(1900, 1, 1), date(9999, 12, 31)})
_LEGAL_PERSON, _NATURAL_PERSON = "rechtspersoon", "natuurlijk persoon"
_VME = "verenigingvanmedeeigenaars"
_STRUCK_OFF = "Ambtshalve doorhaling"
_TEXT_MAX = 320  # of a denomination in the register


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What is known about one number beside the replica; never with the name of a natural person."""

    number: str
    """Ten digits."""
    outcome: Outcome
    asked_at: datetime
    """When the source answered; of `unknown`: since when it does not."""
    natural_person: bool = False
    """The source says that it is one; False also where it does not say."""
    name: str | None = None
    stopped_on: date | None = None
    """As `stop_reason` only of legal persons: of who may be a natural one it may say that somebody died."""
    stop_reason: str | None = None
    """As the source words it, in Dutch."""
    vme: bool | None = None
    """Whether it is a vereniging van mede-eigenaars; None: the source does not say."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of VKBO, with its oddities taken away."""

    number: str
    enterprise: str | None
    """Of an establishment; None for an enterprise."""
    type: str | None
    form: str | None
    """Legal form in words: VKBO has no codes."""
    legal_name: str | None
    """Of a legal person; None for establishments and whoever else may be a natural person."""
    stopped_on: date | None
    stop_reason: str | None

    @property
    def stopped(self) -> bool:
        """It has a date or a reason to have ended."""
        return self.stopped_on is not None or self.stop_reason is not None

    @property
    def natural_person(self) -> bool:
        """VKBO says that it is one."""
        return bare(self.type or "") == _NATURAL_PERSON

    @property
    def legal_person(self) -> bool:
        """VKBO says that it is one; of an establishment it does not say whose it is."""
        return _legal_person(self.type, self.enterprise)

    @property
    def vme(self) -> bool | None:
        """Its form is vereniging van mede-eigenaars, in either spelling; None: VKBO tells no form."""
        if self.form is None:
            return False if self.natural_person else None
        return re.sub(r"[^a-z]", "", bare(self.form)) == _VME


def is_enterprise(number: str) -> bool:
    """Ten digits that begin with 0 or 1; the others are establishments."""
    return _ENTERPRISE.fullmatch(number) is not None


def read_feature(feature: object) -> Feature | None:
    """A GeoJSON feature of the collection Vkbo; None for what is none."""
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(feature, Mapping) or not isinstance(properties, Mapping):
        return None
    number, enterprise = (_digits(properties.get(f"Ondernemingsnr{end}")) for end in ("", "_maatsch_zetel"))
    if number is None:
        return None
    type_ = _text(properties.get("Type_onderneming"))
    return Feature(
        number=number,
        enterprise=enterprise,
        type=type_,
        form=_text(properties.get("Rechtsvorm")),
        legal_name=_name(properties) if _legal_person(type_, enterprise) else None,
        stopped_on=(end := _end(properties))[0],
        stop_reason=end[1],
    )


def judge(number: str, own: Feature | None, units: Sequence[Feature], now: datetime) -> SecondOpinion:
    """From the row of the number itself, or else the rows of its establishments.

    An enterprise with its seat outside Flanders has rows of establishments only. When these all stopped it existed, and
    the replica, which holds all active ones, lacks it: it stopped, on a day that nobody tells.
    """
    if own is not None:
        return SecondOpinion(
            number,
            "stopped" if own.stopped else "active",
            now,
            natural_person=own.natural_person,
            name=own.legal_name,
            stopped_on=own.stopped_on if own.legal_person else None,
            stop_reason=own.stop_reason if own.legal_person else None,
            vme=own.vme,
        )
    if not units:
        return SecondOpinion(number, "not_found", now)
    return SecondOpinion(number, "stopped" if all(unit.stopped for unit in units) else "active", now)


def good_until(opinion: SecondOpinion, keep: timedelta) -> datetime | None:
    """When an answer must be asked again; None: never.

    Who stopped stays stopped: should it come back, it stands in the replica, which is asked first. A number that is not
    there may be given to somebody tomorrow.
    """
    if opinion.outcome == "stopped":
        return None
    return opinion.asked_at + (keep if opinion.outcome == "active" else keep / 7)


def choose(features: Iterable[Feature]) -> Feature | None:
    """The row to believe: a number occurs twice when its municipality merged. One that goes on is the newer."""
    return min(features, key=lambda one: one.stopped, default=None)


def _legal_person(type_: str | None, enterprise: str | None) -> bool:
    return enterprise is None and bare(type_ or "") == _LEGAL_PERSON


def _name(properties: Mapping[str, Any]) -> str | None:
    names = ("Maatschappelijke_naam", "Commerciele_naam", "Afgekorte_naam")
    return next((name for field in names if (name := _text(properties.get(field))) is not None), None)


def _end(properties: Mapping[str, Any]) -> tuple[date | None, str | None]:
    """When and why it ended: by cessation, or struck off ex officio and not restored."""
    day, reason = _day(properties.get("Datum_stopzetting")), _text(properties.get("Reden_stopzetting"))
    if day is not None or reason is not None:
        return day, reason
    struck = _day(properties.get("Begindat_ambtsh_doorhaling"))
    if struck is None or _day(properties.get("Einddat_ambtsh_doorhaling")) is not None:
        return None, None
    why = _text(properties.get("Reden_ambtsh_doorhaling"))
    return struck, f"{_STRUCK_OFF}: {why}" if why else _STRUCK_OFF


def _digits(value: object) -> str | None:
    text = _text(value)
    return text if text is not None and _NUMBER.fullmatch(text) else None


def _text(value: object) -> str | None:
    """Without control characters, which occur; one space is how VKBO writes that there is nothing."""
    if not isinstance(value, str):
        return None
    seen = "".join(" " if unicodedata.category(character) == "Cc" else character for character in value)
    return " ".join(seen.split())[:_TEXT_MAX] or None


def _day(value: object) -> date | None:
    """`1989-12-28T00:00:00Z`; 1900-01-01 and 9999-12-31 are not set."""
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
    return None if day in _NOT_SET else day
