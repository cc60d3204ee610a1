"""Folders, messages, attachments and rounds of changes, read with plain httpx."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from tests.support.graph import Api, eml, fill, message_id

DELTA = "/mailFolders/inbox/messages/delta"


class TestFolders:
    @pytest.mark.parametrize("name", ["inbox", "sentitems", "junkemail", "deleteditems", "drafts"])
    def test_well_known_names(self, graph, api, name):
        fill(graph, 2, name)
        by_name = api.get(f"/mailFolders/{name}").json()

        assert by_name["totalItemCount"] == 2
        assert api.get(f"/mailFolders/{by_name['id']}").json() == by_name

    def test_children_come_in_pages_of_ten(self, graph, api):
        for number in range(12):
            graph.control.create_folder(f"Map {number:02}")
        first = api.get("/mailFolders/inbox/childFolders").json()
        rest = api.follow(first["@odata.nextLink"]).json()

        names = [folder["displayName"] for folder in (*first["value"], *rest["value"])]
        assert names == [f"Map {number:02}" for number in range(12)]
        assert "@odata.nextLink" not in rest
        assert api.get("/mailFolders/inbox").json()["childFolderCount"] == 12

    def test_what_is_not_there(self, api):
        assert api.get("/mailFolders/onbekend").json()["error"]["code"] == "ErrorItemNotFound"

    def test_another_users_mailbox(self, api):
        assert api.send("GET", "/users/elders@stad.example/mailFolders/inbox").status_code == 404


class TestMessages:
    def test_the_usual_properties_and_the_selected_ones(self, graph, api):
        received = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
        name = graph.control.add_mail(eml(1, attachments={"a.pdf": b"%PDF"}), received=received)
        whole = api.get(f"/messages/{name}").json()
        some = api.get(f"/messages/{name}", select="subject,internetMessageHeaders").json()

        assert whole["receivedDateTime"] == "2026-11-02T09:15:00Z"
        assert (whole["internetMessageId"], whole["hasAttachments"], whole["isRead"]) == (message_id(1), True, False)
        assert whole["from"]["emailAddress"] == {"name": "Jan Peeters", "address": "jan.peeters@burger.example"}
        assert "internetMessageHeaders" not in whole
        assert some.keys() - {"@odata.etag"} == {"id", "subject", "internetMessageHeaders"}
        assert {"name": "Message-ID", "value": message_id(1)} in some["internetMessageHeaders"]

    def test_a_list_is_newest_first_and_its_pages_are_counted_off(self, graph, api):
        ids = fill(graph, 5)
        first = api.get("/mailFolders/inbox/messages", select="id", top=2).json()
        graph.control.add_mail(eml(6))
        second = api.follow(first["@odata.nextLink"]).json()

        assert [entry["id"] for entry in first["value"]] == ids[:2:-1]
        assert [entry["id"] for entry in second["value"]] == [ids[3], ids[2]]

    def test_mime_byte_for_byte_but_not_by_way_of_the_folder(self, graph, api):
        (name,) = fill(graph, 1)

        assert api.get(f"/messages/{name}/$value").content == eml(1)
        assert api.get(f"/mailFolders/inbox/messages/{name}/$value").status_code == 405
        assert api.get(f"/mailFolders/inbox/messages/{name}").json()["id"] == name

    @pytest.mark.parametrize(("name", "status"), [("AAkALgA=", 400), ("onzin", 400)])
    def test_what_is_no_id(self, api, name, status):
        answer = api.get(f"/messages/{name}")

        assert (answer.status_code, answer.json()["error"]["code"]) == (status, "ErrorInvalidIdMalformed")

    def test_a_property_that_does_not_exist(self, graph, api):
        (name,) = fill(graph, 1)

        assert api.get(f"/messages/{name}", select="onderwerp").status_code == 400

    def test_a_move_changes_the_id_only_of_who_did_not_ask_for_the_immutable_one(self, graph, api):
        (name,) = fill(graph, 1)
        plain = Api(graph, prefer="odata.maxpagesize=10")
        before = plain.get("/mailFolders/inbox/messages").json()["value"][0]["id"]
        graph.control.move(name, "junkemail")

        assert api.get(f"/messages/{name}").status_code == 200
        assert plain.get(f"/messages/{before}").json()["error"]["code"] == "ErrorItemNotFound"
        assert plain.get("/mailFolders/junkemail/messages").json()["value"][0]["id"] not in (before, name)
        plain.close()


class TestAttachments:
    def test_files(self, graph, api):
        content = bytes(range(256))
        name = graph.control.add_mail(eml(1, attachments={"één.pdf": content, "b.pdf": b"%PDF"}))
        first, second = api.get(f"/messages/{name}/attachments").json()["value"]
        slim = api.get(f"/messages/{name}/attachments", select="name,size").json()["value"]

        assert (first["@odata.type"], first["name"]) == ("#microsoft.graph.fileAttachment", "één.pdf")
        assert base64.b64decode(first["contentBytes"]) == content
        assert [one["size"] for one in slim] == [256, 4]
        assert all("contentBytes" not in one for one in slim)
        assert api.get(f"/messages/{name}/attachments/{second['id']}/$value").content == b"%PDF"
        assert api.get(f"/messages/{name}/attachments/{first['id']}").json()["id"] == first["id"]

    def test_an_attached_mail(self, graph, api):
        outer = EmailMessage()
        outer["Subject"] = "Doorgestuurd"
        inner = EmailMessage()
        inner["Subject"] = "De vraag zelf"
        inner.set_content("Hallo")
        outer.set_content("Zie bijlage")
        outer.add_attachment(inner)
        name = graph.control.add_mail(outer.as_bytes())
        (item,) = api.get(f"/messages/{name}/attachments").json()["value"]

        assert (item["@odata.type"], item["name"]) == ("#microsoft.graph.itemAttachment", "De vraag zelf")
        assert b"Subject: De vraag zelf" in api.get(f"/messages/{name}/attachments/{item['id']}/$value").content

    def test_a_link_to_the_cloud_has_no_bytes(self, graph, api):
        name = graph.control.add_mail(eml(1, attachments={"a.pdf": b"%PDF"}))
        graph.control.fault("reference_attachment", items=[name], count=None)
        (link,) = api.get(f"/messages/{name}/attachments").json()["value"]

        assert link["@odata.type"] == "#microsoft.graph.referenceAttachment"
        assert api.get(f"/messages/{name}/attachments/{link['id']}/$value").status_code == 405


class TestRounds:
    def test_ten_by_default_and_a_preference_for_more(self, graph, api):
        ids = fill(graph, 23)
        first = api.get(DELTA, select="subject")
        bigger = api.follow(first.json()["@odata.nextLink"], 'IdType="ImmutableId", odata.maxpagesize=13')

        assert [entry["id"] for entry in first.json()["value"]] == ids[:12:-1]
        assert [entry["id"] for entry in bigger.json()["value"]] == ids[12::-1]
        assert "odata.maxpagesize=13" in bigger.headers["preference-applied"]
        assert "@odata.deltaLink" in bigger.json()

    def test_the_link_remembers_what_was_selected(self, graph, api):
        fill(graph, 12)
        entries, link = api.round()
        graph.control.add_mail(eml(13))

        ((later,), _) = api.round(link)
        assert {frozenset(entry) for entry in (*entries, later)} == {
            frozenset({"@odata.type", "@odata.etag", "id", "subject"})
        }

    def test_top_is_a_trap(self, graph, api):
        fill(graph, 5)

        assert "@odata.deltaLink" in api.get(DELTA, top=2).json()

    def test_what_happened_since(self, graph, api):
        moved, deleted, read, _ = fill(graph, 4)
        _, link = api.round()
        graph.control.move(moved, "junkemail")
        graph.control.delete(deleted)
        graph.control.mark_read(read)
        entries, _ = api.round(link)

        removed = {entry["id"]: entry["@removed"]["reason"] for entry in entries if "@removed" in entry}
        assert removed == {moved: "changed", deleted: "deleted"}
        assert [entry["id"] for entry in entries if "@removed" not in entry] == [read]

    def test_away_and_back_is_said_to_be_removed_although_it_is_there(self, graph, api):
        (name,) = fill(graph, 1)
        _, link = api.round()
        graph.control.move(name, "junkemail")
        graph.control.move(name, "inbox")
        entries, link = api.round(link)

        assert [(entry["id"], "@removed" in entry) for entry in entries] == [(name, True)]
        assert api.round(link)[0] == []
        assert api.get(f"/messages/{name}", select="parentFolderId").status_code == 200

    def test_lost_and_malformed_tokens(self, graph, api):
        _, link = api.round()
        assert api.follow(link.rpartition("=")[0] + "=onzin").status_code == 400

        graph.control.void_delta_tokens()
        answer = api.follow(link)
        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")

    @pytest.mark.parametrize("option", ["search", "expand", "filter"])
    def test_what_is_not_simulated_is_refused(self, api, option):
        assert api.get(DELTA, **{option: "x"}).status_code == 400
