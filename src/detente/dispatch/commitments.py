"""Commitments of one side: a deed that serves the other, and the promise that covers it.

The promise may be a verb ("agreed to resume"), a noun ("a pledge to take"), a deal ("in return,
Bern will open quotas") or the future tense of a deed that nobody does for himself ("firms are to
invest", "Brussels will drop the case").
"""

from __future__ import annotations

import re
from functools import cache

from .addressee import faced, partner
from .context import Document
from .draft import Draft, dates_of, evidence, is_ahead, said_on, sides_of, subject
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import Phrases, word_set, yaml_data

# verbs of talks that tell a deed all the same
_ALSO_DEEDS = {"restore", "resume", "open", "drop", "send", "start", "begin", "keep"}
_TALK_VERBS = word_set("talk_verbs") - _ALSO_DEEDS
_MONEY = word_set("money")
_CASES = word_set("cases")
_COMPANIES = frozenset(["companies", "company", "firms", "investors", "businesses", "carmakers"])
_GOODS_KINDS = ("demonym", "country", "capital", "government")
_UNDER_A_DEAL = re.compile(
    r"\b(?:under|as part of) (?:the|that|its|this|a) (?:\w+ ){0,3}"
    r"(?:deal|agreement|accord|pact|framework|truce|arrangement)\b"
)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(yaml_data("promises.yaml")[name])


@cache
def _terms() -> Phrases:
    found = Phrases()
    for phrase in yaml_data("promises.yaml")["terms"]:
        found.add(phrase, phrase)
    return found


