"""What runs out by itself: "That deal is due to expire in November", "the truce lapses"."""

from __future__ import annotations

from .context import Document
from .draft import AHEAD, Draft, dates_of, evidence, said_on
from .gatherings import governing, talk_phrases, talk_words
from .grammar import AHEAD_WORDS, BE, HAVE, MODALS, PREPOSITIONS, Parsed, VerbGroup
from .lexicon import Verb, word_set
from .parties import lead_of, sides

_LASTING = word_set("lasting")
_RELATIVE = frozenset(["which", "that", "who", "whose", "where", "under", "whom"])
_PAST_FORMS = frozenset(["came", "drew", "ceased", "timed", "ran", "fell", "lasted", "held"])
_LIMITS = ("until", "till", "through", "to", "up to")


def read_expiries(p: Parsed, d: Document) -> list[Draft]:
    """The agreements and measures of a sentence that run out."""
    found = []
    for g in [*p.groups, *_untagged(p)]:
        ends = g.verb.lemma in ("end", "last", "expire") and not g.passive
        if not (g.isa("expire") or ends) or _has_object(p, g):
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
        base = word == "expire" and p.low[k - 1] not in MODALS and p.low[k - 1] != "to"
        if word in talk_words("lapsing") or out or base:
            tense = "past" if word.endswith("ed") or word == "ran" else "present"
            verb = Verb("expire", frozenset({"expire"}), "s")
            found.append(VerbGroup(k, k, k + 1 + bool(after == ["out"]), verb, tense))
    return found + _phrased(p)


def _phrased(p: Parsed) -> list[VerbGroup]:
    """ "comes to an end", "ceases to apply", "is valid until": running out in other words."""
    found = []
    for k in range(1, len(p.low)):
        hit = talk_phrases("lapse_phrases").match(p.low, k)
        until = talk_phrases("lasting_until").match(p.low, k)
        if not (hit or until) or any(g.isa("expire") and g.i <= k < g.j for g in p.groups):
            continue
        size = (hit or until or (1,))[0]
        i = k
        while i > 0 and (p.low[i - 1] in BE | HAVE | MODALS.keys() | AHEAD_WORDS | {"to", "not"}):
            i -= 1
        words = set(p.low[i : k + 1])
        ahead = {"will", "would", "to", "shall"} & set(p.low[i:k])
        past = words & {"was", "were", "had"} or p.low[k] in _PAST_FORMS
        verb = Verb("expire" if hit else "last", frozenset(), "s")
        tense = "future" if ahead else "past" if past else "present"
        j = k + size - (0 if hit else 1)  # the date keeps its "until"
        found.append(VerbGroup(i, k, j, verb, tense, negated="not" in words))
    return found


def _has_object(p: Parsed, g: VerbGroup) -> bool:
    """ "a deal that ends tariffs" ends something else; "the truce ends on Friday" runs out."""
    if g.verb.lemma != "end" or g.j >= len(p.low):
        return False
    word = p.low[g.j]
    dated = any(i <= g.j < j for i, j, _ in p.dates)
    return word.isalpha() and not dated and word not in PREPOSITIONS and word not in (
        "when", "unless", "if", "and", "but", "then", "soon", "automatically", "there", "without"
    )  # fmt: skip


