"""Names in a sentence, and whether two names are of the same person, place or organisation.

By spelling alone: capitals, titles, initials, common transliterations of Arabic, Persian and Slavic names, and a short
list of abbreviations. Knows no nicknames and no facts about people.
"""

from __future__ import annotations

import re

from dateline.index.article import Span
from dateline.index.folding import folded
from dateline.rag.language.word_set import word_set

_PARTICLES = word_set("""
    al el bin ibn bint abu de del della der den di da dos du la le van von ul ur ud e i y o of the and
""")
_TITLES = word_set("""
    mr mrs ms miss dr prof professor sir dame lord lady gen general lt lieutenant col colonel maj major capt captain
    sgt sergeant cpl corporal pvt adm admiral brig brigadier cmdr commander marshal field president vice prime
    minister premier chancellor king queen prince princess sen senator rep representative gov governor mayor judge
    justice chief secretary ambassador envoy spokesman spokeswoman spokesperson director chairman chairwoman sheikh
    sheik mullah mawlawi maulvi mawlavi haji hajji qari pope cardinal archbishop bishop father rev reverend imam
    ayatollah hon deputy acting former detective inspector officer pc congressman congresswoman councillor councilor
    attorney speaker jr sr secretary-general commander-in-chief co-chair
""")
"""Titles, which are not part of a name."""
_OPENERS = word_set("""
    the a an this that these those it its he she they we you i his her their our my in on at by for from with
    without of to after before during since until when while where who what which why how if as and but or nor so
    yet also then there here now today yesterday tomorrow still however although though because despite according
    about over under between among against more most many some several few all both each every any no not one two
    three four five six seven eight nine ten at least nearly almost meanwhile earlier later last next first second
    third finally once only even just like unlike such another other others instead moreover perhaps maybe yes
    officials police people residents witnesses local troops soldiers protesters experts analysts critics reports
    authorities is are was were has have had do does did can could will would should may might must let there’s it’s
    that’s he’s she’s they’re we’re i’m don’t monday tuesday wednesday thursday friday saturday sunday january
    february march april june july august september october november december jan feb mar apr jun jul aug sept sep
    oct nov dec im ive youre weve thats its dont didnt heres theres lets part none nothing everyone everything
    someone something nobody anyone above below inside outside across through including amid along around near
    behind within beyond upon therefore thus hence furthermore overall nevertheless nonetheless otherwise likewise
""")
"""Words capitalised only at the start of a sentence; also days and months, which are not names here."""
_OFFICES = word_set("""
    defense defence foreign interior finance home health justice treasury education energy trade prime vice
""")
"""Words that belong to the title after them."""
_OPENS = re.compile(r"(?:^|[.!?:]\s)[^\w]*$")
_PLACES = word_set("""
    city town village province district county state region republic islamic emirate kingdom capital northern
    southern eastern western central north south east west federal people’s democratic greater area municipality
    prefecture
""")
"""Words for the kind of a place."""
_NOT_THEIR_CITY = word_set("""
    mexico kansas guatemala panama kuwait oklahoma iowa jersey quebec
""")
"""Places that differ from the place of the same name with "City"."""
_BODIES = word_set("""
    inc ltd llc plc corp corporation company co group limited holdings organization organisation
""")

_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w’']*(?:\.(?=\s?[A-Z]))?(?:-[\w’']+)*"
_ABBREVIATED = r"(?:[A-Z]\.){2,}"
_WORD = rf"(?:{_ABBREVIATED}|{_CAPITALISED})"
_PARTICLE = r"(?:al|el|bin|ibn|bint|abu|de|del|della|der|den|di|da|dos|du|la|le|van|von|ul|ur|e|y|of|of the|for)"
_NAME = re.compile(
    rf"(?<![\w’'-])(?:al-|el-|ul-)?{_WORD}"
    rf"(?:\s(?:{_PARTICLE}\s){{0,2}}(?:al-|el-|ul-)?{_WORD}|(?<=\b[A-Z])&[A-Z]\w*)*"
)

