"""Each of the 40 codes of JuridicalSituation has the meaning of its description."""

from __future__ import annotations

import csv

import pytest

from services.kbo.domain.situations import Situation, situation
from tests.support.kbo_extracts import SAMPLES

MEANINGS = {
    "000": ("Normale toestand", Situation("normal")),
    "001": ("Juridische oprichting", Situation("normal")),
    "002": ("Verlenging", Situation("normal")),
    "003": ("Vervanging van het ondernemingsnummer", Situation("replaced")),
    "006": ("Stopzetting wegens vervanging van het ondernemingsnummer", Situation("replaced")),
    "010": ("Ontbinding van rechtswege", Situation("in_liquidation")),
    "011": ("Activiteitstopzetting in België (buitenlandse entiteit)", Situation("ended")),
    "012": ("Vrijwillige ontbinding – vereffening", Situation("in_liquidation")),
    "013": ("Gerechtelijke ontbinding of nietigheid", Situation("in_liquidation")),
    "014": ("Sluiting van vereffening", Situation("in_liquidation", closed=True)),
    "015": ("Stopzetting entiteit zonder rechtspersoonlijkheid", Situation("ended")),
    "016": ("Stopzetting activiteit entiteit natuurlijk persoon", Situation("ended")),
    "017": ("Overdracht geregistreerde entiteit natuurlijk persoon", Situation("ended")),
    "018": ("Stopzetting in bekendmaking", Situation("ended")),
    "019": ("Stopzetting van een EDRL of niet-EU entiteit", Situation("ended")),
    "020": ("Vereniging van aandelen in één hand", Situation("other")),
    "021": ("Fusie door overneming", Situation("other")),
    "022": ("Fusie door oprichting van een nieuwe entiteit", Situation("other")),
    "023": ("Splitsing", Situation("other")),
    "024": ("Splitsing door overneming", Situation("other")),
    "025": ("Splitsing door oprichting van nieuwe entiteiten", Situation("other")),
    "026": ("Gemengde splitsing", Situation("other")),
    "030": ("Gerechtelijk akkoord voor faling", Situation("reorganisation")),
    "031": ("Gerechtelijk akkoord na faling", Situation("reorganisation")),
    "040": ("Voorlopige opschorting van betaling", Situation("reorganisation")),
    "041": ("Definitieve opschorting van betaling", Situation("reorganisation")),
    "042": ("Herroeping van de opschorting", Situation("other")),
    "043": ("Einde van de opschorting", Situation("other")),
    "048": ("Opening faillissement met verschoonbaarheid", Situation("insolvent")),
    "049": ("Opening faillissement met niet-verschoonbaarheid", Situation("insolvent")),
    "050": ("Opening faillissement", Situation("insolvent")),
    "051": ("Sluiting faillissement met verschoonbaarheid", Situation("insolvent", closed=True)),
    "052": ("Sluiting faillissement met niet-verschoonbaarheid", Situation("insolvent", closed=True)),
    "053": ("Sluiting faillissement", Situation("insolvent", closed=True)),
    "090": ("Nieuwe statuten", Situation("normal")),
    "091": ("Opschorting (gerechtelijke reorganisatie)", Situation("reorganisation")),
    "100": ("Bekendmaking van de entiteit", Situation("normal")),
    "111": ("Doorhaling wegens stopzetting in een EER-register", Situation("ended")),
    "112": ("Heropening van de vereffening", Situation("in_liquidation")),
    "999": ("Geannuleerd dossier", Situation("ended")),
}


@pytest.mark.parametrize(("code", "label", "meaning"), [(code, *rest) for code, rest in MEANINGS.items()])
def test_a_code_means_what_its_description_says(code: str, label: str, meaning: Situation) -> None:
    assert situation(code) == meaning, label


@pytest.mark.parametrize("code", ["", "0", "044", "abc"])
def test_a_code_that_is_not_in_the_list_is_not_taken_for_healthy(code: str) -> None:
    assert situation(code) == Situation("unknown")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_these_are_the_codes_and_descriptions_of_the_register() -> None:
    with (SAMPLES / "update_0147_pseudonymised" / "code.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Category"] == "JuridicalSituation"]
    assert {row["Code"]: row["Description"] for row in rows if row["Language"] == "NL"} == {
        code: label for code, (label, _) in MEANINGS.items()
    }
