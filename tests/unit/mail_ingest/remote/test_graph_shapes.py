"""JSON to our own shapes, settings, and links: whatever the server sends."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from loketbus.errors import Unavailable
from services.mail_ingest.remote._graph_http import ForeignLinkError, GraphClient
from services.mail_ingest.remote._graph_json import Entries, read_entries, read_folder, read_time
from services.mail_ingest.remote._graph_settings import GraphConnection
from services.mail_ingest.remote._graph_spool import Spool, looks_like_mail

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(["id", "receivedDateTime", "internetMessageId", "hasAttachments", "@removed"])


def connection(**changes: Any) -> GraphConnection:
    known = {"tenant": "t", "client_id": "c", "client_secret": SecretStr("s"), "mailbox": "loket@stad.example"}
    return GraphConnection(**{**known, **changes})


class TestEntries:
    def test_being_there_counts_most_and_everything_counts_once(self) -> None:
        removed = {"@removed": {"reason": "deleted"}}
        found = read_entries({"value": [{"id": "a", **removed}, {"id": "b"}, {"id": "a"}, {"id": "b"}]})
        assert list(found.present) == ["b", "a"]
        assert found.removed == ()
        gone = read_entries({"value": [{"id": "c", **removed}, {"id": "c", **removed}]})
        assert gone == Entries({}, ("c",), ())

    @given(st.lists(JSON | st.dictionaries(FIELDS, JSON, max_size=5), max_size=8))
    def test_every_entry_is_there_gone_or_put_aside(self, entries: list[Any]) -> None:
        found = read_entries({"value": entries})
        names = [one.get("id") if isinstance(one, dict) else None for one in entries]
        named = [name for name in names if isinstance(name, str) and name]
        assert found.present.keys() | set(found.removed) == set(named)
        assert len(found.poison) == len(names) - len(named)

    @pytest.mark.parametrize("value", [None, 3, "x", {}])
    def test_a_page_without_a_list(self, value: object) -> None:
        with pytest.raises(Unavailable):
            read_entries({"value": value})


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-02T09:15:00Z", datetime(2026, 11, 2, 9, 15, tzinfo=UTC)),
        ("2026-11-02T10:15:00+01:00", datetime(2026, 11, 2, 9, 15, tzinfo=UTC)),
        ("2026-11-02T09:15:00", datetime(2026, 11, 2, 9, 15, tzinfo=UTC)),
        ("2026-11-02T09:15:00.1234567Z", datetime(2026, 11, 2, 9, 15, 0, 123456, tzinfo=UTC)),
        ("gisteren", None),
        (None, None),
        (7, None),
    ],
)
def test_times(text: object, time: datetime | None) -> None:
    assert read_time(text) == time


def test_a_search_is_no_folder() -> None:
    entry = {"id": "x", "displayName": "Zoeken", "totalItemCount": 4}
    assert read_folder(entry | {"@odata.type": "#microsoft.graph.mailSearchFolder"}, "") is None
    folder = read_folder(entry, "Postvak IN")
    assert folder is not None
    assert (folder.path, folder.total) == ("Postvak IN/Zoeken", 4)


class TestSettings:
    @pytest.mark.parametrize("name", ["base_url", "authority"])
    @pytest.mark.parametrize("url", ["http://graph.microsoft.com/v1.0", "ftp://x", "graph.microsoft.com", "https://"])
    def test_secrets_travel_safely_or_not_at_all(self, name: str, url: str) -> None:
        with pytest.raises(ValidationError, match="https://"):
            connection(**{name: url})

    @pytest.mark.parametrize("url", ["https://graph.microsoft.us/v1.0/", "http://127.0.0.1:9", "http://localhost:9"])
    def test_safe_addresses(self, url: str) -> None:
        assert connection(base_url=url).base_url == url.rstrip("/")

    @pytest.mark.parametrize("tenant", ["", "a/b", "../x", "a?b"])
    def test_a_tenant_is_one_part_of_a_path(self, tenant: str) -> None:
        with pytest.raises(ValidationError):
            connection(tenant=tenant)

    def test_the_secret_is_not_shown(self) -> None:
        assert "zeer geheim" not in repr(connection(client_secret=SecretStr("zeer geheim")))


class TestLinks:
    @pytest.mark.parametrize(
        "link",
        [
            "https://graph.microsoft.com/v1.0/users('x')/messages/delta?$skiptoken=a%20b",
            "https://graph.microsoft.com:443/beta/x",
            "HTTPS://Graph.Microsoft.com/v1.0",
        ],
    )
    async def test_of_our_graph(self, link: str) -> None:
        client = GraphClient(connection())
        client.check_link(link)
        await client.close()

    @pytest.mark.parametrize(
        "link",
        [
            "http://graph.microsoft.com/v1.0/x",
            "https://graph.microsoft.com:8443/v1.0/x",
            "https://graph.microsoft.com.elders.example/v1.0",
            "https://graph.microsoft.com@elders.example/v1.0",
            "https://x@graph.microsoft.com/v1.0",
            "//graph.microsoft.com/v1.0",
            "/v1.0/users",
            "https://[",
            "x" * 70_000,
            "",
        ],
    )
    async def test_of_somebody_else(self, link: str) -> None:
        client = GraphClient(connection())
        with pytest.raises(ForeignLinkError):
            client.check_link(link)
        await client.close()


class TestSpool:
    def test_files_of_a_call_go_together(self, tmp_path: Path) -> None:
        spool = Spool(tmp_path / "spool")
        batch, other = spool.batch(), spool.batch()
        with batch.new() as kept, batch.new(), other.new() as theirs:
            pass
        batch.delete(keep={Path(kept.name)})
        assert {path.name for path in (tmp_path / "spool").iterdir()} == {
            Path(kept.name).name,
            Path(theirs.name).name,
        }

    @pytest.mark.parametrize(
        ("head", "mail"),
        [
            (b"From: x\r\n", True),
            (b"\r\nX-Y: 1\n", True),
            (b"From x@y Mon\nTo: z\n", True),
            (b"", False),
            (b"<html>", False),
            (b"\x00\x01\x02", False),
            (b"x" * 9_000 + b"\nTo: z\n", False),
        ],
    )
    def test_what_looks_like_a_mail(self, head: bytes, mail: bool) -> None:
        assert looks_like_mail(head) is mail
