"""A dependency parse: tokens with lemma, tag and dependency, named entities, and tree traversal.

The labels are those of spaCy's English pipelines: Penn Treebank tags, ClearNLP dependencies, OntoNotes entities.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from dateline.index.article import Span

_OUTSIDE_PHRASE = frozenset({"relcl", "acl", "advcl", "punct", "appos", "parataxis", "cc", "conj", "preconj"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word or punctuation mark. A run of white space is a separate token."""

    span: Span
    lemma: str
    """In lower case, except for proper nouns."""
    tag: str
    """Penn Treebank: `NN`, `VBD`."""
    pos: str
    """Universal part of speech: `NOUN`, `VERB`."""
    dep: str
    """Dependency on its head: `nsubj`; `ROOT` without a head."""
    head: int
    """Index of its head; its own index for a root."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity."""

    span: Span
    label: str
    """OntoNotes: `PERSON`, `ORG`, `GPE`, `NORP`, …"""


@dataclass(frozen=True)
class Parse:
    """A text with its tokens and entities. Tokens are referred to by index; each sentence has a root."""

    text: str
    tokens: tuple[Token, ...]
    entities: tuple[Entity, ...]

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """The children of each token, from left to right."""
        found: list[list[int]] = [[] for _ in self.tokens]
        for index, token in enumerate(self.tokens):
            if token.head != index:
                found[token.head].append(index)
        return tuple(tuple(each) for each in found)

    @cached_property
    def lower(self) -> tuple[str, ...]:
        """The token texts in lower case."""
        return tuple(token.span.of(self.text).lower().replace("’", "'") for token in self.tokens)

    def words(self, first: int, last: int) -> str:
        """The text from token `first` to `last`, both included."""
        return self.text[self.tokens[first].span.start : self.tokens[last].span.end]

    def child(self, index: int, *deps: str) -> int | None:
        """The first child with one of `deps`."""
        return next((child for child in self.children[index] if self.tokens[child].dep in deps), None)

    def with_dep(self, index: int, *deps: str) -> list[int]:
        """The children with one of `deps`."""
        return [child for child in self.children[index] if self.tokens[child].dep in deps]

    def subtree(self, index: int, *, without: Collection[str] = ()) -> list[int]:
        """The token and its descendants, in order, except branches that begin with a dependency in `without`."""
        found = [index]
        waiting = [child for child in self.children[index] if self.tokens[child].dep not in without]
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting += self.children[one]
        return sorted(found)

    def ancestors(self, index: int) -> Iterator[int]:
        """Its head, the head's head, and so on up to a root."""
        while self.tokens[index].head != index:
            index = self.tokens[index].head
            yield index

    def clause_of(self, index: int) -> int:
        """The verb, or other head, of a token's clause."""
        for one in (index, *self.ancestors(index)):
            if self.tokens[one].pos in ("VERB", "AUX") and self.tokens[one].dep not in ("aux", "auxpass"):
                return one
        return index

    def span(self, indices: Collection[int]) -> Span:
        """The span from the first token to the last, without punctuation and white space at the ends."""
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
        """The root token of a span; None for a span without tokens."""
        inside = self.at(span)
        return next(
            (one for one in inside if self.tokens[one].head not in inside or self.tokens[one].head == one), None
        )

    def noun_phrase(self, head: int) -> list[int]:
        """The tokens of a noun phrase: head and modifiers, without following clauses, appositions and conjuncts."""
        return self.subtree(head, without=_OUTSIDE_PHRASE)
