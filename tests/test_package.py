"""What a user installs and what the documents say."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_wheel_holds_all_that_the_program_reads(tmp_path: Path) -> None:
    """Templates, the list of models, the page's parts and the type marker are in the wheel, and
    nothing of tests or evals is."""
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    prompts = {p.relative_to(ROOT / "prompts") for p in (ROOT / "prompts").rglob("*.j2")}
    assert {f"summarizer/templates/{p.as_posix()}" for p in prompts} <= names
    assert {"summarizer/embedded_models.toml", "summarizer/py.typed"} <= names
    assert {f"summarizer/render/templates/page.{e}" for e in ("html.j2", "css", "js")} <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"summarizer"}


def test_import_and_help_load_no_client() -> None:
    """`import summarizer` and `--help` leave openai, instructor and trafilatura alone."""
    code = (
        "import sys, summarizer, summarizer.cli\n"
        "sys.argv = ['summarizer', '--help']\n"
        "import atexit, os\n"
        "real = os._exit\n"
        "def leave(code):\n"
        "    slow = {'openai', 'instructor', 'trafilatura', 'huggingface_hub', 'pydantic'}\n"
        "    print('LOADED', sorted(slow & set(sys.modules)), flush=True)\n"
        "    real(code)\n"
        "os._exit = leave\n"
        "summarizer.cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("LOADED []")
    assert "brief" in done.stdout


def test_library_door_is_the_one_of_the_readme() -> None:
    """The names that the README imports are there."""
    import summarizer

    for name in summarizer.__all__:
        assert getattr(summarizer, name) is not None
