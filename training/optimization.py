"""A training pass: AdamW, warm-up and cosine schedule, clipped gradients, averaged weights.

A run saves its state and goes on from there after an interruption. Knows nothing of networks or losses.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

AVERAGE = 0.99
"""Decay of the moving average of the weights, which is what is kept."""
SHOWN = 20
"""Steps between two lines about how it goes."""
SAVED = 100
"""Steps between two saved states."""


class Optimization:
    """The parameters on their way through one pass; `step` after each batch's gradients, `finish` after the last."""

    def __init__(self, groups: Sequence[dict[str, Any]], averaged: Sequence[nn.Parameter], steps: int) -> None:
        """`groups`: as AdamW takes them, each with its full rate. `averaged`: those that end as their average."""
        self._optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
        self._rates = [group["lr"] for group in self._optimizer.param_groups]
        self._trained = averaged
        self._average = [p.detach().clone() for p in averaged]
        self._steps = steps
        self._done = 0
        self._begun = time.monotonic()
        self._loss = 0.0
        self._rate()

    def step(self, loss: float) -> str | None:
        """Follow the gradients. Every `SHOWN` steps: how far it has come, with the mean loss since the last time."""
        torch.nn.utils.clip_grad_norm_(self._trained, 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        decay = min(AVERAGE, (1 + self._done) / (10 + self._done))
        for kept, now in zip(self._average, self._trained, strict=True):
            kept.lerp_(now.detach(), 1 - decay)
        self._done += 1
        self._loss += loss
        self._rate()
        if self._done % SHOWN:
            return None
        spent, mean = (time.monotonic() - self._begun) / 60, self._loss / SHOWN
        self._loss = 0.0
        return f"step {self._done}/{self._steps}, {spent:.1f} min, loss {mean:.3f}"

    def state(self) -> dict[str, Any]:
        """All that `resume` needs to go on from here."""
        return {"optimizer": self._optimizer.state_dict(), "average": self._average, "done": self._done}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken; the parameters themselves are the caller's to load."""
        self._optimizer.load_state_dict(state["optimizer"])
        self._average = state["average"]
        self._done = state["done"]
        self._rate()

    def finish(self) -> None:
        """Put the averages in the parameters' place."""
        for kept, now in zip(self._average, self._trained, strict=True):
            now.data.copy_(kept)

    def _rate(self) -> None:
        share = rate_share(self._done / self._steps)
        for group, full in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = full * share


def run(
    optimization: Optimization,
    steps: int,
    gradients: Callable[[int], float],
    modules: Mapping[str, nn.Module],
    saved: Path | None,
    seed: int,
) -> None:
    """Take all steps, from the state in `saved` if there is one; the parameters end as their average. Prints.

    `gradients`: leaves the gradients of a step's loss, which it returns; chance in it depends on the step alone, so
    that a run that was stopped goes on as it would have. `modules`: those whose weights belong to the state.
    """
    done = _resume(optimization, modules, saved) if saved and saved.is_file() else 0
    for step in range(done, steps):
        torch.manual_seed(seed + step)
        said = optimization.step(gradients(step))
        if said:
            print(said, flush=True)
        if saved and (step + 1) % SAVED == 0:
            state = {name: module.state_dict() for name, module in modules.items()}
            saved.parent.mkdir(parents=True, exist_ok=True)
            torch.save({"done": step + 1, "optimization": optimization.state(), **state}, saved.with_suffix(".partial"))
            saved.with_suffix(".partial").replace(saved)
    optimization.finish()


def _resume(optimization: Optimization, modules: Mapping[str, nn.Module], saved: Path) -> int:
    device = next(parameter.device for module in modules.values() for parameter in module.parameters())
    state = torch.load(saved, map_location=device)
    for name, module in modules.items():
        module.load_state_dict(state[name])
    optimization.resume(state["optimization"])
    done: int = state["done"]
    return done


def rate_share(done: float) -> float:
    """Linear warm-up over the first twentieth, then down to a twentieth of the rate by a cosine."""
    if done < 0.05:
        return done / 0.05 + 0.01
    return 0.05 + 0.95 * (1 + math.cos(math.pi * (done - 0.05) / 0.95)) / 2
