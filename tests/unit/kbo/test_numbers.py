"""The check of numbers: the table of reference section 5, every spelling, and what it must never do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kbo.domain import NumberCheck, candidates, check, display, kind_of, valid_digits

REAL = "0403170701"
SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "kbo"


def number_of(base: int) -> str:
    """Ten digits with the check digits for the first eight."""
    return f"{base:08d}{97 - base % 97:02d}"


numbers = st.integers(2_000_000, 99_999_999).map(number_of)
enterprises = st.integers(2_000_000, 19_999_999).map(number_of)


def codes(result: NumberCheck) -> tuple[list[str], list[str]]:
    return [note.code for note in result.changes], [note.code for note in result.reasons]


@pytest.mark.parametrize(
    ("text", "number", "changes"),
    [
        ("0403.170.701", REAL, []),
        ("0403170701", REAL, []),
        (" 0403.170.701\n", REAL, []),
        ("BE 0403.170.701", REAL, ["words_removed"]),
        ("be0403170701", REAL, ["words_removed"]),
        ("0403/170.701", REAL, ["separators_removed"]),
        ("0403-170-701", REAL, ["separators_removed"]),
        ("0403 170 701", REAL, ["separators_removed"]),
        ("0403\u00a0170\u202f701", REAL, ["separators_removed"]),
        ("0403–170‑701", REAL, ["separators_removed"]),
        ("04 03 17 07 01", REAL, ["separators_removed"]),
        ("403170701", REAL, ["zero_added"]),
        ("403.170.701", REAL, ["separators_removed", "zero_added"]),
        ("BE403170701", REAL, ["words_removed", "zero_added"]),
        ("(0)403170701", REAL, ["separators_removed"]),
        ("(0)403.170.701", REAL, ["separators_removed"]),
        ("1000.003.682", "1000003682", []),
        ("2.000.000.339", "2000000339", []),
        ("vestigingseenheid 2.000.000.339", "2000000339", ["words_removed"]),
        ("9.000.006.626", "9000006626", []),
        ("０４０３．１７０．７０１", REAL, ["digits_converted"]),
        ("٠٤٠٣١٧٠٧٠١", REAL, ["digits_converted"]),
        ("BTW BE 0403.170.701", REAL, ["words_removed"]),
        ("BTW-nr.: BE 0403.170.701", REAL, ["words_removed"]),
        ("TVA BE 0403.170.701 RPM Bruxelles", REAL, ["words_removed"]),
        ("BE 0403.170.701 RPR Leuven", REAL, ["words_removed"]),
        ("RPR Antwerpen, afdeling Mechelen 0403.170.701", REAL, ["words_removed"]),
        ("KBO: 0403.170.701", REAL, ["words_removed"]),
        ("(BCE) n° 0403.170.701", REAL, ["words_removed"]),
        ("Ondernemingsnummer 0403.170.701", REAL, ["words_removed"]),
        ("numéro d’entreprise : 0403.170.701", REAL, ["words_removed"]),
        ("O403.170.701", REAL, ["letters_to_digits"]),
        ("O 403 170 701", REAL, ["letters_to_digits", "separators_removed"]),
        ("04O3.l7O.7OI", REAL, ["letters_to_digits"]),
        ("BEO403170701", REAL, ["words_removed", "letters_to_digits"]),
        ("О403.170.701", REAL, ["letters_to_digits"]),
        ("\u200f0403\u200b.170.701\u200e", REAL, ["invisible_removed"]),
        ("\ufeff0403.170.701", REAL, ["invisible_removed"]),
        ("\u202e0403.170.701", REAL, ["invisible_removed"]),
        ("0403.170.701\u200b", REAL, ["invisible_removed"]),
        ("onder\u00adnemingsnummer 0403170701", REAL, ["invisible_removed", "words_removed"]),
        ("nume\u0301ro 0403.170.701", REAL, ["words_removed"]),
        ("04\u030103170701", REAL, ["invisible_removed"]),
        ("0️⃣4️⃣0️⃣3️⃣170701", REAL, ["invisible_removed"]),
        ("BTW 0403.170.701 - RPR 0403 170 701", REAL, ["words_removed"]),
        ("TVA BE0403170701 / BCE 403.170.701", REAL, ["words_removed"]),
    ],
)
def test_right_numbers_in_every_spelling(text: str, number: str, changes: list[str]) -> None:
    result = check(text)

    assert codes(result) == (changes, [])
    assert (result.input, result.valid, result.number, result.digits) == (text, True, number, number)


@pytest.mark.parametrize(
    "text",
    [
        "B.T.W. BE 0403.170.701",
        "B.T.W.BE0403170701",
        "T.V.A. BE 0403 170 701 R.P.M. Bruxelles",
        "V.M.E. 0403.170.701",
        "K.B.O. 0403.170.701.",
        "O.N. 0403.170.701",
        "ond.nr. 0403.170.701",
        "Ondernemingsnummer: BE0403.170.701 - RPR Antwerpen, afdeling Mechelen",
        "ondernemings-nr 0403170701",
        "Het ondernemingsnummer van onze VME is 0403.170.701",
        "ingeschreven in de KBO onder nummer 0403.170.701",
        "Mon numéro d'entreprise est le 0403.170.701",
        "N° d'entreprise 0403.170.701",
        "Nº TVA intracommunautaire : BE 0403.170.701",
        "VAT Reg. No.: BE0403170701",
        "btw-identificatienummer BE0403170701",
        "USt-IdNr.: BE 0403 170 701",
        "Unternehmensnr. 0403.170.701, RJP Eupen",
        "RPM Tribunal de l'entreprise du Hainaut, division Charleroi, 0403.170.701",
        "Ondernemingsrechtbank Antwerpen, afdeling Mechelen, RPR 0403.170.701",
        "(BE) 0403.170.701",
        "BE-0403-170-701",
        "BTW/TVA-BE-0403.170.701",
        "BTWBE0403.170.701",
        "btw: be0403170701",
        "kbonr0403170701",
        "nr 0403 170701",
        "№ 0403.170.701 (VME)",
    ],
)
def test_how_letters_and_signatures_write_it(text: str) -> None:
    assert check(text).number == REAL


@pytest.mark.parametrize(
    "text",
    [
        "VE 2.000.000.339",
        "vest.nr. 2.000.000.339",
        "Vestigingseenheidsnummer: 2000000339",
        "N° d'unité d'établissement : 2.000.000.339",
        "Niederlassungseinheitsnummer 2.000.000.339",
    ],
)
def test_how_the_number_of_an_establishment_is_written(text: str) -> None:
    assert check(text).number == "2000000339"


@pytest.mark.parametrize(
    ("text", "reason", "digits"),
    [
        ("0403.170.702", "check_digits", "0403170702"),
        ("0000116400", "check_digits_range", "0000116400"),
        ("0388009698", "check_digits_range", "0388009698"),
        ("0388009599", "check_digits_range", "0388009599"),
        ("403170702", "check_digits", "0403170702"),
        ("0403.170.70", "too_short", ""),
        ("040317070", "too_short", ""),
        ("3170701", "too_short", ""),
        ("0403.170.7012", "too_long", ""),
        ("00403170701", "too_long", ""),
        ("04031707010417497106", "too_long", ""),
        ("BE 0403.170.701, 2800", "too_long", ""),
        ("VME De 4 Seizoenen", "too_short", ""),
        ("tel. 015 27 43 38", "too_short", ""),
        ("+32 403 17 07 01", "too_long", ""),
        ("0403.170.701 2.000.000.339", "several_numbers", ""),
        ("0403.170.701 / 0417.497.106", "several_numbers", ""),
        ("0403170701 / 0403.170.701", "several_numbers", ""),
        ("403170701 417497106", "several_numbers", ""),
        ("0403.170.701 KBO 2.000.000.339", "several_numbers", ""),
        ("", "no_number", ""),
        ("   ", "no_number", ""),
        ("geen", "no_number", ""),
        ("BTW BE", "no_number", ""),
        ("OIl", "no_number", ""),
        ("Jan Peeters 0403.170.701", "unexpected_text", REAL),
        ("+403170701", "unexpected_text", REAL),
        ("0403170701@example.be", "unexpected_text", REAL),
        ("€ 403.170.701", "unexpected_text", REAL),
        ("0403.170.701 per 10²", "unexpected_text", REAL),
        ("0403.170.701, Grote Markt 21, 2800 Mechelen", "unexpected_text", REAL),
        ("BTW BE 0403.170.701 IBAN BE68 5390 0754 7034", "unexpected_text", REAL),
        ("tel. 0403 170 701 RPR Leuven", "unexpected_text", REAL),
        ("RPR Leuven 0403.170.701 A0417B497106", "unexpected_text", REAL),
        ("US0403170701", "unexpected_text", REAL),
        ("0403170701B", "unexpected_text", REAL),
        ("0403 BE 170 701", "unexpected_text", ""),
        ("A1B2", "unexpected_text", ""),
        ("\x1b[31m0403.170.701", "unexpected_text", ""),
        ("NL0403170701", "foreign_number", ""),
        ("BTW NL001234567B01", "foreign_number", ""),
        ("EU0403170701", "foreign_number", ""),
        ("FR 0403170701", "foreign_number", ""),
        ("DE 403 170 701", "foreign_number", ""),
        ("ATU12345678", "foreign_number", ""),
        ("CHE-123.456.789", "foreign_number", ""),
        ("Amtsgericht Aachen, HRB 12345", "foreign_number", ""),
        ("K.v.K.-nummer 12345678", "foreign_number", ""),
        ("SIREN 403 170 701", "foreign_number", ""),
        ("BE68 5390 0754 7034", "bank_account", ""),
        ("IBAN BE68 5390 0754 7034", "bank_account", ""),
        ("iban: be68539007547034, BIC KREDBEBB", "bank_account", ""),
        ("rek.nr. 539-0075470-34", "bank_account", ""),
        ("NL91 ABNA 0417 1643 00", "bank_account", ""),
        ("rijksregisternummer 85.07.30-033.28", "national_number", ""),
        ("85.07.30-033.28", "national_number", ""),
        ("17073003384", "national_number", ""),
    ],
)
def test_wrong_numbers_say_why(text: str, reason: str, digits: str) -> None:
    result = check(text)

    assert [note.code for note in result.reasons] == [reason]
    assert (result.valid, result.number, result.kind, result.digits) == (False, None, None, digits)


def test_people_read_dutch() -> None:
    assert [note.text for note in check("BTW O403.170.701").changes] == [
        "De woorden voor of na het nummer zijn weggelaten.",
        "Een letter O is gelezen als het cijfer 0, of een letter l of I als het cijfer 1.",
    ]
    assert [check(text).reasons[0].text for text in ("0403.170.70", "0000116400")] == [
        "Een nummer in de KBO telt tien cijfers; hier staan er 9. Kijk het nummer na.",
        "De laatste twee cijfers liggen altijd tussen 01 en 97; hier staat 00. Kijk het nummer na.",
    ]


@pytest.mark.parametrize(
    ("first", "kind"),
    [("0", "enterprise"), ("1", "enterprise"), *((d, "establishment") for d in "2345678"), ("9", "branch")],
)
def test_the_first_digit_tells_the_kind(first: str, kind: str) -> None:
    number = number_of(int(f"{first}1234567"))

    assert kind_of(number) == check(number).kind == kind


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        (REAL, "0403.170.701"),
        ("1000003682", "1000.003.682"),
        ("2000000339", "2.000.000.339"),
        ("9000006626", "9.000.006.626"),
    ],
)
def test_display(digits: str, shown: str) -> None:
    assert display(digits) == shown


@pytest.mark.parametrize("digits", ["", "040317070", "O403170701", "０４０３１７０７０１", "0403170799", "04031707011"])
def test_what_is_no_valid_number(digits: str) -> None:
    assert not valid_digits(digits)


ENTERPRISE_SPELLINGS = [
    "{0}{1}{2}", "{0}.{1}.{2}", "{0} {1} {2}", "{0}-{1}-{2}", "{0}/{1}.{2}", "BE{0}{1}{2}", "BE {0}.{1}.{2}",
    "BTW BE {0}.{1}.{2}", "TVA BE{0}{1}{2}", "RPR Leuven {0}.{1}.{2}", "{0}.{1}.{2} RPR Gent, afdeling Brugge",
    "Ondernemingsnr. : {0} / {1} / {2}", "KBO-nummer {0}{1}{2}", "«{0}.{1}.{2}»", "\u200e{0}\u00a0{1}\u00a0{2}\u200e",
]  # fmt: skip


@given(enterprises, st.sampled_from(ENTERPRISE_SPELLINGS), st.sampled_from(["", "wide", "letters"]))
def test_every_valid_number_in_every_spelling_comes_back(number: str, spelling: str, script: str) -> None:
    written = number
    if script == "wide":
        written = number.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    elif script == "letters":
        written = number.replace("0", "O").replace("1", "l")
    if not any(digit.isdigit() for digit in written):
        written = number
    result = check(spelling.format(written[:4], written[4:7], written[7:]))

    # A group of letters alone is a word, not three digits: then it is refused rather than guessed.
    assert result.number == number or (script == "letters" and not result.valid)


@given(numbers)
def test_both_forms_of_a_number_are_its_own(number: str) -> None:
    assert check(number) == NumberCheck(number, True, number, kind_of(number), digits=number)
    assert check(display(number)).number == number


@given(enterprises.filter(lambda number: number[0] == "0" and number[1] != "0"))
def test_a_number_without_its_zero_comes_back(number: str) -> None:
    for text in (number[1:], f"{number[1:4]}.{number[4:7]}.{number[7:]}", f"BE{number[1:]}"):
        assert check(text).number == number
        assert "zero_added" in codes(check(text))[0]


@given(numbers)
def test_a_zero_too_many_is_no_national_number(number: str) -> None:
    assert codes(check(f"0{number}"))[1] == ["too_long"]


@given(numbers, numbers, st.sampled_from([" ", " / ", "\n", ", ", " en ", "; BTW BE "]))
def test_of_two_numbers_none_is_taken(one: str, other: str, between: str) -> None:
    if one != other:
        for text in (f"{one}{between}{other}", f"{display(one)}{between}{display(other)}"):
            assert codes(check(text))[1] == ["several_numbers"]


@given(numbers, st.sampled_from(["NL", "fr", "DE ", "LU-", "EU", "(NL) ", "BTW NL", "PL: "]))
def test_the_mark_of_another_country_is_never_read_past(number: str, mark: str) -> None:
    for text in (f"{mark}{number}", f"{mark}{display(number)}"):
        assert codes(check(text))[1] == ["foreign_number"]


@given(numbers, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught_and_can_be_found(number: str, at: int, shift: int) -> None:
    wrong = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :]

    assert not check(wrong).valid
    if kind_of(number) != "branch":
        assert number in candidates(wrong)


@given(numbers.filter(lambda number: kind_of(number) != "branch"), st.integers(0, 8))
def test_exchanged_neighbours_are_always_caught_and_can_be_found(number: str, at: int) -> None:
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if wrong != number:
        assert not check(wrong).valid
        assert number in candidates(wrong)


@given(st.from_regex(r"[0-9]{10}", fullmatch=True))
def test_candidates_are_valid_different_and_near(digits: str) -> None:
    found = list(candidates(digits))

    assert len(found) == len(set(found)) <= 99
    for other in found:
        assert valid_digits(other)
        differences = [at for at in range(10) if digits[at] != other[at]]
        assert len(differences) == 1 or (len(differences) == 2 and sorted(digits) == sorted(other))


@pytest.mark.parametrize("digits", ["", "403170701", REAL, "O403170702", "०४०३१७०७०२"])
def test_no_candidates_for_what_needs_or_allows_none(digits: str) -> None:
    assert list(candidates(digits)) == []


@given(st.text(max_size=400) | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "Nd", "No"]), max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    result = check(text)

    assert result.input == text
    assert result.valid == (result.number is not None) == (not result.reasons)
    assert result.number is None or valid_digits(result.number)


@given(st.text("0123456789OoIl. -/()BETVAWRPKnNLHs°\0\ud800\u0301\u200f\u202e０é+€", max_size=60))
def test_no_mixture_is_too_strange(text: str) -> None:
    result = check(text)

    assert result.number is None or (valid_digits(result.number) and kind_of(result.number) == result.kind)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 10_000,
        "O " * 5_000,
        "😀" * 5_000,
        "\ud800" * 10_000,
        "\0" * 10_000,
        "\u0316\u0301" * 5_000,
        "\u202e0" * 5_000,
        "a1" * 5_000,
        "l" * 10_000 + "²",
        "btw" * 3_000 + "²",
        "nr" * 5_000 + "x",
        "B." * 5_000,
        "NL1." * 2_500,
        "BE68 " * 2_000,
        "0403.170.701 " * 800,
    ],
    ids=range(15),
)
def test_long_nonsense_is_refused(text: str) -> None:
    assert not check(text).valid


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample folder is not here")
def test_every_number_of_a_real_extract_is_right() -> None:
    files = [*SAMPLES.glob("*/*_insert.csv"), *SAMPLES.glob("*/*_delete.csv"), *SAMPLES.glob("full_heads_*/*.csv")]
    found = {number for file in files for number in re.findall(r'"(\d[.\d]{11,12})"', file.read_text("utf-8"))}

    assert {kind_of(number) for number in found} == {"enterprise", "establishment", "branch"}
    for number in found:
        result = check(number)
        assert (result.valid, result.changes) == (True, ())
        assert display(result.digits) == number
