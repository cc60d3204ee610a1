"""The raw mails of a batch: each by itself, four at once; what goes wrong with one is that one's answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from loketbus.errors import Denied, Rejected, Unavailable
from services.mail_ingest.remote._graph_http import ForeignLinkError, GraphClient, Refused, asks_to_wait
from services.mail_ingest.remote._graph_json import FACT_FIELDS, Facts, read_facts
from services.mail_ingest.remote._graph_rebuild import (
    MESSAGE,
    Place,
    TooLargeError,
    attachments_of,
    rebuild,
    size_of,
)
from services.mail_ingest.remote._graph_spool import Batch, head_of, looks_like_mail
from services.mail_ingest.remote._graph_together import together
from services.mail_ingest.remote.protocol import Fetched, FetchedMail, Gone, Poison, Wanted

RAW_BYTES = 65_536
LARGE_BYTES = 10 * 1024 * 1024
"""A mail with fewer bytes of attachments that breaks off has another trouble than its size."""
FACTS_KEPT = 5_000
_NO_MIME = frozenset({405, 413})
GONE = frozenset({"ErrorItemNotFound", "ErrorInvalidIdMalformed"})
"""Codes about the item itself; another 404 may be about the mailbox."""
_LASTING = frozenset(
    {
        "ErrorAccessDenied",
        "ErrorContentConversionFailed",
        "ErrorCorruptData",
        "ErrorItemCorrupt",
        "ErrorMessageSizeExceeded",
        "ErrorMimeContentConversionFailed",
    }
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """An item that failed in a way that may be the server's: a break, a 5xx, a refusal."""

    wanted: Wanted
    reason: str
    raw: bytes = b""
    transient: bool = True
    missing: bool = False

    @property
    def verdict(self) -> Gone | Poison:
        """When it is the item's own."""
        if self.missing:
            return Gone(provider_id=self.wanted.provider_id)
        return Poison(provider_id=self.wanted.provider_id, reason=self.reason, transient=self.transient, raw=self.raw)


class KnownFacts:
    """What pages of changes told of mails that will be fetched soon: saves a request for each."""

    def __init__(self) -> None:
        self._facts: OrderedDict[str, Facts] = OrderedDict()

    def put(self, provider_id: str, facts: Facts) -> None:
        """Remember; the oldest are forgotten."""
        self._facts[provider_id] = facts
        self._facts.move_to_end(provider_id)
        if len(self._facts) > FACTS_KEPT:
            self._facts.popitem(last=False)

    def get(self, provider_id: str) -> Facts | None:
        """None when unknown or incomplete."""
        facts = self._facts.get(provider_id)
        return facts if facts is not None and facts.received_at and facts.has_attachments is not None else None


