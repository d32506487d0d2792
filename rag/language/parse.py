"""A parsed sentence: tokens with lemma, tag and dependency, named entities, and ways to walk the tree.

The labels are spaCy's English ones: Penn Treebank tags, ClearNLP dependencies, OntoNotes entities. Knows nothing of
what the words mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from dateline.index.article import Span

_OUTSIDE_PHRASE = frozenset({"relcl", "acl", "advcl", "punct", "appos", "parataxis", "cc", "conj", "preconj"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of a sentence. Where the text has a run of white space, that is a token of its own."""

    span: Span
    lemma: str
    """In lower case, but for proper nouns."""
    tag: str
    """Penn Treebank: `NN`, `VBD`."""
    pos: str
    """Universal part of speech: `NOUN`, `VERB`."""
    dep: str
    """Dependency on its head: `nsubj`; `ROOT` where it has none."""
    head: int
    """Index of its head among the sentence's tokens; its own for a root."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity."""

    span: Span
    label: str
    """OntoNotes: `PERSON`, `ORG`, `GPE`, `NORP`, …"""


@dataclass(frozen=True)
class Parse:
    """A text with its tokens and entities. Tokens are named by their index; a text of several sentences has roots."""

    text: str
    tokens: tuple[Token, ...]
    entities: tuple[Entity, ...]

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Of each token its children, from left to right."""
        found: list[list[int]] = [[] for _ in self.tokens]
        for index, token in enumerate(self.tokens):
            if token.head != index:
                found[token.head].append(index)
        return tuple(tuple(each) for each in found)

    @cached_property
    def lower(self) -> tuple[str, ...]:
        """The tokens as written, in lower case."""
        return tuple(token.span.of(self.text).lower().replace("’", "'") for token in self.tokens)

    def words(self, first: int, last: int) -> str:
        """The text from one token to another, both included."""
        return self.text[self.tokens[first].span.start : self.tokens[last].span.end]

    def child(self, index: int, *deps: str) -> int | None:
        """The first child with one of the dependencies."""
        return next((child for child in self.children[index] if self.tokens[child].dep in deps), None)

    def with_dep(self, index: int, *deps: str) -> list[int]:
        """The children with one of the dependencies."""
        return [child for child in self.children[index] if self.tokens[child].dep in deps]

    def subtree(self, index: int, *, without: Collection[str] = ()) -> list[int]:
        """The token and all that depend on it, in order; leaving out branches that hang on it by `without`."""
        found = [index]
        waiting = [child for child in self.children[index] if self.tokens[child].dep not in without]
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting += self.children[one]
        return sorted(found)

    def ancestors(self, index: int) -> Iterator[int]:
        """Its head, the head of that, and so on to a root."""
        while self.tokens[index].head != index:
            index = self.tokens[index].head
            yield index

    def clause_of(self, index: int) -> int:
        """The verb, or the other head, of the clause that a token is in."""
        for one in (index, *self.ancestors(index)):
            if self.tokens[one].pos in ("VERB", "AUX") and self.tokens[one].dep not in ("aux", "auxpass"):
                return one
        return index

    def span(self, indices: Collection[int]) -> Span:
        """From the first of the tokens to the last, without punctuation and white space at the ends."""
        kept = sorted(indices)
        while len(kept) > 1 and self.tokens[kept[0]].pos in ("PUNCT", "SPACE"):
            del kept[0]
        while len(kept) > 1 and self.tokens[kept[-1]].pos in ("PUNCT", "SPACE"):
            del kept[-1]
        return Span(self.tokens[kept[0]].span.start, self.tokens[kept[-1]].span.end)

    def at(self, span: Span) -> list[int]:
        """The tokens that overlap a span."""
        return [
            index
            for index, token in enumerate(self.tokens)
            if token.span.start < span.end and span.start < token.span.end
        ]

    def root_of(self, span: Span) -> int | None:
        """The token of a span that the others there depend on; None for a span without tokens."""
        inside = self.at(span)
        return next(
            (one for one in inside if self.tokens[one].head not in inside or self.tokens[one].head == one), None
        )

    def noun_phrase(self, head: int) -> list[int]:
        """The tokens of a noun phrase: its modifiers and what is joined to it, without clauses and asides behind it."""
        return self.subtree(head, without=_OUTSIDE_PHRASE)
