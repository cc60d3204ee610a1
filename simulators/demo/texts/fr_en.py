"""French and English speaking residents and owners."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("fr-prime-toiture", "energie", "Mijn VerbouwPremie: en français", (
        Mail("burger", """
            Bonjour,

            Je suis propriétaire d'une maison située {adres} et je souhaite faire isoler le toit. Mon néerlandais
            est malheureusement insuffisant pour comprendre le site des primes. Y a-t-il quelqu'un chez vous qui
            pourrait m'expliquer les conditions, même brièvement ? L'entrepreneur demande une réponse pour le
            {dag:+15}.

            D'avance merci pour votre aide.

            Bien à vous,
            | {naam}
            | {tel}""", "Prime isolation toiture - question"),
        Mail("loket", """
            Bonjour {naam@burger},

            Un collègue peut vous recevoir et vous expliquer les conditions ; la demande elle-même se fait en
            néerlandais, mais nous vous aidons à la remplir. Le {dag:+8} à 10 heures vous convient-il ?""",
             to="burger", answers=0, lang="fr"),
        Mail("burger", """
            Parfait, je serai là le {dag:+8} à 10h. Dois-je apporter le devis ?

            Cordialement,
            | {naam}""", answers=1),
    ), lang="fr"),
    Story("fr-copropriete", "appartementen", "VME: copropriétaire francophone", (
        Mail("eigenaar1", """
            Madame, Monsieur,

            J'habite Ixelles et je possède un appartement à Malines ({adres}), que je loue. L'association des
            copropriétaires (n° d'entreprise {kbo:tva}) envisage de remplacer la chaudière collective. Le syndic ne
            m'envoie les procès-verbaux qu'en néerlandais. Puis-je obtenir chez vous une explication du «
            renovatiemasterplan » et du montant éventuel de la prime ?

            Veuillez agréer, Madame, Monsieur, mes salutations distinguées.

            {naam}""", "Copropriété à Malines – chaudière collective", client="outlook"),
        Mail("loket", """
            Bonjour {naam@eigenaar1},

            Le masterplan est une étude de l'ensemble du bâtiment, payée en partie par la Région flamande. La prime
            pour la chaudière est demandée par l'association. Un coach en rénovation peut vous appeler ; à quel
            numéro ?""", to="eigenaar1", answers=0, lang="fr"),
        Mail("eigenaar1", """
            Merci de votre réponse rapide. Je suis joignable au {tel}, de préférence après 17 heures.

            {naam}""", answers=1, client="outlook"),
    ), lang="fr", home="building", building="gandhi"),
    Story("fr-pret", "lening", "Lening: en français", (
        Mail("burger", """
            Bonjour, nous sommes une famille avec 4 enfants et nous avons acheté en 2022 la maison {adres:bte}. Il
            pleut dans la chambre des filles. La banque refuse un second prêt. On m'a parlé d'un prêt à taux zéro de
            la ville ? Merci beaucoup {voornaam}""", "prêt rénovation", client="iphone"),
        Mail("burger", """
            Bonjour, je me permets de relancer ma demande d'il y a quelques jours, les fuites s'aggravent. Voici des
            photos.""",
             "Re: prêt rénovation", answers=0, client="iphone", gap=130, files=(File("IMG_7001.jpeg", "jpg"),
              File("IMG_7004.jpeg", "jpg"))),
    ), lang="fr"),
    Story("fr-locataire", "wonen", "Huurwoning: en français", (
        Mail("huurder", """
            Bonjour

            Je loue un studio ({adres:bte}) et je n'ai plus d'eau chaude depuis trois semaines. Le propriétaire ne
            répond pas. Est-ce que c'est vous le service du logement ?

            {naam} {tel}""", "pas d'eau chaude", client="webmail", charset="iso-8859-15"),
    ), lang="fr", home="flat"),
    Story("en-heat-pump", "energie", "Warmtepomp: in English", (
        Mail("burger", """
            Dear Sir or Madam,

            My partner and I recently moved to Mechelen for work and bought a terraced house at {adres}. We would
            like to replace the gas boiler with a heat pump and put insulation under the ground floor. Could you
            tell us which grants are available to non-Belgian EU citizens, and whether someone speaks English at the
            desk?

            Our Dutch is improving, but not at the level of subsidy paperwork yet!

            Kind regards,
            | {naam}""", "Grants for heat pump - new residents"),
        Mail("loket", """
            Dear {naam@burger},

            Welcome to Mechelen! Nationality plays no role: if you own the house and are registered here you can
            apply. We do speak English. Shall we say {dag:+11} at 2 pm, at the town hall? You will receive an
            invitation.""", to="burger", answers=0, lang="en"),
        Mail("loket", """
            Hereby the invitation for our talk.""", "Advies warmtepomp en vloerisolatie", to="burger", gap=0.1,
             lang="en", form="alternative",
             files=(File("uitnodiging.ics", "ics", "Advies warmtepomp en vloerisolatie", ("Stadhuis, loket 4",
              "Meebrengen: plannen")),)),
        Mail("burger", """
            Great, see you then. One more thing: our neighbours at the back told us that the outdoor unit must be
            three metres from the boundary. Is that so? Ours is a tiny yard.""", answers=1, client="iphone"),
    ), lang="en"),
    Story("en-landlord", "appartementen", "VME: owner abroad", (
        Mail("eigenaar1", """
            Hello,

            I live in Dublin and own apartment {adres:vol}. The management company wrote that the owners'
            association ({kbo:punten}) has to pay for a "masterplan" before {datum:+50}. Is this compulsory? I was
            not able to attend the meeting. Happy to do a call.

            Best,
            | {naam}""", "Masterplan for our building?", client="gmail"),
        Mail("loket", """
            Dear {naam@eigenaar1},

            It is not compulsory, but it gives the owners a plan and opens the door to subsidies. The decision was
            taken by the general meeting, so the cost is shared by all owners.""", to="eigenaar1", answers=0,
             lang="en"),
        Mail("eigenaar1", "Thanks, that makes sense. Could you send me the Dutch text of the decision so I can have "
                          "it translated?",
             answers=1, client="gmail", thread="no-references"),
    ), lang="en", home="building", building="liers"),
    Story("en-facade-garden", "adaptatie", "Tegeltuin: in English", (
        Mail("burger", """
            Hi there! Love the little gardens along the houses in our street ({adres:straat}). How do we get one? Is
            it free? We would put in lavender and a fig. Thanks! {voornaam}""", "little pavement garden",
             client="iphone"),
    ), lang="en"),
    Story("en-student", "wonen", "Studentenkamer: in English", (
        Mail("huurder", """
            Dear housing office,

            I am a student and rent a room in {adres:straat}. There are nine of us with one kitchen and no smoke
            alarm. Is there a rule about this? Please do not contact my landlord before talking to me.

            {naam}""", "Room without smoke alarm", client="gmail"),
        Mail("loket", """
            Dear {naam@huurder},

            There are clear rules, and smoke alarms are compulsory. A colleague of the housing department will call
            you; your landlord is not informed without your consent. Which number can we use?""", to="huurder",
             answers=0, lang="en"),
    ), lang="en", home="flat"),
)  # fmt: skip