# fmt: off
_STATES = {
    "alaska": ("ak",), "alabama": ("ala",), "arizona": ("az", "ariz"), "california": ("calif",), "colorado": ("colo",),
    "connecticut": ("ct", "conn"), "florida": ("fl", "fla"), "georgia": ("ga",), "illinois": ("il",), "iowa": ("ia",),
    "kansas": ("ks",), "kentucky": ("ky",), "massachusetts": ("ma",), "maryland": ("md",), "michigan": ("mich",),
    "minnesota": ("mn", "minn"), "nebraska": ("neb",), "nevada": ("nv", "nev"), "new hampshire": ("nh",),
    "new jersey": ("nj",), "new mexico": ("nm",), "new york": ("ny",), "north carolina": ("nc",),
    "north dakota": ("nd",), "ohio": ("oh",), "oklahoma": ("okla",), "rhode island": ("ri",), "south carolina": ("sc",),
    "south dakota": ("sd",), "tennessee": ("tn", "tenn"), "texas": ("tx",), "utah": ("ut",), "vermont": ("vt",),
    "virginia": ("va",), "west virginia": ("wv", "wva", "w va"), "wisconsin": ("wi", "wis"), "wyoming": ("wy", "wyo"),
}
# fmt: on
"""Abbreviations of US states ("Fargo, N.D.", "Buffalo, NY"), in lower case without full stops. Ambiguous ones are left
out: "LA", "PA", "Miss", "Wash"."""
_ALIASES = {
    "united nations": ("un",),
    "united states": ("us", "usa", "america", "united states of america"),
    "united kingdom": ("uk", "britain", "great britain"),
    "european union": ("eu",),
    "united arab emirates": ("uae",),
    "north atlantic treaty organization": ("nato",),
    "world health organization": ("who",),
    "world trade organization": ("wto",),
    "international monetary fund": ("imf",),
    "african union": ("au",),
    "islamic state": ("isis", "isil", "is", "daesh", "islamic state group"),
    "federal bureau of investigation": ("fbi",),
    "central intelligence agency": ("cia",),
    "drc": ("democratic republic of congo", "democratic republic of the congo", "dr congo"),
    "north korea": ("dprk",),
    "south korea": ("republic of korea",),
    "myanmar": ("burma",),
    "turkey": ("türkiye", "turkiye"),
    "ukraine capital": ("kyiv", "kiev"),
    "czech republic": ("czechia",),
    "doctors without borders": ("msf", "medecins sans frontieres"),
    "red cross": ("icrc", "international committee of the red cross"),
    "saudi arabia": ("saudi", "saudis"),
    **_STATES,
}
"""Other names of one thing. Abbreviations of three words or more by their first letters need no entry."""
_CANONICAL = {alias: name for name, aliases in _ALIASES.items() for alias in (name, *aliases)}


def names_in(sentence: str) -> list[tuple[str, Span]]:
    """The names of a sentence in order, without titles, each with its span; `span.of(sentence)` is the name."""
    names = []
    for match in _NAME.finditer(sentence):
        opens = bool(_OPENS.search(sentence[: match.start()]))
        for words in _between_titles(list(re.finditer(r"\S+", sentence[: match.end()][match.start() :])), opens=opens):
            last = re.sub(r"(?:[’']s|[’'])$", "", words[-1][0])
            span = Span(match.start() + words[0].start(), match.start() + words[-1].start() + len(last))
            names.append((span.of(sentence), span))
    return names


def _between_titles(words: list[re.Match[str]], *, opens: bool) -> list[list[re.Match[str]]]:
    """Capitalised words, split at titles, without ordinary sentence openers and lone particles."""
    found: list[list[re.Match[str]]] = [[]]
    for word, following in zip(words, [*words[1:], None], strict=True):
        bare = _bare(word[0])
        office = bare in _OFFICES and following is not None and _bare(following[0]) in _TITLES
        of_body = following is not None and _bare(following[0]) in _BODY_WORDS
        if office or (bare in _TITLES and not of_body and (following is not None or not found[-1])):
            found.append([])
        else:
            found[-1].append(word)
    return [name for each in found if (name := _trimmed(each, opens=opens and each[:1] == words[:1]))]


def _trimmed(words: list[re.Match[str]], *, opens: bool) -> list[re.Match[str]]:
    words = list(words)
    while words and (_is_plain(words[0][0]) or _is_particle(words[0][0])):
        del words[0]
        opens = False
    while words and (_is_plain(words[-1][0]) or _is_particle(words[-1][0])):
        if [word[0] for word in words[-2:]] == ["War", "I"]:
            break
        del words[-1]
    return [] if opens and len(words) == 1 and _ordinary(words[0][0]) else words


def _is_plain(word: str) -> bool:
    return _bare(word) in _OPENERS and not _is_abbreviation(word)


def _is_particle(word: str) -> bool:
    return word in _PARTICLES


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper() and word.isalpha()


def _ordinary(word: str) -> bool:
    """Whether the first word of a sentence is more likely an ordinary word than a name."""
    return (
        bool(re.search(r"(?:ing|ly|ed|ment|ments|[st]ion|[st]ions|ers|ors|ists|ants|ents|ness)$", word))
        and not word.isupper()
    )


def _bare(word: str) -> str:
    return re.sub(r"[’']s$|[.,’']", "", word.lower())


# ---------------------------------------------------------------------------------------------- the same name


def same_name(one: str, other: str) -> bool:
    """Whether two names may be the same. A last name matches a longer name, a first name alone does not."""
    words, others = _parts(one), _parts(other)
    if not words or not others:
        return words == others
    if len({_numeral(one), _numeral(other)} - {""}) == 2:
        return False
    plain, others_plain = _canonical(one), _canonical(other)
    if plain == others_plain or _keys(words) == _keys(others) or _run_together(plain) == _run_together(others_plain):
        return True
    if _abbreviates(words, other) or _abbreviates(others, one):
        return True
    shorter, longer = sorted((words, others), key=len)
    if _only_kind_added(shorter, longer):
        return True
    if _bodily(words) or _bodily(others):
        return False
    return _same_person(shorter, longer)


