import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.values.names import names_in, same_name

SAME = """
Gen. Abdul Wali|General Abdul Wali
Abdul Wali|Wali
Mohammad Omar|Muhammad Omar
Mohammed Omar|Mohammad Omar
Kunduz|Kunduz City
Kunduz|Kunduz’s
Sar-e Pul|Sar-i-Pul
Sar-e Pul|Sari Pul
Mullah Yaqoob|Mullah Yaqub
Mohammad Yaqoob|Mohammed Yaqub
Qala-e-Naw|Qala-e Nau
J. Smith|John Smith
John A. Smith|John Smith
United Nations|UN
the United Nations|the U.N.
U.S.|United States
United States|America
N.A.T.O.|NATO
European Union|EU
International Monetary Fund|IMF
Britain|United Kingdom
Kyiv|Kiev
Ministry of Defence|MoD
World War II|WWII
North Dakota|N.D.
New York|NY
Calif.|California
Saudi Arabia|Saudi
West Virginia|W.Va.
Volodymyr Zelensky|Volodymyr Zelenskyy
Zelenskiy|Zelensky
Osama bin Laden|Usama bin Ladin
Moammar Gadhafi|Muammar Gaddafi
Hezbollah|Hizbullah
al-Qaeda|Al Qaida
Al-Shabaab|Al Shabab
José Álvarez|Jose Alvarez
Søren Holm|Soren Holm
Ashraf Ghani|President Ashraf Ghani
Kandahar|Qandahar
Hussein|Husain
Ahmad Shah|Ahmed Shah
Helmand|Helmand province
Sergei Lavrov|Sergey Lavrov
Dmitri Medvedev|Dmitry Medvedev
Yusuf Ali|Yousef Ali
Faizabad|Fayzabad
Jalalabad|Jalal-Abad
Pul-e Khumri|Puli Khumri
Lashkar Gah|Lashkargah
Sheberghan|Shibirghan
Taloqan|Taluqan
Noor Wali|Nur Wali
Khalilullah|Khalil-ullah
Haibatullah Akhundzada|Hibatullah Akhunzada
Larkfield Ltd.|Larkfield
Anna van der Berg|Berg
the White House|White House
"""
DIFFERENT = """
Abdul Wali|Abdul Ghani
John Smith|Jane Smith
John Smith|John Brown
John Smith|John
Kunduz|Kabul
Taliban commander|Taliban spokesman
Taliban|Taliban commander
Mohammad Omar|Mohammad Nabi
Mohammad|Mahmoud
Ahmad|Hamid
North Korea|South Korea
Sudan|South Sudan
New York|New Zealand
Mexico|Mexico City
Iran|Iraq
Bismillah Khan|Imran Khan
Austria|Australia
Herat|Helmand
South Carolina|North Carolina
University of Leeds|University of York
Bank of America|America
United States|United Nations
Real Madrid|Madrid
Manchester United|Manchester City
Ghani|Ghazni
Baghlan|Baghdad
Hasan|Hussein
Ali|Wali
Karim|Karimi
Niger|Nigeria
Mali|Malawi
Georgia|George
Sweden|Switzerland
Slovakia|Slovenia
Pakistan|Pakistani army
House of Lords|House of Commons
World War I|WWII
World War I|World War II
North Dakota|N.C.
L.A.|Louisiana
PA|Pennsylvania
"""


def pairs(lines: str) -> list[tuple[str, ...]]:
    return [tuple(line.split("|")) for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("one", "other"), pairs(SAME))
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(("one", "other"), pairs(DIFFERENT))
def test_different_names(one: str, other: str) -> None:
    assert not same_name(one, other)
    assert not same_name(other, one)


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Gen. Abdul Wali met Mullah Yaqoob in Kunduz City on Monday.", ["Abdul Wali", "Yaqoob", "Kunduz City"]),
        ("The mayor of Larkfield, Anna van der Berg, left.", ["Larkfield", "Anna van der Berg"]),
        ("Officials said Al-Shabaab fought the U.S. army.", ["Al-Shabaab", "U.S."]),
        ("He met Abu Bakr al-Baghdadi.", ["Abu Bakr al-Baghdadi"]),
        ("Walking is good. Residents of Qala-e Naw fled.", ["Qala-e Naw"]),
        ("Kunduz fell.", ["Kunduz"]),
        ("President Anna Berg’s office and the Bank of Larkfield agreed.", ["Anna Berg", "Bank of Larkfield"]),
        ("U.N. Secretary-General Anna Berg spoke.", ["U.N.", "Anna Berg"]),
        ("Defense Minister Bismillah Khan spoke.", ["Bismillah Khan"]),
        ("In August the WHO met.", ["WHO"]),
        ("In World War I the Berg I knew lived in Fargo, N.D.", ["World War I", "Berg", "Fargo", "N.D."]),
        ("The Justice Department sued.", ["Justice Department"]),
        ("Meanwhile, the fire spread on Friday.", []),
        ("no names here", []),
    ],
)
def test_names_in(sentence: str, names: list[str]) -> None:
    found = names_in(sentence)
    assert [name for name, _ in found] == names
    assert [span.of(sentence) for _, span in found] == names


NAMES = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from(
            [
                "Gen.",
                "Mohammad",
                "al-Wali",
                "of",
                "the",
                "U.S.",
                "John",
                "J.",
                "Smith",
                "UN",
                "Kunduz",
                "City",
                "Ltd",
                "é",
                "-",
                "’s",
                "van",
                "Taliban",
            ]
        )
    ).map(" ".join),
)


@given(NAMES)
def test_spans_are_within_any_text(text: str) -> None:
    for name, span in names_in(text):
        assert 0 <= span.start < span.end <= len(text)
        assert span.of(text) == name


@given(NAMES, NAMES)
def test_sameness_is_symmetric_and_reflexive(one: str, other: str) -> None:
    assert same_name(one, one)
    assert same_name(one, other) == same_name(other, one)
