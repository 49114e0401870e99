"""A sentence model of random weights, small enough for a test.

It is written in a process of its own (`tests.indexer.processes`): torch and its libraries warn at import, and warnings
are errors in the tests.
"""

from pathlib import Path

HIDDEN, WORDS, FREQUENT, TOKENS = 128, 1000, 100, 64


def write(directory: Path, pooling: str) -> None:
    """Write a model with the pooling `mean`, or `cls`: its first token stands for the whole text. `unigram` is `mean`
    with a tokenizer that knows how probable each token is: the first FREQUENT ones are, the others are rare."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(1)
    pieces = ["<pad>", "<unk>", "<s>", "</s>", *(chr(0x4E00 + at) for at in range(WORDS - 4))]
    if pooling == "unigram":
        scores = [0.0] * 4 + [-3.0] * FREQUENT + [-12.0] * (WORDS - 4 - FREQUENT)
        words = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=1))
    else:
        words = Tokenizer(models.WordLevel({piece: at for at, piece in enumerate(pieces)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    words.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 2), ("</s>", 3)])
    config = BertConfig(
        vocab_size=WORDS,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=4 * HIDDEN,
        max_position_embeddings=TOKENS,
        pad_token_id=0,
        initializer_range=0.2,
    )
    parts = directory / "parts"
    BertModel(config, add_pooling_layer=False).save_pretrained(parts)
    names = {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>"}
    PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=TOKENS, **names).save_pretrained(parts)
    modules = [
        Transformer(str(parts), max_seq_length=TOKENS),
        Pooling(HIDDEN, pooling_mode=pooling.replace("unigram", "mean")),
    ]
    SentenceTransformer(modules=modules, device="cpu").save(str(directory))
