"""Puts people, addresses and numbers into a hand-written text and remembers what it wrote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from simulators.demo import clock, numbers, places
from simulators.demo.cast import Deck, Firm, Person
from simulators.demo.manifest import AddressMention, NumberMention
from simulators.demo.model import Story

_BUILDINGS = {building.key: building for building in places.BUILDINGS}
_FIELD = re.compile(r"\{(\w+)(?:@(\w+))?(?::([\w+-]+))?\}")


@dataclass(slots=True)
class Mentions:
    """The numbers and addresses in one text, in order."""

    numbers: list[NumberMention] = field(default_factory=list)
    addresses: list[AddressMention] = field(default_factory=list)


class Scene:
    """The people and places of one story; roles are dealt when first named."""

    def __init__(self, story: Story, deck: Deck, rng: Random) -> None:
        self.story = story
        self.rng = rng
        self.start = datetime(2026, 1, 1)
        self.dossier = f"KR-{rng.randint(2400, 2699)}-{rng.randint(100, 999)}"
        self.building = _BUILDINGS[story.building] if story.building else rng.choice(places.BUILDINGS)
        self._deck = deck
        self._people: dict[str, Person] = {}
        self._addresses: dict[str, places.Address] = {}
        self._flat = places.draw(rng)
        self._boxes = iter(self._free_boxes())

    def _free_boxes(self) -> list[str]:
        boxes = list(self.building.boxes) if self.story.home == "building" else [str(n) for n in range(1, 13)]
        self.rng.shuffle(boxes)
        return boxes

    def person(self, role: str) -> Person:
        """Who plays the role."""
        if role not in self._people:
            self._people[role] = self._deck.deal(role, self.story.lang)
        return self._people[role]

    def address(self, role: str) -> places.Address:
        """Where the role lives; 'gebouw' is the whole building, 'buur' lives next door to 'burger'."""
        if role not in self._addresses:
            self._addresses[role] = self._settle(role)
        return self._addresses[role]

    def _settle(self, role: str) -> places.Address:
        if role.startswith("blok"):
            return places.draw(self.rng)
        if self.story.home == "house":
            if role == "buur":
                home = self.address("burger")
                return places.Address(
                    home.street, f"{int(home.house_number.rstrip('AB')) + 2}", home.postcode, home.municipality
                )
            return self._flat if role == "gebouw" else places.draw(self.rng)
        base = self.building.address if self.story.home == "building" else self._flat
        if role == "gebouw":
            return base
        return places.Address(base.street, base.house_number, base.postcode, base.municipality, next(self._boxes, "2"))

    def fill(self, text: str, role: str, mentions: Mentions, lang: str) -> str:
        """The text with every {field} replaced, as written by `role`."""
        return _FIELD.sub(lambda m: self._field(m[1], m[2] or role, m[3] or "", mentions, lang), text)

    def _field(self, name: str, role: str, how: str, mentions: Mentions, lang: str) -> str:
        if name in ("adres", "gebouw"):
            return self._address(self._place(name, role), how, mentions, lang)
        if name == "kbo":
            return self._number(self._owner(role, how).number, how.removeprefix("eigen").lstrip("-"), mentions)
        if name == "vestiging":
            return self._number(numbers.number(21_345_678), how or "punten", mentions)
        if name in ("dag", "datum", "maand"):
            return self._date(name, how, lang)
        return self._personal(name, role)

    def _place(self, name: str, role: str) -> places.Address:
        if name == "gebouw" and role in _BUILDINGS:
            return _BUILDINGS[role].address
        return self.address("gebouw" if name == "gebouw" else role)

    def _owner(self, role: str, how: str) -> places.Building | Firm:
        """Whose number: of the story's building, of another named one, or ('eigen') of the writer's firm."""
        firm = self.person(role).firm if how.startswith("eigen") else None
        return firm or _BUILDINGS.get(role, self.building)

    def _personal(self, name: str, role: str) -> str:
        if name == "vme":
            return _BUILDINGS.get(role, self.building).name
        person = self.person(role)
        match name:
            case "naam":
                return person.name
            case "voornaam":
                return person.first
            case "familie":
                return person.last
            case "tel":
                return person.phone
            case "mail":
                return person.email
            case "firma" if person.firm:
                return person.firm.name
            case "straat":
                return self.address(role).street
            case "nr":
                return self.dossier
        raise KeyError(f"{name} in story {self.story.key}")

    def _date(self, name: str, how: str, lang: str) -> str:
        """A date so many days, for 'maand' so many months, from the start of the story."""
        if name == "maand":
            return clock.month(clock.months_later(self.start, int(how or 0)), lang)
        moment = self.start + timedelta(days=int(how or 0))
        while name == "dag" and moment.weekday() >= 5:
            moment += timedelta(days=1)
        return clock.day(moment, lang) if name == "dag" else f"{moment:%d/%m/%Y}"

    def _number(self, digits: str, how: str, mentions: Mentions) -> str:
        text, meant, issue = numbers.spell(digits, how, self.rng)
        mentions.numbers.append(number_mention(text, meant, issue))
        return text

    def _address(self, address: places.Address, how: str, mentions: Mentions, lang: str) -> str:
        text, issue = places.spell(address, how, self.rng, lang)
        mentions.addresses.append(
            AddressMention(
                text, address.street, address.house_number, address.box, address.postcode, address.municipality, issue
            )
        )
        return text


def number_mention(text: str, digits: str, issue: str, where: str = "body") -> NumberMention:
    """The label of one number; what stands in the text decides its validity."""
    kind = "establishment" if len(digits) == 10 and digits[0] in "2345678" else "enterprise"
    return NumberMention(
        text, digits, numbers.is_valid(digits) and issue in ("", "leading_zero_missing"), kind, issue, where
    )


def paragraphs(text: str) -> Iterator[str]:
    """Paragraphs without the source's line breaks; a line that starts with '- ' or '| ' keeps its own line."""
    for block in text.strip().split("\n\n"):
        lines: list[str] = []
        for raw in block.strip().split("\n"):
            line = raw.strip()
            if line.startswith(("|", "- ")) or not lines:
                lines.append(line.removeprefix("|").lstrip())
            else:
                lines[-1] += " " + line
        yield "\n".join(lines)
