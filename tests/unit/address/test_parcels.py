"""caPaKey: three notations of one parcel, and no guess about half of one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loketbus.errors import Rejected
from services.address.domain.parcels import CaPaKey, read_capakey

PARCEL = "21683D0265/02R020"
digits = st.integers(0, 10**5 - 1).map("{:05}".format)
keys = st.builds(
    CaPaKey,
    division=digits,
    section=st.sampled_from("ABCDZ"),
    ground=digits.map(lambda one: one[:4]),
    bis=digits.map(lambda one: one[:2]),
    letter=st.sampled_from("AHMZ_0"),
    power=digits.map(lambda one: one[:3]),
    partition=st.sampled_from([None, "P0000", "P0012"]),
)


@pytest.mark.parametrize(
    "text",
    [
        "21683D0265/02R020",
        "21683D0265-02R020",
        "21683_D_0265_R_020_02",
        "21683d0265/02r020",
        "  21683 D 0265/02 R 020\n",
        "21683D0265‐02R020",
        "\u200e21683D0265/02R020",
    ],
)
def test_three_notations_in_and_one_out(text: str) -> None:
    key = read_capakey(text)
    assert (key.text, key.object_id, key.legger) == (PARCEL, "21683D0265-02R020", "21683_D_0265_R_020_02")
    assert key.partition is None


@pytest.mark.parametrize(
    "text",
    ["21683D0265/02R020P0000", "21683D0265-02R020-P0000", "21683D0265/02R020/P0000", "21683_D_0265_R_020_02_P0000"],
)
def test_a_partition_stands_apart(text: str) -> None:
    key = read_capakey(text)
    assert (key.text, key.partition) == (PARCEL, "P0000")


def test_the_bis_number_moves_to_the_end_in_the_legger() -> None:
    assert read_capakey("12403_A_0007_C_003_00").text == "12403A0007/00C003"


@pytest.mark.parametrize("text", ["12403_A_0007___000_00", "12403_A_0007__000_00", "12403A0007/00_000"])
def test_a_parcel_without_letter_exponent(text: str) -> None:
    assert read_capakey(text).text == "12403A0007/00_000"


@given(keys)
@settings(max_examples=60, deadline=None)
def test_what_is_written_in_any_notation_is_read_again(key: CaPaKey) -> None:
    partition = key.partition or ""
    for text in (key.text + partition, key.object_id + partition, key.legger + (f"_{partition}" if partition else "")):
        assert read_capakey(text) == key


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("2168", "afdeling"),
        ("21683", "sectie"),
        ("21683_", "sectie"),
        ("21683D026", "grondnummer"),
        ("21683D0265", "bisnummer"),
        ("21683D0265/", "bisnummer"),
        ("21683D0265/02", "letterexponent"),
        ("21683D0265/02R", "cijferexponent"),
        ("21683D0265/02R02", "cijferexponent"),
        ("21683_D_0265", "letterexponent"),
        ("21683_D_0265_R_020", "bisnummer"),
    ],
)
def test_half_a_key_is_reported_with_what_it_lacks(text: str, lacking: str) -> None:
    with pytest.raises(Rejected) as refused:
        read_capakey(text)
    assert refused.value.code == "capakey_incomplete"
    assert lacking in refused.value.message


@given(keys, st.integers(1, 16))
@settings(max_examples=40, deadline=None)
def test_no_part_of_a_key_is_ever_completed(key: CaPaKey, length: int) -> None:
    for text in (key.text[:length], key.legger[: length + 4]):
        with pytest.raises(Rejected, match="capakey_incomplete"):
            read_capakey(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Grote Markt 21",
        "21683D265/2R20",
        "21683_D_0265_02_R_020",
        "216830265/02R020",
        "21683D0265/02R0200",
        "21683D0265/02R020P00",
        "21683D0265 02R020",
        "x" * 10_000,
        "21683D0265/02R020; DROP TABLE parcel",
        "²1683D0265/02R020",
        "\ud800",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match="capakey_wrong"):
        read_capakey(text)
