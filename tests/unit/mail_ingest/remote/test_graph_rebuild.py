"""What a rebuilt mail says, from JSON that anybody may have written."""

from __future__ import annotations

import email
import email.policy
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.remote._graph_http import GraphClient, Json
from services.mail_ingest.remote._graph_rebuild import Place, TooLargeError, rebuild, size_of

FILE, ITEM, LINK = (f"#microsoft.graph.{kind}Attachment" for kind in ("file", "item", "reference"))


class Server:
    """Answers with one message and the bytes of its attachments, in pieces of seven."""

    def __init__(self, message: Json, contents: Mapping[str, bytes]) -> None:
        self._message = message
        self._contents = contents

    async def get(self, template: str, path: Mapping[str, str], params: Mapping[str, str] | None = None) -> Json:
        return self._message

    @asynccontextmanager
    async def stream(self, template: str, path: Mapping[str, str], max_bytes: int) -> AsyncIterator[Any]:
        content = self._contents[path["attachment"]]

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(content), 7):
                yield content[start : start + 7]

        yield pieces()


async def rebuilt(
    message: Json, attachments: list[Json] | None = None, max_bytes: int = 10**6, **contents: bytes
) -> bytes:
    out = io.BytesIO()
    server = cast(GraphClient, Server(message, contents))
    size = await rebuild(server, Place("m", "x"), attachments or [], out, max_bytes)
    assert size == len(out.getvalue())
    return out.getvalue()


async def test_its_own_headers_without_those_of_its_layout() -> None:
    headers = [
        {"name": "Received", "value": "from a by b"},
        {"name": "Message-ID", "value": "<1@x>"},
        {"name": "Content-Type", "value": "multipart/alternative; boundary=oud"},
        {"name": "MIME-Version", "value": "2.0"},
        {"name": "Subject", "value": "=?utf-8?q?E=C3=A9n?="},
    ]
    raw = await rebuilt({"internetMessageHeaders": headers, "body": {"contentType": "text", "content": "één"}})
    made = email.message_from_bytes(raw, policy=email.policy.default)
    assert raw.startswith(b"X-Loketbus-Rebuilt: graph\r\n")
    assert (made["Message-ID"], made["Subject"], made["MIME-Version"]) == ("<1@x>", "Eén", "1.0")
    (body,) = made.iter_parts()
    assert body.get_content().strip() == "één"
    assert b"oud" not in raw


async def test_headers_from_properties_when_there_are_none() -> None:
    made = email.message_from_bytes(
        await rebuilt(
            {
                "internetMessageId": "<[1]@x>",
                "subject": "Vraag: één",
                "sentDateTime": "2026-11-02T09:15:00Z",
                "from": {"emailAddress": {"name": "Peeters, Jan", "address": "jan@burger.example"}},
                "toRecipients": [{"emailAddress": {"name": "Loket", "address": "loket@stad.example"}}],
            }
        )
    )
    assert made["Message-ID"] == "<[1]@x>"
    assert str(email.header.make_header(email.header.decode_header(made["Subject"]))) == "Vraag: één"
    assert email.utils.getaddresses([made["From"]])[0][1] == "jan@burger.example"
    assert email.utils.getaddresses([made["To"]]) == [("Loket", "loket@stad.example")]
    assert made["Date"] == "Mon, 02 Nov 2026 09:15:00 +0000"


async def test_no_value_begins_a_header_of_its_own() -> None:
    evil = "x\r\nBcc: slachtoffer@elders.example"
    raw = await rebuilt(
        {"internetMessageHeaders": [{"name": "Subject", "value": evil}, {"name": evil, "value": "x"}]},
        [{"id": "a", "@odata.type": FILE, "name": evil, "contentType": evil, "contentId": evil}],
        a=b"inhoud",
    )
    made = email.message_from_bytes(raw)
    assert all("Bcc" not in part for part in made.walk())
    assert [part.get_payload(decode=True) for part in made.walk()][-1] == b"inhoud"


@given(st.binary(max_size=300))
async def test_a_file_byte_for_byte(content: bytes) -> None:
    raw = await rebuilt({}, [{"id": "a", "@odata.type": FILE, "name": "é.bin", "contentType": "image/png"}], a=content)
    *_, part = email.message_from_bytes(raw).walk()
    assert (part.get_payload(decode=True), part.get_content_type()) == (content, "image/png")
    assert part.get_filename() == "é.bin"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"Subject: x\r\n\r\nhallo", "message/rfc822"),
        (b"BEGIN:VCARD\r\nN:x", "text/vcard"),
        (b"BEGIN:VCALENDAR\r\nX:y", "text/calendar"),
        (b"\x00\x01", "application/octet-stream"),
    ],
)
async def test_kinds_of_items(content: bytes, kind: str) -> None:
    raw = await rebuilt({}, [{"id": "a", "@odata.type": ITEM, "name": "x"}], a=content)
    made = email.message_from_bytes(raw)
    parts = made.get_payload()
    assert isinstance(parts, list)
    assert cast(Any, parts[-1]).get_content_type() == kind


async def test_a_link_is_left_out_and_the_limit_holds() -> None:
    assert b"x.pdf" not in await rebuilt({}, [{"id": "a", "@odata.type": LINK, "name": "x.pdf"}])
    with pytest.raises(TooLargeError):
        await rebuilt({}, [{"id": "a", "@odata.type": FILE}], max_bytes=2_000, a=b"x" * 2_000)


def test_the_size_of_what_is_attached() -> None:
    assert size_of([{"size": 3}, {"size": None}, {}, {"size": 4}]) == 7
