"""Threats told by an act and its mood: may, would if, is weighing, has no plan to.

The noun of a measure with its rate and goods is read elsewhere (`measures`); here a side holds out,
ponders or puts away an act against another, whatever the act is.
"""

from __future__ import annotations

from functools import cache

from .addressee import faced
from .averted import read_averted
from .context import Document
from .draft import Draft, dates_of, evidence, is_ahead, resolve, said_on, sides_of, subject
from .grammar import BE, Mention, Parsed, VerbGroup
from .heldout import read_held_out
from .lexicon import Phrases, yaml_data
from .predicates import chain_of
from .speech import SPEECH


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(yaml_data("threats.yaml")[name])


@cache
def _phrases(name: str) -> Phrases:
    found = Phrases()
    for phrase in yaml_data("threats.yaml")[name]:
        found.add(phrase, phrase)
    return found


def read_threats(p: Parsed, d: Document, facts: list[Draft], memory: list[Draft]) -> list[Draft]:
    """The threats of one sentence that its other events do not tell."""
    found = read_averted(p, d, facts, memory)
    found += read_held_out(p, d, [*facts, *found], memory)
    for g in p.groups:
        if _told(p, g, [*facts, *found]) or not _hurts(p, g):
            continue
        certainty = _mood(p, d, g)
        if certainty is None:
            continue
        draft = _threat(p, d, g, certainty, memory)
        if draft is not None:
            found.append(draft)
    return found or _deeds(p, d, facts, memory)


def _told(p: Parsed, g: VerbGroup, facts: list[Draft]) -> bool:
    a, b = p.at[g.v][0], p.at[max(g.j, p.clause_end(g.j)) - 1][1]
    deeds = [f for f in facts if f.kind not in TALKS]
    return any(x < b and a < y for f in deeds for x, y in f.spans)


TALKS = ("meeting", "call", "summit")


def _hurts(p: Parsed, g: VerbGroup) -> bool:
    """Whether the act is aimed at another: of itself, or by what it stops or imposes."""
    lemma = g.verb.lemma
    right = min(max(p.clause_end(g.j), g.j), g.j + 10)
    if lemma in ("hold back", "withhold"):  # goods or money, not one's own duties
        return not any(g.j <= h.i < right for h in p.measures)
    if lemma in _words("blows") or lemma in _words("answers"):
        return True
    if lemma in _words("commerce") and g.negated:
        return True
    if lemma not in _words("acts") or any(g.j <= t.i < g.j + 4 for t in p.talks):
        return False
    span = p.low[max(0, g.i - 8) : g.i] if g.passive else p.low[g.j : right]
    if lemma in _words("growth") and _words("welcome") & set(span):
        return False
    rate = any(g.j <= x.i < right for x in p.percents)
    return rate or bool(_words("stakes") & set(span))


def _mood(p: Parsed, d: Document, g: VerbGroup) -> str | None:
    """How the act is held out: stated, hypothetical or negated; None where it is no threat."""
    chain = [x for x in chain_of(p, g) if x is not g]
    over = chain[0] if chain else None
    before = set(p.low[max(0, g.i - 4) : g.v])
    if over is not None and over.verb.lemma in _words("forswearing") and g.tense in _UNDER:
        kept_open = over.negated or any(x.verb.lemma in ("refuse", "decline") for x in chain[1:2])
        return "hypothetical" if kept_open else "negated"
    if over is not None and over.verb.lemma in _words("pondering") and g.tense in _UNDER:
        return "negated" if over.negated else "hypothetical"
    if g.tense == "may" and p.low[g.i] != "can":
        return None if g.negated else "hypothetical"
    if {"plan", "plans", "intention", "intentions"} & before and {"no", "not"} & before:
        return "negated"
    noun = p.low[g.i - 2] if g.tense == "ing" and p.low[g.i - 1] == "of" else p.low[g.i - 1]
    if g.tense == "infinitive" and noun in ("threat", "threats", "vow", "ultimatum"):
        return "stated"
    if g.tense in ("infinitive", "ing") and noun in ("option", "possibility", "prospect", "idea"):
        return "hypothetical"
    if g.tense == "infinitive" and over is not None and over.isa("threaten"):
        return "stated" if over.verb.lemma in ("threaten", "vow", "reserve") else None
    if g.tense == "infinitive" and _no_choice(p, g):
        return "stated"
    if g.tense not in ("would", "future"):
        return None
    conditional = _conditional(p)
    if g.negated and g.verb.lemma in _words("commerce"):
        return "stated" if conditional else None
    if g.negated:
        return "negated" if g.verb.lemma in _words("blows") | _words("answers") else None
    if {"ready", "prepared", "poised"} & before and g.verb.lemma not in _words("answers"):
        return "stated"
    if over is None or p.subject(over) is p.subject(g):
        resolved = _words("harsh") & set(p.low[g.j : g.j + 5]) and g.tense == "would"
        return "stated" if conditional or resolved else None
    return "stated" if conditional or _own_word(p, d, g, over) else None


