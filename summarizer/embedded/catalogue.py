"""Which embedded models there are: embedded_models.toml, typed."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from summarizer.errors import SettingsError
from summarizer.models import Frozen, Profile

_FILE = Path(__file__).parent.parent / "embedded_models.toml"
_GGUF_MAGIC = b"GGUF"
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class HuggingFaceSource(Frozen):
    """The file of a Hugging Face repository at a pinned revision."""

    kind: Literal["huggingface"]
    repo: str
    revision: Annotated[str, Field(pattern="^[0-9a-f]{40}$")]


class PackagePart(Frozen):
    """A wheel that carries a part of the file as `member`; `sha256` is the wheel's."""

    package: str
    version: str
    sha256: Sha256
    member: str


class PackagesSource(Frozen):
    """Wheels of the Python package registry whose members, joined in order, are the file."""

    kind: Literal["packages"]
    parts: tuple[PackagePart, ...]


Source = Annotated[HuggingFaceSource | PackagesSource, Field(discriminator="kind")]


class EmbeddedModel(Frozen):
    """One model by content. `context` is tokens a slot, `size` bytes; `path` is set for a
    user's own file, which is used where it lies.
    """

    name: str
    title: str
    use: str
    file: str
    size: int
    sha256: Sha256
    license: str
    context: int
    memory_mb: int
    profile: Profile
    sources: tuple[Source, ...]
    path: Path | None = None


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


def default_name() -> str:
    """Name of the model used where none is chosen."""
    return str(_catalogue()["default"])


@cache
def embedded_models() -> tuple[EmbeddedModel, ...]:
    """All registered models, smallest first."""
    models = [
        EmbeddedModel.model_validate({"name": name, **fields})
        for name, fields in _catalogue()["models"].items()
    ]
    return tuple(sorted(models, key=lambda model: model.size))


def find_model(name: str) -> EmbeddedModel:
    """The registered model of this name.

    Raises:
        SettingsError: there is none.
    """
    for model in embedded_models():
        if model.name == name:
            return model
    known = ", ".join(model.name for model in embedded_models())
    raise SettingsError(f"There is no embedded model {name!r}: choose one of {known}.")


def local_model(path: Path) -> EmbeddedModel:
    """A user's own GGUF file, with the default model's profile.

    Raises:
        SettingsError: no such file, or not a GGUF file.
    """
    try:
        with path.open("rb") as file:
            if file.read(4) != _GGUF_MAGIC:
                raise SettingsError(f"{path} is no GGUF file: give a model in GGUF format.")
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SettingsError(
            f"The model file {path} cannot be read ({error.strerror}): check the path."
        ) from error
    default = find_model(default_name())
    return EmbeddedModel(
        name=path.stem,
        title=path.name,
        use="your own file",
        file=path.name,
        size=path.stat().st_size,
        sha256=digest,
        license="unknown",
        context=default.context,
        memory_mb=default.memory_mb,
        profile=default.profile,
        sources=(),
        path=path,
    )
