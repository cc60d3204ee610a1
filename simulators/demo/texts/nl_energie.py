"""Citizens with general energy questions."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("warmtepomp", "energie", "Warmtepomp: technische vraag", (
        Mail("burger", """
            Beste energieconsulent,

            Onze gasketel is 19 jaar oud en ik hoor steeds meer over warmtepompen. We wonen in een rijwoning uit
            1932 in de {adres}, dak geïsoleerd, spouw niet, overal dubbel glas van rond 2005, radiatoren. Verbruik
            vorig jaar 16.400 kWh gas.

            Drie vragen:
            - kan dat überhaupt met radiatoren?
            - hoeveel lawaai maakt zo'n buitenunit in een kleine stadstuin (5 m breed)?
            - is een hybride iets of is dat weggegooid geld?

            Ik wil geen verkoper over de vloer, wel iemand neutraal.

            Vriendelijke groeten
            | {naam}""", "Warmtepomp in rijwoning: zinvol?"),
        Mail("loket", """
            Beste {naam@burger},

            Goede vragen, en het eerlijke antwoord is: dat hangt af van uw warmteverlies. Met radiatoren kan het,
            als de woning bij 50 graden aanvoertemperatuur warm blijft. Dat kunt u deze winter zelf testen: zet de
            ketel op 50 graden bij vriesweer en kijk of het comfortabel blijft.

            Onze energieconsulent kan ook bij u langskomen voor renovatieadvies. Dat is gratis. Past {dag:+16} in de
            namiddag?""",
             to="burger", answers=0),
        Mail("burger", """
            Dat van die 50 graden ga ik zeker proberen, slim!

            {dag:+16} kan helaas niet, de week erna elke dag na 15u. Moet ik iets klaarleggen (plannen, facturen)?

            {voornaam}""", answers=1),
        Mail("loket", """
            Dag {voornaam@burger},

            Dan noteren we {dag:+23} om 15.30 uur. Handig om klaar te leggen: de laatste jaarafrekening, het EPC als
            u er een hebt, en plannen of een schets.""", to="burger", answers=2),
        Mail("burger", "Genoteerd, tot dan!", answers=3, client="iphone"),
    )),
    Story("energiescan", "energie", "Energiescan aanvragen", (
        Mail("huurder", """
            Hallo

            mijn maandvoorschot is verdubbeld en ik krijg het niet meer betaald. een vriendin zegt dat er van de
            stad iemand gratis langskomt om te kijken waar je kan besparen? ik huur een appartementje in de
            {adres:straat} en de ramen zijn enkel glas, het trekt heel erg. ik durf de verwarming niet meer opzetten

            {voornaam}""", "te hoge energierekening", client="android"),
        Mail("loket", """
            Dag {voornaam@huurder},

            Wat vervelend. Ja, er bestaat een gratis energiescan: een energiesnoeier komt langs, plaatst meteen
            kleine dingen zoals radiatorfolie en tochtstrips, en bekijkt uw contract. Mogen wij uw telefoonnummer
            doorgeven aan de partner die de scans doet? Dan bellen zij u deze week nog.

            Zit u door de rekening in moeilijkheden, dan kunt u ook bij het Sociaal Huis terecht. Wij kunnen dat
            voor u regelen.""",
             to="huurder", answers=0, gap=5),
        Mail("huurder", "ja graag dat is goed {tel} liefst na 4 uur want dan zijn de kinderen thuis van school",
             answers=1,
             client="android"),
    ), home="flat"),
    Story("energiedelen", "energie", "Energiedelen", (
        Mail("burger", """
            Beste,

            Wij hebben zonnepanelen (24 stuks, oost-west) en in de zomer te veel stroom. Mijn moeder woont drie
            straten verder. Kunnen wij onze overschot met haar delen, en hoe begin je daaraan? Beide hebben we een
            digitale meter. Onze EAN-codes heb ik bij de hand maar zet ik liever niet in een mail.

            Groeten,
            | {naam} ({adres:vol})""", "energiedelen met mijn moeder"),
        Mail("loket", """
            Beste {naam@burger},

            Dat kan: "persoon-aan-persoon" delen. U meldt zich allebei aan bij de netbeheerder en geeft daar een
            overeenkomst in. Let op: uw leveranciers mogen hiervoor een administratieve kost vragen; vraag dat eerst
            na, bij kleine volumes verdwijnt anders de winst. En verstandig dat u de EAN-codes niet mailt, wij
            hebben ze ook niet nodig.""",
             to="burger", answers=0),
    )),
    Story("digitale-meter", "energie", "Energiemeter ontlenen", (
        Mail("burger", """
            Dag, Kan ik bij jullie nog zo'n meettoestelletje lenen om te zien wat mijn diepvries verbruikt? In het
            stadsmagazine stond dat dat gratis was. Ik kan langskomen op donderdag.
            | {naam}
            | {straat}""", "Energiemeter lenen"),
        Mail("loket", """
            Dag {naam@burger},

            Er ligt een energiemeter voor u klaar vanaf {dag:+6}. U mag hem drie weken houden. Breng uw
            identiteitskaart mee.""",
             to="burger", answers=0),
    )),
    Story("warmtescan", "energie", "Warmtescan ontlenen", (
        Mail("burger", """
            Beste

            Vorig jaar stond ik op de wachtlijst voor de warmtebeeldcamera, maar toen was het al te warm. Graag sta
            ik dit jaar wat hoger op de lijst :-) Het liefst in een weekend in december of januari. Wij zijn met
            drie buren die ze samen willen gebruiken, dus eigenlijk spaart u er twee uit.

            Hartelijke groet
            | {naam}, ook namens {naam@buur}
            | {adres}""", "warmtebeeldcamera - wachtlijst"),
        Mail("buur", """
            Beste

            Ik ben de buur van {naam@burger} en wil me aansluiten bij die aanvraag voor de warmtecamera ({adres}).
            Moet ik apart iets invullen?

            mvg {naam}""", "warmtecamera samen met buren", gap=9),
    )),
    Story("isolatie-vloer", "energie", "Vloerisolatie: technische vraag", (
        Mail("burger", """
            Goedenavond

            Kruipkelder van 60 cm hoog, is dat genoeg om langs onder te isoleren? Twee aannemers, twee meningen: de
            ene wil spuiten (gespoten PUR), de andere zegt dat dat met onze vochtige kelder rampzalig is. Ik stuur
            foto's mee. Wie heeft gelijk?

            {naam}
            | {adres}""", "kruipkelder isoleren", client="gmail",
            files=(File("IMG_0412.jpg", "jpg"), File("IMG_0413.jpg", "jpg"), File("IMG_0415.jpg", "jpg"))),
    )),
    Story("sociaal-tarief", "energie", "Sociaal tarief", (
        Mail("burger", """
            Beste Ik krijg sinds {maand:-1} een IGO en volgens de mutualiteit heb ik recht op sociaal tarief maar op
            mijn factuur staat het nog niet. Gaat dat vanzelf? Ik heb geen computer mijn kleindochter typt dit. U
            mag mij bellen {tel}. {naam} {adres}""", "sociaal tarief gas en elektriciteit"),
        Mail("loket", """
            Beste {naam@burger},

            Het sociaal tarief wordt normaal automatisch toegekend, maar dat kan tot vier maanden duren; u krijgt
            het dan met terugwerkende kracht. We bellen u {dag:+3} in de voormiddag om samen te kijken of uw
            leverancier de juiste gegevens heeft.""", to="burger", answers=0),
    )),
    Story("laadpaal", "energie", "Laadpaal", (
        Mail("burger", """
            Hallo,

            Kan de stad een laadpaal zetten in onze straat ({adres:zonder})? De dichtstbijzijnde is 700 m. Ik kreeg
            ergens te lezen "paal volgt wagen". Ben ik bij jullie juist of is dat een andere dienst?

            Thx
            | {voornaam}""", "Laadpaal in de straat"),
    )),
    Story("ventilatie", "energie", "Vocht en ventilatie", (
        Mail("burger", """
            Beste,

            Sinds de nieuwe ramen staat er elke ochtend water op de binnenkant van het glas in de slaapkamer, en
            achter de kast komt schimmel. De plaatser zegt "meer verluchten". Vroeger hadden we dat nooit. Is hier
            iets aan te doen behalve een heel ventilatiesysteem van 9.000 euro?

            Met groet,
            | {naam}
            | {adres}""", "condens en schimmel na nieuwe ramen", files=(File("schimmel slpk.png", "png"),)),
        Mail("loket", """
            Beste {naam@burger},

            De oude ramen waren zo lek dat ze vanzelf ventileerden; dat is nu weg. Een mogelijkheid tussenin is een
            ventilatierooster of een decentraal toestel in de slaapkamer, voor een fractie van dat bedrag. Zet
            intussen de kast tien centimeter van de muur. Wilt u dat er iemand komt kijken?""", to="burger", answers=0),
        Mail("burger", """
            Ja graag, liefst zo snel mogelijk, onze jongste heeft astma.

            Groet
            | {voornaam}""", answers=1, thread="index-only", client="outlook"),
    )),
    Story("infoavond", "energie", "Infomoment energie", (
        Mail("burger", """
            Ik schrijf me graag in voor het infomoment over energiezuinig renoveren op {dag:+17}, met 2 personen.

            {naam}, {straat}""", "Inschrijving infomoment"),
    )),
    Story("verbouwbegeleiding", "energie", "Mijn VerbouwBegeleiding", (
        Mail("burger", """
            Dag

            Een collega uit Leuven krijgt begeleiding bij haar verbouwing, iemand die offertes mee nakijkt en zo.
            Bestaat "Mijn VerbouwBegeleiding" ook in Mechelen? Wij kochten net {adres}, een opknappertje met label
            F, we hebben zelf twee linkerhanden en geen idee waar te beginnen. Budget rond 80.000 euro.

            Groetjes
            | {voornaam} en {voornaam@lief}""", "hulp bij verbouwing, waar beginnen?"),
        Mail("loket", """
            Dag {voornaam@burger} en {voornaam@lief},

            Proficiat met de aankoop! Ja, dat bestaat hier ook. Een renovatiecoach komt langs, maakt met jullie een
            plan in stappen en kijkt offertes na. Er zijn voorwaarden; met label F en als eigenaar-bewoner komen
            jullie waarschijnlijk in aanmerking. In bijlage de toestemming die we nodig hebben om jullie gegevens
            met de partner te delen. Graag ondertekend terug.""", to="burger", answers=0,
             files=(File("Toestemming gegevensdeling.docx", "docx", "Toestemming voor het delen van gegevens",
                         ("Ik geef toestemming om mijn contactgegevens en de gewenste werken te delen met de "
                          "begeleider.",
                          "Naam:", "Datum:", "Handtekening:")),)),
        Mail("burger", """
            Hierbij ondertekend terug. We zijn er allebei op woensdag en vrijdag.

            {voornaam}""", answers=1,
             files=(File("Toestemming gegevensdeling_getekend.pdf", "pdf", "Toestemming voor het delen van gegevens",
                         ("Getekend te Mechelen",)),)),
        Mail("loket", """
            Dank, goed ontvangen. De partner neemt binnen de twee weken contact op.""", to="burger", answers=2),
    )),
)  # fmt: skip
