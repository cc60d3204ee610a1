"""Facade gardens, depaving, rainwater and compost."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("tegeltuin", "adaptatie", "Tegeltuin (individueel)", (
        Mail("burger", """
            Hallo!

            Wij willen graag een tegeltuintje voor onze gevel in de {adres}. Ons voetpad is 1,80 m breed, past dat?
            En mag er een klimroos in of groeien die wortels in de riool? De schoonmoeder heeft er een over ;-)

            Groene groetjes,
            | {voornaam}, {voornaam@lief} en de kids""", "Tegeltuin aanvragen"),
        Mail("loket", """
            Dag {voornaam@burger},

            Ja, er moet 1,50 m doorgang overblijven, dus een tuintje van 30 cm kan. Een klimroos is prima. Wij
            breken de tegels uit en leggen de boordstenen, jullie planten. De ploeg komt langs in de week van
            {dag:+28}.""", to="burger", answers=0),
        Mail("burger", """
            Jeeej! Hier een foto van de gevel met krijt waar we het willen. Er zit wel een keldergat, kan het daar
            20 cm van blijven?""",
             answers=1, client="iphone", files=(File("gevel met krijt.jpeg", "jpg"),)),
        Mail("loket", "Dat kan, genoteerd!", to="burger", answers=2, gap=4),
    )),
    Story("tegeltuin-collectief", "adaptatie", "Tegeltuin (collectief)", (
        Mail("burger", """
            Beste groendienst / adaptatieteam

            Met het buurtcomité van de {straat} hebben we 14 gezinnen die een tegeltuin willen. Krijgen we die in
            één keer aangelegd? We regelen zelf een plantendag. Graag een datum in het voorjaar. De lijst met
            huisnummers staat in de bijlage.

            {naam}
            | voorzitter buurtcomité""", "14 tegeltuinen in één straat",
            files=(File("lijst.docx", "docx", "Deelnemers tegeltuinen", ("nr 3, 5, 9, 11, 12, 15",
             "nr 18, 20, 21, 24, 27, 30, 31, 33")),)),
        Mail("loket", """
            Dag {naam@burger},

            Schitterend. Vanaf tien gezinnen doen we het als collectief project: één aanvraag, één werfdag, planten
            met korting. Voorlopige datum: {dag:+110}.""", to="burger", answers=0),
        Mail("burger", """
            Die datum is goed. Nummer 27 doet niet meer mee, nummer 29 wel. Moet ik een nieuwe lijst sturen?""",
             answers=1, gap=120),
    )),
    Story("straattuin", "adaptatie", "Adoptie straattuin", (
        Mail("burger", """
            Dag, het bloemenperkje op de hoek van onze straat ({adres:zonder}) ligt er triestig bij. Ik ben pas met
            pensioen en wil het wel adopteren. Wat mag ik planten? Krijg ik een bordje? Groeten, {naam}""",
             "straattuin adopteren"),
        Mail("loket", """
            Beste {naam@burger},

            Heel graag! U krijgt een bordje, een startpakket en een peter of meter van de groendienst. Wij maken een
            afspraak ter plaatse, past {dag:+10} om 10 uur?""", to="burger", answers=0),
        Mail("burger", "Ik zal er staan, met hark.", answers=1),
    )),
    Story("ontharding", "adaptatie", "Onthardingsploeg", (
        Mail("burger", """
            Beste

            Onze koer (45 m²) is volledig gebetonneerd en bij elke stortbui staat de keuken blank. Wij willen het
            beton weg en er een tuin van maken. Komt de onthardingsploeg ook bij particulieren? De toegang is via
            een gangetje van 90 cm, een kraan kan er dus niet in. Oude buren zeggen dat er een waterput onder zit...

            {naam}
            | {adres}""", "koer ontharden", files=(File("koer na bui.jpg", "jpg"),)),
        Mail("loket", """
            Beste {naam@burger},

            De ploeg werkt met handmateriaal, 90 cm is dus genoeg. Wel eerst een adaptatieadvies aan huis, zeker met
            die put. Wij bellen u voor een afspraak.""",
             to="burger", answers=0),
        Mail("burger", "Oké. Kunt u ook meteen naar de afloop van het platte dak kijken? Die komt op de koer uit.",
             answers=1,
             thread="index-only", client="outlook"),
    )),
    Story("puinzakken", "adaptatie", "Puinzakken", (
        Mail("burger", """
            dag hoeveel puinzakken kan ik krijgen voor het uitbreken van mijn oprit (20 m2 klinkers) en komen jullie
            ze ook halen of moet ik zelf naar het park, heb geen auto. {naam} {adres:klein}""", "puinzakken",
             client="android"),
    )),
    Story("groenslinger", "adaptatie", "Groenslinger", (
        Mail("burger", """
            Beste,

            In de {straat} hing vroeger een groenslinger tussen twee gevels. Bestaat dat project nog? Mijn overbuur
            en ik willen er een tussen {adres:straat} en zijn huis. Hij heeft schriftelijk toegestemd. Wie doet de
            verankering?

            Met groene groet
            | {naam}""", "Groenslinger over de straat"),
        Mail("loket", """
            Dag {naam@burger},

            Het project bestaat nog. Een ingenieur kijkt eerst de twee gevels na, daarna plaatst de stad de kabel.
            Bezorgt u ons de toestemming van uw overbuur?""",
             to="burger", answers=0),
        Mail("burger", "Hierbij. Zijn handschrift is niet te lezen maar het is echt van hem :)", answers=1,
             files=(File("toestemming overbuur.pdf", "pdf", "Toestemming",
              ("Ik ga akkoord met een kabel aan mijn gevel.",)),)),
    )),
    Story("buurtcompost", "adaptatie", "Buurtcomposteren", (
        Mail("burger", """
            Hallo, de buurtcompostbak aan het parkje zit al weken vol en begint te stinken. Wie is daar
            verantwoordelijk voor? Wij (een stuk of zes gezinnen) willen het gerust onderhouden als iemand ons leert
            hoe. {voornaam}""", "compostbak vol"),
        Mail("loket", """
            Dag {voornaam@burger},

            De bak is {dag:+2} leeggemaakt. Mogen wij u in contact brengen met de compostmeesters? De volgende
            opleiding start in het voorjaar.""",
             to="burger", answers=0),
        Mail("burger", "Ja hoor! Mijn nummer: {tel}. Nog een andere gegadigde: {naam@buur} van de overkant.",
             answers=1),
    )),
    Story("wateroverlast", "adaptatie", "Adaptatieadvies", (
        Mail("burger", """
            Geachte,

            Bij de zondvloed van {dag:-9} is onze kelder ondergelopen, voor de derde keer op twee jaar. De brandweer
            was zeer vriendelijk maar kan ook niet blijven komen. Een kennis kreeg van de stad een
            "adaptatieadvies". Hoe vraag ik dat aan?

            {naam}
            | {adres}
            | {tel}""", "kelder onder water", client="webmail", charset="windows-1252", encoding="quoted-printable"),
        Mail("loket", """
            Beste {naam@burger},

            Wat een miserie. U staat op de lijst; een adviseur belt u deze week. Hou foto's bij voor de
            verzekering.""", to="burger", answers=0),
    )),
    Story("hittestress", "adaptatie", "Hitte in de woning", (
        Mail("burger", """
            Onze zolderkamers worden in de zomer 36 graden, de kinderen slapen dan beneden in de zetel. Airco willen
            we niet. Welke zonwering of beplanting raden jullie aan en is daar steun voor? Zuidwest, plat dak.
            {naam}, {adres:vol}""",
             "hitte op zolder", client="gmail"),
    )),
    Story("boom-gevel", "adaptatie", "Inname openbaar domein", (
        Mail("burger", """
            Beste

            Voor de aanleg van ons groendak moet er een kraan staan op {dag:+24}, van 7 tot 13 uur, voor {adres}. Is
            daar een vergunning inname openbaar domein voor nodig en krijgen we korting omdat het voor een groendak
            is? Dat laatste hoorde ik van de dakwerker.

            mvg {naam}""", "inname openbaar domein voor groendak"),
        Mail("aannemer1", """
            Beste,

            Aansluitend op de mail van onze klant {naam@burger}: de kraan is 2,55 m breed, stempels tot 5 m.
            Signalisatieplan in bijlage.""",
             "Kraan groendak - signalisatieplan", gap=20,
             files=(File("signalisatieplan.png", "png"), File("fiche kraan.pdf", "pdf", "Technische fiche",
             ("Breedte 2,55 m",)))),
    )),
)  # fmt: skip
