"""Briefs made by hand for the tests of rendering; every offset is computed from the article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from summarizer.models import (
    Action,
    Actor,
    Agreement,
    Article,
    Brief,
    Claim,
    Dropped,
    DropReason,
    Gap,
    Provenance,
    Quote,
    SummarySentence,
    Threat,
    Usage,
)

PARAGRAPHS: tuple[tuple[str, ...], ...] = (
    (
        "LINDHAVEN, March 3 – Dock workers shut all 14 berths of Lindhaven harbour on Tuesday "
        "after talks with the port authority collapsed.",
        "“Nobody will unload a single crate until the night bonus is back,” said Layla Haddad "
        "(ليلى حداد), who leads the Free Dockers’ Union.",
    ),
    (
        "Port director Tomas Wrede accused the union of sabotaging two cranes on pier 7, "
        "according to Radio Delta.",
        "Haddad denied it.",
        "“Mr. Wrede should look for rust, not for culprits,” she said, and the union posted a "
        "photograph of the corroded cranes with the words “see for yourself 🏗️”.",
    ),
    (
        "Mayor Ines Calloway said she would send the harbour police to clear the gates unless "
        "the pickets leave by Friday at noon.",
        "She ordered 120 officers to the eastern gate on Tuesday night.",
        "“If one baton is raised, every port on this coast stops,” Haddad told reporters.",
    ),
    (
        "The shipping company Norrvik Lines diverted three freighters to Port Amsel and put its "
        "losses at 2.4 million euros a day.",
        "The regional arbitration court rejected the authority’s request for an injunction.",
        "Both sides nevertheless agreed to meet the state mediator, Judge Piet Oduya, on Thursday.",
    ),
    (
        "The harbour, the third largest on the coast, handles a fifth of the region’s grain.",
        "Its last strike, in 2009, lasted eleven days.",
    ),
)
SENTENCES = tuple(sentence for paragraph in PARAGRAPHS for sentence in paragraph)
TEXT = "\n\n".join(" ".join(paragraph) for paragraph in PARAGRAPHS)

HADDAD, UNION, DOCKERS = "Layla Haddad", "Free Dockers’ Union", "dock workers"
WREDE, AUTHORITY = "Tomas Wrede", "port authority"
CALLOWAY, POLICE = "Ines Calloway", "harbour police"
NORRVIK, COURT = "Norrvik Lines", "regional arbitration court"
ODUYA, RADIO = "Piet Oduya", "Radio Delta"


def make_article(**changes: Any) -> Article:
    """The harbour article, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "text": TEXT,
        "title": "Harbour talks collapse in Lindhaven",
        "outlet": "The Coast Courier",
        "url": "https://www.coast-courier.example/2026/03/harbour-talks?ref=front&lang=en",
        "date": "2026-03-03",
    }
    return Article(**(fields | changes))


def quote(number: int) -> Quote:
    """Sentence `number` (from 1) of the harbour article as evidence."""
    text = SENTENCES[number - 1]
    start = TEXT.index(text)
    return Quote(sentence=number, start=start, end=start + len(text), text=text)


def proof(*numbers: int) -> dict[str, Any]:
    """The fields `sentences` and `evidence` of an item."""
    return {"sentences": numbers, "evidence": tuple(map(quote, numbers))}


def parties(who: Sequence[str], whom: Sequence[str] = (), by: Sequence[str] = ()) -> dict[str, Any]:
    """The fields `who`, `whom` and `reported_by` of an item."""
    return {"who": tuple(who), "whom": tuple(whom), "reported_by": tuple(by)}


