"""The rules reader: sentence by sentence into drafts, then one event for each distinct fact."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from .agreements import read_agreements
from .commitments import read_commitments
from .context import Document, dates_by_sentence
from .dates import bounds
from .draft import AHEAD, Draft, day_of, is_ahead, note_days_of_speaking, old, owner
from .events import TALKS, Event, Evidence
from .expiries import read_expiries
from .grammar import Parsed
from .lexicon import names
from .measures import read_measures
from .occasions import note_scene
from .onsets import read_backdating, read_day, read_onset, share_day
from .parse import parse
from .rulings import read_rulings
from .statements import is_side, read_statements, same_statement
from .talks import read_talks
from .threats import read_threats
from .tokens import Sentence, sentences

_NEAR = 80  # facts kept in mind: a dispatch has fewer, and long texts stay linear


def read_rules(text: str, published: date | None) -> tuple[tuple[Event, ...], date | None]:
    """The events of one dispatch, in the order of the text, and the day it was published.

    `published` None is taken from the dateline, where it has a year; without either, relative
    dates stay unknown.
    """
    document = Document(text, published)
    if published is None and document.dateline is not None:
        document = Document(text, document.dateline)
    parsed = _parse(text, document)
    for p in parsed:
        note_days_of_speaking(p, document)
        _remember(p, document)
    drafts: list[Draft] = []
    for number, p in enumerate(parsed):
        document.sentence = number
        here = _sentence(p, document, drafts[-_NEAR:])
        for draft in here:
            draft.sentence = draft.last = number
        drafts += here
        _remember(p, document)
        _day_told(p, document)
        note_scene(p, document, number, here)
    drafts = _settle(drafts, document)
    events = tuple(_event(draft, document) for draft in drafts)
    return events, document.published


def _parse(text: str, document: Document) -> list[Parsed]:
    cut = []
    for s in sentences(text):
        if s.start < document.body:
            if s.end <= document.body:
                continue
            skip = document.body - s.start
            s = Sentence(document.body, s.text[skip:], s.paragraph)
        cut.append(s)
    parsed = []
    for s, dates in zip(cut, dates_by_sentence(text, [(s.start, s.end) for s in cut]), strict=True):
        p = parse(s, document, dates)
        document.count(
            [
                m
                for m in p.mentions
                if not (m.kind in ("capital", "city") and p.low[m.i - 1] == "in")
            ]
        )
        parsed.append(p)
    return parsed


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


def _day_told(p: Parsed, document: Document) -> None:
    """The day of the sentence's story, from which "a day earlier" in the next is reckoned."""
    for i, _, e in p.dates:
        if not e.anaphoric and p.quoted[i] < 0 and e.rule != "length":
            verb = owner(p, i)
            ahead = verb is not None and (verb.tense in AHEAD or verb.tense == "present")
            document.told = day_of(e.on(document.published, ahead)) or document.told
    for i, _, e in p.dates:
        if e.rule in ("weekday", "day", "rel_day") and p.quoted[i] < 0 and e.text != "today":
            day = day_of(e.on(document.published, False))
            verb = owner(p, i)
            told = e.lead in ("", "on") and verb is not None and verb.tense in ("ing", "participle")
            told = told or (verb is not None and verb.tense in ("past", "perfect", "pluperfect"))
            if day and verb is not None and told:
                document.story_day = day
                if not verb.relative and not old(day.isoformat(), document):
                    document.occasion = day
                return


def _whose(fact: Draft, memory: list[Draft]) -> None:
    """ "That pause is due to expire": of the measure suspended before, else the last measure."""
    measures = [m for m in memory if m.kind.startswith("measure_") and m.actor and m.target]
    paused = [m for m in measures if m.kind == "measure_suspended"]
    for earlier in (*paused[-1:], *measures[-1:]):
        fact.actor, fact.target, fact.instrument = earlier.actor, earlier.target, earlier.instrument
        return


def _remember(p: Parsed, document: Document) -> None:
    """The grammatical subjects of the sentence: whom "he" and "it" will mean in the next."""
    acting = [m for m in p.mentions if p._can_act(m) and p.quoted[m.i] < 0]
    people = [m for m in acting if m.kind == "person"]
    if people:
        document.last_person = people[0]
    bodies = [
        m for m in acting if m.codes and m.kind not in ("person", "official", "demonym", "group")
    ]
    if bodies:
        document.last_body = bodies[0]
    named = [m for m in acting if m.codes]
    if named:
        document.last = named[0].codes


