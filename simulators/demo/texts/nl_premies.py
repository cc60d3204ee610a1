"""Citizens about Mijn VerbouwPremie and other premiums."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("premie-dakisolatie", "energie", "Mijn VerbouwPremie: dakisolatie", (
        Mail("burger", """
            Beste,

            Wij hebben in {maand:-3} ons dak laten isoleren ({adres}). De aannemer heeft nu zijn eindfactuur
            gestuurd en zegt dat wij zelf de premie moeten aanvragen. Op de website kom ik er niet uit: bij stap 3
            vraagt hij naar een "attest van de aannemer" en dat heb ik niet gekregen.

            Moet ik dat attest eerst bij hem vragen of kan ik al indienen met alleen de factuur?

            Met vriendelijke groeten,
            | {naam}
            | {tel}""", "Premie dakisolatie - attest aannemer?",
            files=(File("factuur dak.pdf", "pdf", "Factuur 2026/0417",
                        ("Dakwerken Aerts-Boey bv", "Isolatie hellend dak, 84 m2, Rd 6,0",
                         "Totaal excl. btw: 7.140,00 euro",
                         "Btw 6 %: 428,40 euro", "Te betalen: 7.568,40 euro")),)),
        Mail("loket", """
            Beste {naam@burger},

            U hebt het attest inderdaad nodig voor u indient. De aannemer vindt het model op de website van Mijn
            VerbouwPremie; hij vult het in en ondertekent het. Bewaar ook de technische fiche van het
            isolatiemateriaal, die wordt soms nog gevraagd.

            Hebt u het attest, dan kunt u de aanvraag in één keer afwerken. Lukt het niet alleen, dan helpen wij u
            graag aan het loket, na afspraak.""", to="burger", answers=0),
        Mail("burger", """
            Bedankt voor het snelle antwoord! Heb de aannemer gebeld, hij bezorgt het attest tegen {dag:+12}. Mag ik
            dan bij jullie langskomen om het samen in te dienen? Ik werk in ploegen dus liefst een voormiddag.

            mvg {voornaam}""", answers=1),
    )),
    Story("premie-ramen-inkomen", "energie", "Mijn VerbouwPremie: inkomenscategorie", (
        Mail("burger", """
            Goeiemiddag

            ik heb een vraagje over de premie voor ramen. ik ben sinds vorig jaar gescheiden en woon nu alleen met
            mijn zoontje in de {adres}. op mijn aanslagbiljet staan we nog samen. naar welk inkomen kijken ze dan??
            want anders zit ik in een te hoge categorie en krijg ik niks

            groetjes
            | {voornaam}""", "vraagje premie ramen", client="iphone"),
        Mail("loket", """
            Dag {voornaam@burger},

            Bij een aanvraag wordt gekeken naar het laatst beschikbare aanslagbiljet, maar ook naar de
            gezinstoestand op de dag van de aanvraag. Bij een gezamenlijke aanslag wordt uw eigen deel genomen. U
            hoeft daarvoor zelf niets te bewijzen als de scheiding in het rijksregister staat.

            Stuur ons gerust het aanslagbiljet door, of kom langs, dan bekijken wij in welke categorie u valt.""",
             to="burger", answers=0),
        Mail("burger", "", answers=1, client="iphone", kind="reply", quirks=("empty-body",), quote=False, form="plain",
             files=(File("IMG_2231.jpeg", "jpg"), File("IMG_2232.jpeg", "jpg"))),
        Mail("burger", """
            sorry, mijn vorige mail was precies leeg. in bijlage de fotos van het aanslagbiljet, is het zo leesbaar?""",
             answers=1, gap=0.2, client="iphone"),
    )),
    Story("premie-geweigerd", "energie", "Mijn VerbouwPremie: geweigerde aanvraag", (
        Mail("burger", """
            Geacht loket,

            Mijn aanvraag voor de premie van de warmtepompboiler werd geweigerd "omdat de factuur niet voldoet".
            Meer uitleg staat er niet bij. De installateur is een erkend bedrijf en heeft mij verzekerd dat alles in
            orde was. Ik ben 71 jaar en ik vind het weinig respectvol dat je dan enkel een standaardzin krijgt.

            Kan iemand mij uitleggen wat er aan die factuur scheelt, en hoe ik bezwaar kan aantekenen? Ik heb
            begrepen dat daar een termijn op staat.

            Hoogachtend,
            | {naam}
            | {adres}""", "Weigering premie: waarom?", client="thunderbird",
            files=(File("Beslissing_premie.pdf", "pdf", "Beslissing over uw aanvraag",
                        ("Uw aanvraag werd onderzocht en geweigerd.", "Reden: de factuur voldoet niet aan de "
                                                                      "voorwaarden.",
                         "U kunt bezwaar aantekenen binnen de termijn vermeld in deze brief.")),
                   File("factuur boiler.pdf", "pdf", "Factuur", ("Warmtepompboiler 260 l", "Plaatsing en aansluiting",
                                                                  "Totaal: 3.410,00 euro incl. btw")))),
        Mail("loket", """
            Geachte {naam@burger},

            Op de factuur die u meestuurt ontbreken het merk en het type van het toestel, en ook het adres van de
            werken. Dat is vrijwel zeker de reden. Vraag de installateur een verbeterde factuur met die gegevens; u
            hoeft dan geen bezwaar in te dienen maar kunt het dossier laten heropenen.

            Wij begrijpen dat de brief niet duidelijk is. Brengt u de verbeterde factuur mee naar het loket, dan
            doen wij de heropening samen.""", to="burger", answers=0),
        Mail("burger", """
            Geachte,

            Hartelijk dank voor de heldere uitleg, dat was in twee minuten duidelijk. De installateur wil de factuur
            aanpassen maar vraagt of het volstaat er een bijlage aan toe te voegen. Volstaat dat volgens u?

            Hoogachtend,
            | {naam}""", answers=1, client="thunderbird", thread="no-references"),
    )),
    Story("premie-termijn", "energie", "Mijn VerbouwPremie: termijn facturen", (
        Mail("burger", """
            Dag allemaal,

            Wij verbouwen al bijna twee jaar (amai, het blijft duren) en nu hoor ik van mijn schoonbroer dat
            facturen niet ouder dan twee jaar mogen zijn?? Onze eerste factuur voor de muurisolatie dateert van
            bijna dan. De rest (ramen, vloer) komt pas in het voorjaar.

            Mag je in stukken indienen of verlies je dan iets?

            Groeten uit de {straat},
            | {naam}""", "Facturen ouder dan 2 jaar?"),
        Mail("loket", """
            Dag {voornaam@burger},

            Uw schoonbroer heeft gelijk: op het moment van de aanvraag mag de eindfactuur niet ouder zijn dan twee
            jaar. U mag per werk apart indienen, dus dien de muurisolatie best nu al in en de ramen en vloer later.
            U verliest daar niets mee.""",
             to="burger", answers=0),
    )),
    Story("premie-zonnepanelen", "energie", "Premies zonnepanelen en batterij", (
        Mail("burger", """
            Hallo, bestaat er nog een premie voor een thuisbatterij? De verkoper aan de deur beweerde van wel maar
            ik moest wel dezelfde dag nog tekenen... heb ik natuurlijk niet gedaan. Alvast bedankt. {naam}, {adres}""",
             "thuisbatterij", client="android"),
    )),
    Story("premie-verhuurder", "energie", "Mijn VerbouwPremie: verhuurder", (
        Mail("verhuurder", """
            Goedemorgen,

            Ik verhuur via het sociaal verhuurkantoor een woning in de {adres@woning}. Ik zou er de ketel laten
            vervangen en de zoldervloer isoleren. Klopt het dat ik als verhuurder via het SVK in de hoogste
            categorie val? En moet de huurovereenkomst al een bepaalde tijd lopen?

            Zelf woon ik in Putte, mocht dat belangrijk zijn.

            Vriendelijke groet
            | {naam}""", "Premies voor woning verhuurd via SVK"),
        Mail("loket", """
            Beste {naam@verhuurder},

            Dat klopt in grote lijnen: wie voor lange tijd via een woonmaatschappij verhuurt, kan op de hoogste
            bedragen rekenen. De overeenkomst moet op de datum van de aanvraag nog minstens enkele jaren lopen.
            Bezorgt u ons een kopie, dan kijken wij het na voor u offertes tekent.""", to="verhuurder", answers=0),
        Mail("verhuurder", """
            In bijlage de overeenkomst (2 pagina's, enkel de eerste gescand, de tweede volgt).

            {naam}""", answers=1, gap=70,
             files=(File("huurovereenkomst SVK p1.pdf", "pdf", "Hoofdhuurovereenkomst", ("Duur: negen jaar",
              "Pagina 1 van 2")),)),
        Mail("verhuurder", "En hier pagina 2.", answers=1, gap=18.5, thread="none",
             files=(File("Scan0002.pdf", "pdf", "Scan", ("Pagina 2 van 2", "Gelezen en goedgekeurd")),)),
    )),
    Story("premie-status", "energie", "Mijn VerbouwPremie: stand van zaken", (
        Mail("burger", """
            Beste

            In {maand:-7} hebben jullie mij goed geholpen met de aanvraag van de premie voor het dak en de muren (ik
            was toen bij een vriendelijke mevrouw aan loket 4). Sindsdien niets meer gehoord. Het dossiernummer bij
            jullie was {nr}. Kan er iemand kijken of er iets ontbreekt?

            Beste groeten
            | {naam}
            | {adres:straat}""", "Stand van zaken aanvraag {nr}"),
        Mail("loket", """
            Beste {naam@burger},

            Uw aanvraag staat op "in behandeling". De behandeling duurt momenteel langer dan de zes maanden waarin u
            normaal antwoord krijgt. Er ontbreekt niets. U hoeft zelf niets te doen.""", to="burger", answers=0, gap=3),
        Mail("burger", "Oké dank u wel, dan wacht ik nog even af.", answers=1, gap=1.5, client="iphone"),
        Mail("burger", """
            Dag, ik ben het nog eens. Vandaag bericht gekregen dat de premie goedgekeurd is!! Bedankt voor de hulp.
            Nu willen we verder met de vloer. Kunnen we daarvoor een energieconsulent aan huis krijgen?""",
             "Re: Stand van zaken aanvraag {nr} - goed nieuws + nieuwe vraag", answers=1, gap=230, client="iphone",
             quirks=("subject-changed",)),
    )),
    Story("premie-asbest", "energie", "Mijn VerbouwPremie: asbestverwijdering", (
        Mail("burger", """
            Beste medewerker

            Op onze aanbouw liggen nog golfplaten uit 1974, waarschijnlijk asbest. Wij zouden er een geïsoleerd plat
            dak van maken. Krijgen we dan een premie voor het dak én iets extra voor de asbest? Foto in bijlage. Een
            tweede vraag: het containerpark zegt dat we maar een beperkt aantal platen per jaar mogen brengen?

            mvg
            | {naam}
            | {adres}""", "asbest golfplaten + nieuw dak",
            files=(File("aanbouw.jpg", "jpg"), File("platen detail.jpg", "jpg"))),
        Mail("loket", """
            Beste {naam@burger},

            Bedankt voor de foto's. Wordt de asbest verwijderd en het dak in dezelfde ruimte geïsoleerd, dan is er
            een toeslag per vierkante meter. Voor het wegbrengen kunt u ook een afhaling aan huis vragen; breek de
            platen niet zelf.""",
             to="burger", answers=0),
    )),
    Story("premie-epc", "energie", "EPC en labelsprong", (
        Mail("burger", """
            Dag,

            We kochten twee jaar geleden een woning met label E ({adres}). De notaris zei toen dat we vijf jaar tijd
            hebben om naar D te gaan. Ondertussen zijn alle ramen vervangen en is er een condensatieketel. Hoe weten
            we of we er nu zijn? Moet er dan een nieuw EPC gemaakt worden en wie betaalt dat?

            {naam} & {voornaam@lief}""", "renovatieverplichting label D"),
        Mail("burger", """
            PS bij mijn mail van daarnet: het oude EPC zit in bijlage, vergeten bij te voegen. Sorry!""",
             "EPC vergeten", gap=0.1,
             files=(File("EPC_woning.pdf", "pdf", "Energieprestatiecertificaat", ("Label E",
              "Kengetal 438 kWh/(m2 jaar)",
                     "Bewoonbare vloeroppervlakte 142 m2")),)),
    )),
    Story("premie-groendak", "adaptatie", "Premie groendak", (
        Mail("burger", """
            Hoi

            ik wil op mijn tuinhuis en op het plat dak achteraan een groendak leggen, samen ongeveer 31 m². Geeft de
            stad nog een premie? En is er een verschil tussen sedum en zo'n dikker dak? De draagkracht is nagekeken
            door een vriend die architect is.

            alvast merci!
            | {naam}, {adres}""", "groendakpremie?"),
        Mail("loket", """
            Dag {voornaam@burger},

            Ja, de premie groendak loopt nog. Voor minder dan vijftig vierkante meter volstaat een eenvoudige
            aanvraag met foto's vooraf en de factuur. Het type maakt een verschil in bedrag: hoe dikker de opbouw,
            hoe hoger de premie per vierkante meter. Vraag ze aan vóór u begint.""", to="burger", answers=0),
        Mail("burger", """
            Super! Aanvraag is vertrokken. Foto's van voor de werken hierbij, voor jullie dossier.""", answers=1,
             files=(File("dak voor 1.jpg", "jpg"), File("dak voor 2.jpg", "jpg"))),
    )),
    Story("premie-regenput", "adaptatie", "Premie hemelwaterput", (
        Mail("burger", """
            Mevrouw, mijnheer,

            Bij de heraanleg van onze oprit plaatsen wij een regenwaterput van 7.500 liter met pomp voor toilet en
            buitenkraan. Is de premie voor regenwaterrecuperatie bij u aan te vragen of bij de netbeheerder? De
            aannemer start op {dag:+21}, dus ik had het graag vooraf geweten.

            Met de meeste hoogachting,
            | {naam}
            | {adres:komma}""", "Hemelwaterput", client="webmail"),
    )),
)  # fmt: skip
