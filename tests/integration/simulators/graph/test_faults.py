"""Every knob, seen from the client."""

from __future__ import annotations

import json
import threading

import httpx
import pytest

from simulators._common.control import ControlError
from simulators.graph import GraphOptions, GraphSimulator
from tests.support.graph import Api, eml, fill

DELTA = "/mailFolders/inbox/messages/delta"


@pytest.mark.parametrize(
    ("kind", "params", "status", "code"),
    [
        ("unauthorized", {}, 401, "InvalidAuthenticationToken"),
        ("denied", {}, 403, "ErrorAccessDenied"),
        ("throttle", {}, 429, "ApplicationThrottled"),
        ("throttle", {"retry_after": 7}, 429, "ApplicationThrottled"),
        ("status", {"status": 503, "retry_after": 5}, 503, "UnknownError"),
        ("lost_state", {}, 410, "SyncStateNotFound"),
        ("lost_state", {"status": 400}, 400, "SyncStateNotFound"),
    ],
)
def test_refusals(graph, api, kind, params, status, code):
    graph.control.fault(kind, "Delta", **params)
    answer = api.get(DELTA)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    asked = params.get("retry_after")
    assert answer.headers.get("retry-after") == (None if asked is None else str(asked))
    assert api.get(DELTA).status_code == 200


def test_in_the_middle_of_a_round(graph, api):
    fill(graph, 12)
    graph.control.fault("lost_state", "Delta", skip=1)
    first = api.get(DELTA).json()

    assert api.follow(first["@odata.nextLink"]).status_code == 410


def test_a_page_that_is_no_json(graph, api):
    graph.control.fault("status", "Delta", status=200, body="<html>Onderhoud</html>")

    assert api.get(DELTA).text == "<html>Onderhoud</html>"


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("hard", [True, False])
def test_a_connection_that_breaks(graph, api, framing, hard):
    fill(graph, 3)
    graph.control.fault("cut", "Delta", at=40, framing=framing, hard=hard)

    with pytest.raises(httpx.TransportError):
        api.get(DELTA)


def test_a_refused_connection(graph, api):
    graph.control.fault("refuse", "Delta")

    with pytest.raises(httpx.TransportError):
        api.get(DELTA)


def test_truncated_json_is_a_whole_answer(graph, api):
    fill(graph, 3)
    graph.control.fault("replace_body", "Delta", keep=50)

    with pytest.raises(json.JSONDecodeError):
        api.get(DELTA).json()


def test_entries_of_a_page(graph, api):
    ids = fill(graph, 3)[::-1]

    def page(kind: str, **params):
        graph.control.fault(kind, "Delta", **params)
        return api.get(DELTA, select="receivedDateTime").json()

    def names(body):
        return [entry["id"] for entry in body["value"]]

    assert names(page("replay", number=2)) == [*ids, *ids[:2]]
    assert names(page("reorder")) == ids[::-1]
    assert len(names(page("ghosts", number=2))) == 5
    assert page("junk_entry", entry="onzin")["value"][0] == "onzin"
    assert "receivedDateTime" not in page("sparse", items=[ids[0]])["value"][0]
    assert [one["receivedDateTime"] == "gisteren" for one in page("replace", items=[ids[1]])["value"]] == [
        False,
        True,
        False,
    ]
    assert page("foreign_link")["@odata.deltaLink"].startswith("http://127.0.0.1:9/v1.0/users(")
    assert not [key for key in page("no_link") if key.endswith("Link")]
    again = page("repeat_page")
    assert names(api.follow(again["@odata.nextLink"]).json()) == ids


def test_a_fault_meant_for_one_mail_spares_the_others(graph, api):
    first, second = fill(graph, 2)
    graph.control.fault("status", "GetMime", items=["<vraag-2@burger.example>"], count=None, status=500)

    assert api.get(f"/messages/{first}/$value").status_code == 200
    assert api.get(f"/messages/{second}/$value").status_code == 500


def test_a_mail_that_is_too_large_breaks_off():
    with GraphSimulator(GraphOptions(max_value_bytes=50_000), run_as="thread") as graph:
        large = graph.control.add_mail(eml(1, attachments={"a": b"x" * 100_000}))
        api = Api(graph)
        with pytest.raises(httpx.TransportError):
            api.get(f"/messages/{large}/$value")
        api.close()


def test_a_fifth_request_at_once_is_refused(graph):
    graph.control.fault("delay", "GetFolder", count=4, ms=2_000)
    apis = [Api(graph) for _ in range(5)]
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda api=api: found.append(api.get("/mailFolders/inbox").status_code))
        for api in apis[:4]
    ]
    for thread in threads:
        thread.start()
    graph.control.wait_for("GetFolder", 4)
    found.append(apis[4].get("/mailFolders/inbox").status_code)
    for thread in threads:
        thread.join()
    for api in apis:
        api.close()

    assert found == [429, 200, 200, 200, 200]
    assert graph.control.most_at_once() == 5


@pytest.mark.parametrize(("kind", "params"), [("regen", {}), ("throttle", {"retry": 1})])
def test_a_fault_that_does_not_exist_is_refused(graph, kind, params):
    with pytest.raises(ControlError, match="400"):
        graph.control.fault(kind, **params)
