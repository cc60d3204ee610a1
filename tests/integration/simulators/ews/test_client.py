"""Every client action of the table in reference 2.1, done by the real exchangelib."""

from __future__ import annotations

import exchangelib
import pytest
from exchangelib.errors import (
    ErrorFolderNotFound,
    ErrorNonExistentMailbox,
    ErrorUnsupportedQueryFilter,
    UnauthorizedError,
)
from exchangelib.extended_properties import ExtendedProperty
from exchangelib.items import Message
from exchangelib.properties import AlternateId

from simulators.ews import EwsSimulator
from tests.support.ews import SERVER_BUILD, connect, eml, fill, message_id


class SearchKey(ExtendedProperty):
    property_tag = 0x300B
    property_type = "Binary"


@pytest.fixture
def search_key():
    Message.register("search_key", SearchKey)
    yield
    Message.deregister("search_key")


def operations(simulator: EwsSimulator) -> list[str]:
    return [request["operation"] for request in simulator.control.requests()]


def test_a_pinned_account_asks_nothing_and_its_inbox_two_folders(ews):
    account = connect(ews)
    assert operations(ews) == []

    assert account.inbox.name == "Postvak IN"
    assert operations(ews) == ["GetFolder", "GetFolder"]


def test_an_unpinned_client_finds_scheme_and_version_by_itself(ews):
    account = connect(ews, pinned=False)

    assert account.inbox.total_count == 0
    assert account.protocol.auth_type == "basic"
    assert account.version.build == SERVER_BUILD
    assert operations(ews)[:2] == ["ConvertId", "ConvertId"]
    assert [request["status"] for request in ews.control.requests()[:2]] == [401, 200]


def test_wrong_password_is_401_and_names_the_user_in_the_log(ews):
    with pytest.raises(UnauthorizedError):
        connect(ews, password="fout").inbox.refresh()

    (request,) = ews.control.requests()
    assert (request["status"], request["user"]) == (401, ews.options.user)


def test_impersonation_of_the_mailbox_works_and_of_another_does_not(ews):
    assert connect(ews, access_type=exchangelib.IMPERSONATION).inbox.total_count == 0

    stranger = connect(ews, access_type=exchangelib.IMPERSONATION, mailbox="ander@stad.example")
    with pytest.raises(ErrorNonExistentMailbox):
        stranger.inbox.refresh()


def test_a_delegate_cannot_open_a_mailbox_that_is_not_there(ews):
    with pytest.raises(ErrorNonExistentMailbox):
        connect(ews, mailbox="ander@stad.example").inbox.refresh()


@pytest.mark.parametrize(
    ("attribute", "folder"),
    [("inbox", "inbox"), ("sent", "sentitems"), ("trash", "deleteditems"), ("junk", "junkemail"), ("drafts", "drafts")],
)
def test_the_well_known_folders(ews, account, attribute, folder):
    ews.control.add_mail(eml(1), folder)

    assert getattr(account, attribute).total_count == 1


