"""The desk's agreements out of the settings, the demo's own key, and tokens over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from loketbus.errors import ConfigurationError, Rejected
from loketbus.security import TokenStore, secure
from loketbus.settings import load
from services.mail_ingest.api_tokens import made, tokens_router
from services.mail_ingest.domain.tokens import Token
from services.mail_ingest.policy import examine_tokens, open_policy, open_tokens
from services.mail_ingest.settings import MailSettings

KEY, OLD = "a" * 32, "b" * 32
KR = Token("KR-2026-0042")


def settings(tmp_path: Path, **given: Any) -> MailSettings:
    return load(MailSettings, var=tmp_path, **given)


class TestKeys:
    def test_the_demo_makes_one_that_stays_and_only_its_owner_reads(self, tmp_path: Path) -> None:
        demo = settings(tmp_path, profile="demo")
        first, again = open_tokens(demo), open_tokens(demo)
        assert first is not None
        assert again is not None
        assert first.mark(KR) == again.mark(KR)
        assert (tmp_path / "mail_ingest" / "token.key").stat().st_mode & 0o777 == 0o600

    def test_two_demos_have_two_keys(self, tmp_path: Path) -> None:
        one, other = (open_tokens(settings(tmp_path / name, profile="demo")) for name in "ab")
        assert one is not None
        assert other is not None
        assert other.in_text(one.mark(KR)) == []

    def test_a_demo_key_that_cannot_be_kept_is_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "mail_ingest").write_text("in the way")
        with pytest.raises(ConfigurationError, match=r"token\.key"):
            open_tokens(settings(tmp_path, profile="demo"))

    def test_in_production_without_one_they_are_off_and_doctor_says_so(self, tmp_path: Path) -> None:
        live = settings(tmp_path)
        assert open_tokens(live) is None
        [finding] = examine_tokens(live)
        assert "LOKETBUS_TOKEN_SECRET" in finding.advice
        assert not (tmp_path / "mail_ingest").exists()

    def test_old_ones_still_count(self, tmp_path: Path) -> None:
        before, after = (
            settings(tmp_path, token_secret=OLD),
            settings(tmp_path, token_secret=KEY, token_old_secrets=(OLD,)),
        )
        old, new = open_tokens(before), open_tokens(after)
        assert old is not None
        assert new is not None
        assert new.in_text(old.mark(KR)) == [KR]
        assert [finding.advice for finding in examine_tokens(after)] == [""]

    @pytest.mark.parametrize(
        "given", [{"token_secret": "short"}, {"token_secret": KEY, "token_old_secrets": ("short",)}]
    )
    def test_a_short_one_is_refused_and_not_repeated(self, tmp_path: Path, given: dict[str, Any]) -> None:
        with pytest.raises(ConfigurationError, match="TOKEN") as refused:
            settings(tmp_path, **given)
        assert "short" not in str(refused.value)


class TestColleagues:
    def test_of_the_mailbox_unless_said_otherwise(self, tmp_path: Path) -> None:
        folder = {"mail_adapter": "folder", "mail_folder": tmp_path, "mailbox": "loket@Stad.example"}
        assert open_policy(settings(tmp_path, **folder)).own_domains == {"stad.example"}
        told = settings(tmp_path, own_domains=("@Stad.example", "ocmw.example "), **folder)
        assert open_policy(told).own_domains == {"stad.example", "ocmw.example"}
        assert open_policy(settings(tmp_path)).own_domains == set()


class TestHttp:
    async def ask(self, tmp_path: Path, body: dict[str, Any], role: str = "crm") -> httpx.Response:
        app, store = FastAPI(), TokenStore(tmp_path / "tokens.json")
        secure(app, store)
        token = store.create("somebody", [role])
        app.include_router(tokens_router(settings(tmp_path, token_secret=KEY)))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.post("/queue/tokens", json=body, headers={"Authorization": f"Bearer {token}"})

    async def test_the_crm_gets_one(self, tmp_path: Path) -> None:
        answer = await self.ask(tmp_path, {"klantenreis": KR.klantenreis})
        assert answer.status_code == 200
        tokens = open_tokens(settings(tmp_path, token_secret=KEY))
        assert tokens is not None
        assert answer.json() == {"subject": tokens.mark(KR), "plus_address": None}

    async def test_nobody_else(self, tmp_path: Path) -> None:
        assert (await self.ask(tmp_path, {"klantenreis": "KR-1"}, role="behandelaar")).status_code == 403


def test_refusals_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="tokens_off"):
        made(None, KR, None)
    with pytest.raises(Rejected, match="token_impossible"):
        made(open_tokens(settings(tmp_path, token_secret=KEY)), Token("KR 42"), None)
