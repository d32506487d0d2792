"""Precision, recall and F1 of predicted spans against labelled ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")
Gold = TypeVar("Gold")


@dataclass
class Tally:
    """Counts of what was found, marked, and both."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def add(self, right: int, found: int, gold: int) -> None:
        """Count one more text."""
        self.right += right
        self.found += found
        self.gold += gold

    def __str__(self) -> str:
        precision = self.right / self.found if self.found else 0.0
        recall = self.right / self.gold if self.gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if self.right else 0.0
        return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  ({self.found} found, {self.gold} marked)"


def pairs(
    found: Sequence[Found], gold: Sequence[Gold], match: Callable[[Found, Gold], bool]
) -> list[tuple[Found, Gold]]:
    """Each that was found with the first one marked that it matches and that no other has."""
    left = list(gold)
    matched = []
    for one in found:
        other = next((each for each in left if match(one, each)), None)
        if other is not None:
            left.remove(other)
            matched.append((one, other))
    return matched


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two stretches share a character."""
    return one[0] < other[1] and other[0] < one[1]
