"""API keys and saved filters in the archive."""

import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from dateline.index.archive import Archive
from dateline.index.database import FILE_NAME
from dateline.index.errors import ConflictError, InputError, NotFoundError
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.keys import all_keys, create_key, find_key, has_keys, random_secret, revoke_key
from dateline.index.saved_filters import all_saved_filters, delete_filter, from_json, save_filter, saved_filter, to_json
from tests.articles import NOW

LATER = NOW + timedelta(hours=1)
HARBOR = Filters(outlets=("Harbor Post",))


def test_a_key_is_random_and_only_its_hash_is_kept(archive: Archive) -> None:
    made = create_key(archive, "Slack", ["ask", "read"], NOW)
    assert re.fullmatch(r"dl_[\w-]{43}", made.secret)  # 32 bytes in base 64
    assert len({random_secret() for _ in range(100)}) == 100
    archive.engine.dispose()
    with closing(sqlite3.connect(archive.home / FILE_NAME)) as database:
        dump = "\n".join(database.iterdump())
    assert made.secret not in dump
    assert made.secret[3:20] not in dump
    assert hashlib.sha256(made.secret.encode()).hexdigest() in dump
    assert made.secret not in repr(made)
    assert (made.key.scopes, made.key.ending, made.key.revoked) == (("read", "ask"), made.secret[-4:], None)


def test_a_key_is_found_until_it_is_revoked(archive: Archive) -> None:
    first, second = (create_key(archive, name, ["read"], NOW) for name in ("first", "second"))
    found = find_key(archive, first.secret)
    assert found is not None
    assert (found.key, found.part) == (first.key, None)
    for wrong in ("", "dl_", first.secret[:-1], first.secret + "x", first.key.id, "ü\ud800"):
        assert find_key(archive, wrong) is None
    revoked = revoke_key(archive, first.key.id, LATER)
    assert revoked == replace(first.key, revoked=LATER)
    assert find_key(archive, first.secret) is None
    assert find_key(archive, second.secret) is not None
    assert revoke_key(archive, first.key.id, LATER + timedelta(hours=1)).revoked == LATER
    assert all_keys(archive) == sorted([revoked, second.key], key=lambda key: key.id)
    with pytest.raises(NotFoundError):
        revoke_key(archive, "key_0", NOW)


def test_an_archive_that_had_keys_keeps_asking_for_one(archive: Archive) -> None:
    assert not has_keys(archive)
    revoke_key(archive, create_key(archive, "x", ["admin"], NOW).key.id, NOW)
    assert has_keys(archive)


@pytest.mark.parametrize(
    ("name", "scopes", "message"),
    [
        ("", ["read"], "name"),
        ("a\nb", ["read"], "name"),
        ("x" * 101, ["read"], "name"),
        ("x", [], "needs a scope"),
        ("x", ["read", "root"], "there is no scope root"),
    ],
)
def test_what_can_be_no_key(archive: Archive, name: str, scopes: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        create_key(archive, name, scopes, NOW)
    assert not has_keys(archive)


def test_a_key_for_a_part_of_the_archive(archive: Archive) -> None:
    with pytest.raises(NotFoundError, match="no saved filter 'harbor'"):
        create_key(archive, "x", ["read"], NOW, saved_filter_name="harbor")
    save_filter(archive, "harbor", HARBOR, NOW)
    for scope in ("write", "admin"):
        with pytest.raises(InputError, match="can't have the scopes write and admin"):
            create_key(archive, "x", ["read", scope], NOW, saved_filter_name="harbor")
    made = create_key(archive, "x", ["read"], NOW, saved_filter_name="harbor")
    found = find_key(archive, made.secret)
    assert found is not None
    assert (found.part, found.key.saved_filter) == (HARBOR, "harbor")
    narrower = Filters(outlets=("Harbor Post",), languages=("en",))
    save_filter(archive, "harbor", narrower, LATER)
    found = find_key(archive, made.secret)
    assert found is not None
    assert found.part == narrower
    with pytest.raises(ConflictError, match=made.key.id):
        delete_filter(archive, "harbor")
    assert saved_filter(archive, "harbor").filters == narrower


def test_saved_filters_are_kept_replaced_and_deleted(archive: Archive) -> None:
    offset = timezone(timedelta(hours=2))
    whole = Filters(
        published_from=date(2021, 8, 1),
        published_to=datetime(2021, 9, 1, 12, tzinfo=offset),
        outlets=("Harbor Post", "Ö"),
        languages=("en", "de"),
        article_ids=("a:b",),
    )
    assert from_json(to_json(whole)) == whole
    first = save_filter(archive, "b", whole, NOW)
    assert saved_filter(archive, "b") == first
    second = save_filter(archive, "a-1", HARBOR, NOW)
    assert all_saved_filters(archive) == [second, first]
    changed = save_filter(archive, "b", HARBOR, LATER)
    assert all_saved_filters(archive) == [second, changed]
    delete_filter(archive, "b")
    assert all_saved_filters(archive) == [second]
    for missing in (lambda: saved_filter(archive, "b"), lambda: delete_filter(archive, "b")):
        with pytest.raises(NotFoundError):
            missing()


@pytest.mark.parametrize("name", ["", "A", "-a", "a b", "a/b", "x" * 65, "ä"])
def test_what_can_be_no_name_of_a_filter(archive: Archive, name: str) -> None:
    with pytest.raises(InputError, match="can't be the name"):
        save_filter(archive, name, HARBOR, NOW)


@pytest.mark.parametrize("filters", [NO_FILTERS, Filters(as_of=date(2021, 8, 5)), Filters(within=(HARBOR,))])
def test_what_can_be_no_part_of_the_archive(archive: Archive, filters: Filters) -> None:
    with pytest.raises(InputError, match="needs a condition on articles"):
        save_filter(archive, "x", filters, NOW)
