"""More from apartment buildings: numbers in every spelling, minutes, offers, quarrels."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("vme-registratie", "appartementen", "VME: registratie nakijken", (
        Mail("syndicus4", """
            Beste,

            Gelieve te noteren dat ons kantoor sinds {datum:-45} syndicus is van {vme}, {gebouw:hoofd}, met
            ondernemingsnummer {kbo:spaties}. De vorige syndicus staat nog in de Kruispuntbank; de wijziging is
            aangevraagd. Kunt u de lopende dossiers van dit gebouw op onze naam zetten?""", "Wissel syndicus {vme}"),
        Mail("loket", """
            Beste {naam@syndicus4},

            We passen het aan zodra de wijziging zichtbaar is. Bezorgt u intussen het verslag van de vergadering
            waarin u bent aangesteld?""",
             to="syndicus4", answers=0),
        Mail("syndicus4", "In bijlage, punt 3 van het verslag.", answers=1,
             files=(File("Verslag BAV.pdf", "pdf", "Verslag bijzondere algemene vergadering",
              ("Punt 3: aanstelling syndicus",)),)),
    ), home="building", building="postzegel"),
    Story("vrijwillig-syndicus", "appartementen", "Vrijwillig syndicus: eerste hulp", (
        Mail("vrijwilliger", """
            Hey

            Ik ben gebombardeerd tot vrijwillig syndicus van een gebouwtje met 3 appartementen en een leegstaande
            winkel beneden ({gebouw:slash}). Heb nog nooit een vergadering geleid :-)

            Bestaat er bij jullie een cursus of een draaiboek? En kan ik ergens opzoeken wie de eigenaar van de
            winkel is, die reageert nergens op en zonder hem halen we de stemmen niet.

            Ons nummer is denk ik {kbo:letter} (met een nul vooraan? ik zie het niet goed op de scan)

            Groetjes {voornaam}""", "help, ik ben syndicus", client="gmail"),
        Mail("loket", """
            Dag {voornaam@vrijwilliger},

            Proficiat, of sterkte! Vooraan hoort het cijfer nul, geen letter. Er is elk voor- en najaar een vorming
            voor vrijwillige syndici; we zetten je op de lijst voor {dag:+26}. De eigenaar van de winkel kunnen wij
            niet zomaar doorgeven, maar via het kadaster kan je als syndicus een uittreksel vragen.""",
             to="vrijwilliger", answers=0),
        Mail("vrijwilliger", """
            Top, schrijf me in. Mag mijn medesyndicus ({naam@eigenaar2}) ook komen?""", answers=1, client="gmail"),
    ), home="building", building="hanswijk"),
    Story("epc-gemene-delen", "appartementen", "EPC gemeenschappelijke delen", (
        Mail("syndicus1", """
            Geachte,

            Voor de vijf gebouwen die wij in Mechelen beheren is het EPC van de gemeenschappelijke delen opgemaakt.
            Bij {vme} ({gebouw}; {kbo:streepjes}) is het resultaat ronduit slecht door de enkele beglazing in de
            traphal. Komt de vervanging daarvan in aanmerking voor de VerbouwPremie, ook al grenst de traphal niet
            aan een verwarmde ruimte?""",
             "EPC GD {vme}", files=(File("EPC GD.pdf", "pdf", "EPC gemeenschappelijke delen", ("Traphal: enkel glas",
              "Dak: geen isolatie")),)),
        Mail("loket", """
            Beste {naam@syndicus1},

            Alleen glas in het beschermd volume telt mee. Een onverwarmde traphal valt daar meestal buiten. Onze
            renovatiecoach kan het op plan nakijken.""", to="syndicus1", answers=0),
    ), home="building", building="vest"),
    Story("offertes-vergelijken", "appartementen", "Offertes vergelijken", (
        Mail("eigenaar1", """
            Beste renovatiecoach,

            We spraken elkaar op het infomoment. In bijlage de drie offertes voor de gevel van ons gebouw, {vme} in
            de {gebouw:vol}. De prijzen gaan van 118.000 tot 171.000 euro voor volgens ons hetzelfde werk. Ik
            begrijp er niets van. Zou u ze naast elkaar willen leggen voor de RME van {dag:+11}?

            {naam}, lid RME
            | {adres:app}""", "3 offertes gevel",
            files=(File("offerte A.pdf", "pdf", "Offerte A", ("Gevelisolatie 16 cm EPS", "118.240,00 euro")),
                   File("offerte B.pdf", "pdf", "Offerte B", ("Gevelisolatie 18 cm EPS, stelling inbegrepen",
                        "142.900,00 euro")),
                   File("offerte C.pdf", "pdf", "Offerte C", ("Gevelisolatie 20 cm minerale wol", "171.060,00 euro")))),
        Mail("coach", """
            ter info, ik maak hier een vergelijking van, niet dispatchen aub. {voornaam}""", answers=0, lang="nl"),
        Mail("loket", """
            Beste {naam@eigenaar1},

            In bijlage onze vergelijking. Het verschil zit in drie posten: de stelling, de dikte van de isolatie en
            de afwerking van de raamdorpels. Offerte A rekent de stelling niet mee.""", to="eigenaar1", answers=0,
             files=(File("Vergelijking offertes.docx", "docx", "Vergelijking offertes gevel",
              ("A: stelling niet inbegrepen",
                                                                                            "B: volledig",
                     "C: minerale wol, brandveiliger")),)),
        Mail("eigenaar1", """
            Fantastisch overzicht, dank u! Eén vraagje nog: C is "brandveiliger" schrijft u. Is dat bij ons (5
            verdiepingen) verplicht?""",
             answers=2),
    ), home="building", building="nekker"),
    Story("vme-muizen", "appartementen", "VME: premie collectief", (
        Mail("vrijwilliger", """
            Geachte heer, mevrouw,

            De VME {gebouw:vol} (ondernemingsnr. {kbo:btw-kort}) wenst collectief de ramen te vervangen. Zes
            appartementen, waarvan er een wordt verhuurd. Vragen:

            - kan de VME een aanvraag doen voor alle privatieve ramen tezamen?
            - moet elke eigenaar een volmacht tekenen?
            - telt het appartement dat verhuurd wordt mee?

            Met achting,
            | {naam}
            | secretaris-syndicus""", "Collectieve aanvraag ramen", client="webmail"),
        Mail("loket", """
            Geachte {naam@vrijwilliger},

            Ramen zijn in uw basisakte privatief. De VME kan de werken wel organiseren, maar de premie vraagt elke
            eigenaar zelf aan met een factuur of een kostenverdeling op naam. Een modelverdeling zit in bijlage.""",
             to="vrijwilliger", answers=0,
             files=(File("model kostenverdeling.csv", "csv", "", ("eigenaar;bus;bedrag", ";1;", ";2;", ";3;")),)),
        Mail("vrijwilliger", """
            Geachte,

            Dank voor het model. Een eigenaar, {naam@eigenaar1}, stuurt u zelf nog zijn vragen.

            {naam}""", answers=1, client="webmail"),
        Mail("eigenaar1", """
            dag, {naam@vrijwilliger} zei dat ik u mocht mailen. ik verhuur {adres:vol}, huurster zit er tot juni.
            wachten tot ze weg is of nu doen? maakt dat uit voor de premie?""", "ramen {straat}", gap=26,
             client="iphone"),
    ), home="building", building="muizen"),
    Story("syndicus-portefeuille", "appartementen", "VME: lijst met nummers", (
        Mail("syndicus2", """
            Geachte,

            U vroeg ons de ondernemingsnummers van de gebouwen die wij overnamen. Onze administratie is nog een
            allegaartje van notaties, waarvoor excuses:

            - {vme@vest}: {kbo@vest:kort}
            - {vme@hanswijk}: {kbo@hanswijk:be-spaties}
            - {vme@caputsteen}: {kbo@caputsteen:kort-plat}
            - {vme@gandhi}: {kbo@gandhi:streepjes}
            - {vme@battel}: {kbo@battel:wissel} (staat zo op het oude briefpapier)
            - {vme@muizen}: {kbo@muizen:haakje}
            - {vme@liers}: {kbo@liers:btw}

            Voor {gebouw@nekker:app} hebben wij geen nummer; volgens ons is die VME nooit ingeschreven.""",
             "Ondernemingsnummers", form="plain"),
        Mail("loket", """
            Beste {naam@syndicus2},

            Dank u. Zes nummers kloppen; dat van {vme@battel} bestaat niet, wilt u het nakijken?""", to="syndicus2",
             answers=0),
        Mail("syndicus2", "Klopt, twee cijfers omgewisseld. Het is {kbo@battel:spaties}.", answers=1, gap=2),
    )),
    Story("uitnodiging-av", "appartementen", "VME: uitnodiging vergadering", (
        Mail("syndicus4", """
            Beste renovatiecoach,

            In bijlage de uitnodiging voor de bijzondere vergadering van {vme}. Uw toelichting staat als punt 2 op de
            agenda.""", "Uitnodiging BAV {vme}", form="alternative", kind="invitation",
             files=(File("uitnodiging.ics", "ics", "BAV {vme}", ("{gebouw:vol}", "Punt 2: renovatiemasterplan")),)),
    ), home="building", building="postzegel"),
    Story("btw-nummer", "appartementen", "VME: is een btw-nummer nodig", (
        Mail("vrijwilliger", """
            Hallo, op het formulier staat "BTW-nummer". Onze VME is niet btw-plichtig. Mag ik dan {kbo:btw} invullen
            of laat ik dat leeg? Gebouw: {gebouw:achter}. Mvg {naam}""", "BTW-nummer VME"),
        Mail("loket", """
            Dag {naam@vrijwilliger},

            U mag het ondernemingsnummer invullen, zonder BTW ervoor. Het is hetzelfde nummer, ook als de VME niet
            btw-plichtig is.""",
             to="vrijwilliger", answers=0),
        Mail("vrijwilliger", "ok gedaan: {kbo:plat} ingevuld. merci", answers=1, client="android",
             thread="no-references"),
    ), home="building", building="liers"),
    Story("gebouw-brandveiligheid", "appartementen", "Appartementsgebouw: technisch", (
        Mail("architect", """
            Beste,

            Voor de renovatie van {vme} ({gebouw:komma}, VME {kbo:be-spaties}) maak ik het dossier omgevingsvergunning
            op. Heeft uw dienst het renovatiemasterplan van 2023 nog? De syndicus vindt het niet terug. Het zou mij
            weken opmetingen besparen.""",
             "Opvraging renovatiemasterplan 2023"),
        Mail("loket", """
            Beste {naam@architect},

            Wij hebben het verslag. Omdat het eigendom is van de VME hebben wij eerst een akkoord van de syndicus of
            de RME nodig. Een mailtje van hen aan dit adres volstaat.""", to="architect", answers=0),
        Mail("syndicus2", """
            Geachte,

            Hierbij ons akkoord om het renovatiemasterplan aan {naam@architect} te bezorgen.""",
             "RE: Opvraging renovatiemasterplan 2023",
             answers=1, thread="none"),
        Mail("architect", "Dank voor de bemiddeling, goed ontvangen!", answers=1, gap=30),
    ), home="building", building="gandhi"),
    Story("lift-en-dak", "appartementen", "Klacht over de syndicus", (
        Mail("eigenaar1", """
            Beste

            Ik wil klacht indienen tegen onze syndicus. Hij antwoordt nooit, de rekening van vorig jaar klopt niet
            en nu wil hij ineens voor 200.000 euro werken laten doen door de firma van zijn schoonbroer. Wat kan de
            stad hieraan doen? Ik stuur u zeven mails in bijlage als bewijs.

            {naam}
            | {adres}""", "KLACHT SYNDICUS!!!", client="webmail",
            files=(File("bewijs.pdf", "pdf", "Bundel", ("Mail 1 t.e.m. 7",)),)),
        Mail("loket", """
            Beste {naam@eigenaar1},

            Dat is vervelend. De stad kan niet tussenkomen tussen eigenaars en syndicus. U kunt wel bij de
            beroepsorganisatie of de vrederechter terecht. Voor de werken zelf kunnen wij op vraag van de RME een
            neutrale blik op de offertes werpen.""",
             to="eigenaar1", answers=0),
        Mail("eigenaar1", "Dus niemand doet iets. Typisch.", answers=1, gap=0.5, client="webmail", quote=False),
    ), home="flat"),
)  # fmt: skip
