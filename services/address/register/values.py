"""What stands in a field, by its bytes: each way to write it is read once and then looked up.

Rows are first read in bulk, and anything odd stops that; then one by one, and what is odd is counted or skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

from services.address.domain.model import STATUSES, Status
from services.address.register.dbf import PADDING, Choose, Dbf
from services.address.register.schema import METHODS, SPECIFICATIONS
from services.address.register.tally import BAD_NUMBER, BAD_POSTCODE, BAD_TEXT, UNKNOWN_CODE, UNKNOWN_STATUS, Tally

MEMO = 1 << 17
"""Values that are remembered per column; there are some 80,000 streets in Flanders."""
HIGHEST = (1 << 62) - 1
TRUE, FALSE = b"TtYy1", b"FfNn0"

K = TypeVar("K", bytes, str)
V = TypeVar("V")
R = TypeVar("R", bound=Sequence[Any])
Row = tuple[Any, ...]


class OddValueError(Exception):
    """The row cannot be kept; the reason is one of `tally.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Oddities:
    """Whether odd values are let through, and where they are counted."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.example: object = None
        """Id of the row at hand; None while reading in bulk."""

    def rows(self, raw: list[R], convert: Callable[[R], Row], key: Callable[[R], object] = itemgetter(0)) -> list[Row]:
        """All rows that can be kept, converted; `key` gives the id of a row as it stands there."""
        try:
            return list(map(convert, raw))
        except (OddValueError, ValueError):
            return list(self._one_by_one(raw, convert, key))
        finally:
            self.example = None

    def let(self, reason: str) -> None:
        """Count something odd of the row at hand, which is kept; in bulk it stops there, to be met again one by one."""
        if self.example is None:
            raise OddValueError(reason) from None
        self.tally.note(reason, self.example)

    def _one_by_one(self, raw: Iterable[R], convert: Callable[[R], Row], key: Callable[[R], object]) -> Iterable[Row]:
        for row in raw:
            self.example = key(row)
            try:
                yield convert(row)
            except OddValueError as odd:
                self.tally.note(odd.reason, self.example)
            except ValueError:
                self.tally.note(BAD_NUMBER, self.example)


class Values(dict[K, V], Generic[K, V]):
    """Values by what stands there.

    Args:
        oddities: of the table.
        read: gives the value, or `ValueError` for an odd one.
        reason: counted for an odd one.
        otherwise: what an odd one stands for; without it the row cannot be kept.
    """

    def __init__(
        self, oddities: Oddities, read: Callable[[K], V], reason: str, otherwise: Callable[[K], V] | None = None
    ) -> None:
        self._oddities, self._reason = oddities, reason
        self._read: Callable[[K], V] = read
        self._otherwise: Callable[[K], V] | None = otherwise

    def __missing__(self, raw: K) -> V:
        try:
            value = self._read(raw)
        except ValueError:
            return self._odd(raw)
        if len(self) < MEMO:
            self[raw] = value
        return value

    def _odd(self, raw: K) -> V:
        if self._otherwise is None:
            raise OddValueError(self._reason) from None
        self._oddities.let(self._reason)
        return self._otherwise(raw)


def texts(oddities: Oddities, table: Dbf) -> Values[bytes, str | None]:
    """Texts; None for nothing."""
    return Values(
        oddities, lambda raw: table.decode(raw) or None, BAD_TEXT, lambda raw: table.decode_anyhow(raw) or None
    )


def codes(oddities: Oddities, table: Dbf) -> Values[bytes, str | None]:
    """Words that the extract begins with a capital, as the API writes them: `NietGekend` gives `nietGekend`."""

    def code(word: str) -> str | None:
        return word[:1].lower() + word[1:] or None

    return Values(oddities, lambda raw: code(table.decode(raw)), BAD_TEXT, lambda raw: code(table.decode_anyhow(raw)))


def statuses(oddities: Oddities) -> Values[bytes, int]:
    """Statuses as the register writes them, in upper or lower case."""
    return Values(oddities, lambda raw: int(_of(STATUSES, raw)), UNKNOWN_STATUS)


def postcodes(oddities: Oddities) -> Values[bytes, int | None]:
    """Four digits; None for nothing."""
    return Values(oddities, _postcode, BAD_POSTCODE, lambda raw: None)


def methods(oddities: Oddities) -> Values[bytes, int | None]:
    """Place in `schema.METHODS`; None for nothing."""
    return _places(oddities, METHODS)


def specifications(oddities: Oddities) -> Values[bytes, int | None]:
    """Place in `schema.SPECIFICATIONS`; None for nothing."""
    return _places(oddities, SPECIFICATIONS)


def officials(oddities: Oddities) -> Values[bytes, int]:
    """Logical values; what is not said is true, as for nearly all addresses."""
    return Values(oddities, _truth, UNKNOWN_CODE, lambda raw: 1)


def number(raw: bytes) -> int:
    """Id of an object.

    Raises:
        ValueError: this is none.
    """
    value = int(raw)
    if 0 < value <= HIGHEST:
        return value
    raise ValueError("no id")


def among(ids: Container[int]) -> Choose:
    """Which of some ids are among these; also where none can be read, to be told later."""

    def one(raw: bytes) -> bool:
        try:
            return int(raw) in ids
        except ValueError:
            return True

    def choose(column: Sequence[bytes]) -> list[bool]:
        try:
            return list(map(ids.__contains__, map(int, column)))
        except ValueError:
            return list(map(one, column))

    return choose


def version(raw: bytes) -> str | None:
    """A versieId; None for nothing."""
    return raw.decode("latin-1").rstrip() or None


def postcode(text: str) -> int | None:
    """Four digits; None for nothing.

    Raises:
        ValueError: it is something else.
    """
    if text and not (len(text) == 4 and text.isascii() and text.isdigit()):
        raise ValueError("no postcode")
    return int(text) if text else None


def _postcode(raw: bytes) -> int | None:
    return postcode(raw.strip(PADDING).decode("ascii"))


def _places(oddities: Oddities, codes: tuple[str, ...]) -> Values[bytes, int | None]:
    places: dict[str, int | None] = {code.lower(): at for at, code in enumerate(codes)} | {"": None}
    return Values(oddities, lambda raw: _of(places, raw), UNKNOWN_CODE, lambda raw: None)


def _truth(raw: bytes) -> int:
    if raw and raw not in TRUE + b" ?" and raw not in FALSE:
        raise ValueError("no logical value")
    return int(raw not in FALSE or not raw)


def _of(known: Mapping[str, V] | Mapping[str, Status], raw: bytes) -> Any:
    """The value of a word in any case; `ValueError` when it is not known."""
    word = raw.strip(PADDING).decode("ascii").lower()
    if word not in known:
        raise ValueError("unknown word")
    return known[word]