def make_claim(**changes: Any) -> Claim:
    """Wrede's accusation, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "id": "claim-2",
        "what": "the Free Dockers’ Union sabotaged two cranes on pier 7",
        "status": "alleged",
        "act": "accuses",
    }
    return Claim(**(fields | proof(3) | parties([WREDE], [UNION], [RADIO]) | changes))


def _claims() -> tuple[Claim, ...]:
    return (
        Claim(
            id="claim-1",
            what="no crate will be unloaded until the night bonus is back",
            status="happened",
            act="demands",
            **proof(2),
            **parties([HADDAD], [AUTHORITY]),
        ),
        make_claim(),
        Claim(
            id="claim-3",
            what="the union did not sabotage the cranes, which are corroded",
            status="happened",
            act="denies",
            **proof(4, 5),
            **parties([HADDAD], [WREDE]),
        ),
        Claim(
            id="claim-4",
            what="its losses are 2.4 million euros a day",
            status="happened",
            act="says",
            **proof(9),
            **parties([NORRVIK]),
        ),
    )


def _threats() -> tuple[Threat, ...]:
    return (
        Threat(
            id="threat-1",
            what="send the harbour police to clear the harbour gates",
            status="conditional",
            condition="unless the pickets leave by Friday at noon",
            mode="restrict",
            **proof(6),
            **parties([CALLOWAY], [DOCKERS]),
        ),
        Threat(
            id="threat-2",
            what="stop every port on this coast",
            status="conditional",
            condition="if one baton is raised",
            mode="strike",
            **proof(7, 8),
            **parties([HADDAD], [CALLOWAY]),
        ),
    )


def _actions() -> tuple[Action, ...]:
    return (
        Action(
            id="action-1",
            what="shut all 14 berths of Lindhaven harbour on Tuesday",
            status="ongoing",
            event="PROTEST",
            **proof(1),
            **parties([DOCKERS], [AUTHORITY]),
        ),
        Action(
            id="action-2",
            what="ordered 120 officers to the eastern gate on Tuesday night",
            status="happened",
            event="MOBILIZE",
            **proof(7),
            **parties([CALLOWAY], [POLICE]),
        ),
        Action(
            id="action-3",
            what="diverted three freighters to Port Amsel",
            status="happened",
            event="OTHER",
            **proof(9),
            **parties([NORRVIK]),
        ),
        Action(
            id="action-4",
            what="rejected the authority’s request for an injunction",
            status="happened",
            event="REJECT",
            **proof(10),
            **parties([COURT], [AUTHORITY]),
        ),
    )


def make_agreement(**changes: Any) -> Agreement:
    """What both sides agree on, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "id": "agreement-1",
        "what": "to meet the state mediator, Judge Piet Oduya, on Thursday",
        "status": "agreed",
    }
    return Agreement(**(fields | proof(11) | parties([UNION, AUTHORITY]) | changes))


def make_actor(name: str, kind: Any, role: str, aliases: Sequence[str], first: int) -> Actor:
    """An actor first named in sentence `first`."""
    return Actor(name=name, kind=kind, role=role, aliases=tuple(aliases), evidence=(quote(first),))


def _actors() -> tuple[Actor, ...]:
    return (
        make_actor(DOCKERS, "group", "", ["the pickets"], 1),
        make_actor(AUTHORITY, "government", "", ["the authority"], 1),
        make_actor(
            HADDAD, "person", "leader of the Free Dockers’ Union", ["Haddad", "ليلى حداد"], 2
        ),
        make_actor(UNION, "organization", "", ["the union"], 2),
        make_actor(WREDE, "person", "port director", ["Wrede"], 3),
        make_actor(RADIO, "media", "", [], 3),
        make_actor(CALLOWAY, "person", "mayor", ["Calloway"], 6),
        make_actor(POLICE, "government", "", ["120 officers"], 6),
        make_actor(NORRVIK, "company", "shipping company", [], 9),
        make_actor(COURT, "government", "", [], 10),
        make_actor(ODUYA, "person", "state mediator", ["Judge Piet Oduya"], 11),
    )


def _summary() -> tuple[SummarySentence, ...]:
    return (
        SummarySentence(
            text="Dock workers have shut Lindhaven harbour over a cut night bonus after talks "
            "with the port authority collapsed.",
            evidence=(quote(1), quote(2)),
        ),
        SummarySentence(text=SENTENCES[5], evidence=(quote(6),), replaced=True),
        SummarySentence(
            text="The union and the authority will nevertheless meet a state mediator on Thursday.",
            evidence=(quote(11),),
        ),
    )


