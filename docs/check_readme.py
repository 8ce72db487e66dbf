"""Check that what README.md shows is what the program does; `--write` writes it anew.

A block between `<!-- begin NAME -->` and `<!-- end NAME -->` is made by the function of that
name below. The brief shown is docs/sample-brief.json, made by `make brief` and stored; it is
verified here too.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from summarizer.embedded import default_name, embedded_models
from summarizer.models import Brief
from summarizer.pipeline import verify
from summarizer.render import render
from summarizer.settings import Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SAMPLE = ROOT / "docs" / "sample-brief.json"


def help_text(*command: str) -> str:
    """What `--help` prints in a terminal 80 columns wide."""
    code = "from summarizer.cli import main; main()"
    environment = {**os.environ, "COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    lines = (line.rstrip() for line in done.stdout.replace("-c ", "summarizer ").splitlines())
    return "```text\n" + "\n".join(lines).strip() + "\n```"


def settings_table() -> str:
    """Every setting with its default."""
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=False)
        shown = "the user's cache folder" if field.default_factory else str(default or default)
        if name == "api_key":
            shown = ""
        rows.append(f"| `{name}` | {shown} | {field.description} |")
    return "\n".join(rows)


def models_table() -> str:
    """The embedded models."""
    rows = ["| name | file | size | memory about | license |", "| --- | --- | --- | --- | --- |"]
    for model in embedded_models():
        name = f"`{model.name}`" + (" (default)" if model.name == default_name() else "")
        rows.append(
            f"| {name} | {model.title} | {model.size // 1_000_000:,} MB "
            f"| {model.memory_mb:,} MB | {model.license} |"
        )
    return "\n".join(rows)


def sample_brief() -> str:
    """The stored brief as the terminal shows it."""
    brief = Brief.model_validate_json(SAMPLE.read_bytes())
    text = render(brief, "terminal", width=80, color=False)
    return "```text\n" + "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n```"


BLOCKS = {
    "brief": sample_brief,
    "help": help_text,
    "brief help": lambda: help_text("brief"),
    "settings": settings_table,
    "models": models_table,
}


def fresh(readme: str) -> str:
    """The README with every block made anew."""
    for name, make in BLOCKS.items():
        pattern = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        if not pattern.search(readme):
            raise SystemExit(f"README.md has no block {name!r}.")
        text = make()
        readme = pattern.sub(lambda m, text=text: f"{m[1]}{text}\n{m[2]}", readme)
    return readme


def main() -> None:
    problems = verify(Brief.model_validate_json(SAMPLE.read_bytes()))
    if problems:
        raise SystemExit(f"{SAMPLE.name}: {problems[0].where}: {problems[0].detail}")
    old = README.read_text("utf-8")
    new = fresh(old)
    if "--write" in sys.argv:
        README.write_text(new, "utf-8")
    elif new != old:
        raise SystemExit("README.md is out of date: run `python docs/check_readme.py --write`.")
    else:
        print("README.md shows what the program does.")


if __name__ == "__main__":
    main()
