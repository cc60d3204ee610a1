"""Citizens about loans."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("verbouwlening", "lening", "Mijn VerbouwLening", (
        Mail("burger", """
            Geachte heer/mevrouw

            Graag had ik informatie over Mijn VerbouwLening. Mijn partner en ik zijn eigenaar van {adres} en willen
            het dak (sarking) en de gevel aanpakken. Offertes samen 46.300 euro. Ik werk halftijds, mijn
            partner is zelfstandige sinds kort.

            - Komen wij in aanmerking, en hoe bepalen jullie ons inkomen als die nog geen aanslagbiljet als
            zelfstandige heeft?
            - Moet de premie worden afgetrokken van het te lenen bedrag?
            - Hoe lang duurt het tot we het geld hebben? De dakwerker wil bevestiging tegen {dag:+30}.

            Met vriendelijke groeten
            | {naam}
            | {tel}""", "Vraag over Mijn VerbouwLening",
            files=(File("offerte sarking.pdf", "pdf", "Offerte 26-1180", ("Sarkingdak 96 m2",
             "27.450,00 euro excl. btw")),
                   File("offerte gevel.pdf", "pdf", "Offerte", ("Gevelisolatie met crepi 71 m2",
                        "18.850,00 euro incl. btw")))),
        Mail("loket", """
            Beste {naam@burger},

            Op basis van wat u schrijft is de lening mogelijk. Voor een starter als zelfstandige werken wij met de
            voorlopige cijfers van de boekhouder. De premie hoeft niet afgetrokken te worden, maar mag wel gebruikt
            worden om vervroegd af te lossen.

            Reken van volledig dossier tot ondertekening op zes tot acht weken. Teken de offertes nog niet. Graag
            ontvangen wij de documenten op de lijst in bijlage.""", to="burger", answers=0,
             files=(File("Documentenlijst lening.pdf", "pdf", "Nodige documenten",
                         ("- Laatste aanslagbiljet van beide partners", "- Drie recente loonfiches",
                          "- Overzicht lopende leningen",
                          "- Offertes")),)),
        Mail("burger", """
            Beste

            In bijlage reeds de loonfiches en het aanslagbiljet. De boekhouder bezorgt de cijfers van mijn partner
            volgende week. We hebben ook nog een autolening (210 euro/maand, loopt tot 2028).

            Mvg
            | {naam}""", answers=1,
             files=(File("loonfiches.pdf", "pdf", "Loonfiches", ("drie maanden",)),
                    File("aanslagbiljet.pdf", "pdf", "Aanslagbiljet personenbelasting", ("Inkomsten 2024",)))),
        Mail("burger", """
            Nog even dit: de dakwerker dringt aan. Kan ik hem zeggen dat het goed komt of moet ik afwachten? Hij zou
            anders pas in het najaar kunnen...""", answers=2, gap=96, client="iphone"),
        Mail("loket", """
            Beste {naam@burger},

            Wij kunnen pas iets toezeggen na de beslissing. Vraag hem of hij een opschortende voorwaarde in de
            offerte wil opnemen ("onder voorbehoud van lening"); de meeste aannemers doen dat.""", to="burger",
             answers=3),
        Mail("burger", "Goed idee, dat gaat hij doen. Dank u!", answers=4, client="iphone"),
    )),
    Story("noodkoopfonds", "lening", "Noodkoopfonds", (
        Mail("partner2", """
            Beste collega's,

            Ik begeleid een gezin (alleenstaande moeder met drie kinderen) dat in 2019 noodgedwongen een woning
            kocht in de {adres@burger}. De woning is intussen ongeschikt verklaard: elektriciteit niet conform, dak
            lek, geen verwarming boven. Een banklening krijgt mevrouw niet.

            Is het noodkoopfonds hier een mogelijkheid? Mevrouw spreekt vooral Arabisch en Frans; ik wil gerust mee
            naar het gesprek komen. Zij heeft mij toestemming gegeven om u te contacteren.

            Alvast dank""", "Aanmelding noodkoopfonds?"),
        Mail("loket", """
            Beste {voornaam@partner2},

            Bedankt voor de melding. Dit lijkt inderdaad een dossier voor het noodkoopfonds. Kunnen jullie samen
            langskomen op {dag:+9} om 10 uur? Graag met het besluit van ongeschiktheid en een bewijs van eigendom.""",
             to="partner2", answers=0),
        Mail("partner2", """
            Perfect, we zijn er. Ik vraag een tolk aan voor die dag.

            PS: is er een kinderhoekje? De jongste gaat nog niet naar school.""", answers=1),
    )),
    Story("lening-weigering", "lening", "Lening: kredietregistratie", (
        Mail("burger", """
            ik heb vroeger problemen gehad met afbetalen (zwarte lijst nationale bank) maar alles is betaald in
            2024. kan ik toch een renteloze lening krijgen voor een nieuwe ketel want de mijne is kapot en het is
            koud. 2 kindjes. {naam} {tel}""",
             "lening ketel dringend", client="android"),
        Mail("loket", """
            Dag {naam@burger},

            Een afgesloten registratie is geen automatische weigering. Omdat uw verwarming stuk is behandelen we dit
            bij voorrang. Kunt u morgen tussen 9 en 12 uur langskomen, of mogen wij u bellen?""", to="burger",
             answers=0, gap=1.2),
        Mail("burger", "bellen is goed ik werk in de nacht dus na 13u aub", answers=1, gap=0.6, client="android"),
    )),
    Story("energielening-oud", "lening", "Energielening: vervroegd aflossen", (
        Mail("burger", """
            Geachte

            Ik heb in 2021 een energielening afgesloten via het Energiehuis (zonnepanelen, adres {adres}). Graag wil
            ik het resterende bedrag in één keer terugbetalen. Hoeveel is dat en op welke rekening? Zijn er kosten
            aan?

            Hoogachtend
            | {naam}""", "Vervroegde terugbetaling energielening", client="webmail"),
    )),
    Story("lening-vme", "lening", "VME-lening", (
        Mail("vrijwilliger", """
            Beste,

            Onze kleine VME (vier appartementen, {gebouw}) moet het dak vernieuwen. Twee van de vier eigenaars
            hebben het geld niet liggen. Kan een VME als geheel lenen aan een voordelig tarief of moet iedere
            eigenaar dat apart doen? Ons ondernemingsnummer is {kbo}.

            Ik ben vrijwillig syndicus en doe dit naast mijn werk, dus eenvoudige uitleg is welkom.

            Vriendelijk
            | {naam}""", "Lening voor VME?"),
        Mail("loket", """
            Beste {naam@vrijwilliger},

            Beide kan. De VME kan zelf lenen als de algemene vergadering dat beslist, en eigenaars met een laag
            inkomen kunnen daarnaast hun aandeel renteloos lenen. Een collega die de appartementen opvolgt kan dit
            op uw vergadering komen uitleggen. Wanneer is de volgende?""", to="vrijwilliger", answers=0),
        Mail("vrijwilliger", """
            Normaal eind {maand:+2}, maar ik kan een bijzondere vergadering uitroepen. Hoeveel tijd op voorhand
            willen jullie dat weten? In bijlage het verslag van vorig jaar.""", answers=1, queue="appartementen",
             files=(File("verslag AV.docx", "docx", "Verslag algemene vergadering", ("Aanwezig: 3 van 4 eigenaars",
                     "Punt 4: dak - offertes vragen")),)),
    ), home="building", building="caputsteen"),
    Story("lening-mechelen-knapt-op", "lening", "Mechelen knapt op", (
        Mail("burger", """
            Dag, in de wijk hangt een affiche "Mechelen knapt op". Geldt dat ook voor wie buiten de wijk woont
            ({adres:vol})? Ik zou graag de elektriciteit laten vernieuwen, keuring is afgekeurd bij de aankoop,
            termijn loopt af in {maand:+4}.

            {naam}""", "mechelen knapt op"),
    )),
    Story("prefinanciering", "lening", "Pre-financiering", (
        Mail("burger", """
            Beste mevrouw, meneer

            Ik leef van een klein pensioen en kan de factuur van de isolatie niet voorschieten tot de premie komt.
            Mijn buurvrouw in de {straat} zei dat er iets bestaat als pre-financiering. Wat moet ik daarvoor doen?

            Bij voorbaat dank
            | {naam}
            | {adres}""", "voorschieten premie"),
        Mail("loket", """
            Beste {naam@burger},

            Dat klopt, bij een beperkt inkomen kunnen wij het premiebedrag voorschieten. De premie gaat dan
            rechtstreeks naar ons. U moet het aanvragen vóór de werken starten. Zijn die al begonnen?""", to="burger",
             answers=0),
        Mail("burger", "Nee, nog niet. De aannemer zou beginnen op {dag:+40}. Is dat op tijd?", answers=1,
             thread="no-references"),
    )),
)  # fmt: skip