# --- one event for each fact ------------------------------------------------------------------


# Days after which what is told is history; talks are an earlier step already after a week.
_HISTORY, _HISTORY_TALKS = 31, 7


def _settle(drafts: list[Draft], document: Document) -> list[Draft]:
    kept: list[Draft] = []
    for draft in drafts:
        for earlier in kept[-_NEAR:]:
            if _same(earlier, draft):
                _join(earlier, draft, document)
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


def _same(a: Draft, b: Draft) -> bool:
    """Whether two drafts speak of one fact."""
    if a.kind in TALKS or b.kind in TALKS:
        return a.kind in TALKS and b.kind in TALKS and _same_talk(a, b)
    if a.kind == "statement" or b.kind == "statement":
        return a.kind == b.kind and same_statement(a, b)
    if a.actor and b.actor and not (set(a.actor) & set(b.actor)):
        return False
    if a.kind == "agreement" or b.kind == "agreement":
        return (
            a.kind == b.kind
            and (a.actor == b.actor or (b.refers and set(b.actor) < set(a.actor)))
            and _dates_agree(a.date, b.date)
            and (a.status == b.status or b.refers)
        )
    states = {"measure_announced", "measure_in_force"}
    kinds = {a.kind, b.kind}
    if a.kind == "commitment" and b.kind in states and a.rate is None and b.rate is not None:
        return (  # a headline's "agrees to cut its tariff", then to what
            a.sentence == 0 and a.instrument == b.instrument and (a.actor, a.target) ==
            (b.actor, b.target)
        )  # fmt: skip
    if a.kind != b.kind and not kinds <= states:
        return False
    if a.kind == "measure_expired":
        return _dates_agree(a.date, b.date)
    if a.kind == "ruling":
        return _dates_agree(a.date, b.date) and (b.date is None or b.sentence - a.last <= 1)
    if a.certainty != b.certainty and "negated" in (a.certainty, b.certainty):
        return False
    if a.instrument and b.instrument and a.instrument != b.instrument:
        return False
    if None in (a.instrument, b.instrument) and a.instrument != b.instrument and (
        (a.rate is None) != (b.rate is None) and not (a.refers or b.refers)
    ):  # fmt: skip
        return False  # a ban and a duty
    if (
        a.target
        and b.target
        and not set(a.target) & set(b.target)
        and not (a.guessed_target or b.guessed_target)
    ):
        return False
    if a.rate is not None and b.rate is not None and a.rate != b.rate:
        return False
    if not _dates_agree(a.date, b.date) and len(kinds) == 1:
        return False
    if len(kinds) == 2 and a.date and b.date and not _dates_agree(a.date, b.date):
        return False
    if a.scope and b.scope and not _words_agree(a.scope, b.scope):
        return (
            b.refers
            or a.refers
            or (a.rate is not None and a.rate == b.rate and a.sentence == b.sentence)
        )
    if b.refers or a.refers or b.tentative or a.tentative:
        return True
    nothing_new = b.scope is None and b.date is None and b.rate is None and b.announced_on is None
    if nothing_new and len(kinds) == 1 and a.kind.startswith("measure_") and a.actor == b.actor:
        return a.target == b.target and a.instrument == b.instrument
    if a.kind == "commitment":
        return bool(a.scope and b.scope and _words_agree(a.scope, b.scope))
    return (a.rate == b.rate and (a.rate is not None or _words_agree(a.scope, b.scope))) or (
        bool(a.scope and b.scope) and _words_agree(a.scope, b.scope)
    )


def _same_talk(a: Draft, b: Draft) -> bool:
    if a.actor != b.actor:
        return False
    if a.background != b.background and not (a.place and a.place == b.place):
        return False
    if a.status != b.status or (a.certainty == "negated") != (b.certainty == "negated"):
        return False
    if a.place and b.place and a.place != b.place and not _same_place(a.place, b.place):
        return False
    if a.kind != b.kind and not ({a.kind, b.kind} == {"meeting", "summit"} or (
        _overlap(a.date, b.date) or (a.participants and set(a.participants) & set(b.participants))
    )):  # fmt: skip
        return False
    if {a.kind, b.kind} == {"meeting", "summit"} and not (
        set(a.participants) & set(b.participants)
    ):
        return False
    if a.date and b.date:
        return _overlap(a.date, b.date)
    if b.tentative and b.refers:
        return True
    if a.participants and b.participants and not set(a.participants) & set(b.participants):
        return False
    return bool(
        b.tentative
        or a.tentative
        or b.refers
        or (a.participants and b.participants)
        or a.place == b.place
    )


