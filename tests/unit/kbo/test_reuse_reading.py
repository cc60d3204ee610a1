"""The reuse XML: what is read of it, and what is refused. Shapes of the manual v20.4 and of a real file of 2025."""

from __future__ import annotations

import io
from datetime import date

import pytest

from loketbus.errors import Rejected
from services.kbo.syndics.reuse.archives import Stream
from services.kbo.syndics.reuse.reading import Function, Head, Other, Vme, read, read_codes, read_head

NAMESPACE = "http://economie.fgov.be/kbo/extract/v1/commercialisation"
HEADER = (
    "<Header><ExecutionDate>01/11/2025</ExecutionDate><SequenceNumber>3003</SequenceNumber>"
    "<ExtractVersion>21.0</ExtractVersion><ExtractType>F</ExtractType></Header>"
)
RUNS = "<Validity><Begin>06/05/2004</Begin></Validity>"
ENDED = "<Validity><Begin>06/05/2004</Begin><End>07/05/2004</End></Validity>"


def stream(body: str, *, prolog: str = "") -> Stream:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{prolog}<CommercialisationFile xmlns="{NAMESPACE}">{body}'
    return Stream(io.BytesIO(f"{text}</CommercialisationFile>".encode()), "D20251101.KBO.ZIP")


def entity(*functions: str, status: str = "AC", forms: str = f"<JurForm><Code>070</Code>{RUNS}</JurForm>") -> str:
    return (
        "<Enterprise><Nbr>812345603</Nbr><EnterpriseNumbers>"
        f"<EnterpriseNumber><EnterpriseNumber>812345603</EnterpriseNumber>{ENDED}</EnterpriseNumber>"
        f"<EnterpriseNumber><EnterpriseNumber>812345702</EnterpriseNumber>{RUNS}</EnterpriseNumber></EnterpriseNumbers>"
        f"<Status>{status}</Status><JurForms>{forms}</JurForms><Functions>{''.join(functions)}</Functions></Enterprise>"
    )


def function(holder: str, validity: str = RUNS) -> str:
    return f"<Function><Code>10098</Code>{validity}<Counter>001</Counter>{holder}</Function>"


def entities(*bodies: str) -> list[Vme | Other]:
    return list(read(stream(f"{HEADER}<Enterprises>{''.join(bodies)}</Enterprises>")))


def functions(*bodies: str) -> tuple[Function, ...]:
    (vme,) = entities(entity(*bodies))
    assert isinstance(vme, Vme)
    return vme.functions


def test_the_heading() -> None:
    assert read_head(stream(HEADER)) == Head("full", 3003, date(2025, 11, 1))


def test_numbers_get_their_zero_back_and_the_number_of_now_counts() -> None:
    assert entities(entity()) == [Vme("0812345603", "0812345702", ())]


def test_who_holds_a_function() -> None:
    company = "<HeldByEnterprise><ExecutingEnterprise>403170701</ExecutingEnterprise></HeldByEnterprise>"
    own = "<HeldByPerson><Name>Peeters</Name><FirstName>Jan</FirstName></HeldByPerson>"
    firm = "<PropertyManagementCompany>871234501</PropertyManagementCompany>"
    trade = f"<HeldByPerson><Name>Peeters</Name>{firm}</HeldByPerson>"
    begin = date(2004, 5, 6)
    assert functions(function(company), function(own, ENDED), function(trade)) == (
        Function("10098", begin, None, enterprise="0403170701"),
        Function("10098", begin, date(2004, 5, 7), person="Jan Peeters"),
        Function("10098", begin, None, person="Peeters", person_number="0871234501"),
    )


@pytest.mark.parametrize(
    ("text", "end"),
    [("31-12-2030", date(2030, 12, 31)), ("2030-12-31", date(2030, 12, 31)), ("geen datum", date.min), ("", None)],
)
def test_an_end_that_cannot_be_read_is_an_end(text: str, end: date | None) -> None:
    holder = "<HeldByPerson><Name>Peeters</Name></HeldByPerson>"
    (one,) = functions(function(holder, f"<Validity><Begin>06/05/2004</Begin><End>{text}</End></Validity>"))
    assert one.end == end


