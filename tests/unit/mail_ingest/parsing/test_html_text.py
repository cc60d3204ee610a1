from __future__ import annotations

import re

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inscriptis import get_text
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig

from services.mail_ingest.parsing.html_text import to_text
from services.mail_ingest.parsing.safe_html import tidy

CONFIG = ParserConfig(css=STRICT_CSS_PROFILE, display_links=False, display_images=False)
TAGS = ["div", "span", "b", "a", "br", "table", "tr", "td", "blockquote", "ul", "ol", "li"]
WORDS = ["een", "twee drie", " ", "\n", "  vier ", "vijf\n zes", "&amp; x", "é", "\xa0", "."]
LEAF = st.sampled_from(WORDS)


def element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A tag around some pages."""
    return st.tuples(st.sampled_from(TAGS), st.lists(inside, max_size=4)).map(
        lambda pair: "<br>" if pair[0] == "br" else f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    )


def words(text: str) -> list[str]:
    """Each line's words; where a library that keeps layout would set lines apart is a matter of taste."""
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


@settings(max_examples=120, deadline=None)
@given(st.lists(st.recursive(LEAF, element, max_leaves=12), max_size=5))
def test_same_words_on_the_same_lines_as_inscriptis(pieces: list[str]) -> None:
    """Where the two trees agree (libxml2 closes a heading at a paragraph inside it), and tables are read by cell."""
    safe = nh3.clean("".join(pieces), tags=set(TAGS) | {"tbody"})
    flat = re.sub(r"<(/?)t[dh]\b", r" <\1span", re.sub(r"<(/?)(?:table|tbody|tr)\b", r"<\1div", safe))
    theirs = get_text(flat, CONFIG) if flat.strip() else ""
    assert "".join("".join(words(to_text(safe))).split()) == "".join(theirs.split())
    if "<li>" not in safe:  # libxml2 ends an item where another begins
        assert words(tidy(to_text(safe))) == words(tidy(theirs))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("een<br>twee<br><br>drie", "een\ntwee\n\ndrie"),
        ("<div>een</div><div>twee</div>", "een\ntwee"),
        ("<p>een</p><p>twee</p>", "een\n\ntwee"),
        ("<h1>kop</h1>tekst", "kop\n\ntekst"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "  * a\n  * b\n      + c"),
        ('<ol><li>a</li><li value="5">b</li><li>c</li></ol>', " 1. a\n 5. b\n 6. c"),
        ("<ul><li></li><li>b</li></ul>", "  *\n  * b"),
        ("<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>", "a b\nc"),
        ("een<hr>twee", "een\ntwee"),
        ("hij zei <q>nee</q>.", 'hij zei "nee".'),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ('<div style="white-space:pre-wrap">a  b<span> \nc</span></div>d  e', "a  b\nc\nd e"),
        ('<div style="display:none">weg<p>ook weg</p></div>hier', "hier"),
        ('<div style="DISPLAY : None">weg</div>hier', "hier"),
        ('<span style="display:block">a</span><div style="display:inline">b</div>c', "a\nbc"),
        ("a &lt;b&gt; &amp;lt; &nbsp;&nbsp; c", "a <b> &lt; c"),
        ('<a title="a>b" href="x">tekst</a>', "tekst"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "a\nb"),
        ("", ""),
    ],
)
def test_pages(page: str, expected: str) -> None:
    assert tidy(to_text(page)) == expected
