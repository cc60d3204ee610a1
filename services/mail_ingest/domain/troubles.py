"""Why a mail stands in quarantine, for people. No I/O."""

from __future__ import annotations

_REASONS = {
    "too_large": "De mail is groter dan LOKETBUS_MAIL_MAX_BYTES toelaat.",
    "no_answer": "De mailserver gaf geen antwoord over deze mail.",
    "timeout": "De mailserver deed te lang over deze mail.",
    "reader_died": "Het proces dat mails ophaalt viel stil op deze mail.",
    "mime_missing": "De mailserver gaf de mail zonder inhoud.",
    "mime_not_base64": "De mailserver gaf de mail met een inhoud die niet te ontcijferen is.",
    "not_mail": "Wat de mailserver gaf, lijkt niet op een mail.",
    "unreadable_change": "De mailserver meldde een item dat niet te herkennen is.",
    "parse_timeout": "Het ontleden van de mail duurt te lang.",
    "parser_died_memory": "Het ontleden van de mail vraagt te veel geheugen.",
    "refused_too_large": "De gegevens van de mail zijn te groot om door te sturen.",
    "ErrorItemCorrupt": "De mail is beschadigd op de mailserver.",
    "ErrorCorruptData": "De mail is beschadigd op de mailserver.",
    "ErrorMimeContentConversionFailed": "De mailserver kan deze mail niet omzetten.",
    "ErrorContentConversionFailed": "De mailserver kan deze mail niet omzetten.",
    "ErrorMessageSizeExceeded": "De mail is te groot voor de mailserver.",
    "ErrorAccessDenied": "De mailserver geeft geen toegang tot deze mail.",
}
_FAMILIES = {
    "parser_died_": "Het ontleden van de mail liep vast.",
    "refused_": "De mail kon niet opgeslagen worden ({code}).",
    "defect_": "Loketbus struikelt over deze mail; bezorg ze aan wie Loketbus onderhoudt.",
}


def explanation(reason: str) -> str:
    """What is wrong, for people."""
    if reason in _REASONS:
        return _REASONS[reason]
    for family, sentence in _FAMILIES.items():
        if reason.startswith(family):
            return sentence.format(code=reason.removeprefix(family))
    return f"De mailserver kan deze mail niet geven ({reason})."
