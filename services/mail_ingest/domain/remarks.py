"""Remarks on an item: what people should see before they go on. No I/O."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum


class RemarkCode(StrEnum):
    """Known remarks; the sentences are Dutch and carry no data of the mail."""

    SEVERAL_DOSSIERS = "meerdere_mogelijke_dossiers"
    NEW_SUBJECT = "nieuw_onderwerp_in_oude_draad"
    SAME_MESSAGE_ID = "zelfde_kenmerk_andere_inhoud"
    INACTIVE_DOSSIER = "dossier_gedeactiveerd"
    REPLACED_DOSSIER = "dossier_vervangen"
    LEFT_INBOX = "niet_meer_in_postvak"
    CLOUD_ATTACHMENT = "bijlage_niet_meegestuurd"
    MANY_FROM_SENDER = "veel_van_deze_afzender"
    FORWARDED = "doorgestuurd_door_collega"


OF_LINKING = frozenset(
    {
        RemarkCode.SEVERAL_DOSSIERS,
        RemarkCode.NEW_SUBJECT,
        RemarkCode.INACTIVE_DOSSIER,
        RemarkCode.REPLACED_DOSSIER,
    }
)
"""Remarks that each linking decision sets anew."""

_SENTENCES = {
    RemarkCode.SEVERAL_DOSSIERS: "Er zijn meerdere mogelijke dossiers; kies het juiste.",
    RemarkCode.NEW_SUBJECT: "Nieuw onderwerp in een oude draad; kijk na of dit bij hetzelfde dossier hoort.",
    RemarkCode.SAME_MESSAGE_ID: "Een andere mail draagt hetzelfde kenmerk (Message-ID); beide zijn bewaard.",
    RemarkCode.INACTIVE_DOSSIER: "Het gekoppelde dossier is gedeactiveerd; kijk na of een ander dossier loopt.",
    RemarkCode.REPLACED_DOSSIER: "Het dossier werd vervangen; dit item is mee verhuisd naar het nieuwe.",
    RemarkCode.LEFT_INBOX: "Deze mail staat niet meer in het postvak (verplaatst of verwijderd in Outlook).",
    RemarkCode.CLOUD_ATTACHMENT: "Een bijlage is enkel een link (bv. OneDrive) en is niet opgehaald.",
    RemarkCode.MANY_FROM_SENDER: "Van deze afzender kwam vandaag uitzonderlijk veel post.",
    RemarkCode.FORWARDED: "Doorgestuurd door een collega; de vraag is van wie er oorspronkelijk schreef.",
}


def sentence(code: str) -> str:
    """What people read; a code that we do not know is shown raw."""
    return _SENTENCES[RemarkCode(code)] if code in _SENTENCES else code


def column(codes: Iterable[str]) -> str:
    """The column `remarks`: each code once, in one order whoever put it there first."""
    order = [str(code) for code in RemarkCode]
    return json.dumps(sorted({str(code) for code in codes}, key=lambda code: (code not in order, code)))


def after_decision(present: str, decided: Iterable[RemarkCode]) -> str:
    """The column `remarks` after a linking decision: its remarks in place of those of the former one."""
    kept = [code for code in json.loads(present) if code not in OF_LINKING]
    return column([*kept, *decided])
