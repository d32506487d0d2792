"""Folding: accents, apostrophes, ligatures and digits are one in search, and scripts without spaces are found by words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.archive import Archive
from dateline.index.folding import folded, searchable
from dateline.index.lexical_index import LexicalIndex
from dateline.index.search import Searcher
from tests.articles import FAKE, record, take_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José Núñez", "Jose Nunez"),
        ("Jose\u0301", "José"),
        ("O’Brien", "O'Brien"),
        ("O‘Brien", "OʼBrien"),
        ("Oﬃce of Rolf Ganﬀ", "Office of Rolf Ganff"),
        ("Łódź, Ørsted, Straße, Æther", "Lodz, Orsted, Strasse, AEther"),
        ("۱۷ و ١٧", "17 و 17"),
        ("علي", "علی"),
        ("كتاب", "کتاب"),
        ("ＡＢＣ", "ABC"),
    ],
)
def test_spellings_of_one_word(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_hindi_and_thai_keep_their_vowels() -> None:
    assert folded("हिन्दी") == "हिन्दी"
    assert folded("ไฟฟ้า") == "ไฟฟ้า"


def test_unspaced_scripts_are_cut_into_pieces() -> None:
    assert searchable("大桥垮塌 in 2024").split() == ["大桥", "桥垮", "垮塌", "in", "2024"]
    assert searchable("桥").split() == ["桥"]
    assert searchable("plain words") == "plain words"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("临江大桥在暴雨中垮塌，造成三人死亡。", "大桥垮塌造成多少人死亡？"),
        ("東京の新しい橋が月曜日に開通した。", "橋はいつ開通したか"),
        ("서울시는 월요일 새 다리를 개통했다고 밝혔다.", "새 다리 개통"),
        ("รถไฟฟ้าสายใหม่เปิดให้บริการวันจันทร์", "รถไฟฟ้าสายใหม่"),
        ("Mayor José Núñez quit after O’Brien spoke.", "Jose Nunez O'Brien"),
    ],
)
def test_words_are_found(tmp_path: Path, text: str, question: str) -> None:
    index = LexicalIndex(tmp_path, create=True)
    index.add([(0, "市政府周日表示。 A ferry left. 天気 날씨 อากาศ"), (1, text)])
    hits = index.search(question, 5, np.array([True, True]))
    assert [hit.number for hit in hits][:1] == [1]


def test_a_chinese_article_is_found_and_counted_as_unread(archive: Archive) -> None:
    chinese = record("zh", "临江市政府周日表示，临江大桥在暴雨中垮塌，造成三人死亡，七人受伤。", language="zh-CN")
    report = take_in(archive, chinese, record("en", "The bridge of Larkfield stays shut until spring, the mayor said."))
    assert report.unread_languages == {"zh": 1}
    found = Searcher(archive, FAKE).search("大桥垮塌").passages
    assert [one.passage.article.id for one in found if one.bm25 is not None] == ["zh"]