def _subject(p: Parsed, g: VerbGroup) -> int | None:
    """The noun that runs out: the first before the verb with only relative clauses between."""
    names = word_set("expiring") | talk_words("expiring_acts")
    names = names - talk_words("not_expiring")
    if g.verb.lemma == "last":
        names = talk_words("expiring_deals") | talk_words("pauses")
    elif g.verb.lemma == "end":  # duties that end are lifted; a truce that ends runs out
        names = names & (word_set("expiring") | talk_words("expiring_deals")) - _LASTING
    for k in range(max(0, g.i - 26), g.i):
        if p.low[k] not in names or any(x.i <= k < x.j for x in p.groups):
            continue
        if p.low[k + 1 : k + 2] in (["on"], ["of"]) and p.low[k] in ("act", "order"):
            continue
        between = [x for x in p.groups if k < x.v < g.v and x.tense not in ("ing", "participle")]
        if g.tense == "infinitive" and between and governing(p, g) is between[-1]:
            if not between[-1].passive:
                continue  # "allowed the curbs to lapse": the noun stands behind the verb
            between.pop()  # "the curbs were allowed to lapse"
        if all(x.relative or _RELATIVE & set(p.low[k + 1 : x.i]) for x in between):
            while p.low[k + 1] in names:  # "the tariff truce"
                k += 1
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
        let = by is not None and by.verb.lemma in ("let", "allow")
        past = by is not None and (let or g.tense == "infinitive") and by.tense in (
            "past", "perfect"
        )  # fmt: skip
        value = e.on(said_on(p, d, i), not past and (g.tense in AHEAD or g.tense == "present"))
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
        _imposer(p, d, draft, k, g)
        return
    near = [m for m in p.mentions if k - 6 <= m.i < k + 8 and m.codes and m.j <= g.i
            and m.kind in ("country", "demonym", "capital", "government")]  # fmt: skip
    codes = sides(near)
    draft.actor = codes if len(codes) >= 2 else tuple(sorted(d.pair()))


def _imposer(p: Parsed, d: Document, draft: Draft, k: int, g: VerbGroup) -> None:
    """ "Washington's pause on Chinese goods": who imposed it and whom it hits, as far as named."""
    own = [m for m in p.mentions if k - 5 <= m.i and m.j <= k and m.codes and lead_of(p, m.i) not in
           ("on", "from", "against", "for", "to") and m.kind in (
               "country", "demonym", "capital", "government")]  # fmt: skip
    own = [m for m in own if m.poss or m.j >= k - 2] or [
        m for m in p.mentions if k < m.i <= k + 5 and m.codes and lead_of(p, m.i) == "of"
    ]  # "the safeguard duties of the European Union"
    if not own:
        return
    spared = [m for m in p.mentions if k < m.i <= k + 4 and m.codes and lead_of(p, m.i) == "from"]
    if spared:  # "Britain's exemption from American tariffs": America imposes them
        draft.actor, draft.target = spared[0].codes, own[-1].codes
        return
    draft.actor = own[-1].codes
    hit = [m for m in p.mentions if k < m.i and m.j <= g.i and m.codes and m.kind in
           ("country", "demonym", "capital") and not set(m.codes) & set(draft.actor)]  # fmt: skip
    everyone = {"safeguard", "safeguards", "quota", "quotas"} & set(p.low[max(0, k - 2) : k + 1])
    faced = ("WLD",) if everyone else d.other(draft.actor)
    draft.target = sides(hit) or faced or ("WLD",)


def _by_noun(p: Parsed, d: Document) -> list[Draft]:
    """ "the expiry of the truce on 10 November", "the truce's expiration next week"."""
    found = []
    for k, word in enumerate(p.low):
        if word not in talk_words("expiry_nouns") or not p.dates:
            continue
        names = (word_set("expiring") | talk_words("expiring_acts")) - talk_words("not_expiring")
        near = _what(p, k, names)
        value = None
        for i, _, e in p.dates:
            if 0 < abs(i - k) <= 9 and e.rule != "length" and value is None:
                value = e.on(said_on(p, d, i), None)
        if near is None or value is None:
            continue
        draft = Draft("measure_expired", status="expired", scope=p.low[near])
        verb = Verb("expire", frozenset({"expire"}), "s")
        _whose(p, d, draft, near, VerbGroup(len(p.low), len(p.low), len(p.low), verb, "future"))
        draft.date = value[3:] if value.startswith("../") else value
        draft.spans = [evidence(p, min(k, near), max(k, near) + 1)]
        found.append(draft)
    return found[:1]


def _what(p: Parsed, k: int, names: frozenset[str]) -> int | None:
    """The noun that runs out, after "the expiry of" or before "truce's expiry"."""
    if p.low[k + 1 : k + 2] == ["of"]:
        end = k + 2
        while end < len(p.low) and p.low[end] not in PREPOSITIONS | {",", ";", "which", "that"}:
            end += 1
        after = [n for n in range(k + 2, end) if p.low[n] in names]
        return after[-1] if after else None
    before = [n for n in range(max(0, k - 3), k) if p.low[n] in names]
    return before[-1] if before else None
