"""Finished answers by content: the same question to the same model is asked once.

One small JSON file an answer, named by the digest of the question. Only validated answers are
kept. Files are written beside and renamed, so a killed run leaves no half answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from summarizer.models import AnswerT


def question_key(question: dict[str, Any]) -> str:
    """Digest of a JSON-able question, whatever the order of its keys."""
    canonical = json.dumps(question, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


class AnswerCache:
    """A folder of answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str, answer_type: type[AnswerT]) -> AnswerT | None:
        """The answer, or None where there is none that can be read as `answer_type`."""
        try:
            return answer_type.model_validate_json(self._path(key).read_bytes())
        except (OSError, ValidationError):
            return None

    def put(self, key: str, answer: AnswerT) -> None:
        """Keep an answer. A full or read-only disk costs the cache, not the run."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as file:
                file.write(answer.model_dump_json())
            Path(draft).replace(path)
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
