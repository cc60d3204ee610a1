"""Pieces from which further short questions are composed once the hand-written stories are used up."""

from dataclasses import dataclass
from random import Random

from simulators.demo.model import Home, Mail, Queue, Story


@dataclass(frozen=True, slots=True)
class Kit:
    """Sentences that fit each other in any combination."""

    queue: Queue
    topic: str
    subjects: tuple[str, ...]
    situations: tuple[str, ...]
    questions: tuple[str, ...]
    home: Home = "house"


_GREETINGS = ("Beste", "Beste,", "Dag,", "Goeiedag", "Geachte,", "Hallo", "Beste medewerker,", "Goedemorgen,", "")
_EXTRAS = (
    "Ik ben het best bereikbaar na 17 uur op {tel}.", "Bellen mag ook: {tel}.",
     "Mailen is het gemakkelijkst voor mij.", "", "", "",
    "Er is geen grote haast bij.", "Graag een antwoord voor {dag:+12}, dan moet ik beslissen.",
)  # fmt: skip
_CLOSINGS = (
    "Met vriendelijke groeten\n| {naam}", "Groeten, {naam}", "Alvast bedankt!\n| {voornaam}", "mvg {naam}",
     "Dank en groet\n| {naam}\n| {tel}",
    "Hartelijk dank op voorhand,\n| {naam}", "{naam}", "Vriendelijk,\n| {voornaam} {familie}",
)  # fmt: skip

KITS = (
    Kit("energie", "Mijn VerbouwPremie", ("premie ramen", "Vraag premie", "verbouwpremie", "isolatiepremie",
     "Premie nieuwe voordeur"),
        ("We laten in het voorjaar de ramen vervangen in {adres}.", "Ik woon in {adres} en ben bezig met offertes "
                                                                    "voor het dak.",
         "Voor onze woning ({adres}) overwegen we spouwvulling.", "Mijn ouders, {adres}, willen hun voordeur en "
                                                                  "veranda vernieuwen.",
         "Wij kochten vorige maand {adres} en starten met de vloer."),
        ("Moet de aanvraag voor of na de werken gebeuren?", "Zijn de voorwaarden dit jaar nog dezelfde als vorig jaar?",
         "Welke papieren moet ik zeker aan de aannemer vragen?", "Mag een deel zelf geplaatst worden of vervalt dan "
                                                                 "alles?",
         "Kan iemand de offerte nakijken voor ik teken?")),
    Kit("energie", "Technische vraag", ("vraagje energie", "hoog verbruik", "zoldervloer", "vraag over ketel"),
        ("Ons verbruik in {adres} is een derde hoger dan bij de buren.",
         "De ketel in {adres} valt om de haverklap uit.",
         "De zolder van {adres} is nu niet geïsoleerd en wordt enkel gebruikt als berging.",
         "Sinds de isolatie van ons dak ({adres}) horen we 's nachts gekraak."),
        ("Is een energiescan dan zinvol?", "Wat doen we best eerst?", "Kan er iemand van jullie komen kijken?",
         "Hebben jullie een folder waarin dit staat uitgelegd?")),
    Kit("lening", "Lening", ("renteloze lening", "lening renovatie", "Vraag lening"),
        ("We willen voor ongeveer 30.000 euro werken doen aan {adres}.", "Ik ben alleenstaand en wil de badkamer en "
                                                                         "ketel in {adres} vernieuwen.",
         "Onze aanvraag voor {adres} is ingediend, maar de aannemer heeft zijn prijs opgetrokken."),
        ("Hoeveel kunnen we maximaal lenen?", "Mag het bedrag nog aangepast worden?", "Is er een leeftijdsgrens?",
         "Kunnen we op een zaterdag langskomen voor een gesprek?")),
    Kit("appartementen", "VME: algemene vraag", ("Vraag VME", "appartementsgebouw", "{vme}"),
        ("Ik ben eigenaar in {gebouw:vol}; de VME heeft nummer {kbo}.", "Op de vergadering van {vme} ({gebouw}) kwam "
                                                                        "de energie ter sprake.",
         "Voor {vme}, ondernemingsnummer {kbo}, zoeken wij begeleiding.", "Wij wonen in {adres} en het dak lekt in "
                                                                          "de traphal."),
        ("Kan een renovatiecoach op onze vergadering uitleg geven?", "Welke premies bestaan er voor de "
                                                                     "gemeenschappelijke delen?",
         "Moet de syndicus dit aanvragen of mag een eigenaar dat ook?",
          "Hoe beginnen we aan een renovatiemasterplan?"), "building"),
    Kit("adaptatie", "Vergroening", ("tegeltuin", "gevelgroen", "ontharden", "regenton"),
        ("Voor onze gevel in {adres} ligt een breed voetpad.", "De voortuin van {adres} is volledig verhard.",
         "In onze straat ({adres:zonder}) staat bij elke bui water op de stoep.", "Ik zou graag iets groens aan de "
                                                                                  "gevel van {adres}."),
        ("Kan daar een tegeltuin komen?", "Breekt de stad de tegels uit of doen we dat zelf?", "Is er een premie voor?",
         "Wanneer is de volgende aanlegronde?")),
    Kit("wijkrenovatie", "Wijkrenovatie", ("wijkrenovatie", "brief renovatiecoach", "groepsaankoop"),
        ("Ik kreeg een brief over de renovatie van onze wijk, voor {adres}.", "Mijn buren doen mee met de "
                                                                              "wijkrenovatie en ik ({adres}) nog niet.",
         "We waren op het infomoment van de wijk en wonen in {adres}."),
        ("Kan ik nog instappen?", "Wanneer komt de renovatiecoach langs?", "Ben ik dan verplicht om met die aannemer "
                                                                           "te werken?")),
    Kit("wonen", "Woningkwaliteit", ("vraag huurwoning", "rookmelders", "vochtprobleem"),
        ("Ik huur {adres} en er is vocht in twee kamers.", "Als verhuurder van {adres} wil ik in orde zijn met de "
                                                           "regels.",
         "Mijn dochter huurt een studio in {adres:straat} zonder rookmelder."),
        ("Wie komt dat controleren?", "Is een conformiteitsattest verplicht?", "Welke stappen moet ik eerst zetten?")),
)  # fmt: skip


def compose(nth: int, rng: Random) -> Story:
    """A story of one question, drawn from a kit."""
    kit = KITS[nth % len(KITS)]
    parts = (
        rng.choice(_GREETINGS),
        f"{rng.choice(kit.situations)} {rng.choice(kit.questions)}",
        rng.choice(_EXTRAS),
        rng.choice(_CLOSINGS),
    )
    text = "\n\n".join(part for part in parts if part)
    who = "eigenaar1" if kit.home == "building" else "burger"
    return Story(f"vraag-{nth:04d}", kit.queue, kit.topic, (Mail(who, text, rng.choice(kit.subjects)),), home=kit.home)
