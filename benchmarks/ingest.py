"""Ingestion speed, compared with LangChain's default pipeline and with the bare encoder.

    python -m benchmarks.ingest [PAGES]      (default: the first 1,000 pages of RealTimeQA 2022)

All in one run on one machine: Dateline's ingest (read, clean, near-copies, passages, embeddings, database, indexes);
the same articles again; LangChain's splitter at 1000/200, HuggingFaceEmbeddings with the same weights, FAISS; and
both encoders alone on the passages that Dateline made.
"""

from __future__ import annotations

import gzip
import itertools
import sys
import warnings

from benchmarks._common import print_table, seconds
from dateline.index.archive import Archive
from dateline.index.encoder import Encoder
from dateline.index.encoder_export import model_source
from training.data import default_encoder, ingest_into, read_jsonl, realtimeqa, temporary_home

SAMPLE = 500
"""Passages that the encoders alone are timed on."""


def main() -> None:
    """Measure and print."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    source = realtimeqa("dev-2022") / "articles.jsonl.gz"
    encoder = default_encoder(bulk=True)
    encoder.encode_document(["The first text is slower than the rest."] * 16)
    with temporary_home() as folder:
        first = folder / "pages.jsonl"
        with gzip.open(source, "rt", encoding="utf-8") as lines:
            first.write_text("".join(itertools.islice(lines, pages)), encoding="utf-8")
        home = folder / "home"
        stored: list[Archive] = []
        ours = seconds(lambda: stored.append(ingest_into(home, [first], encoder)[0]))
        again = seconds(lambda: ingest_into(home, [first], encoder))
        texts = _embedded_texts(stored[0])
    texts_of_pages = [page["text"] for page in read_jsonl(source)[:pages]]
    theirs = seconds(lambda: _langchain(texts_of_pages))
    fast, reference = _encoders_alone(texts[:: max(1, len(texts) // SAMPLE)], encoder)
    floor = fast * len(texts)
    print_table(
        f"Ingest of {pages:,} pages",
        [
            ("Dateline, first time", f"{ours:.1f} s, {pages / ours:.1f} articles/s"),
            ("LangChain's default pipeline", f"{theirs:.1f} s, {pages / theirs:.1f} articles/s"),
            ("**Dateline against LangChain**", f"**{theirs / ours:.2f} times as fast**"),
            ("the encoder alone on the same passages", f"{floor:.1f} s; ingest runs at {floor / ours:.0%} of its rate"),
            ("Dateline, the same again", f"{again:.2f} s, **{ours / again:.0f} times as fast** as the first time"),
            ("the fast path against sentence-transformers, same texts", f"{reference / fast:.2f} times as fast"),
        ],
    )


def _embedded_texts(archive: Archive) -> list[str]:
    return [words for batch in archive.added_between(0, archive.sequence()) for _, words, _ in batch]


def _encoders_alone(texts: list[str], encoder: Encoder) -> tuple[float, float]:
    """Seconds a text of the fast path and of the reference, each the best of two rounds."""
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(model_source(None)[0]), device="cpu")
    fast = min(seconds(lambda: encoder.encode_document(texts)) for _ in range(2))
    slow = min(seconds(lambda: reference.encode(texts)) for _ in range(2))
    return fast / len(texts), slow / len(texts)


def _langchain(texts: list[str]) -> None:
    """LangChain's default: RecursiveCharacterTextSplitter at 1000/200, HuggingFaceEmbeddings, FAISS."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    documents = splitter.create_documents(texts)
    embeddings = HuggingFaceEmbeddings(model_name=str(model_source(None)[0]), model_kwargs={"device": "cpu"})
    FAISS.from_documents(documents, embeddings)


if __name__ == "__main__":
    main()
