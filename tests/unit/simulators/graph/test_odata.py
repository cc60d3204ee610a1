from __future__ import annotations

import pytest
from starlette.datastructures import Headers, QueryParams

from simulators.graph.odata import ODataError, Options, Prefer
from simulators.graph.tokens import Tokens


@pytest.mark.parametrize(
    ("lines", "keep", "page"),
    [
        ([], False, 10),
        (['IdType="ImmutableId"'], True, 10),
        (["odata.maxpagesize=50"], False, 50),
        (['IdType="ImmutableId", odata.maxpagesize=7'], True, 7),
        (["odata.maxpagesize=7", 'IdType="ImmutableId"'], True, 7),
        (["odata.maxpagesize=9000"], False, 1000),
        (["odata.maxpagesize=0"], False, 10),
    ],
)
def test_preferences(lines, keep, page):
    found = Prefer.read(Headers(raw=[(b"prefer", line.encode()) for line in lines]))

    assert (found.keep_ids, found.page) == (keep, page)


def test_options_that_are_not_simulated_are_refused_not_ignored():
    assert Options.read(QueryParams("$select=id, subject"), frozenset({"$select"})).select == ("id", "subject")
    with pytest.raises(ODataError, match=r"\$search"):
        Options.read(QueryParams("$search=x"), frozenset({"$select"}))
    with pytest.raises(ODataError):
        Options.read(QueryParams("$top=veel"), frozenset({"$top"}))


def test_a_token_proves_its_application_until_it_expires_or_is_revoked():
    tokens = Tokens("t", "app", "geheim", life_seconds=60)
    good = f"Bearer {tokens.issue()}"

    assert tokens.app_of(good) == "app"
    assert tokens.app_of(good[:-1]) is None
    assert tokens.app_of("Bearer x.y") is None
    assert tokens.app_of(None) is None
    assert Tokens("t", "app", "ander", 60).app_of(good) is None
    tokens.generation += 1
    assert tokens.app_of(good) is None


def test_an_expired_token_is_refused():
    tokens = Tokens("t", "app", "geheim", life_seconds=-1)

    assert tokens.app_of(f"Bearer {tokens.issue()}") is None
