from __future__ import annotations

from exchangelib.util import TNS
from lxml import etree

from services.mail_ingest.remote._ews_xml import mail_folders, read_listed
from services.mail_ingest.remote.protocol import Folder, Wanted


def folder(
    own: str, parent: str, name: str | None, kind: str | None = "IPF.Note", tag: str = "Folder"
) -> etree._Element:
    words = f"<t:DisplayName>{name}</t:DisplayName>" if name else ""
    words += f"<t:FolderClass>{kind}</t:FolderClass>" if kind else ""
    return etree.fromstring(
        f'<t:{tag} xmlns:t="{TNS}"><t:FolderId Id="{own}"/><t:ParentFolderId Id="{parent}"/>{words}'
        f"<t:TotalCount>3</t:TotalCount></t:{tag}>"
    )


def paths(*below: etree._Element) -> list[str]:
    return [one.path for one in mail_folders("inbox", folder("i", "top", "Postvak IN"), list(below))]


def test_the_root_comes_first_under_its_own_name() -> None:
    found = mail_folders("inbox", folder("i", "top", "Postvak IN"), [folder("b", "i", "B"), folder("a", "i", "A")])
    assert found == (
        Folder(folder_id="inbox", path="Postvak IN", total=3),
        Folder(folder_id="a", path="Postvak IN/A", total=3),
        Folder(folder_id="b", path="Postvak IN/B", total=3),
    )


def test_only_folders_that_hold_mail() -> None:
    assert paths(
        folder("a", "i", "Agenda", "IPF.Appointment", "CalendarFolder"),
        folder("b", "i", "Zoekmap", "IPF.Note", "SearchFolder"),
        folder("c", "i", "Notities", "IPF.StickyNote"),
        folder("d", "i", "Imap", "IPF.Imap"),
        folder("e", "i", "Startpagina", "IPF.Note.OutlookHomepage"),
        folder("f", "i", "Zonder klasse", None),
    ) == ["Postvak IN", "Postvak IN/Imap", "Postvak IN/Startpagina", "Postvak IN/Zonder klasse"]


def test_paths_of_a_tree_with_holes_and_circles_end() -> None:
    found = paths(folder("a", "weg", "Los"), folder("b", "c", "B"), folder("c", "b", "C"), folder("d", "i", None))
    assert found == ["Postvak IN", "B/C", "C/B", "Los", "Postvak IN/?"]


def test_a_listed_item_has_at_least_an_id() -> None:
    with_id = f'<t:Person xmlns:t="{TNS}"><t:ItemId Id="x"/><t:Size>veel</t:Size></t:Person>'
    assert read_listed(etree.fromstring(with_id)) == Wanted(provider_id="x", size=None)
    assert read_listed(etree.fromstring(f'<t:Message xmlns:t="{TNS}"/>')) is None