def _no_choice(p: Parsed, g: VerbGroup) -> bool:
    """ "had no choice but to go ahead with tariffs"."""
    before = p.low[max(0, g.i - 3) : g.i]
    return "but" in before and bool({"choice", "alternative", "option"} & set(before))


_UNDER = ("infinitive", "ing", "present")


def _conditional(p: Parsed) -> bool:
    first = next((word for word in p.low if word.isalpha()), "")
    if first in ("should", "were", "without", "failing", "otherwise"):
        return True
    table = _phrases("conditions")
    return any(
        word not in ("should", "were", "once", "until", "without") and table.match(p.low, k)
        for k, word in enumerate(p.low)
    )


def _own_word(p: Parsed, d: Document, g: VerbGroup, said: VerbGroup) -> bool:
    """ "warned that X would act": the speaker's side is the one that would."""
    if said.verb.lemma not in _words("threatening"):
        return False
    speaker, actor = subject(p, d, said), None if g.passive else subject(p, d, g)
    if speaker is None or not speaker.codes:
        return False
    harsh = (
        said.verb.lemma in ("threaten", "warn", "vow")
        or g.verb.lemma in _words("blows")
        or bool(_words("harsh") & set(p.low[g.j : g.j + 5]))
        or (speaker.leader and any(g.j <= x.i <= g.j + 6 for x in p.percents))
    )
    return harsh and (actor is None or bool(set(actor.codes) & set(speaker.codes)))


def _threat(
    p: Parsed, d: Document, g: VerbGroup, certainty: str, memory: list[Draft]
) -> Draft | None:
    speech = [x for x in p.groups if x.isa(*SPEECH) and x is not g and p.quoted[x.v] < 0]
    speech = [x for x in speech if x.v < g.v][-1:] or speech[:1]
    speaker = subject(p, d, speech[0]) if speech else None
    who = None if g.passive else _actor(p, d, g)
    if who is None or not who.codes:
        who = speaker  # "his country would", "lorries would be stopped"
    if who is None or not who.codes or who.former or who.kind in ("media", "court", "firm"):
        return None
    if len(sides_of(p, d, p.subject(g))) > 1:
        return None
    draft = Draft("threat", who.codes[:1], status="threatened", stance="escalatory")
    draft.certainty = certainty
    if speaker is not None and set(speaker.codes) & set(draft.actor):
        draft.speaker = speaker.name
    elif who.kind == "person":
        draft.speaker = who.name
    right = max(p.clause_end(g.j), g.j)
    hit = _hit(p, max(0, g.i - 10) if g.passive else g.j, right, draft.actor)
    draft.target, draft.guessed_target = hit or faced(d, draft.actor, memory), not hit
    words = set(p.low[g.j : right])
    if words & {"tariff", "tariffs", "duty", "duties", "surcharge", "levy", "levies"}:
        draft.instrument = "tariff"
    rates = [x for x in p.percents if g.j <= x.i < right and not x.points]
    if rates and (draft.instrument or g.isa("impose", "raise")):
        draft.rate, draft.instrument = rates[-1].value, "tariff"
    draft.scope = p.text(g.j, min(right, g.j + 8)) if right > g.j else None
    for i, e in dates_of(p, [g]):
        value = e.on(said_on(p, d, i), True)
        if value and i > g.v and is_ahead(value, d) and draft.date is None:
            draft.date = value
    draft.spans = [evidence(p, g.i, max(g.j, min(right, g.j + 10)))]
    return draft


def _actor(p: Parsed, d: Document, g: VerbGroup) -> Mention | None:
    who = subject(p, d, g)
    if who is None and p.quoted[g.v] >= 0:
        inner = [m for m in p.mentions if m.name in ("we", "i") and m.j <= g.i]
        who = resolve(p, d, inner[-1]) if inner else None
    return who


