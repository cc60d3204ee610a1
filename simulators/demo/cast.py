"""Invented people and firms; every address is in a domain reserved for examples (RFC 2606)."""

import unicodedata
from dataclasses import dataclass
from random import Random

from simulators.demo.model import Language
from simulators.demo.numbers import number

DESK_DOMAIN = "mechelen.example"
DESK_ADDRESS = f"woonenergieloket@{DESK_DOMAIN}"
DESK_NAME = "Woon- en Energieloket"


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm with its enterprise number (ten digits) and the line under its signature."""

    name: str
    domain: str
    number: str
    where: str
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes; `client` is the program they write with, `title` stands in a signature."""

    first: str
    last: str
    email: str
    client: str
    phone: str
    lang: Language = "nl"
    firm: Firm | None = None
    title: str = ""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


# Per language: groups of (first names, last names) that belong together.
NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "nl": (
        (
            "An Bart Carine Dirk Els Filip Greet Hilde Ilse Jan Koen Lieve Marc Nele Patrick Rita Stijn Tine Wim "
            "Yves Katrien Guido Lutgarde Jef Mieke Ruben Silke Toon Femke Bram Lore Annelies Gert Sofie Maarten "
            "Kristel Luc Godelieve Jozef Myriam Veerle Pieter Hanne Griet Erik Machteld",
            "Peeters Janssens Maes Jacobs Willems Claes Goossens Wouters De Smet Verbeeck Lambrechts Vermeulen "
            "Hendrickx Aerts Somers Van Dessel Verlinden De Wachter Teughels Publie Van Roy Selleslagh Ceulemans "
            "Verschueren Bogaerts Van den Eynde Nuyts Cnops Lauwers Geerts Busschots Van Hoof Op de Beeck Boey "
            "Moons Fierens Spruyt De Prins Ketels",
        ),
        (
            "Fatima Youssef Samira Karim Naima Hassan Ilham Mohamed Soukaina Rachid",
            "El Amrani Bouchtaoui Benali Azzouzi Ouali Chakir El Khattabi Hamdaoui",
        ),
        (
            "Özlem Mehmet Ayşe Emre Zeynep Hakan",
            "Yılmaz Kaya Şahin Çelik Demir Öztürk",
        ),
        (
            "Łukasz Agnieszka Ioana Mihai Katarzyna",
            "Wójcik Popescu Kowalski Nowak Dumitrescu",
        ),
    ),
    "fr": (
        (
            "Séverine Jean-Luc Françoise Thierry Aïcha Benoît Chloé Édouard",
            "Lefèvre Dubois Lambert Van Caenegem Mercier Noël Delvaux Diallo",
        ),
    ),
    "en": (
        (
            "Sarah James Priya Anil Maeve Chinedu Ingrid Tomás",
            "Whitfield Okafor Sharma Byrne Lindqvist Carvalho Mitchell Rao",
        ),
    ),
}
_PARTICLES = {"De", "Van", "El", "Op", "den", "de"}
_PROVIDERS = (
    ("telemail.example", "webmail"), ("telemail.example", "iphone"), ("proximail.example", "outlook"),
    ("gmailer.example", "gmail"), ("gmailer.example", "gmail"), ("gmailer.example", "iphone"),
    ("gmailer.example", "android"),
    ("hotpost.example", "outlook"), ("example.org", "thunderbird"), ("example.com", "iphone"),
    ("scarlett.example", "webmail"),
)  # fmt: skip

