"""Cost of the linguistic analysis: loading, memory, sentences per second."""

from __future__ import annotations

import resource
import subprocess
import sys
import time

from benchmarks._common import print_table
from benchmarks._language_sentences import labelled_sentences
from dateline.rag.language.analyser import Analyser, analysis_of
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.language.quotations import sentence_quotations

_LOAD = """
import os, time
from pathlib import Path

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

before, start, cpu = resident(), time.perf_counter(), time.process_time()
from dateline.rag.language.pipeline import DEFAULT_PIPELINE, load_pipeline
load_pipeline(DEFAULT_PIPELINE)
print(time.perf_counter() - start, time.process_time() - cpu, (resident() - before) / 1e6)
"""


def measure_speed() -> None:
    """In fresh processes for loading; in this one, warm, for the rest. Memory is read as Linux gives it."""
    loads = []
    for _ in range(3):
        out = subprocess.run([sys.executable, "-c", _LOAD], check=True, capture_output=True, text=True).stdout
        loads.append([float(part) for part in out.split()])
    wall, cpu, memory = (min(column) for column in zip(*loads, strict=True))
    sentences = [sentence.text for sentence in labelled_sentences()]
    words = sum(len(sentence.split()) for sentence in sentences)
    parser = SpacyParser()
    parser.parse(sentences[:20])
    start = time.process_time()
    parses = parser.parse(sentences)
    parsing = time.process_time() - start
    start = time.process_time()
    for parse in parses:
        analysis_of(parse, sentence_quotations(parse.text))
    reading = time.process_time() - start
    analyser = Analyser(parser)
    analyser.analyse_all(sentences)
    start = time.process_time()
    analyser.analyse_all(sentences)
    cached = time.process_time() - start
    print_table(
        f"The linguistic analysis, {len(sentences)} sentences of {words / len(sentences):.0f} words, one core",
        [
            ("loading, best of three processes", f"{wall:.2f} s ({cpu:.2f} s of CPU)"),
            ("memory that loading takes", f"{memory:.0f} MB"),
            ("parsing", f"{len(sentences) / parsing:.0f} sentences/s, {words / parsing:.0f} words/s (CPU)"),
            ("times, quantities, attributions, predicates", f"{len(sentences) / reading:.0f} sentences/s (CPU)"),
            ("both", f"{1000 * (parsing + reading) / len(sentences):.1f} ms a sentence (CPU)"),
            ("from the cache", f"{1e6 * cached / len(sentences):.0f} µs a sentence"),
            ("this process at most", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"),
        ],
    )
