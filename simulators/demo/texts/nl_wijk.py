"""Neighbourhood renovation and housing quality."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("wijk-arsenaal", "wijkrenovatie", "Wijkrenovatie Arsenaal", (
        Mail("burger", """
            Beste

            Ik kreeg een brief over de wijkrenovatie Arsenaal in de bus ("uw wijk wordt warmer"). Ik woon in {adres}
            en heb zeker interesse voor gevelisolatie, maar ik heb een smal voetpad. Mag de isolatie dan over de
            rooilijn komen?

            Ik kan naar het infomoment in de school komen.

            Groeten
            | {naam}""", "brief wijkrenovatie Arsenaal"),
        Mail("loket", """
            Beste {naam@burger},

            Fijn dat u interesse hebt. De rooilijn mag met isolatie overschreden worden als er genoeg voetpad
            overblijft; de renovatiecoach meet dat ter plaatse op. Welkom op het infomoment van {dag:+13} om 19
            uur.""", to="burger", answers=0),
        Mail("burger", """
            Dank u, ik heb me ingeschreven met mijn buur erbij ({naam@buur}, {adres@buur:straat}), die heeft geen
            mail.""", answers=1),
        Mail("buur", """
            Goeiedag, tegen de verwachting in heb ik nu toch een mailadres (van mijn dochter). Ik ben {naam} en heb
            mij laten inschrijven door de buren voor het infomoment. Kan ik daar ook vragen stellen over mijn
            vochtige kelder?""",
             "infomoment wijk Arsenaal", client="iphone", gap=44),
    )),
    Story("wijk-samenaankoop", "wijkrenovatie", "Samen met de straat isoleren", (
        Mail("burger", """
            Dag loket!

            We zijn hier in de {straat} met negen huizen op een rij die allemaal uit hetzelfde jaar zijn en allemaal
            dezelfde slechte spouw hebben. Op het straatfeest is het idee gegroeid om dat samen te laten doen.
            Bestaat er begeleiding voor zo'n "collectieve renovatie"? Ik ben bereid om trekker te zijn.

            In bijlage een lijstje van wie meedoet (iedereen is akkoord dat ik dat doorstuur).

            Enthousiaste groeten,
            | {naam}
            | {adres}""", "9 huizen samen isoleren",
            files=(File("deelnemers straat.csv", "csv", "", ("nr;interesse;eigenaar", "12;spouw;ja",
             "14;spouw+dak;ja", "16;spouw;ja",
                                                             "18;spouw;huurder", "20;spouw;ja")),)),
        Mail("loket", """
            Dag {voornaam@burger},

            Wat een mooi initiatief. Ja: bij collectieve renovatie maakt een renovatiecoach één bestek, vraagt
            offertes op en elk gezin beslist apart. Zullen we bij jullie in de straat afspreken op {dag:+18} om 20
            uur?""", to="burger", answers=0),
        Mail("burger", """
            Ja! Bij mij thuis, ik zorg voor koffie en koekjes. We zullen met een man of acht zijn. Nummer 18 huurt,
            mag die erbij zijn of moet de eigenaar komen?""", answers=1),
        Mail("loket", """
            Allebei welkom. De beslissing is aan de eigenaar, maar de huurder moet het wel leuk vinden.""",
             to="burger", answers=2),
    )),
    Story("wijk-otterbeek", "wijkrenovatie", "Wijkrenovatie: plaatsbezoek verzetten", (
        Mail("burger", """
            Beste {voornaam@coach}

            Ons bezoek van {dag:+5} moet ik verzetten, ik word geopereerd aan mijn knie. Kan het de week van
            {dag:+19}? Mijn man is dan thuis, hij weet ook wat we willen (dak en dan ramen).

            {naam}
            | {adres}""", "afspraak huisbezoek verplaatsen", client="iphone"),
    )),
    Story("wijk-aannemer", "wijkrenovatie", "Wijkrenovatie: offerte aannemer", (
        Mail("aannemer2", """
            Beste,

            In bijlage onze prijs voor de spouwmuurvulling van de woningen in het project (lot 2). Voor het
            hoekhuis, {adres@burger:vol}, is de spouw maar 3 cm; dat raden wij af. Prijzen gelden bij minstens zes
            deelnemers.

            Ons ondernemingsnummer voor het bestek: {kbo@aannemer2:eigen-be}. Vestigingseenheid {vestiging}.""",
             "Prijsofferte lot 2 spouwmuurisolatie",
             files=(File("Offerte lot 2.pdf", "pdf", "Offerte lot 2", ("Spouwvulling EPS-parels",
             "21,50 euro/m2 excl. btw")),)),
        Mail("loket", """
            Beste {naam@aannemer2},

            Dank. Wij leggen de offerte voor aan de bewoners op {dag:+15}. Kunt u de attesten van erkenning nog
            bezorgen?""",
             to="aannemer2", answers=0),
        Mail("aannemer2", "Zie bijlage. Het certificaat loopt tot eind volgend jaar.", answers=1,
             files=(File("winmail.dat", "tnef", "Certificaat spouwmuurisolatie", ("Certificaat geldig",
             "Isolteam Rupel")),),
             form="plain"),
    )),
    Story("wijk-twijfel", "wijkrenovatie", "Wijkrenovatie: vertrouwen", (
        Mail("burger", """
            Beste, er stond hier gisteren iemand aan de deur die zei "van de wijkrenovatie van de stad" te komen en
            binnen wilde kijken naar mijn ramen. Hij had een badge maar die ging heel snel. Is dat echt van jullie?
            Ik heb hem niet binnengelaten. {naam}, {adres}""", "man aan de deur", client="android"),
        Mail("loket", """
            Beste {naam@burger},

            U hebt goed gehandeld. Onze renovatiecoaches komen nooit zonder afspraak en kondigen zich per brief aan.
            Dit was niemand van ons. Wij melden het ook aan de politie. Ziet u hem terug, bel dan het lokale
            politienummer.""", to="burger", answers=0, gap=0.8),
        Mail("burger", "Dank u. Hij is ook bij de overburen geweest, die hebben een foto. Die mogen jullie hebben.",
             answers=1,
             client="android", files=(File("20261104_181522.jpg", "jpg"),)),
    )),
    Story("ongeschikt", "wonen", "Woningkwaliteit: ongeschikte huurwoning", (
        Mail("huurder", """
            Geachte

            ik huur sinds 2 jaar een huis in de {adres}. er is overal vocht, de muur in de kamer van de baby is
            zwart. huisbaas zegt dat ik te veel kook. ik heb hem 4 keer een sms gestuurd. wat moet ik doen? ik wil
            niet op straat staan

            {naam}
            | {tel}""", "vochtig huis, huisbaas doet niks", client="android",
            files=(File("20261012_080112.jpg", "jpg"), File("20261012_080130.jpg", "jpg"))),
        Mail("loket", """
            Dag {naam@huurder},

            Bedankt voor de foto's. Stuur de verhuurder eerst een aangetekende brief, een model zit in bijlage.
            Reageert hij niet binnen de maand, dan kunt u bij ons een woningonderzoek aanvragen. U kunt daarvoor
            niet zomaar uit huis gezet worden.""",
             to="huurder", answers=0, files=(File("modelbrief gebreken.docx", "docx", "Modelbrief",
             ("Betreft: gebreken aan de huurwoning",)),)),
        Mail("huurder", "brief is vandaag aangetekend weg. bewijs in bijlage. en als hij de huur nu opzegt?",
             answers=1, client="android",
             files=(File("bewijs.jpg", "jpg"),)),
    )),
    Story("conformiteit", "wonen", "Conformiteitsattest", (
        Mail("verhuurder", """
            Geachte mevrouw, heer,

            Voor de verhuring van mijn woning te {adres:komma} wens ik een conformiteitsattest aan te vragen. De
            woning komt vrij op {datum:+42}. Hoe lang is de wachttijd en wat is de kostprijs? Rookmelders zijn
            geplaatst, elektrische keuring van 2022 is positief.

            Met de meeste achting,
            | {naam}""", "Aanvraag conformiteitsattest", client="thunderbird", encoding="8bit", charset="iso-8859-15",
            files=(File("keuring_elektriciteit_2022.pdf", "pdf", "Verslag van onderzoek", ("Conform",
             "Volgende controle: 2047")),)),
        Mail("loket", """
            Geachte {naam@verhuurder},

            U kunt de aanvraag digitaal indienen of met het formulier in bijlage. Een controleur neemt dan binnen
            drie weken contact op.""",
             to="verhuurder", answers=0, files=(File("aanvraag attest.pdf", "pdf", "Aanvraagformulier",
             ("Adres van de woning:",)),)),
    )),
    Story("leegstand", "wonen", "Leegstandsregister", (
        Mail("burger", """
            Beste

            Ik kreeg een aanslag leegstandsheffing voor {adres:vol}. Dat huis staat leeg omdat wij het verbouwen! Al
            de offertes en facturen heb ik. De brief zegt dat ik 30 dagen heb voor bezwaar. Bij wie moet ik zijn,
            want ik werd al twee keer doorverbonden.

            {naam}, {tel}""", "Bezwaar leegstandsheffing"),
        Mail("loket", """
            Beste {naam@burger},

            Sorry voor het doorverbinden. Dit is voor onze collega's van Wonen, ik heb uw vraag aan hen bezorgd. Bij
            een ingrijpende renovatie bestaat een vrijstelling; u hebt daarvoor een renovatienota nodig.""",
             to="burger", answers=0),
        Mail("burger", "Welke nota? Waar vind ik die? De 30 dagen lopen...", answers=1, gap=2),
    )),
    Story("huurpremie", "wonen", "Huurpremie", (
        Mail("burger", """
            Goeiemorgen, ik sta 5 jaar op de wachtlijst voor een sociale woning en volgens mijn begeleidster kan ik
            huurpremie krijgen. is dat bij u? {naam} {adres:klein}""", "huurpremie", client="android"),
    )),
    Story("kamerwoning", "wonen", "Opsplitsen van een woning", (
        Mail("burger", """
            Beste,

            Mijn ouders (78 en 80) willen het gelijkvloers van hun huis gebruiken en mijn broer boven laten wonen.
            Is dat "zorgwonen" en moeten we daarvoor een vergunning hebben? Krijgen ze een apart huisnummer? Het
            gaat om {adres}.

            Alvast bedankt,
            | {naam}""", "zorgwonen bij mijn ouders"),
        Mail("loket", """
            Beste {naam@burger},

            Uw vraag over zorgwonen hebben wij doorgegeven aan de consulent wonen. In de meeste gevallen volstaat
            een melding; er komt geen nieuw huisnummer.""", to="burger", answers=0),
    )),
)  # fmt: skip
