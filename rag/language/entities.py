"""Named entities of a sentence: the pipeline's, trimmed to the name, and other capitalised names.

Knows nothing of coreference.
"""

from __future__ import annotations

from collections.abc import Sequence

from dateline.index.article import Span
from dateline.rag.language.parse import Entity, Parse
from dateline.rag.language.word_set import word_set

NAME_LABELS = frozenset(
    {"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"}
)
"""OntoNotes labels of names; the other labels are for numbers and times."""
UNTYPED = "NAME"
"""Label of a name that the pipeline did not recognise."""
_JOINING = frozenset(
    {"of", "de", "del", "della", "der", "van", "von", "al", "el", "bin", "ibn", "la", "le", "du", "e", "-", "&"}
)
_TITLES = word_set(
    "mr mrs ms miss dr prof sir dame lord lady gen lt col maj capt sgt adm president vice prime minister premier "
    "chancellor king queen prince princess sen senator rep governor gov mayor judge justice secretary ambassador "
    "chief director pope cardinal archbishop bishop rev imam former acting deputy speaker captain general ceo cfo mp"
)


def named_entities(parse: Parse) -> tuple[Entity, ...]:
    """The names of a sentence, in order; none overlap. Without articles, titles and possessive endings."""
    known = [
        Entity(span, one.label)
        for one in parse.entities
        if one.label in NAME_LABELS and (span := _trimmed(parse, one.span)) is not None
    ]
    found = list(known)
    for run in _capitalised(parse):
        span = parse.span(run)
        inside = [one for one in known if one.span.start < span.end and span.start < one.span.end]
        if any(one.span.start < span.start or span.end < one.span.end for one in inside):
            continue  # the pipeline's name is longer
        if not inside or (len(run) > 1 and _is_one_name(parse, run, inside)):
            found = [one for one in found if one not in inside]
            last = next((one for one in inside if one.span.end == span.end), None)
            found.append(Entity(span, last.label if last is not None and len(inside) == 1 else UNTYPED))
    return tuple(sorted(found, key=lambda one: one.span.start))


def _trimmed(parse: Parse, span: Span) -> Span | None:
    """The span without an article, a possessive ending or a common noun ("Ghazni province") at its ends."""
    inside = parse.at(span)
    while inside and (parse.tokens[inside[0]].tag in ("DT", "PRP$", "POS") or parse.tokens[inside[0]].pos == "PUNCT"):
        del inside[0]
    while len(inside) > 1 and parse.lower[inside[0]].rstrip(".") in _TITLES:
        del inside[0]
    while inside and (
        parse.tokens[inside[-1]].tag == "POS"
        or parse.lower[inside[-1]] in (",", "'s", "-")
        or (parse.tokens[inside[-1]].tag in ("NN", "NNS") and parse.words(inside[-1], inside[-1]).islower())
    ):
        del inside[-1]
    return parse.span(inside) if inside else None


def _capitalised(parse: Parse) -> list[list[int]]:
    """Runs of capitalised proper nouns, joined by hyphens and words such as "of"; without titles before them."""
    dates = [one.span for one in parse.entities if one.label in ("DATE", "TIME", "CARDINAL", "ORDINAL", "MONEY")]
    runs: list[list[int]] = []
    for at, token in enumerate(parse.tokens):
        if token.pos != "PROPN" or not parse.words(at, at)[0].isupper():
            continue
        if any(one.start <= token.span.start < one.end for one in dates):
            continue
        if runs and _is_joined(parse, runs[-1][0], runs[-1][-1], at):
            runs[-1] += range(runs[-1][-1] + 1, at + 1)
        else:
            runs.append([at])
    for run in runs:
        while len(run) > 1 and parse.lower[run[0]].rstrip(".") in _TITLES:
            del run[0]
    return [run for run in runs if parse.lower[run[0]].rstrip(".") not in _TITLES]


def _is_joined(parse: Parse, first: int, last: int, at: int) -> bool:
    """Whether a proper noun continues the run from `first` to `last`."""
    between = parse.lower[last + 1 : at]
    if between[:1] == ("of",):
        # "Maid of Corran" is one name, "Nasima Rahnaward of Open Hands Relief" two.
        start, end = parse.tokens[first].span.start, parse.tokens[last].span.end
        body = any(one.label == "ORG" and one.span.start <= start and end <= one.span.end for one in parse.entities)
        return between in (("of",), ("of", "the")) and (first == last or body)
    return not between or between == ("-", "e") or (len(between) == 1 and between[0] in _JOINING)


def _is_one_name(parse: Parse, run: Sequence[int], inside: Sequence[Entity]) -> bool:
    """Whether a run longer than the pipeline's names in it is a single name, unlike "American Sam Querrey"."""
    several = len(inside) > 1 and "of" not in (parse.lower[one] for one in run)
    return not several and all(parse.tokens[one].pos == "PROPN" or parse.lower[one] in _JOINING for one in run)
