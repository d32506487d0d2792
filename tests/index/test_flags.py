import pytest

from dateline.index.flags import Flag, Standing, flags_of

CITED: dict[str, int | None] = {"alm": 2, "ferry": 1}


@pytest.mark.parametrize(
    ("standing", "flags"),
    [
        ({}, ()),
        ({"alm": Standing(2), "ferry": Standing(1)}, ()),
        ({"alm": Standing(3)}, (Flag("revised", "alm", detail="revision 2 is cited, 3 is the current one"),)),
        ({"alm": Standing(1)}, ()),
        ({"alm": Standing(2, withdrawn=True)}, (Flag("withdrawn", "alm"),)),
        (
            {"alm": Standing(2, withdrawn=True, withdrawn_reason="invented")},
            (Flag("withdrawn", "alm", detail="invented"),),
        ),
        (
            {"ferry": Standing(1, corrections=("one", "two"))},
            (Flag("corrected", "ferry", by="one"), Flag("corrected", "ferry", by="two")),
        ),
        ({"river": Standing(9, withdrawn=True, corrections=("one",))}, ()),
    ],
)
def test_what_is_a_flag(standing: dict[str, Standing], flags: tuple[Flag, ...]) -> None:
    assert flags_of(CITED, standing, {}) == flags


def test_flags_come_in_the_order_of_what_is_cited() -> None:
    standing = {"ferry": Standing(1, withdrawn=True), "alm": Standing(4, True, "invented", ("one",))}
    assert [(flag.article_id, flag.kind) for flag in flags_of(CITED, standing, {})] == [
        ("alm", "withdrawn"),
        ("alm", "revised"),
        ("alm", "corrected"),
        ("ferry", "withdrawn"),
    ]


def test_what_the_answer_told_itself_is_no_flag() -> None:
    standing = {"alm": Standing(2, corrections=("one", "two")), "ferry": Standing(1, corrections=("two",))}
    stated = {"alm": {"two"}, "river": {"one"}}
    assert flags_of(CITED, standing, stated) == (
        Flag("corrected", "alm", by="one"),
        Flag("corrected", "ferry", by="two"),
    )


def test_a_revision_that_is_not_known_is_not_compared() -> None:
    assert flags_of({"alm": None}, {"alm": Standing(3)}, {}) == ()
    withdrawn = {"alm": Standing(3, withdrawn=True)}
    assert flags_of({"alm": None}, withdrawn, {}) == (Flag("withdrawn", "alm"),)
