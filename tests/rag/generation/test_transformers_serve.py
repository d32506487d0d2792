"""The real protocol from a real server: `transformers serve` with a tiny model of random weights, made here.

It writes nonsense, in real streaming; the answer must be a grounded one all the same.
"""

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError

import pytest

from benchmarks._common import free_port
from dateline.index.archive import Archive
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.prompts import CHECK
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.question import Question
from dateline.rag.verification.support import WordSupport
from tests.articles import FAKE, NOW, READER, news, record, take_in

pytestmark = pytest.mark.slow

STARTS_WITHIN = 120.0
"""Seconds, on a busy machine."""
CLOSED = "Council workers closed the bridge on Monday because its cables had rusted."
TEMPLATE = "{% for message in messages %}{{ message['role'] }} {{ message['content'] }}\n{% endfor %}assistant "


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama with two layers of 32 and random weights, and a vocabulary of the words that it reads."""
    transformers = pytest.importorskip("transformers", reason="`transformers serve` comes with the extra `models`")
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>", "</s>"], initial_alphabet=alphabet)
    tokenizer.train_from_iterator([CLOSED, news(1), "[1] [2]. [3]"], trainer)
    tokenizer.decoder = decoders.ByteLevel()
    folder = tmp_path_factory.mktemp("model") / "tiny"
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", eos_token="</s>")
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(fast), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=4_096, bos_token_id=None, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def base_url(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`transformers serve` over the model, on a free port."""
    if any(find_spec(name) is None for name in ("openai", "fastapi", "uvicorn", "typer", "accelerate")):
        pytest.skip("`transformers serve` needs what `pip install transformers[serving]` brings")
    command = shutil.which("transformers", path=str(Path(sys.executable).parent)) or shutil.which("transformers")
    if command is None:
        pytest.skip("there is no `transformers` command")
    log = tmp_path_factory.mktemp("serve") / "log"
    with free_port() as port, log.open("wb") as output:
        server = subprocess.Popen(
            [command, "serve", str(model), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + STARTS_WITHIN
            while not answers(f"http://127.0.0.1:{port}/health"):
                if server.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"`transformers serve` did not start: {log.read_text()[-2000:]}")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait(timeout=300)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(json.load(response))
    except (URLError, OSError, ValueError):
        return False


def llm(base_url: str, model: Path) -> Llm:
    return Llm(LlmServer(base_url, str(model), timeout=60, max_tokens=60, temperature=1.0))


def test_its_completion_streams(base_url: str, model: Path) -> None:
    completion = llm(base_url, model).stream(CHECK)
    pieces = list(completion)
    assert len(pieces) > 1
    assert completion.finish_reason in ("stop", "length")


def test_the_answer_is_grounded(base_url: str, model: Path, archive: Archive) -> None:
    take_in(archive, record("bridge", CLOSED), record("other", news(2)))
    writer = LlmWriter(llm(base_url, model), WordSupport())
    answer = Answerer(Searcher(archive, FAKE), READER, writer=writer).answer(
        Question("Why did council workers close the bridge?", NOW)
    )
    assert answer.claims[0].text == CLOSED
    assert answer.answered_by == "reader"
    use = answer.receipt.llm
    assert use is not None
    assert use.fault in ("none of its sentences passed", "an empty completion")
    assert use.finish_reason in ("stop", "length")
