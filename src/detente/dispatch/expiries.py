"""What runs out by itself: "That deal is due to expire in November", "the truce lapses on Friday"."""

from __future__ import annotations

from .context import Document
from .draft import AHEAD, Draft, dates_of, evidence
from .gatherings import governing, talk_words
from .grammar import Parsed, VerbGroup
from .lexicon import Verb, word_set
from .parties import sides

_LASTING = word_set("lasting")
_RELATIVE = frozenset(["which", "that", "who", "whose", "where", "under", "whom"])
_LIMITS = ("until", "till", "through", "to", "up to")


def read_expiries(p: Parsed, d: Document) -> list[Draft]:
    """The agreements and measures of a sentence that run out."""
    found = []
    for g in [*p.groups, *_untagged(p)]:
        if not (g.isa("expire") or (g.verb.lemma in ("end", "last") and not g.passive)):
            continue
        k = _subject(p, g)
        draft = _expiry(p, d, g, k) if k is not None else None
        if draft is not None:
            found.append(draft)
    return found or _by_noun(p, d)


def _untagged(p: Parsed) -> list[VerbGroup]:
    """Forms that can only be verbs, where the tagger saw no subject ("safeguard, ..., expires")."""
    found = []
    for k, word in enumerate(p.low):
        if any(g.i <= k < g.j for g in p.groups):
            continue
        after = p.low[k + 1 : k + 2]
        out = word in talk_words("lapsing_out") and (after == ["out"] or (
            after and after[0] in ("until", "till", "through")))  # fmt: skip
        if word in talk_words("lapsing") or out:
            tense = "past" if word.endswith("ed") or word == "ran" else "present"
            verb = Verb("expire", frozenset({"expire"}), "s")
            found.append(VerbGroup(k, k, k + 1 + bool(after == ["out"]), verb, tense))
    return found


def _subject(p: Parsed, g: VerbGroup) -> int | None:
    """The noun that runs out: the first before the verb with only relative clauses between."""
    names = word_set("expiring") | talk_words("expiring_acts")
    names = names - talk_words("not_expiring")
    if not g.isa("expire"):  # duties that end are lifted; a truce that ends runs out
        names = names & (word_set("expiring") | talk_words("expiring_deals")) - _LASTING
    for k in range(max(0, g.i - 26), g.i):
        if p.low[k] not in names or any(x.i <= k < x.j for x in p.groups):
            continue
        if p.low[k + 1 : k + 2] in (["on"], ["of"]) and p.low[k] in ("act", "order"):
            continue
        between = [x for x in p.groups if k < x.v < g.v and x.tense not in ("ing", "participle")]
        if g.tense == "infinitive" and between and governing(p, g) is between[-1]:
            continue  # "allowed the curbs to lapse": the noun stands behind the verb
        if all(x.relative or _RELATIVE & set(p.low[k + 1 : x.i]) for x in between):
            return k
    return None


def _expiry(p: Parsed, d: Document, g: VerbGroup, k: int) -> Draft | None:
    if g.tense == "would" and "have" in p.low[g.i : g.v]:
        return None  # "would have run out"
    if g.verb.lemma in ("end", "last") and not p.dates:
        return None
    name = p.low[k]
    draft = Draft("measure_expired", status="expired", scope=name)
    _whose(p, d, draft, k, g)
    near = [g]
    by = governing(p, g)
    if g.tense == "infinitive" and by is not None:
        near.append(by)
    dates = dates_of(p, near) if g in p.groups else [(i, e) for i, _, e in p.dates if i >= g.j]
    for i, e in dates:
        if e.rule == "length" or e.lead == "since" or (i < k and e.lead == "in"):
            continue
        if g.verb.lemma == "last" and e.lead not in _LIMITS:
            continue
        value = e.on(d.published, g.tense in AHEAD or g.tense == "present")
        if value:
            draft.date = value[3:] if value.startswith("../") else value
    if g.verb.lemma == "last" and draft.date is None:
        return None
    if draft.date is None and g.tense not in ("past", "perfect", "future", "present"):
        return None
    if g.negated:
        draft.certainty = "negated"
    draft.spans = [evidence(p, k, max(g.j, min(p.clause_end(g.j), g.j + 6)))]
    return draft


def _whose(p: Parsed, d: Document, draft: Draft, k: int, g: VerbGroup) -> None:
    """An agreement's sides; a measure's imposer where its own words name it ("the bloc's")."""
    deal = p.low[k] in talk_words("expiring_deals")
    draft.instrument = "agreement" if deal else None
    draft.refers = not deal
    if not deal:
        return
    near = [m for m in p.mentions if k - 6 <= m.i < k + 8 and m.codes and m.j <= g.i
            and m.kind in ("country", "demonym", "capital", "government")]  # fmt: skip
    codes = sides(near)
    draft.actor = codes if len(codes) >= 2 else tuple(sorted(d.pair()))


def _by_noun(p: Parsed, d: Document) -> list[Draft]:
    """ "the expiry of the truce on 10 November", "the truce's expiration next week"."""
    found = []
    for k, word in enumerate(p.low):
        if word not in talk_words("expiry_nouns") or not p.dates:
            continue
        names = (word_set("expiring") | talk_words("expiring_acts")) - talk_words("not_expiring")
        near = [n for n in (*range(k + 1, k + 8), *range(max(0, k - 3), k))
                if n < len(p.low) and p.low[n] in names]  # fmt: skip
        value = None
        for i, _, e in p.dates:
            if 0 < abs(i - k) <= 9 and e.rule != "length" and value is None:
                value = e.on(d.published, None)
        if not near or value is None:
            continue
        draft = Draft("measure_expired", status="expired", scope=p.low[near[0]])
        verb = Verb("expire", frozenset({"expire"}), "s")
        _whose(p, d, draft, near[0], VerbGroup(len(p.low), len(p.low), len(p.low), verb, "future"))
        draft.date = value[3:] if value.startswith("../") else value
        draft.spans = [evidence(p, min(k, near[0]), max(k, near[0]) + 1)]
        found.append(draft)
    return found[:1]
