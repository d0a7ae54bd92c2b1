"""Duties held out to another: told of the goods or the duty, not of the side that would act.

"Canada would face a 100% tariff should it sign", "the duties would come back if", "chipmakers can
expect a rate of 100 percent", "they will be hit with": the mood is a leader's word, a condition or
"could"; who would act is the speaker, or whose duty it was before.
"""

from __future__ import annotations

from functools import cache

from .addressee import faced
from .context import Document
from .draft import Draft, dates_of, evidence, is_ahead, subject
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import Phrases, word_set, yaml_data
from .speech import SPEECH

_SIDES = ("demonym", "country", "capital", "government")
_ORDERS = word_set("acts")


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(yaml_data("threats.yaml")[name])


@cache
def _conditions() -> Phrases:
    found = Phrases()
    for phrase in yaml_data("threats.yaml")["provisos"]:
        found.add(phrase, phrase)
    return found


def read_held_out(p: Parsed, d: Document, facts: list[Draft], memory: list[Draft]) -> list[Draft]:
    """New threats of this kind; a measure read from the same words becomes the threat."""
    provisos = [k for k in range(len(p.low)) if _conditions().match(p.low, k)]
    if any(not provisos or x.i < provisos[0] for x in p.deals):
        return []  # the terms of a deal, not what comes without one
    found = []
    for g in p.groups:
        duty = _duty(p, g)
        if g.negated or duty is None:
            continue
        said = _said(p, g)
        speaker = subject(p, d, said) if said is not None else None
        certainty = _certainty(p, g, speaker, bool(provisos))
        warns = said is not None and said.isa("threaten")
        if certainty is None or not (provisos or warns or not _settled(speaker, memory)):
            continue
        right = max(p.clause_end(g.j), g.j)
        start, end = evidence(p, min(g.i, duty), max(g.j, min(right, g.j + 10)))
        told = [f for f in facts if any(a < end and start < b for a, b in f.spans)]
        measures = [f for f in told if f.kind in _TURNED]
        for fact in measures[:1]:
            _turn(fact, certainty, speaker)
        if not told:
            draft = _draft(p, d, g, duty, speaker, memory)
            draft.certainty = certainty
            draft.spans = [(start, end)]
            if draft.actor and draft.target:
                found.append(draft)
    return found


_TURNED = ("measure_announced", "measure_in_force", "measure_resumed", "threat")


def _duty(p: Parsed, g: VerbGroup) -> int | None:
    """Where the duty stands that `g` brings: its object, or its subject; None without any."""
    lemma = g.verb.lemma
    right = min(max(p.clause_end(g.j), g.j), g.j + 12)
    if lemma in _words("suffering") or (g.passive and lemma in _words("inflicting")):
        duties = [h.i for h in p.measures if g.j <= h.i < right and h.what == "tariff"]
        duties += [x.i for x in p.percents if g.j <= x.i < right and not x.points]
        return min(duties) if duties else None
    head = p.subject(g)
    if isinstance(head, Head) and head.what == "tariff" and head.j <= g.i and (
        lemma in _words("returning") or (lemma in _words("climbing") and p.percents)
    ):  # fmt: skip
        return head.i
    return None


def _said(p: Parsed, g: VerbGroup) -> VerbGroup | None:
    """The verb of speech over `g`, before it or thrown in after it."""
    speech = [x for x in p.groups if x.isa(*SPEECH) and x is not g and p.quoted[x.v] < 0]
    before = [x for x in speech if x.v < g.v and ";" not in p.low[x.v : g.v]]
    after = [x for x in speech if x.v > g.v and not x.relative]
    return before[-1] if before else after[0] if after else None


def _settled(speaker: Mention | None, memory: list[Draft]) -> bool:
    """Whether the speaker's side has struck a deal: what will be charged are its terms."""
    own = set(speaker.codes) if speaker is not None else set()
    return any(f.kind == "agreement" and own & set(f.actor) for f in memory)


def _certainty(p: Parsed, g: VerbGroup, speaker: Mention | None, proviso: bool) -> str | None:
    """How the duty is held out; None where it is law or a forecast."""
    if _ORDERS & {"signed", "ordered", "order", "decree"} & set(p.low):
        return None
    if g.tense == "may" and p.low[g.i] == "can":
        return "stated" if speaker is not None and speaker.kind == "person" else None
    if g.tense == "may":
        return "hypothetical"
    if g.tense not in ("would", "future") or "have" in p.low[g.i : g.v]:
        return None
    word = speaker is not None and speaker.leader and not speaker.former
    return "stated" if proviso or word else None


def _turn(fact: Draft, certainty: str, speaker: Mention | None) -> None:
    fact.kind, fact.status, fact.stance = "threat", "threatened", "escalatory"
    fact.certainty = certainty
    if speaker is not None and speaker.codes and speaker.leader:
        fact.actor = speaker.codes[:1]
        fact.target = tuple(c for c in fact.target if c not in fact.actor) or fact.target
    if speaker is not None and set(speaker.codes) & set(fact.actor):
        fact.speaker = speaker.name


def _draft(
    p: Parsed, d: Document, g: VerbGroup, duty: int, speaker: Mention | None, memory: list[Draft]
) -> Draft:
    draft = Draft("threat", status="threatened", stance="escalatory", instrument="tariff")
    right = max(p.clause_end(g.j), g.j)
    who = p.subject(g)
    hit = {c for m in p.mentions if max(0, g.i - 10) <= m.i < g.i and m.kind in _SIDES
           and (m is who or m.kind == "demonym") for c in m.codes}  # fmt: skip
    earlier = [f for f in memory if f.kind.startswith(("measure_", "threat")) and f.target]
    if speaker is not None and speaker.codes and not set(speaker.codes) & hit:
        draft.actor = speaker.codes[:1]
        draft.speaker = speaker.name
    elif earlier:
        draft.actor = earlier[-1].actor
    same = [f for f in earlier if f.actor == draft.actor]
    draft.target = tuple(sorted(hit - set(draft.actor) - {"WLD"}))
    if not draft.target and draft.actor:
        draft.target = same[-1].target if same else faced(d, draft.actor, memory)
    rates = [x for x in p.percents if duty - 4 <= x.i < right and not x.points]
    draft.rate = rates[-1].value if rates else None
    for i, e in dates_of(p, [g]):
        value = e.on(d.published, True)
        if value and i > g.v and is_ahead(value, d) and draft.date is None:
            draft.date = value
    return draft
