"""LlamaIndex's retriever over an archive's passages behind a bare FastAPI route, for comparison in api_load.py.

    python -m benchmarks._llama HOME

It gets Dateline's own passages with their embeddings, for only retrieval is compared, a flat FAISS index, and embeds
each question by the same weights in sentence-transformers.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import uvicorn
from fastapi import FastAPI
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore

from dateline.index.archive import Archive
from dateline.index.encoder_export import model_source

TOP = 10


def main(home: Path) -> None:
    """Index, then serve on a free port."""
    archive = Archive(home)
    nodes = [
        TextNode(id_=str(number), text=words, embedding=np.frombuffer(vector, "<f2").astype(float).tolist())
        for batch in archive.added_between(0, archive.sequence())
        for number, words, vector in batch
        if vector is not None
    ]
    archive.close()
    embedding = HuggingFaceEmbedding(model_name=str(model_source(None)[0]), device="cpu")
    vectors = FaissVectorStore(faiss_index=faiss.IndexFlatIP(len(nodes[0].embedding)))
    index = VectorStoreIndex(
        nodes, storage_context=StorageContext.from_defaults(vector_store=vectors), embed_model=embedding
    )
    retriever = index.as_retriever(similarity_top_k=TOP)
    app = FastAPI()

    @app.post("/search")
    def search(request: dict[str, Any]) -> list[dict[str, Any]]:
        """The nearest passages."""
        return [{"quote": found.text, "score": float(found.score)} for found in retriever.retrieve(request["query"])]

    @app.get("/readyz")
    def readyz() -> str:
        """Once this can be asked, it is ready."""
        return "ready"

    uvicorn.run(app, port=0, access_log=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
