"""Volunteer and professional syndics, VMEs and their numbers."""

from simulators.demo.model import File, Mail, Story

_LOGO = File("image002.png", "png", inline=True)

STORIES = (
    Story("rmp-syndicus", "appartementen", "Renovatiemasterplan: aanmelding", (
        Mail("syndicus1", """
            Geachte,

            Als syndicus van {vme} ({gebouw:vol}, KBO {kbo:punten}) meld ik de belangstelling van de mede-eigenaars
            voor een renovatiemasterplan. De vergadering van {maand:-5} keurde principieel goed om dit te laten
            opmaken. Het gebouw telt zeven kavels, bouwjaar 1968, stookplaats op gas, plat dak aan vernieuwing toe.

            Kunt u mij laten weten welke stukken u nodig hebt en binnen welke termijn een plaatsbezoek mogelijk is?

            Met vriendelijke groeten""", "{vme} - interesse renovatiemasterplan"),
        Mail("loket", """
            Beste {naam@syndicus1},

            Bedankt voor uw aanmelding. Graag ontvangen wij de basisakte, het reglement van inwendige orde, het
            verslag van de laatste algemene vergadering en de energiefacturen van de stookplaats van drie jaar. Een
            renovatiecoach kan langskomen op {dag:+20}.

            Wie zit er in de raad van mede-eigendom?""", to="syndicus1", answers=0),
        Mail("syndicus1", """
            Beste,

            In bijlage de gevraagde stukken. De basisakte is een oude scan, mijn excuses voor de kwaliteit.

            Voorzitter van de RME is {naam@eigenaar1} (eigenaar op de eerste verdieping), {mail@eigenaar1}. Het
            bezoek op {dag:+20} past, ik zal zelf aanwezig zijn vanaf 14u en breng de sleutel van de stookplaats
            mee.""",
             answers=1, cc=("eigenaar1",),
             files=(File("Basisakte 1968.pdf", "pdf", "Basisakte", ("Verleden voor notaris in 1968",
              "Zeven kavels, 1000sten")),
                    File("RIO.pdf", "pdf", "Reglement van inwendige orde", ("Artikel 1 - gemeenschappelijke delen",)),
                    File("Verslag AV 2026.docx", "docx", "Verslag algemene vergadering", ("Punt 7: RMP - goedgekeurd",
                         )),
                    File("verbruik.csv", "csv", "", ("jaar;kWh;euro", "2023;168200;15980", "2024;159900;14102",
                         "2025;171050;16340")))),
        Mail("eigenaar1", """
            Goeiendag,

            ik ben de voorzitter van de RME. Ik wil er wel op wijzen dat niet iedereen in het gebouw gewonnen is
            voor het plan, vooral op het gelijkvloers niet. Kan de renovatiecoach ook uitleg komen geven aan de
            bewoners zelf, 's avonds bijvoorbeeld?

            {naam}""", answers=2),
        Mail("loket", """
            Dag {naam@eigenaar1},

            Zeker, dat doen we vaker. Laat ons eerst het plaatsbezoek doen, dan prikken we samen een avond.""",
             to="eigenaar1",
             cc=("syndicus1",), answers=3),
    ), home="building", building="dijlezicht"),
    Story("dakwerken-astrid", "appartementen", "Zelfde werken, verschillende eigenaars", (
        Mail("eigenaar1", """
            Beste

            Ik ben eigenaar van een appartement in {adres:vol}. Onze syndicus wil het dak isoleren en ik zou volgens
            de verdeelsleutel 6.200 euro moeten betalen. Krijg ik daar als eigenaar-bewoner persoonlijk een premie
            voor of gaat die naar de VME?

            groeten
            | {naam}""", "premie dak appartementsgebouw"),
        Mail("eigenaar2", """
            hallo, bij ons in {adres:straat} gaan ze het dak doen. ik verhuur mijn appartement, mag ik de kosten
            doorrekenen aan de huurder? en bestaat er steun voor verhuurders

            {naam}""", "dakwerken, kosten huurder", client="android", gap=30),
        Mail("eigenaar3", """
            Geacht loket,

            Ik ben 83 en woon al sinds de bouw in dit huis ({adres:app}). Men vraagt mij duizenden euro's voor een
            dak waar ik het einde niet meer van zal meemaken. Ik ben niet tegen, maar ik kan dat niet betalen. Kan
            ik verplicht worden?

            Hoogachtend,
            | {naam}""", "Dakwerken Residentie Astridpark", client="thunderbird", gap=41),
        Mail("syndicus2", """
            Geachte mevrouw, heer,

            Ik verneem dat meerdere eigenaars van {vme} ({gebouw:komma}) u los van elkaar hebben aangeschreven over
            de dakwerken. Mag ik voorstellen dat u de antwoorden ook aan mij bezorgt, zodat iedereen hetzelfde
            hoort? De VME heeft nummer {kbo:be-punten}. De offerte zit in bijlage; de stemming is voorzien op de
            bijzondere vergadering van {dag:+34}.

            Met vriendelijke groeten""", "{vme}: vragen over dakwerken", gap=60,
             files=(File("Offerte dak Astridpark.pdf", "pdf", "Offerte dakvernieuwing",
                         ("Isolatie en dichting plat dak, 310 m2", "74.400,00 euro excl. btw", "Geldig 60 dagen")),)),
        Mail("loket", """
            Beste {naam@syndicus2},

            Dank u. We antwoorden elke eigenaar apart over de eigen situatie, dat blijft tussen hen en ons, maar de
            algemene uitleg bezorgen wij graag aan iedereen tegelijk. Wij kunnen aanwezig zijn op de vergadering van
            {dag:+34}.""",
             to="syndicus2", answers=3),
        Mail("loket", """
            Beste {naam@eigenaar1},

            De premie voor de gemeenschappelijke delen wordt door de VME aangevraagd en komt ten goede aan alle
            eigenaars. Daarnaast kunt u, als uw inkomen binnen de grenzen valt, voor uw aandeel een aanvullende
            premie krijgen.""", to="eigenaar1", answers=0),
        Mail("eigenaar1", """
            Oké, duidelijk. En is dat aandeel dan volgens de quotiteiten in de basisakte of volgens wat ik echt
            betaal? Dat is bij ons niet hetzelfde (lang verhaal met een garage).""", answers=5),
        Mail("syndicus2", """
            Prima, ik zet u als eerste punt op de agenda, om 19.30 u. Zaaltje boven het café op de hoek, projector
            aanwezig.""", answers=4),
        Mail("eigenaar4", """
            Beste, Bewoner van {adres}. Ik las op het bord in de hal dat jullie naar de vergadering komen. Kan er
            ook iets gezegd worden over zonnepanelen op het nieuwe dak? Het zou zonde zijn dat achteraf te moeten
            doen.
            | Beleefde groeten,
            | {naam}""", "vergadering Astridpark - zonnepanelen?", gap=100),
    ), home="building", building="astrid"),
    Story("vme-nummer-fout", "appartementen", "VME: verkeerd nummer", (
        Mail("vrijwilliger", """
            Dag,

            Ik ben sinds kort syndicus van ons gebouw ({gebouw}) omdat niemand anders wou. Voor de aanvraag van de
            premie moet ik het ondernemingsnummer van de VME invullen: {kbo:fout}. De website zegt telkens "ongeldig
            nummer". Ik heb het nochtans letterlijk overgetypt van een brief van de bank. Weten jullie raad?

            {naam}
            | {tel}""", "ondernemingsnummer VME ongeldig"),
        Mail("loket", """
            Dag {naam@vrijwilliger},

            Er zit een tikfout in: de laatste twee cijfers zijn een controlegetal en dat klopt niet met de rest.
            Kijk eens op de statuten of in de Kruispuntbank op de naam van de VME.""", to="vrijwilliger", answers=0),
        Mail("vrijwilliger", """
            Gevonden! Het moest {kbo:punten} zijn, de bank had zelf een cijfer fout staan. Het lukt nu. Maar nu zegt
            hij dat de VME "geen actieve vertegenwoordiger" heeft?""", answers=1),
    ), home="building", building="battel"),
    Story("vme-bestaat-niet", "appartementen", "Geen VME op dit adres", (
        Mail("eigenaar1", """
            Beste

            Wij zijn met drie eigenaars in een huis dat in de jaren tachtig is opgesplitst ({gebouw}). Er is geen
            syndicus en nooit een vergadering geweest. Nu lekt het dak bij de bovenbuur en wil de verzekering een
            VME-nummer zien. Bestaan wij wel als VME? En zo nee, hoe richten we dat op zonder duizend euro aan een
            advocaat te geven?

            Dank en groet
            | {naam}""", "zijn wij een VME?"),
        Mail("loket", """
            Dag {naam@eigenaar1},

            Een VME ontstaat vanzelf zodra de statuten overgeschreven zijn en er minstens twee eigenaars zijn; ze
            moet dan wel nog een nummer krijgen in de Kruispuntbank. Op uw adres vinden wij niets. Is er een
            basisakte? Die zit bij de papieren van uw aankoop.""",
             to="eigenaar1", answers=0),
        Mail("eigenaar2", """
            Beste, ik antwoord in de plaats van mijn benedenbuur want ik heb de papieren. Er is een "akte van
            verdeling" uit 1986 maar daar staat nergens "basisakte" op. Foto's in bijlage. {naam}, {adres:straat}""",
             "Re: zijn wij een VME?", answers=1,
             thread="none", quote=False, files=(File("akte1.jpg", "jpg"), File("akte2.jpg", "jpg"))),
    ), home="flat"),
    Story("syndicus-lijst", "appartementen", "Aanmelding van meerdere gebouwen", (
        Mail("syndicus3", """
            Geacht loket,

            Naar aanleiding van uw oproep bezorgen wij de gebouwen in ons beheer die in aanmerking komen voor een
            renovatiemasterplan:

            - {vme}, {gebouw:vol}, {kbo:punten}
            - een blok van 22 appartementen in de {adres@blok2:vol}, waarvan het nummer nog volgt
            - een gebouw waarvan wij pas het beheer overnamen; de vorige syndicus noteerde
            {kbo@hoogstraat:wissel}, maar dat lijkt ons niet juist

            Gelieve te bevestigen welke u kunt behandelen in de eerste ronde.

            Met vriendelijke groet""", "Lijst gebouwen RMP", files=(_LOGO,), form="html"),
        Mail("loket", """
            Beste {naam@syndicus3},

            Dank voor de lijst. Het eerste gebouw nemen wij op. Voor het derde: het nummer dat u doorgaf bestaat
            niet, vermoedelijk staan er twee cijfers omgewisseld. Kunt u dat nakijken bij de neerlegging van de
            jaarrekening of bij de bank?""",
             to="syndicus3", answers=0),
        Mail("syndicus3", """
            Beste,

            U had gelijk. Het juiste nummer is {kbo@hoogstraat:be}. Voor het tweede blok: zie bijlage.""", answers=1,
             thread="index-only",
             files=(File("KBO uittreksel.pdf", "pdf", "Uittreksel", ("Vereniging van mede-eigenaars",
              "Status: actief")),)),
    ), home="building", building="kruisbaan"),
    Story("warmtenet-stookplaats", "appartementen", "Collectieve stookplaats", (
        Mail("syndicus4", """
            Goedemiddag,

            De collectieve stookketel van {vme} ({gebouw}) is gisteren definitief stilgevallen. Acht gezinnen zonder
            verwarming. We huren een noodketel, maar willen geen overhaaste beslissing nemen voor de vervanging. Kan
            een renovatiecoach dringend meekijken? Ondernemingsnummer VME: {kbo:kort-plat}.""",
             "DRINGEND: stookplaats uitgevallen", headers=(("X-Priority", "1"), ("Importance", "High"))),
        Mail("loket", """
            Beste {naam@syndicus4},

            Onze renovatiecoach belt u vandaag nog. Er is een spoedregeling voor de premie als u een foto van de
            defecte ketel en het verslag van de technicus bijhoudt.""", to="syndicus4", answers=0, gap=0.7),
        Mail("bureau", """
            Dag,

            {naam@syndicus4} vroeg ons om mee na te denken over de stookplaats van {vme}. Een eerste berekening in
            bijlage: met de huidige schil is 96 kW nodig, na dakisolatie 71 kW. Wij zouden dus eerst beslissen over
            het dak.

            Vriendelijke groeten""", "{vme} - vermogensberekening", gap=50, cc=("syndicus4",),
             files=(File("vermogen.pdf", "pdf", "Nota warmteverlies", ("Huidige toestand: 96 kW",
              "Na dakisolatie: 71 kW",
                                                                        "Na dak en ramen: 54 kW")),)),
        Mail("syndicus4", """
            Wij volgen het advies van het studiebureau en zetten het dak op de agenda van een spoedvergadering.
            Bedankt voor de snelle hulp van jullie collega trouwens, dat hebben de bewoners erg gewaardeerd.""",
             answers=2),
    ), home="building", building="postzegel"),
    Story("laadpalen-vme", "appartementen", "Laadpalen in garage", (
        Mail("eigenaar1", """
            Beste

            In onze ondergrondse garage ({gebouw:straat}, {vme}) wil ik een laadpaal. De syndicus ({naam@syndicus1})
            beweert dat de vergadering dat moet goedkeuren met twee derde, mijn buurman dat ik het gewoon mag
            aankondigen. Hebben jullie daar een modelbrief voor?

            mvg
            | {naam}""", "Laadpaal in garage appartement"),
    ), home="building", building="vest"),
)  # fmt: skip
