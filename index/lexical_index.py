"""The lexical index: words in, passages ranked by BM25 out, by tantivy. index/folding.py normalises the words.

Knows passages only by their numbers, and filters only as a mask over those numbers.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import tantivy
from tantivy import Filter, Occur, Query, TextAnalyzerBuilder, Tokenizer

from dateline.index.folding import searchable
from dateline.index.vector_index import Hit, Mask

WRITER_HEAP_BYTES = 64_000_000
"""Memory that an update may take before tantivy writes a segment."""
MAX_QUERY_TERMS = 64
"""Distinct words of a query that are searched for, the first ones of a longer query."""
FEW = 4_096
"""Up to so many allowed passages the filter is part of the query; with more, hits are filtered as they come."""

_ANALYZER = (
    TextAnalyzerBuilder(Tokenizer.simple())
    .filter(Filter.remove_long(40))
    .filter(Filter.lowercase())
    .filter(Filter.ascii_fold())
    .filter(Filter.stemmer("english"))
    .build()
)
_SCHEMA = (
    tantivy.SchemaBuilder()
    .add_integer_field("number", indexed=True, fast=True)
    .add_text_field("words", tokenizer_name="news", index_option="freq")
    .build()
)

_OS_ERROR = re.compile(r"\(os error (\d+)\)|\bOs \{ code: (\d+)")


class LexicalIndex:
    """BM25 over passages, in a folder, as of when it was opened or last added to."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index in `folder`. Raises `ValueError` if it is damaged, or missing and `create` is false.

        Raises `OSError` if it is created and the disk fails.
        """
        self._folder = folder
        if create:
            with _os_errors(folder):
                folder.mkdir(parents=True, exist_ok=True)
                self._index = tantivy.Index(_SCHEMA, path=str(folder))
        else:
            self._index = tantivy.Index.open(str(self._writable(folder)))
        self._index.register_tokenizer("news", _ANALYZER)
        self._index.config_reader("manual")  # nothing watches the folder; it is searched as it was opened
        self._searcher = self._index.searcher()

    def _writable(self, folder: Path) -> Path:
        """The folder or, if it is read-only, a temporary one with links to its files: tantivy makes lock files."""
        if os.access(folder, os.W_OK) or not folder.is_dir():
            return folder
        linked = Path(mkdtemp(prefix="dateline-index-"))
        weakref.finalize(self, shutil.rmtree, linked, ignore_errors=True)
        for file in folder.iterdir():
            if file.suffix != ".lock":
                (linked / file.name).symlink_to(file.absolute())
        return linked

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def add(self, passages: Iterable[tuple[int, str]]) -> None:
        """Add passages as (number, words); committed when this returns. Tantivy may merge segments.

        Raises `OSError` if the disk fails.
        """
        with _os_errors(self._folder):
            writer = self._index.writer(WRITER_HEAP_BYTES, num_threads=1)
            try:
                for number, words in passages:
                    writer.add_document(tantivy.Document(number=number, words=searchable(words)))
                writer.commit()
                writer.wait_merging_threads()
            finally:
                # Waits for its threads: after an error they would go on writing to a folder that is being removed.
                del writer
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, text: str, limit: int, mask: Mask) -> list[Hit]:
        """The `limit` passages that match the words of `text` best; the score is BM25."""
        terms = list(dict.fromkeys(_ANALYZER.analyze(searchable(text))))[:MAX_QUERY_TERMS]
        if not terms or limit < 1:
            return []
        words = Query.boolean_query([(Occur.Should, Query.term_query(_SCHEMA, "words", term)) for term in terms])
        allowed = np.flatnonzero(mask)
        if len(allowed) <= FEW:
            among = Query.term_set_query(_SCHEMA, "number", allowed.tolist())
            words = Query.boolean_query([(Occur.Must, words), (Occur.Must, Query.const_score_query(among, 0.0))])
        wanted = limit
        while True:
            result = self._searcher.search(words, limit=wanted, count=False)
            numbers = self._searcher.fast_field_values("number", [address for _, address in result.hits])
            hits = [Hit(int(n or 0), float(s)) for n, (s, _) in zip(numbers, result.hits, strict=True)]
            found = [hit for hit in hits if hit.number < len(mask) and mask[hit.number]]
            if len(found) >= limit or len(result.hits) < wanted:
                return found[:limit]
            wanted *= 4


@contextmanager
def _os_errors(folder: Path) -> Iterator[None]:
    """Raise errors of the operating system as `OSError`: tantivy raises `ValueError` for everything.

    The error number is in its text, in one of two forms. If tantivy's writing thread failed, the reason is lost; then
    the disk counts as full if it has no room for what the thread held in memory.
    """
    try:
        yield
    except ValueError as error:
        if (found := _OS_ERROR.search(str(error))) is not None:
            number = int(found[1] or found[2])
        elif "writer was killed" in str(error):
            number = errno.ENOSPC if shutil.disk_usage(folder).free < WRITER_HEAP_BYTES else errno.EIO
        else:
            raise
        raise OSError(number, os.strerror(number)) from error