def _plain(name: str) -> str:
    """The name in lower case, without accents and with straight apostrophes."""
    return folded(name).lower()


def _parts(name: str) -> list[str]:
    """The distinctive words of a name: without titles, articles, particles and possessives."""
    plain = re.sub(r"\b((?:[a-z]\.){2,})", lambda match: match[1].replace(".", ""), _plain(name))
    plain = re.sub(r"'s\b", "", plain).replace("'", "")
    words = [word for word in re.split(r"[^\w]+", plain) if word]
    start = next((n for n, word in enumerate(words) if word not in _TITLES), 0)
    named = [word for word in words[start:] if word not in _PARTICLES and word not in {"jr", "sr"}]
    return named or words


def _canonical(name: str) -> str:
    plain = " ".join(
        re.split(r"[^\w]+", re.sub(r"\b((?:[a-z]\.){2,})", lambda m: m[1].replace(".", ""), _plain(name)))
    ).strip()
    plain = re.sub(r"^the ", "", plain)
    return _CANONICAL.get(plain, plain)


def _run_together(plain: str) -> str:
    """The key of a name without spaces: the same for "Lashkar Gah" and "Lashkargah", "Sar-e Pul" and "Sari Pul"."""
    return _key(plain.replace(" ", ""))


def _keys(words: list[str]) -> list[str]:
    return [_key(word) for word in words]


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:moh|muh|mah|meh)a+m+[aeu]+[dt]$", "mhmd"),
        (r"^[gqk]h?ad+h?af[iy]$", "kadafi"), (r"^yo?us+[eou]+f$", "yusuf"), (r"hm[ae]d$", "hmd"), (r"d(?=z)", ""),
        (r"ph", "f"), (r"ck|kh|q|gh", "k"), (r"c(?=[aou])", "k"), (r"dj|dzh", "j"), (r"tch|tsch", "ch"),
        (r"th(?=[aeiou])", "t"),
        (r"w(?=[aeiou])", "v"), (r"aw|au|ow", "av"), (r"ee|iy|ey|ei|ai|ay|ae|ie", "i"), (r"oo|ou", "u"),
        (r"y(?![aeiou])", "i"),
        (r"(?<=[aeiou])h(?![aeiou])", ""), (r"h$", ""), (r"z", "s"), (r"e", "i"), (r"o", "u"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


def _key(word: str) -> str:
    """A phonetic key, equal for common transliterations: Mohammad and Muhammed, Yaqoob and Yaqub."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


def _same_word(one: str, other: str) -> bool:
    """Whether two words of names match; an initial matches any word that it begins."""
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return _key(one) == _key(other)


def _abbreviates(short: list[str], name: str) -> bool:
    """Whether a name is an acronym of another, of three letters or more: "IMF", "WWII". Particles are optional."""
    if len(short) != 1 or len(short[0]) < 3:
        return False
    return short[0] in {_initials(_parts(name)), _initials(_plain(name).split())}


def _initials(words: list[str]) -> str:
    return "".join(word if _ROMAN.fullmatch(word) else word[0] for word in words)


_ROMAN = re.compile("[ivx]+")


def _numeral(name: str) -> str:
    """The final numeral of a name ("II" of "World War II"), in lower case; empty without one."""
    last = name.lower().split()[-1:]
    return last[0] if last and _ROMAN.fullmatch(last[0]) else ""


def _only_kind_added(shorter: list[str], longer: list[str]) -> bool:
    """Whether the longer name only adds the kind of place or company: "Kunduz City"."""
    if {*shorter, *longer} & _NOT_THEIR_CITY:
        return False
    rest = [word for word in longer if word not in _PLACES and word not in _BODIES]
    bare = [word for word in shorter if word not in _PLACES and word not in _BODIES]
    kinds = {"north", "south", "east", "west", "northern", "southern", "eastern", "western"}
    directions = [{word.removesuffix("ern") for word in words if word in kinds} for words in (shorter, longer)]
    return bool(rest) and _keys(rest) == _keys(bare) and directions[0] == directions[1]


def _bodily(words: list[str]) -> bool:
    """Whether a name is of an organisation or place, so that a shared last word means nothing."""
    return any(word in _PLACES or word in _BODIES or word in _BODY_WORDS for word in words)


_BODY_WORDS = word_set("""
    ministry department council court party university hospital bank union army police force forces committee agency
    association team club street road river lake mount island islands airport school college church museum park news
    times post act law war treaty states nations united new san los saint st taliban congress parliament senate real
    fc cf
""")


def _same_person(shorter: list[str], longer: list[str]) -> bool:
    """Whether last names match, and first names if both have one."""
    if not _same_word(shorter[-1], longer[-1]) or 1 in {len(shorter[-1]), len(longer[-1])}:
        return False
    firsts, others = shorter[:-1], longer[:-1]
    if not firsts:
        return True
    if len(firsts) == len(others):
        return all(_same_word(first, other) for first, other in zip(firsts, others, strict=True))
    return _same_word(firsts[0], others[0]) or all(any(_same_word(f, o) for o in others) for f in firsts)