FIRMS = {
    "syndicus": (
        Firm(
            "Immo Dijleland bv",
            "immodijleland.example",
            number(9481203),
            "Onder-den-Toren 4, 2800 Mechelen",
            "BIV 500 111",
        ),
        Firm(
            "Syndia Beheer nv", "syndia.example", number(9482277), "Antwerpsesteenweg 300, 2800 Mechelen", "BIV-erkend"
        ),
        Firm(
            "Kantoor Verhaegen & Co",
            "verhaegen.example",
            number(9485530),
            "Veemarkt 9, 2800 Mechelen",
            "lid beroepsvereniging",
        ),
        Firm("Mede-Eigendom Plus", "me-plus.example", number(10961442), "Putsesteenweg 15, 2820 Bonheiden"),
    ),
    "aannemer": (
        Firm("Dakwerken Aerts-Boey bv", "dakwerken-ab.example", number(9490018), "Industriepark 7, 1980 Zemst"),
        Firm("Isolteam Rupel", "isolteam.example", number(9491966), "Kerkhofstraat 3, 2850 Boom"),
        Firm("Warmtehuis De Prins", "warmtehuis.example", number(9497009), "Liersesteenweg 301, 2800 Mechelen"),
        Firm(
            "Ramen Lauwers nv",
            "ramenlauwers.example",
            number(10972031),
            "Mechelsesteenweg 88, 2860 Sint-Katelijne-Waver",
        ),
    ),
    "architect": (Firm("Atelier Halfvol", "halfvol.example", number(9502218), "Korte Nieuwstraat 2, 2800 Mechelen"),),
    "bureau": (Firm("Studiebureau Kelvin", "kelvin.example", number(9503741), "Zandpoortvest 10, 2800 Mechelen"),),
    "partner": (
        Firm("Energiehuis Dijle", "energiehuis.example", number(9504450), "Grote Markt 21, 2800 Mechelen"),
        Firm("OCMW Mechelen", "sociaalhuis.example", number(9506188), "Lange Schipstraat 27, 2800 Mechelen"),
    ),
}
_TITLES = {
    "syndicus": "syndicus", "aannemer": "projectleider", "architect": "architect",
    "bureau": "ingenieur", "partner": "maatschappelijk werker",
}  # fmt: skip
STAFF = (
    ("Evelien", "Baeten", "energieconsulent"), ("Joris", "Van Camp", "renovatiecoach"),
    ("Sanne", "Mertens", "loketmedewerker"),
    ("Tarik", "Belkacem", "loketmedewerker"), ("Leen", "Huybrechts", "consulent wonen"),
)  # fmt: skip


def plain(text: str) -> str:
    """Lower-case ASCII letters only, for the part of an address before the @."""
    text = text.replace("ı", "i").replace("Ł", "L").replace("ł", "l")
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if c.isascii() and c.isalpha())


def _split_names(text: str) -> list[str]:
    """Last names with their particles kept: 'Aerts Van Hoof' gives Aerts, Van Hoof."""
    names: list[str] = []
    pending = ""
    for word in text.split():
        if word in _PARTICLES:
            pending += word + " "
        else:
            names.append(pending + word)
            pending = ""
    return names


def _phone(rng: Random, prefix: str = "0400") -> str:
    """A number in a range that is not in use: 0400 for mobile, 015 00 for Mechelen."""
    return f"{prefix} {rng.randint(10, 99)} {rng.randint(10, 99)} {rng.randint(10, 99)}"


def _local_part(first: str, last: str, rng: Random) -> str:
    f, n = plain(first), plain(last)
    return rng.choice((f"{f}.{n}", f"{f}.{n}", f"{f}{n}", f"{n}.{f}", f"{f[0]}{n}{rng.randint(50, 99)}", f"{f}_{n}"))


class Deck:
    """Deals people for roles; no citizen is dealt twice until the names run out."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._dealt: set[str] = set()

    def deal(self, role: str, lang: Language) -> Person:
        """A person for the role ('burger2' and 'burger' come from one pool)."""
        pool = role.rstrip("0123456789")
        if pool in FIRMS:
            return self._professional(pool, int(role[len(pool) :] or 0))
        if pool in ("loket", "collega", "coach"):
            return self._staff()
        return self._citizen(lang)

    def _names(self, lang: Language) -> tuple[str, str]:
        groups = NAMES[lang]
        firsts, lasts = self._rng.choices(groups, weights=(16, 4, 3, 2)[: len(groups)])[0]
        return self._rng.choice(firsts.split()), self._rng.choice(_split_names(lasts))

    def _citizen(self, lang: Language) -> Person:
        first, last = self._names(lang)
        for _ in range(50):
            if f"{first} {last}" not in self._dealt:
                break
            first, last = self._names(lang)
        self._dealt.add(f"{first} {last}")
        domain, client = self._rng.choice(_PROVIDERS)
        email = f"{_local_part(first, last, self._rng)}@{domain}"
        return Person(first, last, email, client, _phone(self._rng), lang)

    def _professional(self, pool: str, nth: int) -> Person:
        firms = FIRMS[pool]
        firm = firms[(nth - 1) % len(firms)] if nth else self._rng.choice(firms)
        first, last = self._names("nl")
        email = self._rng.choice(
            (f"{plain(first)}@{firm.domain}", f"info@{firm.domain}", f"{plain(first)[0]}.{plain(last)}@{firm.domain}")
        )
        return Person(first, last, email, "outlook", _phone(self._rng, "015 00"), "nl", firm, _TITLES[pool])

    def _staff(self) -> Person:
        first, last, title = self._rng.choice(STAFF)
        return Person(
            first, last, f"{plain(first)}.{plain(last)}@{DESK_DOMAIN}", "outlook", "015 00 70 00", title=title
        )
