"""The rules reader: sentence by sentence into drafts, then one event for each distinct fact."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from .agreements import read_agreements
from .commitments import read_commitments
from .context import Document
from .draft import Draft, is_ahead, old
from .events import TALKS, Event, Evidence
from .expiries import read_expiries
from .grammar import Parsed
from .measures import read_measures
from .occasions import note_scene
from .onsets import read_backdating, read_day, read_onset, share_day
from .rulings import read_rulings
from .settle import join, same
from .statements import read_statements
from .story import day_told, read_sentences, remember
from .talks import read_talks
from .threats import read_threats

_NEAR = 80  # facts kept in mind: a dispatch has fewer, and long texts stay linear


def read_rules(text: str, published: date | None) -> tuple[tuple[Event, ...], date | None]:
    """The events of one dispatch, in the order of the text, and the day it was published.

    `published` None is taken from the dateline, where it has a year; without either, relative
    dates stay unknown.
    """
    parsed, document = read_sentences(text, published)
    drafts: list[Draft] = []
    for number, p in enumerate(parsed):
        document.read_on(p.mentions)
        document.sentence = number
        here = _sentence(p, document, drafts[-_NEAR:])
        for draft in here:
            draft.sentence = draft.last = number
        drafts += here
        remember(p, document)
        day_told(p, document)
        note_scene(p, document, number, here)
    return tuple(_event(d, document) for d in _settle(drafts, document)), document.published


def _sentence(p: Parsed, document: Document, memory: list[Draft]) -> list[Draft]:
    facts = [
        *read_measures(p, document, memory),
        *read_agreements(p, document),
        *read_expiries(p, document),
        *read_commitments(p, document, memory),
        *read_rulings(p, document, memory),
        *read_talks(p, document),
    ]
    if any(f.kind == "measure_expired" and f.instrument == "agreement" for f in facts):
        # "the truce under which they trimmed tariffs runs out": the truce does, not the tariffs
        facts = [f for f in facts if f.kind != "measure_expired" or f.instrument == "agreement"]
    _deny(p, facts)
    facts += read_threats(p, document, facts, memory)
    ends = [fact.spans[0][0] for fact in facts if fact.kind == "measure_expired"]
    for fact in facts:
        paused = [f for f in facts if f.kind == "measure_suspended" and f.actor and f.target]
        if fact.kind == "measure_expired" and not fact.actor and paused:
            fact.actor, fact.target = paused[0].actor, paused[0].target
            fact.instrument = paused[0].instrument
    if ends:  # "the suspension of duties ... expired": no new suspension
        facts = [f for f in facts if f.kind != "measure_suspended" or f.spans[0][1] <= min(ends)]
    for fact in facts:
        if fact.kind == "measure_expired" and not fact.actor:
            _whose(fact, [*memory, *facts])
        if fact.kind.startswith(("measure_", "ruling")) and fact.target == ("WLD",):
            document.broad.update(dict.fromkeys(fact.actor, True))
    _same_day(p, document, facts)
    share_day(p, document, facts)
    read_onset(p, document, memory, facts)
    read_backdating(p, document, memory, facts)
    read_day(p, document, memory, facts)
    facts += read_statements(p, document, facts, memory)
    return [fact for fact in facts if fact.kind and (fact.actor or fact.kind == "ruling")]


_SAME_DAY = re.compile(r"\b(?:the same day|that (?:day|morning|afternoon|evening|night))\b")


def _same_day(p: Parsed, document: Document, facts: list[Draft]) -> None:
    """ "They met that morning", "on the same day": the day told of last."""
    if document.story_day and _SAME_DAY.search(" ".join(p.low)):
        for fact in facts:
            if fact.date is None and fact.status in ("held", "in_force", "suspended", "revoked"):
                fact.date = document.story_day.isoformat()


def _deny(p: Parsed, facts: list[Draft]) -> None:
    """ "She denied that Taipei had agreed to ...": what follows is denied."""
    for g in p.groups:
        if g.verb.lemma == "deny" and not g.negated and not g.passive and p.quoted[g.v] < 0:
            for fact in facts:
                if fact.spans and fact.spans[0][0] > p.at[g.v][0]:
                    fact.certainty = "negated"
                    if fact.kind in TALKS and "had" in p.low[g.j :]:
                        fact.status = "held"


def _whose(fact: Draft, memory: list[Draft]) -> None:
    """ "That pause is due to expire": of the measure suspended before, else the last measure."""
    measures = [m for m in memory if m.kind.startswith("measure_") and m.actor and m.target]
    paused = [m for m in measures if m.kind == "measure_suspended"]
    for earlier in (*paused[-1:], *measures[-1:]):
        fact.actor, fact.target, fact.instrument = earlier.actor, earlier.target, earlier.instrument
        return


# --- one event for each fact ------------------------------------------------------------------


# Days after which what is told is history; talks are an earlier step already after a week.
_HISTORY, _HISTORY_TALKS = 31, 7


def _settle(drafts: list[Draft], document: Document) -> list[Draft]:
    kept: list[Draft] = []
    for draft in drafts:
        for earlier in kept[-_NEAR:]:
            if same(earlier, draft):
                join(earlier, draft, document)
                break
        else:
            kept.append(draft)
    kept = [draft for draft in kept if not draft.tentative]
    for draft in kept:
        when = draft.date if draft.kind != "measure_suspended" else (draft.date or "").split("/")[0]
        if when == "..":
            when = None
        told = draft.announced_on if draft.kind in ("measure_announced", "threat") else None
        if not is_ahead(when, document) and (
            old(when, document, _HISTORY_TALKS if draft.kind in TALKS else _HISTORY)
            or (told and old(told, document) and not is_ahead(draft.date, document))
        ):
            draft.background = True
        if is_ahead(draft.date, document) and draft.kind not in ("measure_suspended",):
            draft.background = False
    return kept


def _event(draft: Draft, document: Document) -> Event:
    spans = tuple(Evidence(a, b, document.text[a:b]) for a, b in draft.spans)
    scope = draft.scope.strip(' .,;:”"') if draft.scope else None
    event = Event(
        draft.kind, tuple(sorted(draft.actor)), tuple(sorted(draft.target)), draft.instrument,
        draft.rate, scope, draft.date, draft.announced_on, draft.place,
        tuple(draft.participants), draft.status, draft.speaker, draft.stance, draft.certainty,
        "background" if draft.background else "main", spans,
    )  # fmt: skip
    if event.kind == "ruling":
        event = replace(event, status=None)
    return event
