"""The runner and the command line, against the product's own pipeline."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from evals import run as runner
from evals.__main__ import main
from evals.fingerprint import fingerprint
from evals.gold import ROOT, GoldCase, load_cases
from evals.prediction import Prediction, broken_invariants
from evals.recorder import RecordedModel
from evals.results import DocumentResult, Grounding, Results, results_of, sum_usage
from evals.run import Pruned, eval_settings, product, prune, recorded_model, run
from evals.score import score
from evals.tape import Sampling, load_tape
from evals.testing import perfect_model
from summarizer import doors
from summarizer.errors import AnswerInvalid, ModelUnreachable
from summarizer.models import (
    Article,
    Brief,
    Cast,
    Model,
    PassageItems,
    Profile,
    Quote,
    Request,
    Usage,
)
from summarizer.pipeline import summarize
from summarizer.settings import Settings
from summarizer.testing import FakeModel

CASES = load_cases()
FEW = CASES[:4]
EMBEDDED = "embedded:smollm2-135m"
NO_BASELINE = ("--baseline", "none.json")
PASSAGES = Profile(prompt_set="passage", passage_sentences=3, parallel=3)


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but the defaults, and a working folder without a settings file."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    for name in ("SUMMARIZER_MODEL", "SUMMARIZER_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for recordings."""
    return tmp_path / "recordings"


def with_model(folder: Path, inner: Model, *cases: GoldCase, offline: bool = False) -> Results:
    """Run cases with a model behind recordings."""
    recorded = RecordedModel(inner, inner.name, inner.profile, folder, offline)
    return run(cases, recorded, summarize)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A split of four of the shipped articles."""
    path = tmp_path / "few.toml"
    path.write_text(f"test = {json.dumps([case.id for case in FEW])}\n")
    return path


def record_perfect_answers(folder: Path, *cases: GoldCase, model: str = EMBEDDED) -> None:
    """Record what the gold would answer as the answers of a model that the settings know."""
    settings = eval_settings(model)
    with doors.open_model(settings) as known:
        for case in cases:
            inner = perfect_model(case, known.profile)
            sampling = Sampling(provider="embedded")
            recorded = RecordedModel(
                inner, known.name, known.profile, folder, False, sampling=sampling
            )
            run([case], recorded, product(settings))


def command(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["evals", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


# --- the runner -------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", [Profile(), PASSAGES], ids=["article", "passage"])
def test_gold_answers_go_through_the_pipeline(folder: Path, profile: Profile) -> None:
    """With the gold's own answers nothing is false, and only grounding may lose an item."""
    results = [with_model(folder, perfect_model(c, profile), c).documents[0] for c in CASES]
    assert not any(result.failure or result.broken or result.unrecorded for result in results)
    for case, result in zip(CASES, results, strict=True):
        lost = len(case.items) - len(result.score.pairs)
        assert lost == sum(reason.count for reason in result.grounding.dropped)
        assert all(part.false_positives == 0 for part in result.score.sections)


def test_a_replayed_run_gives_the_same_bytes(folder: Path) -> None:
    """Results of the same recordings do not depend on the hour or on threads."""
    case = CASES[0]
    first = with_model(folder, perfect_model(case, PASSAGES), case)
    again = with_model(folder, perfect_model(case, PASSAGES), case, offline=True)
    assert again.json_text() == first.json_text()
    assert Results.model_validate_json(first.json_text()) == first
    assert first.usage.calls > 3


def test_a_run_says_what_was_run_over_what(folder: Path) -> None:
    """Digests of article, gold, prompts and code, by which a later run tells what changed."""
    case = CASES[0]
    results = with_model(folder, perfect_model(case), case)
    [document] = results.documents
    assert (results.version, results.product) == (2, fingerprint(eval_settings()))
    assert (document.article_sha256, document.gold_sha256) == (case.article.sha256, case.sha256)
    assert results.of(results.documents) == results


def test_a_failed_article_counts_as_an_empty_brief(folder: Path) -> None:
    """All its items are missed, it is named, and the run is not clean."""

    def down(request: Request) -> Mapping[str, Any]:
        raise ModelUnreachable("The endpoint does not answer.")

    case = CASES[0]
    results = with_model(folder, FakeModel(down), case)
    missed = sum(part.false_negatives for part in results.score.sections)
    assert missed == sum(item.must for item in case.items) + len(case.actors)
    assert not results.clean
    assert not results.documents[0].unrecorded
    assert results.documents[0].failure == "The endpoint does not answer."


