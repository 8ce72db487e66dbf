"""The weights' file: found in the cache, or fetched, verified and put there."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from summarizer.embedded.catalogue import EmbeddedModel
from summarizer.embedded.sources import SourceError, fetch
from summarizer.errors import EmbeddedModelError

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


def weights_path(model: EmbeddedModel, cache_dir: Path) -> Path:
    """Where the file is, or will be once it is fetched."""
    return model.path or cache_dir / "models" / model.file


def is_present(model: EmbeddedModel, cache_dir: Path) -> bool:
    """Whether the verified file is there; looks at its stamp, does not read it."""
    path = weights_path(model, cache_dir)
    return path.is_file() and (model.path is not None or _stamp_holds(model, path))


def ensure_weights(model: EmbeddedModel, cache_dir: Path, progress: Progress | None = None) -> Path:
    """The verified file, fetched if need be. A fetch that was cut off goes on where it
    stopped; a file with other bytes is replaced.

    Raises:
        EmbeddedModelError: no source gave the right bytes, or the disk did not take them.
    """
    path = weights_path(model, cache_dir)
    if is_present(model, cache_dir):
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two processes that start at once must not write one file.
        with FileLock(path.with_suffix(".lock")):
            if not _adopt(model, path):
                _fetch(model, path, progress or (lambda done, total: None))
    except OSError as error:
        raise EmbeddedModelError(
            f"{model.title} cannot be kept in {path.parent} ({error.strerror}): "
            f"free {model.size // 1_000_000:,} MB there or set cache_dir."
        ) from error
    return path


def _adopt(model: EmbeddedModel, path: Path) -> bool:
    """Take a file that is there already, after reading it in full."""
    if not path.is_file():
        return False
    if _stamp_holds(model, path):
        return True
    if not _right_bytes(model, path):
        return False
    _stamp(path)
    return True


def _fetch(model: EmbeddedModel, path: Path, progress: Progress) -> None:
    reasons = []
    works = [path.parent / f"{path.name}.source{n}" for n in range(len(model.sources))]
    for source, work in zip(model.sources, works, strict=True):
        try:
            got = fetch(source, model.file, model.size, work, progress)
        except SourceError as error:
            reasons.append(f"{source.kind}: {error}")
            continue
        if _right_bytes(model, got):
            got.replace(path)
            _stamp(path)
            for left in works:
                shutil.rmtree(left, ignore_errors=True)
            return
        reasons.append(f"{source.kind}: other bytes than the registered ones")
        shutil.rmtree(work)
    raise EmbeddedModelError(
        f"{model.title} ({model.size // 1_000_000:,} MB) could not be fetched "
        f"({'; '.join(reasons)}): connect to the network and run "
        f"`summarizer models pull {model.name}`, or give the file with --model PATH.gguf."
    )


def _right_bytes(model: EmbeddedModel, path: Path) -> bool:
    if path.stat().st_size != model.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == model.sha256


def _stamp(path: Path) -> None:
    """Note size and time of the verified file, so that it is not read in full at each start."""
    _stamp_path(path).write_text(_state(path), "ascii")


def _stamp_holds(model: EmbeddedModel, path: Path) -> bool:
    try:
        noted = _stamp_path(path).read_text("ascii")
    except OSError:
        return False
    return noted == _state(path) and path.stat().st_size == model.size


def _state(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def _stamp_path(path: Path) -> Path:
    return path.with_suffix(".verified")
