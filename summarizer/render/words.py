"""The words of a brief that every format uses: titles, tags, reasons, counts; pure.

Nothing here escapes or lays out. Free text of article or model is cleaned for display.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from summarizer.models import (
    Action,
    AnyItem,
    Claim,
    Dropped,
    DropReason,
    Frozen,
    Gap,
    ItemType,
    Provenance,
    Threat,
    Usage,
)
from summarizer.render.text import one_line, typed

TITLES: dict[ItemType, str] = {
    "claim": "Claims",
    "threat": "Threats",
    "action": "Actions",
    "agreement": "Agreements",
}

REASONS: dict[DropReason, str] = {
    DropReason.NO_EVIDENCE: "no sentence was cited",
    DropReason.BAD_SENTENCE: "a cited sentence does not exist",
    DropReason.NUMBER_NOT_FOUND: "a number, date or amount is not in the cited sentences",
    DropReason.QUOTE_NOT_FOUND: "quoted words are not in the cited sentences",
    DropReason.NAME_NOT_FOUND: "a name is not in the cited sentences",
    DropReason.ACTOR_NOT_FOUND: "an actor is not in the cast",
    DropReason.ACTOR_NOT_IN_EVIDENCE: "an actor does not appear in the cited sentences",
    DropReason.NOT_IN_ARTICLE: "not in the article",
    DropReason.REPEATED: "repeats an item already kept",
    DropReason.EMPTY: "empty",
    DropReason.UNSAFE_TEXT: "holds control or hidden characters",
}

STAGES = {
    "cast": "who is in it",
    "items": "what is said and done",
    "overview": "headline and summary",
}

REPLACED_MARK = "†"
CONTEXT_NOTE = "named here"
REPLACED_NOTE = "† The article’s own sentence; the model’s could not be proven."
ARROW = "→"

# A condition that begins with one of these reads by itself; any other is introduced.
_CONDITIONAL = {"if", "unless", "until", "should", "when", "once", "without", "as", "provided"}
# Left out for another reason than a missing proof.
_PROVEN_OR_EMPTY = {DropReason.REPEATED, DropReason.EMPTY}


class Tag(Frozen):
    """A small remark at an item; `kind` says which of its fields it comes from."""

    kind: Literal["sort", "status", "condition", "source"]
    text: str


class ReasonCount(Frozen):
    """How many things were left out for one reason, in plain words."""

    words: str
    count: int


def counted(number: int, one: str, many: str = "") -> str:
    """As in "1 claim", "2 claims", "1,200 claims"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ranges(numbers: Iterable[int]) -> str:
    """Sentence numbers in order, runs of three and more drawn together: "1-3, 7, 8"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    return f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run))


def sentence_words(numbers: Sequence[int]) -> str:
    """As in "sentence 3", "sentences 1-3, 7", or "no sentence"."""
    if not numbers:
        return "no sentence"
    return f"{'sentence' if len(set(numbers)) == 1 else 'sentences'} {ranges(numbers)}"


def tags(item: AnyItem) -> tuple[Tag, ...]:
    """The remarks at an item: its sort, its status unless it happened, condition, source."""
    found = [Tag(kind="sort", text=_sort(item)), Tag(kind="status", text=_status(item))]
    if isinstance(item, Threat):
        found.append(Tag(kind="condition", text=_condition(item.condition)))
    if item.reported_by:
        names = ", ".join(one_line(name) for name in item.reported_by)
        found.append(Tag(kind="source", text=f"reported by {names}"))
    return tuple(tag for tag in found if tag.text)


def _sort(item: AnyItem) -> str:
    """Act, mode or event; "" for "other", which tells nobody anything."""
    if isinstance(item, Claim):
        return item.act
    if isinstance(item, Threat):
        return "" if item.mode == "other" else item.mode
    if isinstance(item, Action):
        return "" if item.event == "OTHER" else typed(item.event)
    return ""


def _status(item: AnyItem) -> str:
    return "" if item.status == "happened" else typed(item.status)


def _condition(text: str) -> str:
    clean = one_line(text)
    if not clean or clean.split()[0].lower() in _CONDITIONAL:
        return clean
    return f"condition: {clean}"


def parties(who: Sequence[str], whom: Sequence[str]) -> str:
    """As in "A, B → C"; without doers "unnamed → C", without either ""."""
    if not who and not whom:
        return ""
    doers = ", ".join(who) or "unnamed"
    return f"{doers} {ARROW} {', '.join(whom)}" if whom else doers


def empty_sections(missing: Sequence[ItemType]) -> str:
    """As in "No threats, no agreements.", or "" where every section has an item."""
    words = ", ".join(f"no {TITLES[kind].lower()}" for kind in missing)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def left_out_title(dropped: Sequence[Dropped]) -> str:
    """As in "Left out: 3 items that could not be proven, 1 repeat"."""
    if not dropped:
        return "Nothing was left out."
    reasons = Counter(one.reason for one in dropped)
    unproven = sum(n for reason, n in reasons.items() if reason not in _PROVEN_OR_EMPTY)
    words = [
        f"{counted(unproven, 'item')} that could not be proven" if unproven else "",
        counted(reasons[DropReason.REPEATED], "repeat") if reasons[DropReason.REPEATED] else "",
        f"{reasons[DropReason.EMPTY]} empty" if reasons[DropReason.EMPTY] else "",
    ]
    return f"Left out: {', '.join(word for word in words if word)}"


def reason_counts(dropped: Sequence[Dropped]) -> tuple[ReasonCount, ...]:
    """The reasons in plain words, the most frequent first."""
    found = Counter(one.reason for one in dropped)
    ordered = sorted(found, key=lambda reason: (-found[reason], REASONS[reason]))
    return tuple(ReasonCount(words=REASONS[reason], count=found[reason]) for reason in ordered)


def gap_words(gap: Gap) -> str:
    """What is missing, where, and why, in one sentence."""
    reason = one_line(gap.reason).rstrip(".") or "no reason was given"
    place = sentence_words(gap.sentences) if gap.sentences else "the whole article"
    return f"No usable answer on {STAGES[gap.stage]} for {place}: {reason}."


def broken_words(broken: int) -> str:
    """The warning about quotes that do not stand in the article, or ""."""
    if not broken:
        return ""
    verb = "does" if broken == 1 else "do"
    return (
        f"Warning: {counted(broken, 'quote')} {verb} not stand in the article at the given "
        "place; run “summarizer verify” on this brief."
    )


def provenance_words(made: Provenance) -> tuple[str, ...]:
    """Model, calls, tokens, cost and time, each a short phrase."""
    usage = made.usage
    calls = counted(usage.calls, "call")
    if usage.cached_answers:
        calls += f" ({counted(usage.cached_answers, 'answer')} from the cache)"
    cached = f" ({usage.cached_input_tokens:,} cached)" if usage.cached_input_tokens else ""
    tokens = f"{usage.input_tokens:,} tokens in{cached}, {usage.output_tokens:,} out"
    return f"Made by {one_line(made.model)}", calls, tokens, _cost(usage), _seconds(made.latency_s)


def _cost(usage: Usage) -> str:
    cost = usage.cost_usd
    if cost is None:
        return "price unknown"
    if 0 < cost < 0.0001:
        return "less than $0.0001"
    if cost == 0:
        return "$0"
    return f"${cost:,.2f}" if cost >= 1 else f"${cost:.4f}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:,.0f} s"
