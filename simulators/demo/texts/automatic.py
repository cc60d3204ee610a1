"""Newsletters, out-of-office replies and bounces."""

from simulators.demo.model import File, Mail, Story

_OOO = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
_OOO_OLD = (("X-Autoreply", "yes"), ("Precedence", "auto_reply"), ("Auto-Submitted", "auto-replied"))
_BOUNCE = (("From", "Mail Delivery System <MAILER-DAEMON@mx1.mechelen.example>"), ("Auto-Submitted", "auto-replied"))


def _list(name: str, domain: str, sender: str) -> tuple[tuple[str, str], ...]:
    """The headers of a mailing list."""
    return (
        ("From", f"{sender} <nieuws@{domain}>"),
        ("List-Id", f"{name} <{name}.{domain}>"),
        ("List-Unsubscribe", f"<https://{domain}/uitschrijven?id={name}>, <mailto:uitschrijven@{domain}>"),
        ("Precedence", "bulk"),
    )


def _news(key: str, text: str, subject: str, headers: tuple[tuple[str, str], ...], *quirks: str) -> Story:
    mail = Mail(
        "partner1", text, subject, client="mailing", kind="newsletter", automatic="list", headers=headers, quirks=quirks
    )
    return Story(key, None, "Nieuwsbrief", (mail,))


