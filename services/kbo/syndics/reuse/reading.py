"""The reuse file as a stream: one record in memory at a time of its 28 GB. No entities, no network, no DTD."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from lxml import etree

from loketbus.errors import Rejected
from services.kbo.domain.organisation import VME_FORM
from services.kbo.syndics.reuse.archives import Stream, broken

RECORD_MAX_BYTES = 64 << 20
"""Between two entities; the largest real one, with 957 activities and their history, is far below 1 MB."""
CODES_MAX_BYTES = 32 << 20
_TAGS = ("Header", "Enterprise", "BusinessUnit", "CancelledEnterpriseNumber", "CancelledBusinessUnit", "Footer")
_DATES = ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d")
_SYNDIC, _PROVISIONAL = "syndic", ("voorlopig", "provisoire")


@dataclass(frozen=True, slots=True)
class Head:
    """What a file is."""

    kind: Literal["full", "delta"]
    sequence: int
    day: date | None


@dataclass(frozen=True, slots=True)
class Function:
    """One function on the record of a VME, running or ended."""

    code: str
    begin: date | None
    end: date | None
    enterprise: str | None = None
    person: str | None = None
    person_number: str | None = None


@dataclass(frozen=True, slots=True)
class Vme:
    """An active VME: technical key, the number it has now, its functions."""

    key: str
    number: str
    functions: tuple[Function, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """An entity that is no active VME (any more), or was cancelled: technical key."""

    key: str


class _Metered:
    """Counts what is read for one entity, so that none can eat the memory."""

    def __init__(self, stream: Stream, limit: int) -> None:
        self._stream, self._limit = stream, limit
        self._since = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self._since += len(chunk)
        if self._since > self._limit:
            raise broken(self._stream.name, "een onderdeel is onwaarschijnlijk groot")
        return chunk

    def begin(self) -> None:
        self._since = 0


def read_head(stream: Stream) -> Head:
    """What the file says that it is, not what it is called.

    Raises:
        Rejected: `kbo_syndics_broken`.
    """
    for element in _elements(stream):
        if _local(element) == "Header":
            return _head(element, stream.name)
        break
    raise broken(stream.name, "dit is geen hergebruikbestand van de KBO")


def read(stream: Stream) -> Iterator[Vme | Other]:
    """Every entity, and the technical keys of those that were cancelled.

    Raises:
        Rejected: `kbo_syndics_broken`; also when the footer counts other entities than there are.
    """
    count, announced = 0, None
    for element in _elements(stream):
        match _local(element):
            case "Enterprise":
                count += 1
                yield _entity(element)
            case "CancelledEnterpriseNumber" if key := _number(element.text):
                yield Other(key)
            case "Footer":
                announced = _text(element, "NbrOfEnterprises")
    if announced is not None and announced != str(count):
        raise broken(stream.name, f"er staan {count} entiteiten in, terwijl het er {announced} aankondigt")


def read_codes(stream: Stream) -> dict[str, bool]:
    """The codes of functions that are a syndic's, and whether each is provisional.

    Raises:
        Rejected: `kbo_syndics_broken`, `kbo_syndics_no_function`.
    """
    body = stream.read(CODES_MAX_BYTES + 1)
    if len(body) > CODES_MAX_BYTES:
        raise broken(stream.name, "het codebestand is onwaarschijnlijk groot")
    try:
        root = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        raise broken(stream.name, "het codebestand is geen geldige XML", f"line {error.lineno}") from None
    _refuse_dtd(root, stream.name)
    syndics = dict(_syndic_codes(root))
    if not syndics:
        raise Rejected(
            "kbo_syndics_no_function",
            f"Het codebestand van {stream.name} kent geen functie van syndicus. Meld dit aan de ontwikkelaars.",
            audience="ict",
        )
    return syndics


def _elements(stream: Stream) -> Iterator[Any]:
    """The elements of `_TAGS`, each whole when it comes and thrown away afterwards."""
    metered = _Metered(stream, RECORD_MAX_BYTES)
    tags = [f"{{*}}{tag}" for tag in _TAGS]
    try:
        first = True
        for _, element in etree.iterparse(
            metered, events=("end",), tag=tags, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        ):
            if first:
                _refuse_dtd(element, stream.name)
                first = False
            yield element
            _forget(element)
            metered.begin()
    except etree.XMLSyntaxError as error:
        # Its message may quote what stands in the file.
        raise broken(stream.name, "de XML is beschadigd of afgebroken", f"line {error.lineno}") from None


def _forget(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _refuse_dtd(element: Any, name: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise broken(name, "het bestand heeft een DTD, wat de KBO nooit gebruikt")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)


def _head(element: Any, name: str) -> Head:
    kind, sequence = _text(element, "ExtractType"), _text(element, "SequenceNumber")
    if kind not in ("F", "D") or sequence is None or not sequence.isdecimal():
        raise broken(name, "de hoofding zegt niet of het een volledig bestand of een wijzigingsbestand is, en welk")
    return Head("full" if kind == "F" else "delta", int(sequence), _date(_text(element, "ExecutionDate")))


def _entity(element: Any) -> Vme | Other:
    key = _number(_text(element, "Nbr")) or ""
    if _text(element, "Status") != "AC" or not _is_vme(element):
        return Other(key)
    functions = tuple(_functions(element))
    return Vme(key, _current_number(element) or key, functions)


def _is_vme(element: Any) -> bool:
    forms = element.iterfind("{*}JurForms/{*}JurForm")
    return any((_text(form, "Code") or "").zfill(3) == VME_FORM and _end(form) is None for form in forms)


def _current_number(element: Any) -> str | None:
    numbers = element.iterfind("{*}EnterpriseNumbers/{*}EnterpriseNumber")
    return next((_number(_text(one, "EnterpriseNumber")) for one in numbers if _end(one) is None), None)


def _functions(element: Any) -> Iterator[Function]:
    for function in element.iterfind("{*}Functions/{*}Function"):
        enterprise = _number(_text(function, "HeldByEnterprise/{*}ExecutingEnterprise"))
        names = (_text(function, f"HeldByPerson/{{*}}{part}") for part in ("FirstName", "Name"))
        yield Function(
            code=_text(function, "Code") or "",
            begin=_date(_text(function, "Validity/{*}Begin")),
            end=_end(function),
            enterprise=enterprise,
            person=None if enterprise else " ".join(part for part in names if part) or None,
            person_number=_number(_text(function, "HeldByPerson/{*}PropertyManagementCompany")),
        )


def _syndic_codes(root: Any) -> Iterator[tuple[str, bool]]:
    for element in root.iter(etree.Element):
        code = _text(element, "Code")
        if code is not None and _local(element).startswith("FunctionCode"):
            words = " ".join(element.itertext()).casefold()
            if _SYNDIC in words:
                yield code, any(word in words for word in _PROVISIONAL)


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _text(element: Any, path: str) -> str | None:
    text = element.findtext(f"{{*}}{path}")
    return text.strip() or None if text else None


def _number(text: str | None) -> str | None:
    """Ten digits: the file leaves leading zeros out."""
    digits = (text or "").strip().replace(".", "")
    return digits.zfill(10) if digits.isdecimal() and len(digits) <= 10 else None


def _end(element: Any) -> date | None:
    """The end of a validity; one that cannot be read has ended."""
    text = _text(element, "Validity/{*}End")
    return (_date(text) or date.min) if text else None


def _date(text: str | None) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text or "", form).date()
        except ValueError:
            continue
    return None
