"""Cleaning: furniture goes, true sentences that look like it stay, and nothing that stays is changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.clean import clean
from dateline.index.read import NoticeError, Record, parse
from dateline.index.read.lines import byline_in
from dateline.index.read.notices import is_notice

PROSE = "The council voted nine to four on Tuesday to keep the old ferry running until the bridge is mended."

# File -> lines that must not be citable. Every other line with words must be.
SEEDS = {
    "000_8626590560eb81f7.txt": {1, 53, 55, 57, 59, 61},
    "001_7b06ec570c3d955c.txt": {1, 3, 5, 52, 54, 56, 57},
    "002_41c4ade05524f6f1.txt": {30},
    "003_8f6f60b5eb05952f.txt": {1, 61, 63, 65},
    "004_eaa70a7fead8d843.txt": {31},
}


@pytest.mark.parametrize("name", SEEDS)
def test_seeds(dev_data: Path, name: str) -> None:
    path = dev_data / "seeds" / name
    parsed = parse(Record(str(path), None, "text", path.read_bytes()))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert {removed.line for removed in parsed.removed} == SEEDS[name]
    kept = [
        " ".join(line.split()) for number, line in enumerate(lines, 1) if line.strip() and number not in SEEDS[name]
    ]
    assert parsed.article.text.split("\n\n") == kept


FURNITURE = [
    ("share bar", "Share  Tweet  Email  Print"),
    ("share bar", "Facebook – Twitter – E-mail a friend"),
    ("share bar", "Click to share on WhatsApp (Opens in new window)"),
    ("read-more link", "Read more here."),
    ("read-more link", "READ MORE: Five things the harbour master will not say aloud"),
    ("read-more link", "More:Why the night ferry is late again"),
    ("read-more link", "Unable to see the chart? Click here to open it."),
    ("read-more link", "Story continues below."),
    ("read-more list", "Related stories"),
    ("read-more list", "You may also like"),
    ("caption", "Firefighters cross the square on Monday. (Photo by Ida Moen/AFP)"),
    ("caption", "Firefighters cross the square on Monday. Ida Moen/Getty Images"),
    ("caption", "In this picture taken on March 3, 2020, a ferry leaves the harbour of Larkfield."),
    ("caption", "FILE - The ferry leaves the harbour of Larkfield, March 3, 2020."),
    ("caption", "Photo: Ida Moen"),
    ("newsletter", "Sign up for our newsletter and get the day's stories in your inbox."),
    ("newsletter", "Subscribe to the Gazette today for full access."),
    ("newsletter", "Support local journalism. Subscribe to the Gazette."),
    ("newsletter", "Join our Friday letter"),
    ("comment line", "Comments are now closed."),
    ("comment line", "Leave a comment"),
    ("comment line", "12 Comments"),
    ("contributor credit", "Ida Moen and Karl Brandt contributed to this report."),
    ("contributor credit", "Contributing: The Associated Press"),
    ("contributor credit", "(Reporting by Ida Moen; Editing by Karl Brandt)"),
    ("contributor credit", "— Ida Moen"),
    ("contact line", "Follow Ida Moen on Twitter: @idamoen"),
    ("contact line", "Ida Moen covers harbours for the Gazette. Reach her at imoen@gazette.example."),
    ("contact line", "Have a tip? Write to the newsroom at tips@gazette.example."),
    ("disclaimer", "This article was automatically translated by a machine and may contain errors."),
    ("disclaimer", "We may earn a commission if you buy something through links on our site."),
    ("disclaimer", "© 2021 Larkfield Gazette. All rights reserved."),
    ("disclaimer", "The views expressed in this article are the author's own."),
    ("mirror address", "Our website can also be reached at these alternative addresses:"),
    ("mirror address", "www.larkfield-gazette.example"),
    ("cookie notice", "We use cookies to improve your visit to our site."),
    ("update note", "(This story has been updated to add new information.)"),
    ("separator", "* * *"),
    ("dateline alone", "London CNN —"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "line"), FURNITURE)
def test_furniture_goes(reason: str, line: str) -> None:
    cleaned = clean(f"{PROSE}\n\n{line}\n\n{PROSE}")
    assert [(removed.line, removed.text, removed.reason) for removed in cleaned.removed] == [(3, line, reason)]
    assert cleaned.text == f"{PROSE}\n\n{PROSE}"


TRUE_SENTENCES = [
    "Share prices fell by four percent after the vote.",
    "Sharing the ferry with cattle, she said, had never bothered her.",
    "Print shops in the harbour closed early.",
    "Read more than one report and the pattern is plain, the auditor said.",
    "She urged pupils to read more, and the library opened on Sundays.",
    "The newsletter that the union sends to its 4,000 members called the offer an insult.",
    "Sign up before Friday or lose the subsidy, officials told farmers in a letter.",
    "Subscribers to the bus service will pay two dollars more from May.",
    "The mayor wrote on Twitter that the bridge would stay shut until spring.",
    "Follow-up talks on Facebook's data centre are due in June.",
    "Comments by the minister were closed to the press, a spokesman said.",
    "A blocked culvert and three days of rain contributed to the flood.",
    "Poor reporting by banks contributed to the crisis, the inquiry found.",
    "The ministry told relatives to write to missing@relief.example for news of the wounded.",
    "He took a photo of the wreck and sent it to the police.",
    "In this picture of decline one number stands out: 40 schools have shut since 2010.",
    "The company uses cookies to track its visitors, the regulator said.",
    "Cookies were baked for 300 evacuees in the school kitchen.",
    "The rights to the song were reserved for the family, the court ruled.",
    "Automatic translation of court papers led to two wrongful arrests, lawyers said.",
    "The agent earned a commission on every flat that he sold.",
    "The website of the ministry was down for two hours on Monday.",
    "The story of the ferry was updated in 1974, when a second boat was bought.",
    "Correction: An earlier version of this article gave the toll as 19. It is 29.",
    "(Corrects the number of stalls to 40, not 60, in the second paragraph)",
    "Updated on Monday to add the words of the harbour master.",
    "The first version of this article listed four towns. A fifth was added on Sunday.",
    "KABUL, Afghanistan — Officials said the road was open again.",
    "Population: 270,000, according to the last count.",
    "Russia sends more arms to the region",
    "Watch the river, not the sky, the engineer said: it rises at night.",
    "Advertisement spending rose by a tenth last year.",
    "More on that road have died this year than in the whole of 2019, police said.",
    "By noon the square was empty.",
    "Talks were held in Geneva (Switzerland) and Doha (Qatar).",
    "The 45/55 split was agreed by both sides (Conservative/Labour).",
]  # fmt: skip


@pytest.mark.parametrize("line", TRUE_SENTENCES)
def test_true_sentences_stay(line: str) -> None:
    cleaned = clean(f"{PROSE}\n\n{line}\n\n{PROSE}")
    assert cleaned.removed == ()
    assert cleaned.text == f"{PROSE}\n\n{line}\n\n{PROSE}"


def test_the_head_of_a_page() -> None:
    head = ["News / Harbour", "Old ferry to run until spring", "By Ida Moen", "3 March 2020 · 2 min read"]
    cleaned = clean("\n".join([*head, PROSE]), title="Old ferry to run until spring")
    assert [removed.reason for removed in cleaned.removed] == [
        "section crumbs",
        "title repeated",
        "byline",
        "date line",
    ]
    assert cleaned.text == PROSE


def test_a_title_is_kept_behind_the_first_paragraph() -> None:
    cleaned = clean(f"{PROSE}\nOld ferry to run until spring\n{PROSE}", title="Old ferry to run until spring")
    assert cleaned.removed == ()


def test_a_list_of_headlines_ends_where_prose_begins() -> None:
    text = f"{PROSE}\nRead more:\nFerry captain retires\nWhat is a gangway?\nThe tide that took a street, and then …\n{PROSE}"
    cleaned = clean(text)
    assert [removed.line for removed in cleaned.removed] == [2, 3, 4, 5]
    assert cleaned.text == f"{PROSE}\n\n{PROSE}"


def test_an_application_is_named_at_the_end_only() -> None:
    assert [r.reason for r in clean(f"{PROSE}\nGazette News Roku").removed] == ["application line"]
    assert clean("Gazette News Roku\n" + f"{PROSE}\n" * 20).removed == ()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Poole", "Ada Poole"),
        ("BY ADA POOLE AND TOM RAY", "ADA POOLE AND TOM RAY"),
        ("By Ada Poole · October 15, 2015 · 2 min read", "Ada Poole"),
        ("By Ada Poole, Monday, 9 August 2021", "Ada Poole"),
        ("By noon the square was empty.", None),
        ("By the time they came", None),
        ("By 2015", None),
    ],
)
def test_bylines(line: str, names: str | None) -> None:
    assert byline_in(line) == names


NOTICES = [
    "We use your personal data to manage your account. You agree to this as our privacy policy says.\n"
    "Would you like our newsletter? You can unsubscribe from it whenever you wish.",
    "Please enable JavaScript in your browser to see this page.",
    "You have read all your free articles this month. Subscribe now to keep reading. Already a subscriber? Log in.",
    "We and our partners store cookies on your device.\nBy clicking accept you consent to this.\nManage your choices.",
    "2. Was this ad useful to you?\nThe video player never loaded Ad was too loud The ad froze Other issues",
]
ARTICLES = [
    PROSE,
    "The company said on Monday that it had lost the data of 3,000 customers. It has told the police. "
    "A spokesman said that a newsletter had been sent to the wrong list.",
    "A minister resigned over an advert that nobody had approved. The ad was shown twice, on Friday and Saturday.",
    "The site asks readers to accept cookies. A court ruled on Tuesday that it must not. The publisher will appeal.",
]


@pytest.mark.parametrize("text", NOTICES)
def test_whole_pages_that_are_notices_are_skipped(text: str) -> None:
    assert is_notice(text)
    with pytest.raises(NoticeError) as caught:
        parse(Record("a.txt", None, "text", text.encode()))
    assert caught.value.hint


@pytest.mark.parametrize("text", ARTICLES)
def test_articles_about_such_things_are_none(text: str) -> None:
    assert not is_notice(text)
    assert parse(Record("a.txt", None, "text", text.encode())).article.text


lines = st.sampled_from([line for _, line in FURNITURE] + TRUE_SENTENCES + ["", "  ", PROSE]) | st.text(max_size=200)


@given(st.lists(lines, max_size=30).map("\n".join), st.none() | st.text(max_size=30))
def test_no_line_is_changed_lost_or_moved(text: str, title: str | None) -> None:
    cleaned = clean(text, title=title)
    given_lines = {number: line.strip() for number, line in enumerate(text.split("\n"), 1) if line.strip()}
    for removed in cleaned.removed:
        assert given_lines.pop(removed.line) == removed.text
    assert cleaned.text == "\n\n".join(given_lines.values())
