"""The report's plots, drawn by matplotlib as inline SVG; the same figures give the same bytes.

Knows nothing of scores or runs: it is given numbers.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from dateline.eval.confidence import ReliabilityBin, RiskCoverage
from dateline.eval.intervals import Estimate
from dateline.eval.latency import Stage

INK, SOFT, BLUE, ORANGE = "#22303c", "#8a97a3", "#2563a8", "#c2571a"
SIZE = (4.6, 3.1)
"""Inches."""


def reliability_plot(bins: Sequence[ReliabilityBin]) -> str:
    """Share of right answers over confidence; bars are as wide as their bins, labels count their questions."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle="--")
        for each in bins:
            middle, right = (each.low + each.high) / 2, each.share_correct
            axes.bar(middle, right, (each.high - each.low) * 0.92, color=BLUE, alpha=0.75)
            axes.text(middle, min(right, 0.94) + 0.02, str(each.cases), ha="center", size=8)
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="share that is right")

    return _svg(draw, "reliability")


def risk_coverage_plot(points: Sequence[RiskCoverage]) -> str:
    """The share of wrong answers over the share of questions answered, as the threshold falls."""

    def draw(axes: Axes) -> None:
        axes.step([p.coverage for p in points], [p.risk for p in points], color=ORANGE, linewidth=1.8, where="post")
        axes.set(
            xlim=(0, 1),
            ylim=(0, 1),
            xlabel="coverage: share still answered",
            ylabel="risk: share of it wrong",
        )

    return _svg(draw, "risk-coverage")


def recall_plot(curves: Mapping[str, Mapping[int, Estimate]]) -> str:
    """Recall over k, a line a curve, its interval as a band."""

    def draw(axes: Axes) -> None:
        for (name, curve), colour in zip(curves.items(), (BLUE, ORANGE), strict=False):
            depths = list(curve)
            axes.plot(depths, [e.mean for e in curve.values()], color=colour, marker="o", markersize=4, label=name)
            axes.fill_between(
                depths, [e.low for e in curve.values()], [e.high for e in curve.values()], color=colour, alpha=0.15
            )
            axes.set_xticks(depths)
        axes.set(ylim=(0, 1.02), xlabel="k", ylabel="recall at k")
        axes.legend(frameon=False, loc="lower right", fontsize=9)

    return _svg(draw, "recall")


def latency_plot(stages: Sequence[Stage]) -> str:
    """Median and 95th percentile by stage, in milliseconds."""

    def draw(axes: Axes) -> None:
        names = [stage.name for stage in stages]
        slow, median = ([stage.p95.mean for stage in stages], [stage.median.mean for stage in stages])
        axes.barh(names, slow, color=SOFT, alpha=0.45, height=0.6, label="95th percentile")
        axes.barh(names, median, color=BLUE, height=0.6, label="median")
        axes.invert_yaxis()
        axes.set(xlabel="milliseconds")
        axes.legend(frameon=False, loc="lower right", fontsize=9)

    return _svg(draw, "latency")


def _svg(draw: Callable[[Axes], None], name: str) -> str:
    # The salt makes ids that don't change from run to run, and differ between the plots of one page.
    style: Any = {
        "svg.hashsalt": f"dateline-{name}",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "axes.edgecolor": SOFT,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "font.size": 10,
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=SIZE, layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    drawn = out.getvalue()
    return drawn[drawn.index("<svg") :]