def make_dropped(reason: DropReason, **changes: Any) -> Dropped:
    """Something left out for `reason`, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "section": "claim",
        "what": "the strike costs the region 40 million euros",
        "sentences": (9,),
        "reason": reason,
        "detail": "“40” does not stand in sentence 9.",
    }
    return Dropped(**(fields | changes))


def _dropped() -> tuple[Dropped, ...]:
    return (
        make_dropped(DropReason.NUMBER_NOT_FOUND),
        make_dropped(
            DropReason.NUMBER_NOT_FOUND,
            section="action",
            what="sent 200 officers to the western gate",
            sentences=(7,),
            detail="“200” does not stand in sentence 7.",
        ),
        make_dropped(
            DropReason.ACTOR_NOT_IN_EVIDENCE,
            section="threat",
            what="seize the grain in the silos",
            sentences=(12,),
            detail="“Ines Calloway” stands neither in sentence 12 nor in the one before.",
        ),
        make_dropped(
            DropReason.REPEATED,
            section="action",
            what="closed the harbour",
            sentences=(1,),
            detail="It repeats “shut all 14 berths of Lindhaven harbour on Tuesday”.",
        ),
    )


def make_provenance(**changes: Any) -> Provenance:
    """What made the brief, with `changes` of its fields."""
    usage = Usage(
        calls=7,
        cached_answers=2,
        input_tokens=18_240,
        cached_input_tokens=6_144,
        output_tokens=1_302,
        cost_usd=0.0,
    )
    fields: dict[str, Any] = {
        "model": "embedded:small-instruct",
        "prompt_sha256": "5f" * 32,
        "schema_version": "1",
        "article_sha256": make_article().sha256,
        "usage": usage,
        "latency_s": 41.3,
        "created_at": datetime(2026, 3, 4, 6, 30, tzinfo=UTC),
    }
    return Provenance(**(fields | changes))


def make_brief(**changes: Any) -> Brief:
    """The brief of the harbour article, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "article": make_article(),
        "headline": "Dockers shut Lindhaven harbour as mayor threatens to clear the gates",
        "headline_evidence": (quote(1), quote(6)),
        "summary": _summary(),
        "actors": _actors(),
        "claims": _claims(),
        "threats": _threats(),
        "actions": _actions(),
        "agreements": (make_agreement(),),
        "dropped": _dropped(),
        "gaps": (Gap(stage="items", sentences=(12, 13), reason="the answer was cut off"),),
        "provenance": make_provenance(),
    }
    return Brief(**(fields | changes))


def make_hostile_brief(text: str) -> Brief:
    """A brief in which `text` stands in every free field of article and model."""
    proof = (Quote(sentence=1, start=0, end=len(text), text=text),)
    item: dict[str, Any] = {
        "id": text,
        "sentences": (1,),
        "evidence": proof,
        "what": text,
        **parties([text], [text], [text]),
    }
    return Brief(
        article=Article(
            text=text, title=text, outlet=text, url=text, date=text, language=text, source=text
        ),
        headline=text,
        headline_evidence=proof,
        summary=(SummarySentence(text=text, evidence=proof, replaced=True),),
        actors=(Actor(name=text, kind="person", role=text, aliases=(text,), evidence=proof),),
        claims=(Claim(status="alleged", act="accuses", **item),),
        threats=(Threat(status="conditional", condition=text, mode="legal", **item),),
        actions=(Action(status="planned", event="ASSAULT", **item),),
        agreements=(Agreement(status="in_force", **(item | {"who": (text, f"{text}2")})),),
        dropped=(make_dropped(DropReason.UNSAFE_TEXT, what=text, detail=text),),
        gaps=(Gap(stage="cast", sentences=(1,), reason=text),),
        provenance=make_provenance(model=text, prompt_sha256=text, article_sha256=text),
    )


def make_long_brief(sentences: int = 120) -> Brief:
    """A brief of a long article, one claim for its first sentence and one for its last."""
    lines = [f"Sentence number {n} of the long article says something." for n in range(sentences)]
    text = "\n".join(lines)

    def evidence(number: int) -> tuple[Quote, ...]:
        start = text.index(lines[number - 1])
        line = lines[number - 1]
        return (Quote(sentence=number, start=start, end=start + len(line), text=line),)

    claims = tuple(
        make_claim(what=f"sentence {n} says something", sentences=(n,), evidence=evidence(n))
        for n in (1, sentences)
    )
    return make_brief(
        article=make_article(text=text),
        headline_evidence=(),
        summary=(),
        actors=(),
        claims=claims,
        threats=(),
        actions=(),
        agreements=(),
    )


def make_crowded_brief(actors: int) -> Brief:
    """A brief of `actors` actors with long names, each accusing the next two."""
    names = [f"Committee number {n} for Extraordinarily Long Names" for n in range(actors)]
    pairs = [(n, (n + step) % actors) for n in range(actors) for step in (1, 2)]
    claims = tuple(
        make_claim(id=f"claim-{k}", **parties([names[a]], [names[b]]))
        for k, (a, b) in enumerate(pairs)
    )
    cast = tuple(make_actor(name, "group", "", [], 3) for name in names)
    return make_brief(actors=cast, claims=claims, threats=(), actions=(), agreements=())
