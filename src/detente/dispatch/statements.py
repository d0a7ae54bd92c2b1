"""Statements: which acts of speech take an attitude, and of what kind."""

from __future__ import annotations

import re
from datetime import date

from .addressee import about_nobody, target_of
from .attitude import score, verb_signs
from .context import Document
from .draft import Draft, day_of, evidence, old, owner
from .grammar import Parsed, VerbGroup
from .predicates import AVERTING
from .speech import Utterance, speech_words, utterances
from .threats import threatens


def read_statements(
    p: Parsed, d: Document, facts: list[Draft], memory: list[Draft]
) -> list[Draft]:
    """The statements of one sentence; `facts` are its other events, `memory` those before."""
    found: list[Draft] = []
    for u in utterances(p, d):
        if any(f.kind == "threat" and f.speaker == u.speaker.name for f in facts):
            continue
        draft = _statement(p, d, u, facts, memory)
        if draft is not None:
            found.append(draft)
    return found


def _statement(
    p: Parsed, d: Document, u: Utterance, facts: list[Draft], memory: list[Draft]
) -> Draft | None:
    stance = _stance(p, u, facts)
    threat = u.verb is not None and threatens(p, d, u)
    if stance is None and not threat:
        return None
    draft = Draft("statement", u.speaker.codes[:1], speaker=u.speaker.name, stance=stance)
    if u.speaker.kind == "group":
        draft.actor = u.speaker.codes
    if threat:
        draft.kind, draft.status, draft.stance = "threat", "threatened", "escalatory"
        if p.measures and p.measures[0].what == "tariff":
            draft.instrument = "tariff"
    draft.target = target_of(p, d, u, draft.stance or "", memory)
    _date(p, d, u, draft)
    if draft.kind == "threat":
        _withdrawn(p, d, draft, u.verb)
    draft.spans = _spans(p, u)
    return draft


def _stance(p: Parsed, u: Utterance, facts: list[Draft]) -> str | None:
    """The attitude of the words; None where they take none or only announce another event."""
    g, lemma, signs = u.verb, u.lemma, verb_signs()
    spoken = [k for k in range(u.i, u.j) if not u.speaker.i <= k < u.speaker.j]
    total = score([p.low[k] for k in spoken if not (g and k == g.v)])
    if g is not None and not g.negated:
        total += 3 * signs.get(lemma, 0)
    quotation = sum(p.quoted[k] >= 0 and p.low[k].isalpha() for k in range(u.i, u.j))
    weak = abs(total) < 2
    stance = "conciliatory" if total >= 2 else "escalatory" if total <= -2 else "neutral"
    if lemma in ("urge", "call on", "exhort", "implore", "press") and total > -2:
        stance = "escalatory" if total <= 0 else "conciliatory"
    told = [
        f for f in facts
        if f.kind != "statement"
        and any(a < p.at[u.j - 1][1] and b > p.at[u.i][0] for a, b in f.spans)
    ]  # fmt: skip
    if lemma in speech_words("only_quoted") and quotation < 3:
        return None
    if quotation >= (2 if weak else 1):
        return None if stance == "neutral" and told else stance
    if lemma not in signs:
        nobody = about_nobody(set(p.low[u.i : u.j])) and {"not", "n't", "no"} & set(
            p.low[u.i : u.j]
        )
        return None if told or (weak and not nobody) else stance
    if lemma in ("insist", "urge", "call on"):
        return stance
    if lemma == "call" and (
        p.low[g.j : g.j + 1] in (["a"], ["an"])  # "called a rally"
        or any(g.j <= t.i < u.j for t in p.talks)
    ):
        return None
    if lemma in ("reject", "dismiss") and any(f.kind == "ruling" for f in facts):
        return None
    return None if weak or (stance == "neutral" and told) else stance


def _date(p: Parsed, d: Document, u: Utterance, draft: Draft) -> None:
    """The day the words were said: told here, remembered of the speaker, or of the occasion."""
    for i, _, e in p.dates:
        if p.quoted[i] >= 0 or u.verb is None or owner(p, i) is not u.verb:
            continue
        if e.rule in ("length", "year", "part"):
            continue
        value = e.on(d.published, False)
        if value and len(value) == 10:
            draft.date = value
            day = day_of(value)
            if day:
                d.said[u.speaker.name] = day
    if draft.date is None and draft.kind == "statement":
        day = d.said.get(u.speaker.name) or _occasion(p, d)
        draft.date = day.isoformat() if day else None


_OCCASION = re.compile(
    r"\b(?:at (?:the|a) (?:\w+ )?(?:ceremony|news conference|press conference|signing|summit)|"
    r"in a joint statement|after the (?:call|meeting|talks|summit|ceremony))\b"
)


def _occasion(p: Parsed, d: Document) -> date | None:
    """The day of what the words were said at ("at the ceremony"), told here or just before."""
    if not _OCCASION.search(" ".join(p.low)):
        return None
    for i, _, e in p.dates:
        verb = owner(p, i)
        if verb is not None and verb.tense == "past" and e.rule in ("weekday", "day"):
            return day_of(e.on(d.published, False))
    day = d.story_day
    return day if day and not old(day.isoformat(), d) else None


def _withdrawn(p: Parsed, d: Document, draft: Draft, g: VerbGroup | None) -> None:
    """ "averts the tariffs that X had threatened to impose from Monday": with day and rate."""
    if g is None or g.tense != "pluperfect" or not AVERTING & set(p.low):
        return
    draft.status, draft.stance = "withdrawn", "conciliatory"
    rates = [x for x in p.percents if 0 < g.i - x.j <= 8]
    if rates:
        draft.rate, draft.instrument = rates[-1].value, "tariff"
    for i, _, e in p.dates:
        if i > g.v and e.lead in ("from", "on", ""):
            draft.date = draft.date or e.on(d.published, True)


def _spans(p: Parsed, u: Utterance) -> list[tuple[int, int]]:
    """The first run of quoted words with the verb, else the whole clause."""
    inside = [k for k in range(u.i, u.j) if p.quoted[k] >= 0]
    if inside and u.verb is not None:
        end = inside[0] + 1
        while end < u.j and p.quoted[end] >= 0:
            end += 1
        spans = [evidence(p, inside[0], end)]
        g = u.verb
        if not inside[0] <= g.v < end:
            first = min(g.i, u.speaker.i) if u.speaker in p.mentions else g.i
            spans.append(evidence(p, first, g.j))
        return spans
    end = u.j
    while end > u.i + 1 and p.low[end - 1] in (".", ","):
        end -= 1
    return [evidence(p, u.i, end)]
