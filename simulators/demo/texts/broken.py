"""Good questions in damaged mails; `broken` names the damage that `breakage` does."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("stuk-einde", "energie", "Mijn VerbouwPremie", (
        Mail("burger", """
            Beste, in bijlage mijn factuur voor de condensatieketel. De premie daarvoor loopt toch nog voor mijn
            inkomensgroep? {naam}, {adres}""",
             "factuur ketel", client="webmail", form="plain", files=(File("factuur ketel.pdf", "pdf", "Factuur ketel",
              ("2.980,00 euro",)),)),
    ), broken=("missing-end-boundary",)),
    Story("stuk-base64", "appartementen", "VME: beschadigde bijlage", (
        Mail("syndicus1", """
            Geachte,

            Hierbij de statuten van {vme}, {gebouw:vol}, nummer {kbo:punten}. Gelieve de goede ontvangst te
            bevestigen.""", "Statuten {vme}", form="plain",
             files=(File("Statuten.pdf", "pdf", "Statuten", ("Artikel 1", "Artikel 2")),)),
    ), home="building", building="dijlezicht", broken=("bad-base64",)),
    Story("stuk-datum", "adaptatie", "Tegeltuin", (
        Mail("burger", """
            Dag, kan ik de tegeltuin die voorzien was voor {adres:vol} laten uitstellen tot na de gevelwerken?
            Groeten {naam}""", "tegeltuin uitstellen",
             client="webmail", form="plain", charset="iso-8859-1", encoding="8bit"),
    ), broken=("missing-date", "garbage-headers")),
    Story("stuk-id", "lening", "Lening", (
        Mail("burger", """
            Beste

            Wat gebeurt er met de lening als ik het huis ({adres}) verkoop voor ze is afbetaald? Moet ik dan alles
            ineens terugbetalen?

            {naam}""", "verkoop huis met lening", client="webmail", form="plain"),
    ), broken=("missing-message-id",)),
    Story("stuk-dubbel", "energie", "Zelfde Message-ID, andere inhoud", (
        Mail("burger", """
            Hallo, tweede poging want mijn mailprogramma doet raar. Ik had graag een afspraak voor renovatieadvies
            in {adres}. Mijn nummer is {tel}. {naam}""", "afspraak renovatieadvies (2de poging)", client="webmail"),
    ), broken=("duplicate-message-id",)),
    Story("stuk-null", "wonen", "Woningkwaliteit", (
        Mail("huurder", """
            Beste, kan iemand komen kijken naar de gevaarlijke elektriciteit in mijn huurhuis? {adres:vol}. Er komen
            vonken uit het stopcontact van de wasmachine. {naam} {tel}""", "vonken stopcontact", client="webmail",
             form="plain", charset="iso-8859-1", encoding="8bit"),
    ), broken=("null-bytes",)),
    Story("stuk-lang", "wijkrenovatie", "Wijkrenovatie", (
        Mail("burger", """
            Beste buren en beste stad, ik stuur dit naar iedereen op mijn lijst: wie doet er mee met de
            groepsaankoop van zonnepanelen? Renovatiecoach, kan u een prijs vragen voor een 40-tal daken? {naam},
            {adres}""", "groepsaankoop: wie doet mee?", client="webmail", form="plain"),
    ), broken=("long-header-line",)),
    Story("stuk-kop", "adaptatie", "Regenwater", (
        Mail("burger", """
            Goedendag, wij hebben een vraagje over de premie voor de regenwaterput. Geldt die ook als de put
            bovengronds staat? Adres: {adres}. {naam}""",
             "Vraagje: premie régenput – bovengronds, geïnteresseerd", client="webmail", form="plain",
              charset="windows-1252", encoding="8bit"),
    ), broken=("raw-non-ascii-headers",)),
    Story("stuk-staart", "energie", "Zonnepanelen", (
        Mail("burger", """
            Beste, mijn omvormer is stuk en de installateur is failliet. Kent u een andere firma, of mag u dat niet
            zeggen? {naam} ({adres})""",
             "omvormer kapot", client="android", form="alternative"),
    ), broken=("text-after-end",)),
    Story("stuk-tekenset", "appartementen", "VME: vraag met verkeerde tekenset", (
        Mail("vrijwilliger", """
            Geachte, onze VME ({gebouw:vol}, {kbo:punten}) vond een lek in de geïsoleerde leiding; één mede-eigenaar
            weigert coördinatie. Kunt u bemiddelen? Met beleefde groeten, {naam}""", "lek geïsoleerde leiding",
             client="webmail", form="plain", charset="windows-1252", encoding="8bit"),
    ), home="building", building="gandhi", broken=("wrong-charset",)),
    Story("stuk-onbekend", "energie", "Ketel", (
        Mail("burger", """
            Dag mijn ketel van 2001 moet gekeurd worden hoe vaak is dat nu weer? {naam}""", "keuring ketel",
             client="webmail", form="plain",
             charset="iso-8859-1", encoding="quoted-printable"),
    ), broken=("unknown-charset", "bad-date")),
)  # fmt: skip
