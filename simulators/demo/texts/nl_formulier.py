"""Mails that the contact form of the digital desk makes, and small questions of one or two lines."""

from simulators.demo.model import File, Mail, Story


def _form(topic: str, text: str, address: str = "{adres:vol}") -> str:
    """The fixed layout of the form."""
    return f"""
        Er is een nieuwe vraag via het digitaal loket.

        | Naam: {{naam}}
        | E-mail: {{mail}}
        | Telefoon: {{tel}}
        | Adres: {address}
        | Onderwerp: {topic}

        | Uw vraag:
        | {text}

        | Ik ga akkoord met de verwerking van mijn gegevens: ja"""


STORIES = (
    Story("form-advies", "energie", "Renovatieadvies aan huis", (
        Mail("burger", _form("Renovatieadvies", "Wij willen volgend jaar gevel en dak aanpakken en willen eerst "
                                                "onafhankelijk advies aan huis."),
             "Digitaal loket: Renovatieadvies", client="form", kind="form"),
        Mail("loket", """
            Beste {naam@burger},

            Bedankt voor uw aanvraag. De energieconsulent kan langskomen op {dag:+14} om 13.30 uur. Past dat?""",
             to="burger", answers=0),
        Mail("burger", "Dat past, ik neem verlof die namiddag. Tot dan. {naam}", answers=1),
    )),
    Story("form-tegeltuin", "adaptatie", "Tegeltuin (individueel)", (
        Mail("burger", _form("Tegeltuin", "Graag een tegeltuin van 2 m lang links van de voordeur. Er loopt een "
                                          "gasleiding, is dat erg?"),
             "Digitaal loket: Tegeltuin", client="form", kind="form"),
    )),
    Story("form-lening", "lening", "Mijn VerbouwLening", (
        Mail("burger", _form("Lening", "Ik wil graag een afspraak voor een renteloze lening voor zonnepanelen en "
                                       "dakisolatie. Liefst op maandag."),
             "Digitaal loket: Lening", client="form", kind="form"),
        Mail("burger", """
            Dag, ik heb via de website een afspraak gevraagd voor een lening maar geen bevestiging gekregen. Is het
            formulier aangekomen? {naam} - {tel}""", "Formulier lening aangekomen?", gap=52),
    )),
    Story("form-vme", "appartementen", "VME: contactformulier", (
        Mail("vrijwilliger", _form("Appartementsgebouw", "VME {vme}, nummer {kbo:kort}. Wij zoeken iemand die op "
                                                         "onze AV komt spreken over "
                                   "zonnepanelen op het gemeenschappelijk dak.", "{gebouw:vol}"),
             "Digitaal loket: Appartementsgebouw", client="form", kind="form"),
    ), home="building", building="nekker"),
    Story("form-vme2", "appartementen", "VME: contactformulier", (
        Mail("eigenaar1", _form("Appartementsgebouw", "Onze VME ({kbo:negen}) heeft geen syndicus meer sinds hij "
                                                      "failliet is. Wie helpt ons?", "{adres:slash}"),
             "Digitaal loket: Appartementsgebouw", client="form", kind="form"),
    ), home="building", building="vest"),
    Story("form-wijk", "wijkrenovatie", "Wijkrenovatie: inschrijving", (
        Mail("burger", _form("Wijkrenovatie", "Ik schrijf me in voor de groepsaankoop ramen in onze wijk. 7 ramen en "
                                              "1 deur, hout, enkel glas boven."),
             "Digitaal loket: Wijkrenovatie", client="form", kind="form"),
    )),
    Story("form-wonen", "wonen", "Woningkwaliteit", (
        Mail("huurder", _form("Wonen", "Trap zonder leuning, kapot raam op de 1e verdieping, verhuurder woont in het "
                                       "buitenland."),
             "Digitaal loket: Wonen", client="form", kind="form"),
    )),
    Story("leeg", None, "Lege mail", (
        Mail("burger", "", client="webmail", form="plain", charset="us-ascii", encoding="7bit", quirks=("empty-body",)),
    )),
    Story("kort-openingsuren", "energie", "Openingsuren", (
        Mail("burger", "Zijn jullie open op {dag:+7}? {voornaam}", "Openingsuren", client="iphone"),
        Mail("loket", "Dag {voornaam@burger}, ja, van 9 tot 12 uur en van 13 tot 16 uur, enkel op afspraak.",
             to="burger", answers=0, gap=4),
    )),
    Story("kort-afspraak", "energie", "Afspraak afzeggen", (
        Mail("burger", "Goedemorgen ik kan morgen niet komen, ziek. Mag het volgende week zelfde uur? {naam}",
             "afspraak", client="android"),
    )),
    Story("kort-brochure", "adaptatie", "Brochure", (
        Mail("burger", "Kunnen jullie de brochure over regenwater met de post opsturen naar {adres:hoofd}. Ik heb "
                       "geen printer. Dank, {naam}",
             "BROCHURE", client="webmail"),
    )),
    Story("kort-factuur", "energie", "Factuur nasturen", (
        Mail("burger", "Zoals gevraagd aan het loket. {naam} ({adres:straat})", "factuur glas", client="iphone",
             files=(File("IMG_3310.jpeg", "jpg"),)),
    )),
    Story("kort-huisnummer", "energie", "Adres met twee nummers", (
        Mail("burger", """
            Beste, ons huis heeft officieel nummer 12_2 maar iedereen schrijft 12bis. Op jullie formulier pakt hij
            geen van beide. Straat: {straat}. Hoe moet ik dat ingeven? {naam}""", "huisnummer bis"),
        Mail("loket", """
            Beste {naam@burger},

            We hebben uw adres zelf ingevuld. U hoeft niets meer te doen.""", to="burger", answers=0),
    )),
    Story("kort-nieuwbouw", "energie", "Adres dat nog niet bestaat", (
        Mail("burger", """
            Hallo, wij hebben pas een nieuwbouw in een verkaveling zonder straatnaam ("lot 7, achter
            {adres:zonder}"). Kunnen wij al een aanvraag doen voor de hemelwaterput of moet eerst het huisnummer er
            zijn? Vr. gr. {naam}""", "lot 7 nieuwbouw", queue="adaptatie"),
    )),
    Story("klacht-wachttijd", "energie", "Klacht over de telefoon", (
        Mail("burger", """
            Al VIER KEER gebeld vandaag en telkens "alle lijnen zijn bezet". Dan maar per mail: bel mij op {tel}.
            Het gaat over de afrekening van de premie. {familie}""", "onbereikbaar!!", client="outlook"),
        Mail("loket", """
            Beste {naam@burger},

            Onze excuses, er was een storing op de telefooncentrale. Wij bellen u nog voor de middag.""", to="burger",
             answers=0, gap=1.1),
        Mail("burger", "Inderdaad meteen teruggebeld door een heel vriendelijke mijnheer. Waarvoor dank, en sorry "
                       "voor de toon.", answers=1),
    )),
    Story("bedankt", "energie", "Bedankje", (
        Mail("burger", """
            Dag {voornaam@coach},

            Zomaar een mailtje om te zeggen dat het dak klaar is, de premie gestort en de rekening gehalveerd.
            Zonder jullie waren we er nooit aan begonnen. In bijlage een foto van het resultaat (en de kat, die vond
            de stelling geweldig).

            Hartelijk dank van ons allemaal,
            | {voornaam} & co""", "Bedankt!", files=(File("dak klaar.jpg", "jpg"), File("kat op stelling.jpg", "jpg"))),
    )),
    Story("school-project", "energie", "Student met vragen", (
        Mail("burger", """
            Beste, ik ben student vastgoed en maak mijn bachelorproef over renovatie van kleine
            appartementsgebouwen. Mag ik iemand van jullie 30 minuten interviewen over VME's zonder syndicus? Alvast
            bedankt! {naam}""", "Interview bachelorproef", client="gmail"),
    )),
)  # fmt: skip
