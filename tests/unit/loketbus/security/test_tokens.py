"""Local tokens and what the settings ask for."""

import json
import os
import threading
from pathlib import Path

import pytest

from loketbus.errors import ConfigurationError
from loketbus.security import Actor, JwksVerifier, TokenRefused, TokenStore, is_role, open_verifier
from loketbus.security.roles import known_roles
from loketbus.settings import BusSettings


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "var" / "tokens.json")


def never(text: str) -> None:
    raise AssertionError("a token was shown")


async def test_the_clear_text_is_kept_nowhere(store: TokenStore) -> None:
    token = store.create("ict", ["operator", "dpo"])
    assert await store.verify(token) == Actor("ict", frozenset({"operator", "dpo"}))
    everything = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert token.encode() not in everything
    assert token.removeprefix("lbt_").encode() not in everything
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_tokens_are_256_random_bits(store: TokenStore) -> None:
    tokens = {store.create("ict", ["operator"]) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == len("lbt_") + 43 for token in tokens)


@pytest.mark.parametrize("wrong", ["", "lbt_", "lbt_" + "A" * 43, "é", "\x00"])
async def test_another_text_is_refused(store: TokenStore, wrong: str) -> None:
    store.create("ict", ["operator"])
    with pytest.raises(TokenRefused):
        await store.verify(wrong)


async def test_a_new_token_of_the_same_name_replaces_the_old(store: TokenStore) -> None:
    old, new = store.create("ict", ["operator"]), store.create("ict", ["dpo"])
    assert len(store.tokens) == 1
    assert (await store.verify(new)).roles == {"dpo"}
    with pytest.raises(TokenRefused):
        await store.verify(old)


async def test_another_process_sees_a_change_at_once(store: TokenStore) -> None:
    other = TokenStore(store.path)
    assert other.tokens == ()
    token = store.create("ict", ["operator"])
    assert (await other.verify(token)).name == "ict"
    store.revoke("ict")
    with pytest.raises(TokenRefused):
        await other.verify(token)
    assert store.revoke("ict") is False


def test_writers_at_the_same_time_lose_nothing(store: TokenStore) -> None:
    threads = [
        threading.Thread(target=lambda number=number: TokenStore(store.path).create(f"t{number}", ["crm"]))
        for number in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.tokens) == 12
    assert [path.name for path in store.path.parent.iterdir() if path.suffix not in (".json", ".lock")] == []


def test_a_file_that_others_may_read_is_refused(store: TokenStore) -> None:
    store.create("ict", ["operator"])
    store.path.chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        _ = TokenStore(store.path).tokens


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"tokens": [{"name": "x", "roles": ["boss"], "sha256": "00", "created_at": "2026-01-01"}]}'],
)
def test_a_damaged_file_is_one_clear_line_without_its_content(store: TokenStore, content: str) -> None:
    store.create("ict", ["operator"])
    store.path.write_text(content)
    with pytest.raises(ConfigurationError, match="beschadigd") as caught:
        _ = TokenStore(store.path).tokens
    assert "\n" not in str(caught.value)
    assert "boss" not in str(caught.value)


@pytest.mark.parametrize("roles", [[], ["boss"], ["operator", "partner:"], ["partner:Été"], ["partner:*"]])
def test_only_roles_that_exist_are_given(store: TokenStore, roles: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="Onbekende rol"):
        store.create("x", roles)


def test_roles() -> None:
    assert is_role("partner:duwolim-2")
    assert not is_role("partner:*")
    assert known_roles(["dpo", 3, None, "x", "partner:a"]) == {"dpo", "partner:a"}
    assert Actor("x", frozenset({"partner:a"})).has("partner:b") is False


async def test_the_demo_makes_an_operator_once_and_shows_it_once(tmp_path: Path) -> None:
    settings = BusSettings(profile="demo", var=tmp_path / "var")
    shown: list[str] = []
    first = await open_verifier(settings, announce=shown.append)
    again = await open_verifier(settings, announce=never)
    copy = tmp_path / "var" / "operator.token"
    assert shown == [copy.read_text()]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert (await first.verify(shown[0])) == (await again.verify(shown[0]))
    assert (await again.verify(shown[0])).has("operator")


async def test_the_demo_mends_a_lost_copy(tmp_path: Path) -> None:
    settings = BusSettings(profile="demo", var=tmp_path)
    shown: list[str] = []
    await open_verifier(settings, announce=shown.append)
    (tmp_path / "operator.token").unlink()
    verifier = await open_verifier(settings, announce=shown.append)
    (tmp_path / "tokens.json").unlink()
    verifier = await open_verifier(settings, announce=shown.append)
    assert len(set(shown)) == 3
    assert (await verifier.verify(shown[2])).has("operator")


async def test_live_without_tokens_does_not_start_and_never_makes_one(tmp_path: Path) -> None:
    settings = BusSettings(profile="live", var=tmp_path)
    with pytest.raises(ConfigurationError, match="loketbus tokens create"):
        await open_verifier(settings, announce=never)
    assert os.listdir(tmp_path) == []
    token = TokenStore(tmp_path / "tokens.json").create("ict", ["operator"])
    verifier = await open_verifier(settings, announce=never)
    assert (await verifier.verify(token)).name == "ict"
    assert not (tmp_path / "operator.token").exists()


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"jwt_audience": "a"}, "LOKETBUS_JWT_ISSUER"),
        ({"jwt_issuer": "i"}, "LOKETBUS_JWT_AUDIENCE"),
        ({"jwt_issuer": "i", "jwt_audience": "a", "jwks_url": "http://login.example.org/keys"}, "LOKETBUS_JWKS_URL"),
        ({"jwt_issuer": "i", "jwt_audience": "a", "jwks_url": "file:///etc/passwd"}, "LOKETBUS_JWKS_URL"),
    ],
)
async def test_half_an_identity_provider_is_one_clear_line(values: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        await open_verifier(BusSettings(**{"jwks_url": "https://x.example/keys", **values}), announce=never)  # type: ignore[arg-type]


async def test_an_identity_provider_that_is_away_is_no_reason_not_to_start(
    unused_tcp_port: int, tmp_path: Path
) -> None:
    settings = BusSettings(
        var=tmp_path, jwks_url=f"http://127.0.0.1:{unused_tcp_port}/keys", jwt_issuer="i", jwt_audience="a"
    )
    TokenStore(tmp_path / "tokens.json").create("ict", ["operator"])
    verifier = await open_verifier(settings, announce=never)
    assert isinstance(verifier, JwksVerifier)
    assert "niet bereikbaar" in (verifier.problem or "")
    await verifier.aclose()


def test_the_file_is_readable_by_people(store: TokenStore) -> None:
    store.create("ict", ["operator"])
    entry = json.loads(store.path.read_text())["tokens"][0]
    assert set(entry) == {"name", "roles", "sha256", "created_at"}
