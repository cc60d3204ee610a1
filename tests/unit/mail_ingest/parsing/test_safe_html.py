from __future__ import annotations

import pytest

from services.mail_ingest.parsing import TEXT_ONLY, Limits, Oddity, parse
from services.mail_ingest.parsing.html_scan import bare_text, tags, weigh
from tests.unit.mail_ingest.parsing.mails import html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>steal()</script>",
        "<img src=x onerror=steal()>",
        '<a href="javascript:steal()">x</a>',
        '<a href="vbscript:steal()">x</a>',
        '<iframe src="https://steal.example"></iframe>',
        '<form action="https://steal.example"><input></form>',
        '<img src="https://steal.example/pixel.gif">',
        '<img src="//steal.example/pixel.gif">',
        '<img srcset="https://steal.example/a 2x">',
        '<div style="background:url(https://steal.example/x)">x</div>',
        '<body background="https://steal.example/x">x',
        '<link rel=stylesheet href="https://steal.example">',
        "<style>@import 'https://steal.example'</style>",
        '<svg><image href="https://steal.example"/></svg>',
        '<base href="https://steal.example">',
        '<meta http-equiv=refresh content="0;url=https://steal.example">',
        '<object data="https://steal.example"></object>',
        '<video poster="https://steal.example"></video>',
        "<math><mi xlink:href='javascript:steal()'>x</mi></math>",
        "<noscript><p title='</noscript><img src=x onerror=steal()>'>",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(hostile: str) -> None:
    parsed = parse(html(f"<p>voor</p>{hostile}<p>na</p>"))
    assert "steal" not in str(parsed.html).replace("steal()&gt;'&gt;", "")
    assert "<p>voor</p>" in str(parsed.html)
    assert "voor" in parsed.text


def test_what_stays() -> None:
    page = '<p style="display:none;position:fixed">x</p><a href="https://x.be">l</a><img src="cid:a@b" alt="logo">'
    safe = str(parse(html(page)).html)
    assert '<p style="display:none">' in safe
    assert 'href="https://x.be"' in safe
    assert "noreferrer" in safe
    assert '<img src="cid:a@b" alt="logo">' in safe


def test_remote_images_are_noted() -> None:
    assert Oddity.REMOTE_IMAGES in parse(html('<img src="https://x.be/a.png" alt="a">')).warnings
    assert Oddity.REMOTE_IMAGES not in parse(html('<img src="cid:a">')).warnings


def test_text_follows_the_blocks() -> None:
    page = (
        "<h1>Titel</h1><p>een<br>twee</p><ul><li>a</li><li>b</li></ul><table><tr><td>Naam</td><td>An</td></tr></table>"
    )
    assert [line.strip() for line in parse(html(page)).text.split("\n") if line.strip()] == [
        "Titel",
        "een",
        "twee",
        "* a",
        "* b",
        "Naam An",
    ]


def test_hidden_text_is_not_text() -> None:
    assert parse(html('<div style="display:none">verborgen</div><p>zichtbaar</p>')).text == "zichtbaar"


HOSTILE = {
    "nested": "<div>" * 200_000,
    "nested and closed": "<div>" * 300 + "x" + "</div>" * 300,
    "closed in comments": "<div><!--</div>-->" * 20_000,
    "closed out of scope": "<div><marquee></div></marquee>" * 20_000,
    "reopened formatting": "".join(f"<b id={number}>" for number in range(150)) + "<p>x" * 30_000,
    "attributes": "<div " + " ".join(f"a{number}" for number in range(40_000)) + ">x",
    "ampersands": "&" * 310_000,
    "angles": "<" * 310_000,
    "templates": "<template>" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_take_a_parser_too_long_becomes_text(name: str) -> None:
    parsed = parse(html("<p>voor</p>" + HOSTILE[name]))
    assert Oddity.HTML_TOO_COMPLEX in parsed.warnings
    assert parsed.text.startswith("voor")
    assert "voor" in str(parsed.html)
    assert "<div><div>" not in str(parsed.html)


def test_a_large_page_is_cut() -> None:
    parsed = parse(html("<p>voor</p>" + "x" * 500), Limits(html_chars=300))
    assert Oddity.HTML_TOO_LARGE in parsed.warnings
    assert parsed.text.startswith("voor")


def test_second_try_uses_no_parser_and_keeps_the_identity() -> None:
    raw = html("<div><p>een</p>twee &amp; drie<script>x</script></div>")
    parsed = parse(raw, TEXT_ONLY)
    assert parsed.text.split() == ["een", "twee", "&", "drie"]
    assert parsed.content_hash == parse(raw).content_hash


@pytest.mark.parametrize(
    ("source", "depth"),
    [
        ("<div><div>x</div></div>", 2),
        ("<p><p><li><br>", 0),
        ("<table><tr><td><table><tr><td>x</table></table>", 2),
        ("<b><i></b></i>", 2),
        ("<DIV></div><div></DIV>", 1),
    ],
)
def test_depth(source: str, depth: int) -> None:
    assert weigh(source).depth == depth


def test_comments_and_scripts_hold_neither_tags_nor_text() -> None:
    source = "a<!-- <b> --><script>if (a<b) {}</SCRIPT>c<!doctype x><?pi?></>d < e"
    assert [tag.name for tag in tags(source) if tag.name] == ["script", "script"]
    assert bare_text(source) == "acd < e"


@pytest.mark.parametrize("source", ["<", "<a", "</", "<!--", "<!", "a<", "< b", "<script>", "<a href='", "&amp", "a<1"])
def test_scan_of_unfinished_html(source: str) -> None:
    assert weigh(source).depth <= 1
    assert "script" not in bare_text(source)