def _same_place(a: str, b: str) -> bool:
    found = []
    for name in (a, b):
        hit = names().match(name.split(), 0)
        found.append(hit[1].code if hit else "")
    return bool(found[0]) and found[0] == found[1]


def _overlap(a: str | None, b: str | None) -> bool:
    x, y = bounds(a), bounds(b)
    return bool(x and y and x[0] <= y[1] and y[0] <= x[1])


def _dates_agree(a: str | None, b: str | None) -> bool:
    return a is None or b is None or _overlap(a, b)


_EMPTY = frozenset(
    [
        "of",
        "the",
        "and",
        "on",
        "some",
        "all",
        "goods",
        "products",
        "imports",
        "worth",
        "about",
        "roughly",
        "a",
        "an",
        "its",
        "their",
        "us",
        "american",
        "chinese",
        "from",
    ]
)


def _words_agree(a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return a is b
    x = {w.rstrip("s") for w in a.lower().split()} - _EMPTY
    y = {w.rstrip("s") for w in b.lower().split()} - _EMPTY
    return bool(x & y) or not x or not y


def _join(a: Draft, b: Draft, document: Document) -> None:
    """Put what `b` knows into `a`; the finer date and the later state stand."""
    a.last = b.sentence
    if a.kind == "commitment" and b.kind.startswith("measure_"):
        a.kind, a.status = b.kind, b.status
    if a.kind == "measure_announced" and b.kind == "measure_in_force" and not b.tentative:
        a.kind, a.status = b.kind, b.status
        if a.date and not b.date and not a.announced_on and not is_ahead(a.date, document):
            a.announced_on, a.date = a.date, None
        if a.date and is_ahead(a.date, document):
            a.kind, a.status = "measure_announced", "announced"
    if a.kind in TALKS and b.kind in TALKS:
        if "summit" in (a.kind, b.kind) and (a.participants or b.participants):
            a.kind = "summit"
        if a.kind == "meeting" and b.kind == "call":
            a.kind = b.kind
        if a.place is None or (b.place and _finer_place(b.place, a.place)):
            a.place = b.place or a.place
        for name in b.participants:
            if name not in a.participants:
                a.participants.append(name)
    if a.tentative and not b.tentative:
        a.kind, a.status = b.kind, b.status
    a.tentative = a.tentative and b.tentative
    if a.date is None or (b.date and _finer_date(b.date, a.date)):
        a.date = b.date or a.date
    a.announced_on = a.announced_on or b.announced_on
    a.rate = b.rate if a.rate is None else a.rate
    a.scope = a.scope or b.scope
    a.instrument = a.instrument or b.instrument
    a.speaker = b.speaker if a.speaker is None or (is_side(a.speaker) and b.speaker) else a.speaker
    if a.kind == "statement" and a.stance == "neutral":
        a.stance = b.stance
    if a.guessed_target and not b.guessed_target and b.target:
        a.target, a.guessed_target = b.target, False
    if not a.background:
        a.background = False
    if (
        a.certainty in ("reported", "hypothetical")
        and b.certainty == "stated"
        and a.kind not in ("threat",)
    ):
        a.certainty = "stated"
    for span in b.spans:
        if len(a.spans) < 2 and span not in a.spans:
            a.spans.append(span)


def _finer_place(b: str, a: str) -> bool:
    hit, has = names().match(b.split(), 0), names().match(a.split(), 0)
    return bool(hit and has and has[1].kind == "country" and hit[1].kind in ("city", "capital"))


def _finer_date(b: str, a: str) -> bool:
    x, y = bounds(b), bounds(a)
    if not x or not y:
        return False
    return y[0] <= x[0] and x[1] <= y[1] and (x[1] - x[0]) < (y[1] - y[0])


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
