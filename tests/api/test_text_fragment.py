"""Text fragments mean the quoted place and no other, in a browser that does what the specification says."""

from urllib.parse import unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dateline.api.text_fragment import Directive, directive, fragment_url
from dateline.index.article import Span

BRIDGE = (
    "Engineers closed the bridge. Ferries carry the traffic instead.\n\n"
    "The mayor said it would open in May. Ferries carry the traffic instead, she said."
)


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        (0, 28, "Engineers%20closed%20the%20bridge.,-Ferries%20carry%20the"),
        (29, 63, "closed%20the%20bridge.-,Ferries%20carry%20the%20traffic%20instead."),
        (102, 135, "open%20in%20May.-,Ferries%20carry%20the%20traffic%20instead,-%2C%20she%20said."),
    ],
)
def test_directives(start: int, end: int, written: str) -> None:
    found = directive(BRIDGE, Span(start, end))
    assert str(found) == written


def test_addresses() -> None:
    span = Span(0, 28)
    assert fragment_url("https://a.example/x", BRIDGE, span).startswith("https://a.example/x#:~:text=Engineers")
    assert fragment_url("https://a.example/x#top", BRIDGE, span).startswith("https://a.example/x#top:~:text=Engineers")
    assert fragment_url("https://a.example/x#:~:text=old", BRIDGE, span).count(":~:") == 1
    assert fragment_url("https://a.example/x", "   ", Span(0, 2)) == "https://a.example/x"


def read_directive(written: str) -> Directive:
    """The directive that `str` wrote."""
    parts = written.split(",")
    prefix = unquote(parts.pop(0)[:-1]) if parts[0].endswith("-") else ""
    suffix = unquote(parts.pop()[1:]) if parts[-1].startswith("-") else ""
    return Directive(prefix, unquote(parts[0]), unquote(parts[1]) if len(parts) > 1 else "", suffix)


WORD = st.sampled_from(["a", "river", "rose", "the", "Alm,", "two-metre", "é", "said.", "100%", "a&b"])
TEXT = st.lists(st.lists(WORD, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=6).map("\n".join)


@given(TEXT, st.data())
def test_what_is_written_is_read_back(text: str, data: st.DataObject) -> None:
    words = [match for match in range(len(text)) if text[match : match + 1].strip()]
    start = data.draw(st.sampled_from(words))
    end = data.draw(st.integers(start + 1, len(text)))
    found = directive(text, Span(start, end))
    assert found is not None
    assert read_directive(str(found)) == found


@given(TEXT, st.data())
def test_a_whole_line_that_occurs_once_is_found_there(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    start = sum(len(line) + 1 for line in lines[:place])
    span = Span(start, start + len(lines[place]))
    flat = " ".join(text.split())
    assume(flat.count(lines[place]) == 1)
    found = directive(text, span)
    assert found is not None
    shown = found.find(text)
    assert shown is not None
    assert shown.of(flat) == lines[place]
