"""Advertising and fraud, as every shared mailbox gets them."""

from simulators.demo.model import File, Mail, Story

STORIES = (
    Story("spam-panelen", None, "Reclame", (
        Mail("burger", """
            GRATIS zonnepanelen voor uw gemeente!!!

            Beste beslisser, wist u dat 93% van de gemeenten te veel betaalt? Reageer VANDAAG en ontvang een
            smartwatch cadeau.

            Klik hier: https://zonnedeal.example/mechelen""", "★ Laatste kans: GRATIS panelen ★", client="webmail",
             form="html", kind="spam",
             quirks=("tracking-pixel",), headers=(("From", "ZonneDeal BE <actie@zonnedeal.example>"),)),
    )),
    Story("spam-factuur", None, "Phishing", (
        Mail("burger", """
            Geachte klant,

            Uw factuur is nog niet betaald. Open de bijlage en bevestig u rekeningnummer binnen 24 uur om afsluiting
            te voorkomen.

            Energie Dienst""", "Herinnering factuur 88201-B", client="webmail", form="plain", kind="spam",
             headers=(("From", "Energie Dienst <facturatie@energie-dienst.example>"), ("Reply-To",
              "betaling@snelmail.example")),
             files=(File("factuur.pdf", "pdf", "Herinnering", ("Te betalen: 412,77 euro",)),)),
    )),
    Story("spam-en", None, "Reclame", (
        Mail("burger", """
            Hi, I was looking at your website and noticed some errors that keep you from ranking on page one. Can I
            send you a quote?

            Regards, Business Development Manager""", "Your website", client="gmail", kind="spam",
             headers=(("From", "Growth Team <hello@rank-first.example>"),)),
    ), lang="en"),
    Story("reclame-isolatie", None, "Reclame van een bedrijf", (
        Mail("aannemer2", """
            Beste medewerker van het energieloket,

            Wij zijn op zoek naar gemeenten die ons willen opnemen in hun lijst van aanbevolen aannemers. Onze
            kwaliteit is ongeëvenaard en wij bieden per doorverwezen klant een mooie attentie. Wanneer mogen wij
            langskomen?""", "Samenwerking", kind="spam"),
    )),
)  # fmt: skip