STORIES = (
    Story("ooo-syndicus", None, "Afwezigheidsbericht", (
        Mail("loket", """
            Beste,

            Graag hadden wij van u het verslag van de laatste algemene vergadering van {vme} ontvangen.""",
             "Verslag AV {vme}", to="syndicus1"),
        Mail("syndicus1", """
            Geachte,

            Ik ben afwezig tot en met {dag:+8}. Voor dringende zaken kunt u terecht bij mijn collega's op het
            algemeen nummer. Uw mail wordt niet doorgestuurd.""", "Automatisch antwoord: Verslag AV {vme}", answers=0,
             gap=0.01, kind="out_of_office", automatic="auto_reply",
             headers=_OOO, quote=False),
    ), home="building", building="astrid"),
    Story("ooo-burger", None, "Afwezigheidsbericht", (
        Mail("loket", """
            Beste {naam@burger},

            Uw aanvraag voor de warmtescan is goedgekeurd. U kunt het toestel ophalen vanaf {dag:+4}.""",
             "Warmtescan: ophalen", to="burger"),
        Mail("burger", "Ik ben met vakantie en lees mijn mails niet. Tot in de loop van volgende week! {voornaam}",
             "Afwezig: Warmtescan: ophalen",
             answers=0, gap=0.02, kind="out_of_office", automatic="auto_reply", headers=_OOO_OLD, quote=False,
              client="webmail", form="plain"),
    )),
    Story("ooo-fr", None, "Afwezigheidsbericht", (
        Mail("loket", """
            Bonjour {naam@burger},

            Votre rendez-vous est confirmé pour le {dag:+6} à 11 heures.""", "Rendez-vous", to="burger", lang="fr"),
        Mail("burger", """
            Bonjour,

            Je suis absent(e) du bureau jusqu'au {dag:+5} inclus et n'ai pas accès à ma messagerie. En cas
            d'urgence, veuillez me joindre par téléphone.""", "Réponse automatique : Rendez-vous", answers=0,
             gap=0.01, kind="out_of_office", automatic="auto_reply",
             headers=_OOO, quote=False, client="outlook"),
    ), lang="fr"),
    Story("ooo-en", None, "Afwezigheidsbericht", (
        Mail("loket", "Dear {naam@burger}, could you send us the floor plan before {dag:+5}? Thank you.",
             "Floor plan", to="burger", lang="en"),
        Mail("burger", "I am travelling with limited access to e-mail and will be back on {dag:+9}.",
             "Automatic reply: Floor plan", answers=0,
             gap=0.01, kind="out_of_office", automatic="auto_reply", headers=_OOO, quote=False, thread="none",
              client="outlook"),
    ), lang="en"),
    Story("ooo-aannemer", None, "Afwezigheidsbericht", (
        Mail("loket", "Beste, kunt u ons de technische fiche van de geplaatste isolatie bezorgen?",
             "Technische fiche", to="aannemer1"),
        Mail("aannemer1", """
            Bouwverlof / collectieve sluiting. Wij zijn terug open op {dag:+10}. Lekkage? Bel het noodnummer op onze
            voicemail.""",
             "Automatisch antwoord: Technische fiche", answers=0, gap=0.03, kind="out_of_office",
              automatic="auto_reply", headers=_OOO, quote=False),
    )),
    Story("bounce-onbekend", None, "Niet bezorgd", (
        Mail("loket", "Beste {naam@burger}, uw attest ligt klaar aan de balie.", "Uw attest", to="burger"),
        Mail("burger", """
            This is the mail system at host mx1.mechelen.example.

            I'm sorry to have to inform you that your message could not be delivered to one or more recipients. It's
            attached below.
            | <{mail}>: 550 5.1.1 User unknown""", "Undelivered Mail Returned to Sender", answers=0, gap=0.01,
             kind="bounce",
             automatic="bounce", headers=_BOUNCE, quote=False, client="mta", thread="none", lang="en"),
    )),
    Story("bounce-vol", None, "Niet bezorgd", (
        Mail("loket", """
            Beste {naam@burger},

            In bijlage het renovatieadvies voor {adres@burger:vol}.""", "Renovatieadvies", to="burger",
             files=(File("Renovatieadvies.pdf", "pdf", "Renovatieadvies", ("Stap 1: dak", "Stap 2: ramen")),)),
        Mail("burger", """
            Uw bericht kon niet worden bezorgd: de postbus van de ontvanger is vol.
            | <{mail}>""", "Niet te bestellen: Renovatieadvies", answers=0, gap=0.02, kind="bounce",
             automatic="bounce", headers=_BOUNCE,
             quote=False, client="mta", thread="full"),
    )),
    Story("bounce-fr", None, "Niet bezorgd", (
        Mail("loket", "Bonjour {naam@burger}, voici les documents demandés.", "Documents", to="burger", lang="fr",
             files=(File("documents.pdf", "pdf", "Documents", ("Conditions du prêt",)),)),
        Mail("burger", """
            Votre message n'a pas pu être remis au destinataire suivant :
            | <{mail}> (adresse inconnue)""", "Échec de remise : Documents", answers=0, gap=0.01, kind="bounce",
             automatic="bounce",
             headers=_BOUNCE, quote=False, client="mta", thread="none"),
    ), lang="fr"),
    _news("nieuws-veka", """
        Energienieuws voor lokale besturen

        - De bedragen van Mijn VerbouwPremie wijzigen volgend jaar
        - Webinar: het renovatiemasterplan voor kleine gebouwen
        - Nieuwe cijfers over warmtepompen in Vlaanderen

        U krijgt deze nieuwsbrief omdat uw bestuur is ingeschreven.""", "Energienieuws: wat verandert er op 1 januari?",
          _list("energienieuws", "energienieuws.example", "Energienieuws"), "tracking-pixel"),
    _news("nieuws-syndici", """
        Beste syndicus, beste partner,

        In dit nummer: de algemene vergadering op afstand, laadpalen in de garage, en vijf fouten bij de
        oproepingsbrief.

        Lees verder op onze website.""", "Syndicusbrief nr. 41", _list("syndicusbrief", "syndicusbrief.example",
             "Syndicusbrief"), "tracking-pixel"),
    _news("nieuws-klimaat", """
        Klimaatnetwerk - activiteiten

        Studiedag ontharding in de binnenstad. Inschrijven kan tot {dag:+12}.

        Terugblik op het bezoek aan de straattuinen.""", "Klimaatnetwerk: studiedag ontharding",
          _list("activiteiten", "klimaatnetwerk.example", "Klimaatnetwerk Dijle")),
    _news("lijst-discussie", """
        Dag allemaal,

        Hoe organiseren jullie de wachtlijst voor de warmtecamera? Bij ons loopt die uit de hand.

        Groeten uit een loket wat verderop""", "[energieloketten] wachtlijst warmtecamera",
          (("List-Id", "energieloketten <energieloketten.lijsten.example.org>"), ("List-Post",
           "<mailto:energieloketten@lijsten.example.org>"),
           ("Precedence", "list"))),
    _news("nieuws-bib", """
        Deze week in de stad: lezing "Wonen in 2050", repaircafé, en de herfstmarkt.

        Alle activiteiten zijn gratis.""", "Uit in Mechelen", _list("uit", "uitinmechelen.example",
             "Uit in Mechelen"), "tracking-pixel"),
    _news("nieuws-fr", """
        Info-Énergie

        Au sommaire : le calendrier des primes 2027, le chauffage urbain, et nos formations.

        Pour ne plus recevoir cette lettre, cliquez sur le lien de désinscription.""", "Info-Énergie de novembre",
          _list("info", "info-energie.example", "Info-Énergie")),
)  # fmt: skip
