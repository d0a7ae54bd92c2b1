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
