"""Models of two small layers with random weights, saved as users save theirs. They know the words of `news`."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.articles import news

WORDS = sorted({word for seed in range(5) for word in re.findall(r"\w+|[^\w\s]", news(seed).lower())})
QUERY, DOCUMENT = "query : who said what ? ", "passage of the news : "
"""Prompts, of words that the models know."""


def tiny_encoder(
    folder: Path,
    *,
    architecture: str = "Bert",
    pooling: str = "mean",
    window: int = 40,
    seed: int = 0,
    prompts: dict[str, str] | None = None,
    default_prompt_name: str | None = None,
    truncate_dim: int | None = None,
) -> Path:
    """A sentence-transformers model. `architecture`: `Bert`; `ModernBert`, whose attention is local; or `Qwen3`, which
    is padded on the left.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, Qwen3Config, Qwen3Model

    torch.manual_seed(seed)
    base = folder / "base"
    base.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *re.findall(r"\w+|:", QUERY + DOCUMENT), *WORDS]
    vocabulary = list(dict.fromkeys(vocabulary))
    sizes: dict[str, Any] = {
        "vocab_size": len(vocabulary), "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
        "intermediate_size": 64, "max_position_embeddings": 128,
        "initializer_range": 0.3,  # at the usual 0.02 all texts would be near to one another
    }  # fmt: skip
    if architecture == "ModernBert":
        _modern_bert(len(vocabulary)).save_pretrained(base)
    elif architecture == "Qwen3":
        Qwen3Model(Qwen3Config(**sizes, head_dim=8, num_key_value_heads=2)).save_pretrained(base)
    else:
        BertModel(BertConfig(**sizes)).save_pretrained(base)
    _save_tokenizer(base, vocabulary, padding_side="left" if architecture == "Qwen3" else "right")
    transformer: Any = Transformer(str(base), max_seq_length=window)
    model = SentenceTransformer(
        modules=[transformer, Pooling(32, pooling_mode=pooling)],
        device="cpu",
        prompts=prompts,
        default_prompt_name=default_prompt_name,
        truncate_dim=truncate_dim,
    )
    saved = folder / "saved"
    model.save(str(saved))
    return saved


def tiny_reranker(
    folder: Path, *, words: Sequence[str] = WORDS, bias: float = 0.0, labels: int = 1, seed: int = 0
) -> Path:
    """A reranker of the Ettin family's shape: ModernBERT, its first token, two linear layers with a norm between.

    `bias` is added to its scores.
    """
    import torch
    from sentence_transformers import CrossEncoder
    from sentence_transformers.models import Dense, LayerNorm, Pooling, Transformer

    torch.manual_seed(seed)
    base = folder / "base"
    base.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    _modern_bert(len(vocabulary)).save_pretrained(base)
    _save_tokenizer(base, vocabulary)
    transformer: Any = Transformer(str(base))
    score = Dense(
        32, labels, activation_function=torch.nn.Identity(), init_weight=torch.randn(labels, 32),
        init_bias=torch.full((labels,), bias), module_output_name="scores",
    )  # fmt: skip
    hidden = Dense(32, 32, bias=False, activation_function=torch.nn.GELU(), init_weight=torch.randn(32, 32))
    model = CrossEncoder(
        modules=[transformer, Pooling(32, pooling_mode="cls"), hidden, LayerNorm(32), score], device="cpu"
    )
    saved = folder / "saved"
    model.save_pretrained(str(saved))
    return saved


def _modern_bert(vocabulary: int) -> Any:
    """Attention reaches four tokens to each side; a longer stretch of padding has nothing to attend to."""
    from transformers import ModernBertConfig, ModernBertModel

    return ModernBertModel(
        ModernBertConfig(
            vocab_size=vocabulary, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64,
            max_position_embeddings=512, local_attention=8, global_attn_every_n_layers=3, initializer_range=0.3,
            pad_token_id=0, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3,
        )
    )  # fmt: skip


def _save_tokenizer(folder: Path, vocabulary: list[str], padding_side: str = "right") -> None:
    """A word a token, in lower case; the vocabulary begins with the special ones."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=512, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", mask_token="[MASK]", model_input_names=["input_ids", "attention_mask"],
        padding_side=padding_side,
    ).save_pretrained(folder)  # fmt: skip
