"""Embeddings by networks that others trained: VGGish, YAMNet, OpenL3.

Their front ends are here; their weights are not, and are never fetched. A user who has them puts
an ONNX export into the models folder (docs/howto/pretrained-embeddings.md says how).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mixolydian.core.errors import RequestError
from mixolydian.models.pretrained.base import Embedder
from mixolydian.models.pretrained.openl3 import OpenL3
from mixolydian.models.pretrained.vggish import VGGish
from mixolydian.models.pretrained.yamnet import YAMNet

EMBEDDERS: Mapping[str, type[Embedder]] = {kind.name: kind for kind in (VGGish, YAMNet, OpenL3)}


def embedder(name: str, home: Path) -> Embedder:
    """The embedder of that name, its weights in `home`/models/pretrained/NAME.onnx.

    Raises
    ------
    RequestError
        There is no embedder of that name.
    ModelError
        Its weights are not there.
    """
    if name not in EMBEDDERS:
        raise RequestError(f"expected an embedding of {', '.join(EMBEDDERS)}; found {name!r}")
    return EMBEDDERS[name].found(home)
