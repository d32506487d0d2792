"""Furniture rules: a sentence of news stays, however it begins, and whole short items stay; real furniture goes."""

from __future__ import annotations

import pytest

from dateline.index.clean import clean
from dateline.index.read import Record, parse
from dateline.index.read.lines import reason_for
from dateline.index.read.news_sentences import attributes, is_news_sentence
from dateline.index.read.notices import is_notice

AROUND = "The council voted nine to four on Tuesday to keep the old ferry running until the bridge is mended."

NEWS = [
    "Photography by satellite showed that the dam had lost four metres of water.",
    "Reporting by three local papers led to the arrest of the sheriff.",
    "Research by the university of Larkfield found mould in every second school.",
    "Compiled by the ministry, the list names 48 schools that will close.",
    "Translated by a court clerk, the letter put the number of victims at 31.",
    "Written by two nurses in 1962, the song is sung at every funeral in the valley.",
    "Additional reporting by the coast guard put the number of boats at eleven.",
    "With reporting by the fire service still missing, nobody knows the loss.",
    "Additional reporting requirements will cost banks 40 million a year.",
    "Editing of the genes of 40 embryos was halted on Tuesday.",
    "Contributing editor Jane Roe resigned on Monday over the headline.",
    "Subscribe now, the bank told its shareholders, or lose your rights by Friday.",
    "Register by 5 June to claim up to 900 euros for the flood.",
    "Register here by 5 June, the county tells residents, to claim up to 900 euros.",
    "Sign up for health cover ends on Friday in eleven states.",
    "Join our boycott, the union told shoppers on Saturday.",
    "Follow us to the border, the smugglers wrote on Facebook.",
    "Follow Bruno, the bear that crossed three borders, was shot on Monday, and 90,000 people mourned on Facebook.",
    "Call officers on 555 0101 or write to witness@skerry.example if you were near the bank.",
    "Contact police on 555 0101 or at witness@skerry.example with any information about the theft.",
    "Email the county at flood@hask.example to claim sandbags.",
    "Have a tip about the robbery? Detectives ask you to call 555 0101.",
    "Photo: the mayor was seen leaving the hotel by the back door",
    "Video: officers fired eleven shots at the van",
    "Exclusive: minister paid the builder $40,000",
    "Image: NASA released the first picture of the crater on Monday",
    "Comments are closed to the press, the minister's office said.",
    "Newsletter writers earned $40 million last year.",
    "Some brokers earn commissions of up to a tenth when customers buy through links, the regulator found.",
    "The dike project is made possible by grants from the state worth 9 million, the county said.",
    "The council is not responsible for the use of the pier, the judge ruled.",
    "The views expressed by the judge in his ruling were his own, the bar said.",
    "Copyright 2019 law reforms cost the studio 40 million.",
    "Download the county's flood app by Friday or pay a fine of 40 euros.",
    "Cookies cost the bakery 4 million in damages after the recall.",
    "We will not accept cookies from the Kremlin, the minister told parliament.",
    "Alternative sites for the prison cost twice as much.",
    "Embargoed goods worth 4 million were seized on Monday.",
    "To continue reading the will, the lawyer had to send for a doctor.",
    "The full report is available to members of parliament, the speaker said.",
    "The post of mayor appeared first on the list of the council.",
]

SHORT_ITEMS = [
    "Unusual activity was measured at Mount Grell on Monday. The 200 people of Grell were told to leave.",
    "The bank of Skerry froze 40 accounts after unusual activity. Two people were arrested on Friday.",
    "Access to the port was denied to 40 sailors on Friday. The union will sue.",
    "Skerry Bank told customers on Monday to change their passwords. It said that 3,000 accounts had been opened.",
    "“You must accept cookies or pay,” the court wrote. “We find that unlawful.” The publisher must delete the data.",
    "Readers of the Hask Post must register from May. The paper lost 9,000 subscribers last year.",
    "A page not found by 40,000 residents cost the county a lawsuit. The form for flood aid was gone for a week.",
    "The newsletter of the party went to 40,000 members. It asked for their votes. Its editor was dismissed on Friday.",
    "Half of all subscribers to the ferry left. The fare rose to 9 pounds in May.",
    "The regulator fined Norlin 3 million for its cookies. The firm stored data of 90,000 people without consent.",
]

FURNITURE = [
    ("syndication note", "The post Old ferry to run until spring appeared first on Ellery Gazette."),
    ("syndication note", "Der Beitrag Alte Fähre fährt weiter erschien zuerst auf Lindwalder Abendbote."),
    ("paywall", "To continue reading, subscribe for £4 a month."),
    ("paywall", "This article is for subscribers only."),
    ("paywall", "Already a subscriber? Log in"),
    ("paywall", "You have read 3 of your 5 free articles this month."),
    ("embargo notice", "EMBARGOED UNTIL 0600 GMT SUNDAY DEC 6"),
    ("newsletter", "Unsubscribe"),
    ("newsletter", "View this email in your browser"),
    ("newsletter", "You are receiving this email because you signed up on our website."),
    ("contributor credit", "Reporting by Ida Moen in Ellery and Karl Brandt in Larkfield; Editing by Runa Holt"),
    ("contributor credit", "With files from The Canadian Press"),
    ("contributor credit", "Additional reporting by Ida Moen, Karl Brandt and the Ellery newsroom"),
    ("contributor credit", "Photography by Ida Moen"),
    ("caption", "Photo: Ida Moen/Ellery Gazette"),
    ("disclaimer", "Copyright 2024 Ellery Gazette. All rights reserved."),
]  # fmt: skip


@pytest.mark.parametrize("line", NEWS)
def test_a_sentence_of_news_stays(line: str) -> None:
    cleaned = clean(f"{AROUND}\n\n{line}\n\n{AROUND}")
    assert cleaned.removed == ()
    assert line in cleaned.text


@pytest.mark.parametrize("text", SHORT_ITEMS)
def test_a_whole_short_item_stays(text: str) -> None:
    assert not is_notice(text)
    assert parse(Record("a.txt", None, "text", text.encode())).article.text == text


@pytest.mark.parametrize(("reason", "line"), FURNITURE)
def test_furniture_goes(reason: str, line: str) -> None:
    assert reason_for(line) in ({reason, "newsletter"} if reason == "paywall" else {reason})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The ferry sank off Skerry on Monday.", True),
        ("Prices rose by a tenth in the north.", True),
        ("The dam, the mayor said, will hold.", True),
        ("You can read more in our newsletter, which is sent on Fridays.", False),
        ("This article was updated at noon on Monday.", False),
        ("More of the best stories from Ellery", False),
        ("It sank on Monday.", False),
    ],
)
def test_news_sentences(line: str, expected: bool) -> None:
    assert is_news_sentence(line) is expected


def test_what_the_outlet_says_of_itself_is_no_attribution() -> None:
    assert attributes("The ministry tells residents to boil their water.")
    assert not attributes("Tell us what you think, and we may say more in our newsletter.")