class Fetcher:
    """Fetches from one mailbox.

    Args:
        client: of the server.
        mailbox: as paths name it.
        max_bytes: of one mail.
        facts: what is known of mails already.
        probe: asks whether the server and our rights are well.
    """

    def __init__(
        self,
        client: GraphClient,
        mailbox: str,
        max_bytes: int,
        facts: KnownFacts,
        probe: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._mailbox = mailbox
        self._max_bytes = max_bytes
        self._facts = facts
        self._probe = probe

    async def fetch(self, wanted: Sequence[Wanted], batch: Batch) -> dict[str, Fetched]:
        """One answer per id.

        An item in doubt is tried once more after the server showed itself well, so that an outage never looks like
        many broken mails, nor one broken mail like an outage.

        Raises:
            Unavailable, Denied: the server, or our rights.
        """
        first = await together(self._one(one, batch) for one in {one.provider_id: one for one in wanted}.values())
        answers = [answer for answer in first if not isinstance(answer, Doubt)]
        doubts = [answer for answer in first if isinstance(answer, Doubt)]
        if doubts:
            await self._probe()
            answers += await together(self._again(doubt, batch) for doubt in doubts)
        return {answer.provider_id or "": answer for answer in answers}

    async def _one(self, wanted: Wanted, batch: Batch) -> Fetched | Doubt:
        if (wanted.size or 0) > self._max_bytes:
            return _too_large(wanted)
        try:
            return await self._download(wanted, batch)
        except Rejected:
            return _too_large(wanted)
        except Refused as refused:
            if refused.status in _NO_MIME:
                return await self._rebuilt(Doubt(wanted, refused.code, refused.body), batch, large_only=False)
            return _verdict(wanted, refused)
        except Unavailable as error:
            if asks_to_wait(error):
                raise
            return Doubt(wanted, error.code)

    async def _again(self, doubt: Doubt, batch: Batch) -> Fetched:
        answer = await self._one(doubt.wanted, batch)
        if not isinstance(answer, Doubt):
            return answer
        if answer.missing or not answer.transient:
            return answer.verdict
        again = await self._rebuilt(answer, batch, large_only=True)
        return again.verdict if isinstance(again, Doubt) else again

    async def _download(self, wanted: Wanted, batch: Batch) -> Fetched:
        with batch.new() as file:
            size = await self._client.download(MESSAGE + "/$value", self._place(wanted).path, file, self._max_bytes)
            if not looks_like_mail(head_of(file)):
                raw = head_of(file, RAW_BYTES)
                return Poison(provider_id=wanted.provider_id, reason="not_mail" if raw else "mime_missing", raw=raw)
        return await self._answer(wanted, file.name, size)

    async def _answer(self, wanted: Wanted, path: str, size: int) -> FetchedMail:
        facts = await self._facts_of(wanted)
        return FetchedMail(
            provider_id=wanted.provider_id,
            path=Path(path),
            size=size,
            received_at=facts.received_at,
            has_attachments=facts.has_attachments,
        )

    async def _facts_of(self, wanted: Wanted) -> Facts:
        known = self._facts.get(wanted.provider_id)
        if known is not None:
            return known
        return read_facts(await self._client.get(MESSAGE, self._place(wanted).path, {"$select": FACT_FIELDS}))

    async def _rebuilt(self, doubt: Doubt, batch: Batch, *, large_only: bool) -> Fetched | Doubt:
        """The mail from its JSON and attachments; of a small mail that is no answer to a broken connection."""
        try:
            attachments = await attachments_of(self._client, self._place(doubt.wanted))
            if large_only and size_of(attachments) < LARGE_BYTES:
                return doubt
            with batch.new() as file:
                size = await rebuild(self._client, self._place(doubt.wanted), attachments, file, self._max_bytes)
            return await self._answer(doubt.wanted, file.name, size)
        except (TooLargeError, Rejected):
            return _too_large(doubt.wanted)
        except ForeignLinkError:
            return doubt
        except Refused as refused:
            if refused.status == 401 or asks_to_wait(refused.outcome):
                raise refused.outcome from None
            # Not even a 404: it may be about an attachment, and the mail is there.
            return doubt
        except Unavailable as error:
            if asks_to_wait(error):
                raise
            return doubt

    def _place(self, wanted: Wanted) -> Place:
        return Place(self._mailbox, wanted.provider_id)


def _verdict(wanted: Wanted, refused: Refused) -> Gone | Poison | Doubt:
    """What a refusal says about one item.

    Raises:
        Unavailable, Denied: it says something about the server or our credentials.
    """
    if refused.status == 401 or asks_to_wait(refused.outcome):
        raise refused.outcome
    if refused.code in GONE:
        return Gone(provider_id=wanted.provider_id)
    lasting = refused.code in _LASTING
    doubt = Doubt(wanted, refused.code, refused.body, transient=not lasting, missing=refused.status == 404)
    in_doubt = isinstance(refused.outcome, Denied) or (refused.status >= 500 and not lasting)
    return doubt if in_doubt else doubt.verdict


def _too_large(wanted: Wanted) -> Poison:
    return Poison(provider_id=wanted.provider_id, reason="too_large")