def read_commitments(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """ "Beijing agreed to resume shipments", "Japan pledged to invest", "Bern will open quotas"."""
    found: list[Draft] = []
    deal = _deal(p)
    for k, g in enumerate(p.groups):
        if p.quoted[g.v] >= 0:
            continue
        draft = (
            _passive(p, d, g, memory, deal)
            if g.passive
            else _by_verb(p, d, k, memory)
            or _by_deed(p, d, g, memory, deal)
            or _coming_in(p, d, g, memory, deal)
        )
        if draft is not None and not any(_overlap(draft, other) for other in found):
            found.append(draft)
    return found or _by_noun(p, d, memory)


def _overlap(a: Draft, b: Draft) -> bool:
    return a.actor == b.actor and any(x < w and v < y for x, y in a.spans for v, w in b.spans)


def _deal(p: Parsed) -> bool:
    """Whether the sentence tells the terms of a deal."""
    return bool(_UNDER_A_DEAL.search(" ".join(p.low))) or any(
        _terms().match(p.low, k) for k in range(len(p.low))
    )


# --- a verb of promising -----------------------------------------------------------------------


def _by_verb(p: Parsed, d: Document, k: int, memory: list[Draft]) -> Draft | None:
    g = p.groups[k]
    if g.verb.lemma not in _words("promising") or g.tense not in (
        "past", "perfect", "pluperfect", "ing", "present"
    ):  # fmt: skip
        return None
    who = subject(p, d, g)
    if who is None or not who.codes or who.former or len(sides_of(p, d, p.subject(g))) > 1:
        return None
    deed = _deed_after(p, k)
    if deed is None:
        unknown = p.low[g.j : g.j + 1] == ["to"] or p.low[g.j : g.j + 2] == ["not", "to"]
        if not (unknown and g.verb.lemma != "vow") and not _promises_object(p, g):
            return None
        return _draft(p, d, who.codes, (g,), g.j + unknown, memory, negated=g.negated)
    word_given = g.verb.lemma in ("give", "make") and _promises_object(p, g)
    if g.verb.lemma in ("accept", "give", "make") and not word_given:
        return None
    if _talks(p, deed) or deed.isa("boycott") or deed.verb.lemma in _blows():
        return None
    if g.verb.lemma == "vow" and (deed.isa("impose", "raise", "say") or p.low[deed.v] in _DEFIANCE):
        return None
    if _a_measure(p, deed):
        return None
    negated = g.negated and not deed.negated
    at = g.j if word_given else deed.j
    return _draft(p, d, who.codes, (g, deed), at, memory, negated=negated)


@cache
def _blows() -> frozenset[str]:
    return frozenset(yaml_data("threats.yaml")["blows"]) - {"stop buying"}


def _talks(p: Parsed, deed: VerbGroup) -> bool:
    """ "agreed to meet", "to start consultations"."""
    return (
        deed.isa("talk")
        or deed.verb.lemma in _TALK_VERBS
        or any(deed.j <= t.i < deed.j + 4 for t in p.talks)
    )


def _a_measure(p: Parsed, deed: VerbGroup) -> bool:
    """ "will cut tariffs on beef": the measures' rules read it."""
    right = max(p.clause_end(deed.j), deed.j)
    named = any(deed.j <= h.i < right and h.what not in ("generic", "other") for h in p.measures)
    return named and deed.isa("suspend", "revoke", "lower", "impose", "raise")


_DEFIANCE = frozenset(["retaliate", "respond", "defend", "fight", "protect", "take"])


def _deed_after(p: Parsed, k: int) -> VerbGroup | None:
    """The verb that tells what is promised: "to", "that it would" or "to ...ing" follows."""
    g = p.groups[k]
    for x in p.groups[k + 1 :]:
        gap = p.low[g.j : x.i]
        if len(gap) > 9 or {";", "and", "but", "which", "who"} & set(gap):
            return None
        if x.tense in ("infinitive", "ing") and len(gap) <= 6 and not x.relative:
            return x
        if x.tense in ("future", "would") and (len(gap) <= 3 or "that" in gap):
            return x
    return None


def _promises_object(p: Parsed, g: VerbGroup) -> bool:
    """ "promised investment of $15 billion", "gave an assurance that"."""
    right = min(max(p.clause_end(g.j), g.j), g.j + 8)
    goods = set(p.low[g.j : right])
    if g.verb.lemma in ("give", "make"):
        return bool(goods & (_words("nouns") - {"offer"}))
    if g.verb.lemma in ("agree", "agree on", "sign up"):
        return bool(goods & {"purchase", "purchases", "investment", "investments"})
    gifts = _MONEY | _words("doors") | _words("gifts")
    return g.verb.lemma in _words("with_object") and bool(goods & gifts)


# --- a deed ahead ------------------------------------------------------------------------------


def _by_deed(p: Parsed, d: Document, g: VerbGroup, memory: list[Draft], deal: bool) -> Draft | None:
    """ "In return Bern will open quotas", "Swiss companies intend to invest"."""
    lemma = g.verb.lemma
    intends = g.tense == "infinitive" and "intend" in " ".join(p.low[max(0, g.i - 2) : g.j])
    expected = _expected(p, g)
    pondered = _pondered(p, g)
    ahead = g.tense in ("future", "would") or (g.tense == "should" and deal)
    if not (ahead or intends or expected or pondered) or g.negated:
        return None
    if {"if", "unless"} & set(p.low) and not deal:
        return None
    if _talks(p, g) or _a_measure(p, g) or g.isa("say", "effect", "expire", "blow"):
        return None
    if lemma == "take" and _LASTING & set(p.low[g.j : g.j + 4]):
        return None
    if g.tense == "would" and not deal and not any(x.isa("say") and x.j <= g.i for x in p.groups):
        return None
    right = max(p.clause_end(g.j), g.j)
    meant = deal or (expected is not None and p.deals)
    if not (meant and lemma in _words("deeds") and not pondered) and not _plain(p, g, right):
        return None
    codes = _company_side(p, d, g) if lemma in _words("spending") else ()
    who = expected or subject(p, d, g)
    if not codes and who is not None and (expected or len(sides_of(p, d, p.subject(g))) == 1):
        codes = who.codes
    if not codes:
        return None
    draft = _draft(p, d, codes, (g,), g.j, memory)
    if pondered:
        draft.certainty = "hypothetical"
    elif "according" in p.low or "expect" in {x.verb.lemma for x in p.groups if x.j <= g.i}:
        draft.certainty = "reported"
    return draft


_LASTING = frozenset(
    ["time", "days", "weeks", "months", "years", "place", "effect", "part", "note"]
)


def _pondered(p: Parsed, g: VerbGroup) -> bool:
    """ "is considering buying", "may raise its purchases"."""
    if g.tense == "may":
        return p.low[g.i] != "can"
    over = [x for x in p.groups if x.j <= g.i and g.i - x.j <= 2]
    return (
        g.tense in ("ing", "infinitive")
        and bool(over)
        and (
            over[-1].verb.lemma
            in ("consider", "weigh", "mull", "contemplate", "explore", "study", "discuss")
        )
    )


def _expected(p: Parsed, g: VerbGroup) -> Mention | None:
    """ "Ottawa expects Beijing to lower", "the deal commits Seoul to invest": who is to do it."""
    near = [m for m in p.mentions if m.j == g.i and m.codes]
    over = [x for x in p.groups if x.j <= g.i and g.i - x.j <= 4]
    if near and g.tense == "ing" and p.low[max(0, near[-1].i - 3) : near[-1].i] in _IN_EXCHANGE:
        return near[-1]
    seen = g.tense == "present" and over and over[-1].verb.lemma in ("see", "have")
    if g.tense not in ("infinitive", "ing") and not seen:
        return None
    if not near or not over or over[-1].passive or over[-1].verb.lemma not in _words("obliging"):
        return None
    binding = isinstance(p.subject(over[-1]), Head) or bool(p.deals)
    return near[-1] if binding or over[-1].verb.lemma == "expect" else None


_IN_EXCHANGE = (["in", "exchange", "for"], ["in", "return", "for"])


def _passive(p: Parsed, d: Document, g: VerbGroup, memory: list[Draft], deal: bool) -> Draft | None:
    """ "The case will be dropped", "licences would be issued": by whom, or by him who says so."""
    if g.tense not in ("future", "would") or g.negated or {"if", "unless"} & set(p.low):
        return None
    span = set(p.low[max(0, g.i - 8) : g.i])
    ends = g.verb.lemma in _words("ending") and span & _CASES
    opens = g.verb.lemma in _words("opening") and span & _words("doors")
    if not (ends or opens):
        return None
    by = [m for m in p.mentions if g.j <= m.i <= g.j + 3 and "by" in p.low[g.j : m.i] and m.codes]
    said = [x for x in p.groups if x.isa("say", "utter") and p.quoted[x.v] < 0]
    who = by[0] if by else subject(p, d, said[0]) if said else None
    if who is None or not who.codes or who.former:
        return None
    draft = _draft(p, d, who.codes, (g,), g.j, memory)
    draft.scope = p.text(max(0, g.i - 4), g.i)
    draft.certainty = "stated" if by or not deal else "reported"
    return draft


def _plain(p: Parsed, g: VerbGroup, right: int) -> bool:
    """Whether the deed tells of itself that it is done for the other side."""
    lemma, goods = g.verb.lemma, set(p.low[g.j : right])
    if lemma in _words("growing"):
        return bool(goods & _words("grown"))
    if lemma not in _words("plain_deeds") or (lemma == "admit" and p.percents):
        return False
    if lemma in _words("spending"):
        return bool(goods & _MONEY)
    if lemma in _words("ending"):
        return bool(goods & _CASES)
    if lemma in _words("opening"):
        return bool(goods & _words("doors")) or lemma in ("allow", "admit")
    return True


def _company_side(p: Parsed, d: Document, g: VerbGroup) -> tuple[str, ...]:
    """Whose companies the subject names: "Swiss companies", "its companies"."""
    for k in range(max(1, g.i - 5), g.i):
        if p.low[k] not in _COMPANIES:
            continue
        near = [m for m in p.mentions if k - 2 <= m.j <= k and m.codes]
        if near:
            return near[-1].codes
        if p.low[k - 1] in ("its", "their"):
            named = [m for m in p.mentions if m.j < k and m.codes and p._can_act(m)]
            return named[0].codes if named else d.last
    return ()


def _coming_in(
    p: Parsed, d: Document, g: VerbGroup, memory: list[Draft], deal: bool
) -> Draft | None:
    """ "American goods would enter Vietnam free of duty": who lets them in makes the promise."""
    if g.verb.lemma not in _words("coming_in") | {"be"} or g.tense not in ("future", "would"):
        return None
    right = min(max(p.clause_end(g.j), g.j), g.j + 10)
    if not _words("free") & set(p.low[g.j : right]) or g.negated:
        return None
    goods = [m for m in p.mentions if m.j <= g.i and m.kind == "demonym" and m.codes]
    host = [m for m in p.mentions if g.j <= m.i < right and m.codes and m.kind in _GOODS_KINDS]
    if not goods or not (host or deal):
        return None
    owner = goods[-1].codes
    codes = host[0].codes if host else faced(d, owner, memory)
    if not codes or set(codes) & set(owner):
        return None
    draft = _draft(p, d, codes, (g,), g.j, memory)
    draft.target, draft.instrument, draft.certainty = owner, "tariff", "reported"
    return draft


# --- a noun of promising -----------------------------------------------------------------------


def _by_noun(p: Parsed, d: Document, memory: list[Draft]) -> list[Draft]:
    """ "a pledge to take 25 million tonnes", "the licences that X promised"."""
    for k in range(len(p.low) - 2):
        if p.quoted[k] >= 0:
            continue
        giver = [m for m in p.mentions if m.i == k + 2 and m.codes and p.low[k + 1] == "by"]
        to = giver[0].j if giver else k + 1
        if p.low[k] in _words("nouns") and p.low[to : to + 1] in (["to"], ["of"]):
            verb = next((g for g in p.groups if g.i <= to < g.j), None)
            at = min(verb.j if verb is not None else to + 1, len(p.low) - 1)
            goods = set(p.low[at : min(p.clause_end(at), at + 8)])
            firm = p.low[k] not in ("offer", "word", "concession", "concessions")
            kind = "deeds" if firm else "plain_deeds"
            done = verb is not None and verb.verb.lemma in _words(kind)
            if not goods & (_MONEY | _words("doors")) and not done:
                continue
            near = [m for m in p.mentions if m.j <= k and m.codes and (m.poss or p._can_act(m))]
            codes = (giver or near)[-1].codes if giver or near else d.last
        elif p.low[k] in ("promised", "pledged"):
            inner = [m for m in p.mentions if m.codes and (
                m.j == k or (m.i == k + 2 and p.low[k + 1] == "by"))]  # fmt: skip
            licences = {"licences", "licenses", "permits"} & set(p.low[max(0, k - 6) : k + 4])
            if not inner or p.low[k + 1] == "to" or not (licences or inner[-1].i > k):
                continue
            codes, at = inner[-1].codes, max(k + 1, inner[-1].j)
        else:
            continue
        if codes:
            verbs = [g for g in p.groups if k <= g.v < at]
            draft = _draft(p, d, codes, tuple(verbs), min(at, len(p.low) - 1), memory)
            if p.low[k] in ("promised", "pledged"):
                draft.instrument = _instrument(set(p.low[max(0, k - 6) : k]), None)
            return [draft]
    return []


# --- the event ---------------------------------------------------------------------------------


def _draft(
    p: Parsed, d: Document, codes: tuple[str, ...], verbs: tuple[VerbGroup, ...], at: int,
    memory: list[Draft], negated: bool = False,
) -> Draft:  # fmt: skip
    """The commitment told by `verbs`, whose object opens at token `at`."""
    right = max(p.clause_end(at), at)
    others = [m for m in p.mentions if at <= m.i < right and m.kind in _GOODS_KINDS]
    told = [m for m in p.mentions if verbs and m.i in (verbs[0].j, verbs[0].j + 1) and m.i < at]
    named = [m for m in (*told, *others) if m.codes and not set(m.codes) & set(codes)]
    likely = partner(d, codes, memory)
    target = named[0].codes if named and not any(m.codes == likely for m in named) else likely
    draft = Draft("commitment", codes[:1], target, status="announced", guessed_target=not named)
    first = verbs[0].i if verbs else at
    last = verbs[-1] if verbs else None
    draft.instrument = _instrument(set(p.low[first:right]), last)
    draft.scope = p.text(at, min(right, at + 8)) if at < min(right, len(p.low)) else None
    if negated:
        draft.certainty = "negated"
    for i, e in dates_of(p, list(verbs)):
        value = None if e.rule == "length" else e.on(said_on(p, d, i), i > first)
        if value is None:
            continue
        if i > first and is_ahead(value, d):
            draft.date = draft.date or value
        else:
            draft.announced_on = value
    draft.spans = [evidence(p, first, max(at, min(right, at + 10)))]
    return draft


def _instrument(words: set[str], deed: VerbGroup | None) -> str | None:
    bought = deed is not None and (
        deed.isa("buy")
        or deed.verb.lemma == "take"
        or (
            deed.verb.lemma in _words("growing")
            and bool(words & {"purchases", "imports", "orders"})
        )
    )
    if bought:
        return "purchase_commitment"
    if words & {"licence", "licences", "license", "licenses", "permits"}:
        return "export_license"
    if words & {"shipments", "exports"} and (deed is None or deed.isa("resume")):
        return "export_control"
    if words & {"tariff", "tariffs", "duty", "duties"}:
        return "tariff"
    return None