def _hit(p: Parsed, i: int, j: int, actor: tuple[str, ...]) -> tuple[str, ...]:
    """Whose goods, firms or land the words from `i` to `j` name."""
    kinds = ("demonym", "country", "capital", "government")
    codes = {c for m in p.mentions if i <= m.i < j and m.kind in kinds for c in m.codes}
    return tuple(sorted(codes - set(actor) - {"WLD"}))


def _deeds(p: Parsed, d: Document, facts: list[Draft], memory: list[Draft]) -> list[Draft]:
    """ "Retaliation is not on the cards", "brushed aside talk of reprisals"."""
    deeds = _nouns(p)
    for k, j in [*deeds, *((h.i, h.j) for h in p.measures)]:
        right = min(max(p.clause_end(j), j), j + 14)
        predicate = _openness(p, k, j)
        certainty = predicate or _put_away(p, k, (k, j) in deeds)
        if certainty is None:
            continue
        start, end = evidence(p, k, max(right, j))
        told = [f for f in facts if any(a < end and start < b for a, b in f.spans)]
        dropped = certainty == "negated" and _words("dropped") & set(p.low[j : j + 14])
        for fact in told:
            if predicate and (k, j) in deeds and fact.kind.startswith("measure_") and fact.actor:
                _hold_out(fact, certainty, bool(dropped))
        who = _holder(p, d, k)
        if told or who is None or not who.codes:
            continue
        draft = Draft("threat", who.codes[:1])
        _hold_out(draft, certainty, bool(dropped))
        draft.speaker = who.name if who.kind in ("person", "official", "ministry") else None
        draft.target = _hit(p, j, right, draft.actor) or faced(d, draft.actor, memory)
        draft.scope = p.text(k, min(right, j + 8))
        draft.spans = [(start, end)]
        return [draft]
    return []


def _hold_out(fact: Draft, certainty: str, dropped: bool) -> None:
    """Code the deed as held out, put away, or given up."""
    fact.kind, fact.status, fact.stance = "threat", "threatened", "escalatory"
    fact.certainty = certainty
    if dropped:
        fact.certainty, fact.status, fact.stance = "stated", "withdrawn", "conciliatory"


def _nouns(p: Parsed) -> list[tuple[int, int]]:
    """Where the nouns of hostile acts stand: tokens from, up to."""
    found, table = [], _phrases("deeds")
    for k, word in enumerate(p.low):
        hit = table.match(p.low, k)
        near = set(p.low[max(0, k - 3) : k + 6])
        if hit is not None:
            found.append((k, k + hit[0]))
        elif word in _words("weak_deeds") and _words("hostile") & near:
            found.append((k, k + 1))
    return found


def _openness(p: Parsed, i: int, j: int) -> str | None:
    """What a predicate says of the deed named at `i` to `j`: "are on the table", "is ruled out"."""
    none = i > 0 and p.low[i - 1] == "no"
    for k in range(j, min(j + 16, len(p.low))):
        if p.low[k] in (";", "but", "which") and p.quoted[k] < 0:
            return None
        before = set(p.low[max(j, k - 3) : k])
        if not before & BE and p.low[k - 1] != "not":
            continue
        negated = none or bool({"not", "no", "n't", "never"} & set(p.low[j:k]))
        if _phrases("open").match(p.low, k) or (none and _phrases("planned").match(p.low, k)):
            return "negated" if negated else "hypothetical"
        if _phrases("closed").match(p.low, k):
            return "negated"
    return None


def _put_away(p: Parsed, k: int, deed: bool) -> str | None:
    """A verb before the noun that puts the deed away or ponders it."""
    before = [g for g in p.groups if g.j <= k and k - g.j <= 6]
    if not before:
        return None
    g = before[-1]
    if not deed:
        weighed = g.verb.lemma in _words("weighing") and g.tense in ("present", "ing", "past")
        return "hypothetical" if weighed and not g.negated else None
    if g.verb.lemma in _words("forswearing"):
        return "hypothetical" if g.negated else "negated"
    if g.verb.lemma in _words("pondering"):
        return "negated" if g.negated else "hypothetical"
    if g.verb.lemma in ("threaten", "vow", "warn"):
        return "negated" if g.negated else "stated"
    return None


def _holder(p: Parsed, d: Document, k: int) -> Mention | None:
    """Whose deed it is: the subject of the verb before it, or who speaks of it."""
    before = [g for g in p.groups if g.j <= k and k - g.j <= 6]
    speech = [g for g in p.groups if g.isa(*SPEECH) and p.quoted[g.v] < 0]
    for g in (*before[-1:], *reversed(speech)):
        who = subject(p, d, g)
        if who is not None and who.codes:
            return who
    return None