def test_a_fault_of_the_program_leaves_no_article_out(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An unexpected exception fails its article only; its traceback goes to the log."""

    def broken(article: Article, *, model: Model) -> Brief:
        if article.text == CASES[0].article.text:
            raise KeyError("actors")
        return summarize(article, model=model)

    inner = perfect_model(CASES[1])
    recorded = RecordedModel(inner, inner.name, inner.profile, folder, False)
    first, second = run(CASES[:2], recorded, broken).documents
    assert (first.failure, second.failure) == ("KeyError: 'actors'", "")
    assert caplog.records[0].exc_info is not None


def test_a_swallowed_miss_still_fails_the_article(folder: Path) -> None:
    """A pipeline that makes a gap of every error does not hide a missing recording."""

    def forgiving(article: Article, *, model: Model) -> Brief:
        try:
            return summarize(article, model=model)
        except Exception:
            return summarize(article, model=perfect_model(CASES[0]))

    recorded = RecordedModel(None, "perfect", Profile(), folder, offline=True)
    [document] = run(CASES[:1], recorded, forgiving).documents
    assert "no usable recorded answer" in document.failure
    assert document.unrecorded
    assert document.prediction.items == ()


def test_gaps_and_drops_are_counted(folder: Path) -> None:
    """A passage without an answer is a gap; what grounding drops is told by reason."""
    perfect = perfect_model(CASES[0], PASSAGES)

    def partly(request: Request) -> Mapping[str, Any]:
        if request.purpose == "overview":
            raise AnswerInvalid("no")
        types: dict[str, type[Cast | PassageItems]] = {"cast": Cast, "items": PassageItems}
        answer = perfect.ask(request, types[request.purpose]).value.model_dump(mode="json")
        for item in answer.get("items", []):
            item["what"] += " for 4711 years"
        return dict(answer)

    results = with_model(folder, FakeModel(partly, profile=PASSAGES), CASES[0])
    grounding = results.grounding
    assert (grounding.kept, grounding.gaps) == (0, 1)
    assert grounding.dropped[0].reason == "number_not_found"
    assert "4711" in results.documents[0].dropped[0].what


def test_an_interrupted_run_keeps_its_recordings(folder: Path) -> None:
    """What an interrupted run has paid for is kept."""
    inner = perfect_model(CASES[0])

    def interrupted(article: Article, *, model: Model) -> Brief:
        if article.text != CASES[0].article.text:
            raise KeyboardInterrupt
        return summarize(article, model=model)

    recorded = RecordedModel(inner, inner.name, inner.profile, folder, False)
    with pytest.raises(KeyboardInterrupt):
        run(CASES[:2], recorded, interrupted)
    assert with_model(folder, perfect_model(CASES[0]), CASES[0], offline=True).clean


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"text": "other"}, "its quote does not stand"),
        ({"end": 10**6}, "its quote does not stand"),
        ({"text": "", "end": 0, "start": 0}, "its quote does not stand"),
    ],
)
def test_a_quote_that_does_not_stand_is_a_broken_invariant(
    broken: dict[str, Any], words: str
) -> None:
    """Every quote of items, actors, summary and headline is checked at its offsets."""
    case = CASES[0]
    brief = summarize(case.article, model=perfect_model(case))
    assert broken_invariants(brief, case.article) == ()
    item = brief.claims[0]
    quote: Quote = item.evidence[0].model_copy(update=broken)
    claim = item.model_copy(update={"evidence": (quote,)})
    actor = brief.actors[0].model_copy(update={"evidence": (quote,)})
    summed = brief.summary[0].model_copy(update={"evidence": (quote,)})
    for changes in (
        {"claims": (claim,)},
        {"actors": (actor,)},
        {"summary": (summed,)},
        {"headline_evidence": (quote,)},
    ):
        [problem] = broken_invariants(brief.model_copy(update=changes), case.article)
        assert words in problem


def test_an_item_without_quote_or_another_text_breaks_an_invariant() -> None:
    """Nothing unproven, and nothing proven against a changed text."""
    case = CASES[0]
    brief = summarize(case.article, model=perfect_model(case))
    bare = brief.claims[0].model_copy(update={"evidence": ()})
    [problem] = broken_invariants(brief.model_copy(update={"claims": (bare,)}), case.article)
    assert problem == f"{bare.id} has no quote"
    [problem] = broken_invariants(brief, Article(text=case.article.text + " "))
    assert "not the text that went in" in problem
    wrong = brief.model_copy(update={"headline": 7})
    [problem] = broken_invariants(wrong, case.article)
    assert "does not validate" in problem


def test_a_broken_invariant_is_named_and_the_run_not_clean(folder: Path) -> None:
    """A brief that misquotes is scored and still spoils the run."""

    def misquoting(article: Article, *, model: Model) -> Brief:
        brief = summarize(article, model=model)
        first = brief.claims[0].model_copy(update={"evidence": ()})
        return brief.model_copy(update={"claims": (first, *brief.claims[1:])})

    inner = perfect_model(CASES[0])
    recorded = RecordedModel(inner, inner.name, inner.profile, folder, False)
    results = run(CASES[:1], recorded, misquoting)
    assert not results.clean
    assert results.documents[0].broken == ("claim-1 has no quote",)


def test_cost_is_a_sum_or_unknown() -> None:
    """One answer without a known price makes the sum unknown; no order shows in the sum."""
    parts = [Usage(calls=1, cost_usd=cost) for cost in (0.1, 0.2, 0.3)]
    assert sum_usage(parts) == sum_usage(parts[::-1]) == Usage(calls=3, cost_usd=0.6)
    assert sum_usage([*parts, Usage(calls=1, cost_usd=None)]).cost_usd is None


def test_latency_is_over_the_articles_that_ran() -> None:
    """Median and nearest-rank 95th percentile; a failed article has no time."""
    ran = scored(CASES[0], Prediction()).documents[0]
    timed = [ran.model_copy(update={"seconds": float(n)}) for n in range(1, 21)]
    failed = ran.model_copy(update={"seconds": 99.0, "failure": "down"})
    latency = together([*timed, failed]).latency
    assert (latency.median, latency.p95) == (10.5, 19.0)
    assert together([failed]).latency.median == 0.0


def scored(case: GoldCase, prediction: Prediction) -> Results:
    """Results of one prediction, as if a model had given it."""
    document = DocumentResult(
        name=case.id,
        domain=case.domain,
        article_sha256=case.article.sha256,
        gold_sha256=case.sha256,
        prediction=prediction,
        score=score(case, prediction),
        grounding=Grounding(),
        usage=Usage(),
        seconds=0.0,
    )
    return together([document])


def together(documents: Sequence[DocumentResult]) -> Results:
    """Results of these documents."""
    return results_of(
        documents,
        model="fake",
        profile=Profile(),
        sampling=Sampling(),
        product=fingerprint(Settings()),
        gold_sha256="",
    )


# --- the command line -------------------------------------------------------------------------


def test_offline_run_prints_scores_and_writes_results(
    folder: Path, few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From recordings alone: the table on output, progress on errors, results.json in place."""
    record_perfect_answers(folder, *FEW)
    results = tmp_path / "results"
    where = ("--split", few, "--recordings", folder, "--out", results, *NO_BASELINE)
    arguments = ("--offline", "--model", EMBEDDED, *where)
    code, out, err = command(capsys, "run", *arguments)
    assert code == 0
    assert out.startswith(f"4 articles, model {EMBEDDED}; there is no baseline")
    assert "Lowest strict F1" in out
    assert f"4/4 {FEW[-1].id}" in err
    stored = Results.model_validate_json((results / "results.json").read_text())
    assert stored.clean
    assert {p.name for p in results.iterdir()} == {
        "results.json",
        "report.html",
        "report.md",
        "junit.xml",
    }
    code, out, err = command(capsys, "run", "--quiet", "--json", "-", *arguments)
    assert (code, out, err) == (0, stored.json_text(), "")


def test_only_shows_the_items_of_one_article(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One article, with its file."""
    case = CASES[3]
    record_perfect_answers(folder, case)
    path = tmp_path / "one.json"
    where = ("--recordings", folder, "--json", path, *NO_BASELINE)
    options = ("--offline", "--model", EMBEDDED, *where)
    code, out, _ = command(capsys, "run", "--only", case.id, *options)
    assert code == 0
    assert f"/{case.id}.json" in out
    assert [d["name"] for d in json.loads(path.read_text())["documents"]] == [case.id]


def test_a_missing_recording_is_an_error_and_no_score(
    folder: Path, few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence with the article and the reason; no report, for it would be of no model."""
    record_perfect_answers(folder, *FEW[1:])
    where = ("--split", few, "--recordings", folder, "--out", tmp_path / "out")
    options = ("--offline", "--quiet", "--model", EMBEDDED, *where)
    code, out, err = command(capsys, "run", *options)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: 1 of 4 articles have no recorded answer ({CASES[0].id}). ")
    assert "nothing is recorded for this article" in err
    assert not (tmp_path / "out").exists()


def test_the_markdown_goes_to_the_step_summary_where_ci_names_one(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is added to what stands there."""
    case = CASES[0]
    record_perfect_answers(folder, case)
    step = tmp_path / "step.md"
    step.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    options = ("--offline", "--quiet", "--model", EMBEDDED, "--recordings", folder, *NO_BASELINE)
    code, _, _ = command(capsys, "run", "--only", case.id, *options)
    assert code == 0
    assert step.read_text() == "before\n" + Path(".eval/report.md").read_text()


def test_offline_without_any_recording_is_a_usage_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence names model and folder."""
    code, out, err = command(capsys, "run", "--offline", "--recordings", folder)
    assert (code, out) == (2, "")
    assert err.startswith("error: There are no recorded answers of model")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [("run", "--only", "nobody"), ("run", "--model", "embedded:none"), ("run", "--wrong"), ("go",)],
)
def test_wrong_usage_ends_with_exit_code_two(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown article, model, option and command."""
    code, out, err = command(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_a_hosted_models_recordings_replay_without_a_key(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CI has no key."""
    settings = Settings(model="acme-large")
    with recorded_model(settings, _hosted(folder, settings), offline=True) as recorded:
        assert run(CASES[:1], recorded, product(settings)).clean


def _hosted(folder: Path, settings: Settings) -> Path:
    inner = perfect_model(CASES[0])
    recorded = RecordedModel(inner, settings.model, inner.profile, folder, False)
    run(CASES[:1], recorded, product(settings))
    return folder


def test_a_run_asks_the_configured_model_and_saves(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without recordings the model is asked; the second run needs it no more."""
    case = CASES[0]
    inner = perfect_model(case)
    monkeypatch.setattr(runner, "configured_model", lambda settings: nullcontext(inner))
    for _ in range(2):
        options = ("--recordings", folder, *NO_BASELINE)
        code, _, _ = command(capsys, "run", "--only", case.id, *options)
        assert code == 0
        assert len(inner.requests) == 1


def test_check_is_quiet_about_sound_gold_and_names_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 0 for the shipped gold, 1 and a line a problem for a broken one."""
    code, out, _ = command(capsys, "check")
    assert (code, out) == (0, "Gold is sound: 52 articles.\n")
    (tmp_path / "split.toml").write_text('test = ["lost"]')
    code, out, _ = command(capsys, "check", "--gold", tmp_path, "--split", tmp_path / "split.toml")
    assert code == 1
    assert "lost has no file" in out


def test_prune_drops_what_no_article_uses(
    folder: Path, few: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Articles that left the gold go; an article that does not run keeps all it has."""
    record_perfect_answers(folder, CASES[0], CASES[1])
    kept = prune(CASES[:1], folder)
    assert [(p.model, p.dropped > 0, p.kept_cases) for p in kept] == [(EMBEDDED, True, ())]
    assert prune(CASES[:2], folder) == (
        Pruned(model=EMBEDDED, dropped=0, kept_cases=(CASES[1].id,)),
    )
    [path] = folder.iterdir()
    answered = [r for r in load_tape(path).records if r.purpose != "cast"]
    tape = load_tape(path)
    tape.keep(answered)
    tape.save()
    assert prune(CASES[:1], folder)[0].dropped == 0
    assert len(load_tape(path).records) == len(answered)
    code, out, _ = command(capsys, "prune", "--split", few, "--recordings", folder)
    assert code == 0
    assert out.startswith(f"{EMBEDDED}: 0 dropped; ")
    assert "articles keep what they have" in out


def test_the_module_runs_as_a_command() -> None:
    """`python -m evals check`, as `make check` calls it."""
    done = subprocess.run(
        [sys.executable, "-m", "evals", "check"],
        cwd=ROOT.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "Gold is sound: 52 articles.\n")
