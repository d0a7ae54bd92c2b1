"""Threats that came to nothing: averted by a deal, dropped, renounced."""

from __future__ import annotations

from functools import cache

from .addressee import faced
from .context import Document
from .draft import Draft, evidence, subject
from .grammar import Head, Parsed, VerbGroup
from .lexicon import yaml_data
from .phrases import targets_of


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(yaml_data("threats.yaml")[name])


def read_averted(p: Parsed, d: Document, facts: list[Draft], memory: list[Draft]) -> list[Draft]:
    """ "The deal averts a 25% duty", "renounced the tariffs with which he had threatened"."""
    for g in p.groups:
        if g.negated or p.quoted[g.v] >= 0 or g.tense in ("may", "should"):
            continue
        sure = g.verb.lemma in _words("averting")
        if not sure and g.verb.lemma not in _words("giving_up"):
            continue
        i, j = (max(0, g.i - 14), g.i)
        if not g.passive:
            i, j = g.j, min(p.clause_end(g.j), g.j + 14)
        heads = [
            h for h in p.measures
            if i <= h.i < j and h.what in _HELD_OUT and not h.text.lower().startswith("licen")
        ]  # fmt: skip
        if not heads or not (sure or _words("only_threatened") & set(p.low[i:j])):
            continue
        start, end = evidence(p, i, j)
        told = [f for f in facts if any(a < end and start < b for a, b in f.spans)]
        for fact in told:
            if fact.kind in ("measure_in_force", "measure_announced", "threat") and fact.actor:
                fact.kind, fact.status, fact.stance = "threat", "withdrawn", "conciliatory"
        if told:
            return []
        draft = _draft(p, d, g, heads[0], j, memory)
        return [draft] if draft.actor and draft.target else []
    return _once_threatened(p, d, facts, memory) or _put_away(p, d, memory)


def _once_threatened(
    p: Parsed, d: Document, facts: list[Draft], memory: list[Draft]
) -> list[Draft]:
    """ "instead of the 30% he had vowed", "spared from the duty that X had brandished"."""
    if not p.deals and not _words("in_place_of") & set(p.low):
        return []
    for g in p.groups:
        if g.tense != "pluperfect" or g.passive or g.verb.lemma not in _words("brandishing"):
            continue
        rates = [x for x in p.percents if 0 < g.i - x.j <= 9 and not x.points]
        heads = [h for h in p.measures if 0 < g.i - h.j <= 9 and h.what in _HELD_OUT]
        who = subject(p, d, g)
        if not (rates or heads) or who is None or not who.codes:
            continue
        at = rates[-1].i if rates else heads[-1].i
        right = max(p.clause_end(g.j), g.j)
        start, end = evidence(p, at, right)
        told = [f for f in facts if any(a < end and start < b for a, b in f.spans)]
        draft = Draft("threat", who.codes[:1], status="withdrawn", stance="conciliatory")
        told = [f for f in told if rates and f.rate == rates[-1].value and not f.background]
        if told and told[0].kind.startswith("measure_"):
            draft = told[0]
            draft.kind, draft.status, draft.stance = "threat", "withdrawn", "conciliatory"
            draft.actor = who.codes[:1]
        draft.speaker = who.name if who.kind == "person" else None
        draft.rate = rates[-1].value if rates else None
        tariff = rates or heads[-1].what == "tariff"
        draft.instrument = "tariff" if tariff else None
        draft.target = draft.target or faced(d, draft.actor, memory)
        draft.spans = [(start, end)]
        return [] if draft in told else [draft]
    return []


def _put_away(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """ "That threat is now off the table": the threat told of last is withdrawn."""
    for k, word in enumerate(p.low[:-1]):
        if word not in _words("menaces") or p.quoted[k] >= 0:
            continue
        after = p.low[k + 1 : k + 14]
        gone = _words("dropped") & set(after) or "off the table" in " ".join(after)
        if not gone or {"not", "n't", "never"} & set(after):
            continue
        threats = [f for f in memory if f.kind == "threat" and f.status == "threatened"]
        if threats:
            threats[-1].status, threats[-1].stance = "withdrawn", "conciliatory"
        elif p.measures or p.percents:
            head = p.measures[0] if p.measures else Head(k, k + 1, "tariff", word)
            verbs = [g for g in p.groups if g.i > k]
            if verbs:
                draft = _draft(p, d, verbs[0], head, len(p.low), memory)
                return [draft] if draft.actor and draft.target else []
        return []
    return []


_HELD_OUT = ("tariff", "export_control", "generic", "other")


def _draft(
    p: Parsed, d: Document, g: VerbGroup, head: Head, right: int, memory: list[Draft]
) -> Draft:
    """The threat whose measure `head` names."""
    draft = Draft("threat", status="withdrawn", stance="conciliatory")
    draft.instrument = "tariff" if head.what == "tariff" else None
    rates = [x for x in p.percents if head.i - 6 <= x.i <= head.j + 6]
    draft.rate = rates[0].value if rates else None
    owner = [m for m in p.mentions if head.i - 5 <= m.i and m.j <= head.i and m.codes]
    who = None if g.passive else subject(p, d, g)
    same = [f for f in memory if f.kind.startswith(("threat", "measure_")) and f.target
            and (draft.rate is None or f.rate in (None, draft.rate))]  # fmt: skip
    if owner:
        draft.actor = owner[-1].codes[:1]
    elif same:
        draft.actor = same[-1].actor
    elif who is not None and g.verb.lemma not in _words("averting"):
        draft.actor = who.codes[:1]
        draft.speaker = who.name if who.kind == "person" else None
    elif who is not None:  # "Mexico averted duties": they were another's
        draft.actor = faced(d, who.codes, memory)
    named = targets_of(p, head, head.i, right, draft.actor)
    if not named and same and same[-1].actor == draft.actor:
        named = same[-1].target
    draft.target = named or (faced(d, draft.actor, memory) if draft.actor else ())
    draft.spans = [evidence(p, min(g.i, head.i), max(g.j, min(right, head.j + 8)))]
    return draft
