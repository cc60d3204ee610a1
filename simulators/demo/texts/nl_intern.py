"""Forwards by colleagues, notes from other services, partners and firms."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("fw-onthaal", "energie", "Doorgestuurd door het onthaal", (
        Mail("burger", """
            Beste stad Mechelen

            Waar kan ik terecht met vragen over het vervangen van mijn mazoutketel? Ik heb gehoord dat dat
            binnenkort niet meer mag. Ik woon alleen, 68 jaar, {adres}.

            Groeten
            | {naam}""", "mazoutketel", to="collega"),
        Mail("collega", """
            Dag collega's,

            Deze kwam binnen op het algemeen adres. Voor jullie?

            Groetjes""", to="loket", forwards=0),
    )),
    Story("fw-schepen", "adaptatie", "Doorgestuurd door het kabinet", (
        Mail("burger", """
            Geachte mevrouw de schepen,

            Als bewoner van de {adres:vol} stel ik vast dat het pleintje sinds de heraanleg op een bakplaat lijkt.
            Wanneer komen de beloofde bomen? Ik onderhoud met plezier een plantvak, maar dan moet er wel een vak
            zijn.

            Hoogachtend,
            | {naam}""", "Pleintje zonder schaduw", to="collega"),
        Mail("collega", """
            Collega's, graag een ontwerp van antwoord tegen {dag:+9}. Het aanbod om een plantvak te adopteren is
            iets voor het adaptatieteam.

            Dank!""", forwards=0),
    )),
    Story("fw-persoonlijk", "energie", "Persoonlijke mailbox van een consulent", (
        Mail("burger", """
            Dag {voornaam@coach},

            Jij bent vorig jaar bij ons geweest voor het renovatieadvies ({adres}). We hebben nu offertes voor een
            warmtepomp en zouden die graag door jou laten nalezen. Mag dat nog?

            Groeten
            | {naam} en {voornaam@lief}""", "nog een vraagje na je bezoek", to="coach",
             files=(File("offerte WP.pdf", "pdf", "Offerte warmtepomp", ("Lucht/water 8 kW",
              "16.940,00 euro incl. 6 % btw")),)),
        Mail("coach", """
            Kan iemand dit registreren en aan mij toewijzen? Kwam in mijn eigen mailbox binnen.""", forwards=0, files=(
                File("offerte WP.pdf", "pdf", "Offerte warmtepomp", ("Lucht/water 8 kW",
                     "16.940,00 euro incl. 6 % btw")),)),
    )),
    Story("fw-bijlage", "wonen", "Doorgestuurd als bijlage", (
        Mail("huurder", """
            Beste OCMW, mijn verhuurder wil dat ik voor nieuwjaar weg ben omdat hij gaat verbouwen. Mag dat? Ik heb
            een contract van 9 jaar. {naam}, {adres}""",
             "opzeg huur verbouwing", to="partner2"),
        Mail("partner2", """
            Beste collega's van Wonen,

            Zie de mail in bijlage. Kunnen jullie mevrouw of mijnheer verder helpen? Wij volgen het sociale luik op.""",
             "Vraag huurder - opzeg wegens verbouwing", forwards=0, files=(File("opzeg huur verbouwing.eml", "eml"),)),
    ), home="flat"),
    Story("fw-syndicus", "appartementen", "Doorgestuurd door Ruimtelijke Ordening", (
        Mail("syndicus2", """
            Geachte,

            De VME {kbo:be-spaties} ({gebouw}) wenst de gevel te isoleren. Hebben wij hiervoor een vergunning nodig,
            gelet op de ligging in het beschermd stadsgezicht?

            Hoogachtend""", "Gevelisolatie - vergunning?", to="collega"),
        Mail("collega", """
            Hoi,

            De vergunningsvraag beantwoord ik zelf. Maar ze lijken me ook klanten voor een renovatiemasterplan,
            vandaar.

            Groeten van op de derde verdieping""", forwards=0),
        Mail("loket", """
            Dank je wel! We nemen contact op met de syndicus.""", to="collega", answers=1, gap=3),
    ), home="building", building="hanswijk"),
    Story("partner-fluvius", "energie", "Partner: terugkoppeling", (
        Mail("partner1", """
            Beste,

            Overzicht van de energiescans die wij in {maand:-1} voor jullie hebben uitgevoerd, zie bijlage. Twee
            bewoners waren niet thuis, een derde wil liever in het voorjaar. De aanvraag voor {adres@burger:vol} is
            geannuleerd: bewoner is verhuisd.

            Vriendelijke groet""", "Overzicht energiescans {maand:-1}",
             files=(File("scans.csv", "csv", "", ("nr;datum;status", "1;03;uitgevoerd", "2;04;niet thuis",
              "3;08;uitgevoerd", "4;11;niet thuis")),)),
        Mail("loket", "Dank voor het overzicht. De bewoners die niet thuis waren bellen wij zelf nog eens.",
             to="partner1", answers=0),
    )),
    Story("scan-loket", "energie", "Ingescande stukken", (
        Mail("collega", """
            Scan van de balie.
            | Aantal pagina's: 3
            | Resolutie: 200 x 200 dpi""", "Scan 0417", client="scanner",
             files=(File("SKM_C33620.pdf", "pdf", "Aanvraag premie", ("Ingediend aan de balie",)),)),
    )),
    Story("studiebureau-verslag", "appartementen", "Verslag van plaatsbezoek", (
        Mail("bureau", """
            Dag allen,

            In bijlage het verslag van het plaatsbezoek aan {vme} ({gebouw:achter}). De belangrijkste vaststelling:
            de dakrand is verrot en er is betonrot aan twee terrassen op de straatkant. Dat laatste kan niet wachten
            op het masterplan.

            Vragen? Bel me gerust.""", "Verslag plaatsbezoek {vme}",
             files=(File("Verslag plaatsbezoek.pdf", "pdf", "Verslag plaatsbezoek", ("1. Dakrand",
              "2. Terrassen straatkant: betonrot",
                                                                                      "3. Stookplaats: in orde")),
                    File("terras1.jpg", "jpg"), File("terras2.jpg", "jpg"), File("dakrand.jpg", "jpg"))),
        Mail("loket", """
            Dag {voornaam@bureau},

            Bedankt, we brengen de syndicus vandaag op de hoogte van de betonrot.""", to="bureau", answers=0, gap=2.5),
        Mail("bureau", """
            Prima. Ter aanvulling: voor stutting van de terrassen kunnen jullie best meteen een aannemer laten
            komen. {vme} heeft KBO {kbo:slash} als je dat nodig hebt voor de bestelbon.""", answers=1,
             thread="index-only"),
    ), home="building", building="battel"),
    Story("antwoord-oude-mail", "energie", "Antwoord op een mail van een collega", (
        Mail("burger", """
            Beste, bedankt voor uw mail van vorige maand met de uitleg. Ik heb de formulieren nu eindelijk ingevuld.
            Kunt u mij bevestigen dat alles volledig is?

            {naam}, {straat}""", "Re: Uw vraag van het infomoment", thread="foreign", kind="reply",
             quirks=("foreign-parent",),
             files=(File("formulieren.pdf", "pdf", "Ingevulde formulieren", ("4 pagina's",)),)),
    )),
    Story("antwoord-eigen-box", "appartementen", "Antwoord op een mail van een collega", (
        Mail("syndicus3", """
            Beste {voornaam@coach},

            Zoals telefonisch besproken zet ik het algemeen adres in de plaats van uw persoonlijk adres. De
            vergadering van {vme} verschuift naar {dag:+31}.""", "RE: AV {vme}", thread="foreign", kind="reply",
             quirks=("foreign-parent",)),
    ), home="building", building="dijlezicht"),
    Story("laat-aangekomen", "energie", "Antwoord komt vroeger aan dan de vraag", (
        Mail("burger", """
            Beste, mijn buur en ik delen één schouw en willen allebei een nieuwe ketel. Moeten we dat samen
            aanvragen? Buur staat in cc. {naam}, {adres:vol}""", "Gedeelde schouw", cc=("buur",), late=29.0,
             quirks=("late-arrival",), client="webmail"),
        Mail("buur", """
            Even aanvullen: ik ben de buur in kwestie ({adres}). Mijn ketel is van 1998, die van hiernaast van 2003.
            De schouw is gekeurd in {maand:-7}.

            Groeten
            | {naam}""", answers=0, gap=3.5, client="outlook", cc=("burger",)),
    )),
)  # fmt: skip