def test_a_folder_below_the_inbox_is_found_by_its_name(ews, account):
    ews.control.create_folder("Verwerkt")

    assert (account.inbox / "Verwerkt").name == "Verwerkt"
    assert (account.inbox // "Verwerkt").name == "Verwerkt"
    assert "FindFolder" in operations(ews)
    with pytest.raises(ErrorFolderNotFound):
        account.inbox // "Onbekend"


def test_a_listing_is_complete_over_pages_and_newest_first(ews, account):
    ids = fill(ews, 250)

    assert [item.id for item in account.inbox.all().only("subject")] == ids[::-1]
    assert [item.id for item in account.inbox.all().order_by("datetime_received").only("subject")] == ids
    assert account.inbox.all().count() == 250
    assert ews.control.requests("FindItem")[0]["status"] == 200


def test_a_filter_on_message_id_works_and_another_filter_is_refused(ews, account):
    fill(ews, 3)

    assert account.inbox.get(message_id=message_id(2)).subject == "Vraag 2 over isolatie"
    with pytest.raises(ErrorUnsupportedQueryFilter):
        list(account.inbox.filter(is_read=True))


def test_a_mail_comes_back_whole(ews, account):
    raw = eml(
        7, attachments={"offerte é.pdf": b"%PDF-1.7"}, In_Reply_To="<oud@x.example>", References="<a@x> <oud@x.example>"
    )
    ews.control.add_mail(raw)

    mail = account.inbox.get()

    assert mail.mime_content == raw
    assert (mail.subject, mail.message_id) == ("Vraag 7 over isolatie", message_id(7))
    assert (mail.in_reply_to, mail.references) == ("<oud@x.example>", "<a@x> <oud@x.example>")
    assert (mail.author.name, mail.author.email_address) == ("Jan Peeters", "jan.peeters@burger.example")
    assert [to.email_address for to in mail.to_recipients] == ["energieloket@stad.example"]
    assert mail.body.strip().endswith("Dit is vraag 7.")
    assert {header.name: header.value for header in mail.headers}["Message-ID"] == message_id(7)
    assert (mail.size, mail.has_attachments, mail.is_read) == (len(raw), True, False)
    assert [(a.name, a.content_type, a.content) for a in mail.attachments] == [
        ("offerte é.pdf", "application/pdf", b"%PDF-1.7")
    ]


def test_an_attachment_streams(ews, account):
    content = bytes(range(256)) * 4000
    ews.control.add_mail(eml(1, attachments={"plan.pdf": content}))

    with account.inbox.get().attachments[0].fp as stream:
        assert stream.read() == content


def test_an_attached_mail_is_an_item_with_its_own_mime(ews, account):
    inner = eml(2).replace(b"\r\n", b"\n")
    outer = b"Message-ID: <fw@x>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
    ews.control.add_mail(outer + inner + b"\n--b--\n")

    (attachment,) = account.inbox.get().attachments

    assert isinstance(attachment, exchangelib.ItemAttachment)
    assert attachment.name == "Vraag 2 over isolatie"
    assert attachment.item.message_id == message_id(2)
    assert b"Dit is vraag 2." in attachment.item.mime_content


def test_an_invitation_is_a_meeting_request(ews, account):
    ews.control.add_mail(
        b"Subject: Plaatsbezoek\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n"
    )

    assert type(account.inbox.get()).__name__ == "MeetingRequest"


def test_a_move_gives_another_id_and_keeps_the_search_key(ews, account, search_key):
    ews.control.create_folder("Verwerkt")
    ews.control.add_mail(eml(1))
    mail = account.inbox.get()
    old_id, old_key = mail.id, mail.search_key

    mail.move(account.inbox / "Verwerkt")

    moved = (account.inbox / "Verwerkt").get()
    assert moved.id == mail.id != old_id
    assert moved.search_key == old_key
    assert len(old_key) == 16
    assert account.inbox.all().count() == 0


def test_a_copy_is_another_item_with_the_same_search_key(ews, account, search_key):
    ews.control.add_mail(eml(1))
    mail = account.inbox.get()

    mail.copy(account.junk)

    copied = account.junk.get()
    assert copied.id != mail.id
    assert copied.search_key == mail.search_key


def test_read_flag_and_categories_are_saved_and_a_subject_is_not(ews, account):
    ews.control.add_mail(eml(1))
    mail = account.inbox.get()

    mail.is_read, mail.categories = True, ["W&E", "Loket"]
    mail.save(update_fields=["is_read", "categories"])

    again = account.inbox.get()
    assert (again.is_read, again.categories) == (True, ["W&E", "Loket"])
    assert again.changekey == mail.changekey
    again.subject = "Anders"
    with pytest.raises(exchangelib.errors.ErrorInvalidPropertySet):
        again.save(update_fields=["subject"])


def test_delete_to_the_bin_and_for_good(ews, account):
    fill(ews, 2)

    first, second = account.inbox.all()
    first.move_to_trash()
    second.delete()

    assert account.inbox.all().count() == 0
    assert [mail.message_id for mail in account.trash.all()] == [first.message_id]


def test_fetching_a_deleted_mail_gives_an_error_object_in_its_place(ews, account):
    gone, there = fill(ews, 2)
    ews.control.delete(gone)

    answers = list(account.fetch([(gone, None), (there, None), ("onzin", None)], only_fields=["subject"]))

    assert [type(answer).__name__ for answer in answers] == ["ErrorItemNotFound", "Message", "ErrorInvalidIdMalformed"]


def test_names_resolve_and_ids_convert(ews, account):
    item_id = ews.control.add_mail(eml(1))

    (found,) = account.protocol.resolve_names(["energieloket"])
    assert found.email_address == "energieloket@stad.example"
    (converted,) = account.protocol.convert_ids(
        [AlternateId(id=item_id, format="EwsId", mailbox=account.primary_smtp_address)], "HexEntryId"
    )
    assert len(bytes.fromhex(converted.id)) == 70


def test_text_that_xml_cannot_hold_does_not_break_an_answer(ews, account):
    ews.control.add_mail(b"Subject: bel\x07 en nul\x00\r\nMessage-ID: <z@x>\r\n\r\nbody\x0c \xff\xfe\r\n")

    assert account.inbox.get().message_id == "<z@x>"