@pytest.mark.parametrize(
    "body",
    [
        entity(status="ST"),
        entity(forms=f"<JurForm><Code>610</Code>{RUNS}</JurForm>"),
        entity(forms=f"<JurForm><Code>070</Code>{ENDED}</JurForm><JurForm><Code>610</Code>{RUNS}</JurForm>"),
        entity(forms=""),
    ],
    ids=["stopped", "another form", "another form now", "no form"],
)
def test_no_active_vme(body: str) -> None:
    assert entities(body) == [Other("0812345603")]


def test_cancelled_entities_are_named() -> None:
    body = (
        "<CancelledEnterprises><CancelledEnterpriseNumber>812345603</CancelledEnterpriseNumber></CancelledEnterprises>"
    )
    assert list(read(stream(HEADER + body))) == [Other("0812345603")]


BILLION = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"


@pytest.mark.parametrize("prolog", [BILLION, OUTSIDE, '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'])
def test_no_dtd(prolog: str) -> None:
    body = f"{HEADER}<Enterprises>{entity().replace('<Code>070', '<Code>&c;')}</Enterprises>"
    for reader in (read_head, lambda one: list(read(one))):
        with pytest.raises(Rejected, match="kbo_syndics_broken"):
            reader(stream(body, prolog=prolog))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<Enterprises></Enterprises>",
        "<Header></Header>",
        HEADER.replace("3003", "SAMPLE"),
        HEADER.replace(">F<", ">X<"),
    ],
)
def test_what_is_no_reuse_file(body: str) -> None:
    with pytest.raises(Rejected, match="kbo_syndics_broken"):
        read_head(stream(body))


def test_a_file_that_stops_halfway() -> None:
    whole = stream(f"{HEADER}<Enterprises>{entity()}</Enterprises>").read()
    with pytest.raises(Rejected, match="afgebroken") as caught:
        list(read(Stream(io.BytesIO(whole[:-40]), "D20251101.KBO.ZIP")))
    assert "812345603" not in str(caught.value)


def test_a_footer_that_counts_more() -> None:
    footer = "<Footer><NbrOfEnterprises>2</NbrOfEnterprises></Footer>"
    with pytest.raises(Rejected, match="1 entiteiten"):
        list(read(stream(f"{HEADER}<Enterprises>{entity()}</Enterprises>{footer}")))


def test_one_entity_cannot_eat_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kbo.syndics.reuse.reading.RECORD_MAX_BYTES", 200_000)
    small = entity() * 3000
    assert len(entities(small)) == 3000
    huge = entity(*(function("<HeldByPerson><Name>x</Name></HeldByPerson>") for _ in range(5000)))
    with pytest.raises(Rejected, match="onwaarschijnlijk groot"):
        entities(huge)


def codes(body: str) -> Stream:
    return Stream(io.BytesIO(f'<?xml version="1.0"?><Codes>{body}</Codes>'.encode()), "D20251101.KBO.ZIP")


def test_the_functions_of_a_syndic_are_found_by_their_words() -> None:
    body = (
        "<FunctionCodes><FunctionCode><Code>10002</Code><NL>Bestuurder</NL></FunctionCode>"
        "<FunctionCode><Code>10098</Code><NL>Syndicus</NL></FunctionCode>"
        "<FunctionCode><Code>10099</Code><Description><NL>Voorlopige syndicus</NL></Description></FunctionCode>"
        "</FunctionCodes><NacebelCodes><NacebelCode><Code>68321</Code><NL>Syndici</NL></NacebelCode></NacebelCodes>"
    )
    assert read_codes(codes(body)) == {"10098": False, "10099": True}


def test_a_code_file_without_syndic_is_no_use() -> None:
    with pytest.raises(Rejected, match="kbo_syndics_no_function"):
        read_codes(
            codes("<FunctionCodes><FunctionCode><Code>1</Code><NL>Bestuurder</NL></FunctionCode></FunctionCodes>")
        )
