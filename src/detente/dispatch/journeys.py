"""Talks told by a journey: "flies to Tokyo for talks", "is due in Beijing on Thursday"."""

from __future__ import annotations

from dataclasses import replace

from .context import Document
from .draft import AHEAD, Draft, evidence, is_ahead, is_past, resolve
from .gatherings import (
    governing,
    kind_of,
    names_of,
    of_many,
    set_certainty,
    set_date,
    stretch,
    talk_phrases,
    talk_words,
)
from .grammar import BE, HAVE, MODALS, Mention, Parsed, VerbGroup
from .lexicon import Verb
from .parties import partners, sides, subjects

_PLACES = ("city", "capital", "country")
_TRAVELLERS = frozenset(["person", "official", "government", "group", "ministry"])
_SENDERS = frozenset(["country", "capital"])


def by_journey(p: Parsed, d: Document) -> list[tuple[Draft, VerbGroup]]:
    """Journeys of officials to another side, or to where the other side will be."""
    found = []
    for g in [*p.groups, *_stays(p)]:
        if p.quoted[g.v] >= 0 and g.tense not in AHEAD:
            continue
        if g.verb.lemma not in talk_words("journey") and g.verb.lemma != "due":
            continue
        draft = _journey(p, d, g)
        if draft is not None:
            found.append((draft, g))
    return found


def _stays(p: Parsed) -> list[VerbGroup]:
    """ "is due in Beijing", "will be in Paris", "was in Rome for talks": as if of one verb."""
    found = []
    due = talk_words("due")
    for k in range(1, len(p.low) - 2):
        if p.low[k] not in ("in", "at") or p.low[k - 1] not in due | BE | {"-"}:
            continue
        where = _place_after(p, k)
        if where is None:
            continue
        i = k - 1
        before = due | BE | HAVE | MODALS.keys() | talk_words("due_words")
        while i >= 0 and p.low[i] in before:
            i -= 1
        i += 1
        if i >= k or not (set(p.low[i:k]) & BE or p.low[k - 1] in due - {"back", "on", "coming"}):
            continue
        words = p.low[i:k]
        will = bool(set(words) & {"will", "to", "due", "expected", "awaited", "scheduled",
                                  "slated", "anticipated", "bound", "would"})  # fmt: skip
        if not will and not _errand(p, k):
            continue
        if "may" in words or "might" in words or "could" in words:
            tense = "may"
        else:
            tense = "future" if will else "present" if "is" in words or "are" in words else "past"
        negated = bool({"not", "n't"} & set(words))
        verb = Verb("due", frozenset(), "base")
        found.append(VerbGroup(i, k - 1, k, verb, tense, negated=negated))
    return found


def _place_after(p: Parsed, k: int) -> Mention | None:
    """The place right after the preposition at `k`; also "the US capital", or an unknown name."""
    i = k + 1
    if p.low[i] == "the" and i + 1 < len(p.low):
        i += 1
    m = p.mention_at(i)
    if m is not None and m.i == i and m.kind in (*_PLACES, "demonym", "government"):
        named = m.kind in _PLACES or "capital" in p.low[m.j : m.j + 1]
        return m if named else None
    word = p.words[i]
    dated = any(a <= i < b for a, b, _ in p.dates)
    if m is None and word[:1].isupper() and not word.isupper() and not dated and len(word) > 2:
        return Mention(i, i + 1, "city", (), word)
    return None


def _destination(p: Parsed, g: VerbGroup, right: int) -> Mention | None:
    if g.verb.lemma == "due":
        return _place_after(p, g.j - 1 if p.low[g.j - 1] in ("in", "at") else g.j)
    for k in range(g.j - 1, min(right, len(p.low) - 1)):
        direct = k == g.j - 1 and (g.verb.lemma in ("visit",) or g.verb.particle)
        if direct or (k >= g.j and p.low[k] in ("to", "in", "for")):
            where = _place_after(p, k)
            if where is not None:
                return where
    return None


def _journey(p: Parsed, d: Document, g: VerbGroup) -> Draft | None:
    if g.passive and g.verb.lemma not in ("send", "dispatch"):
        return None
    right = p.clause_end(g.j)
    where = _destination(p, g, right)
    if where is None:
        return None
    sent = g.verb.lemma in ("send", "dispatch")
    if g.verb.lemma == "welcome" or (sent and not (g.passive or _errand(p, g.j))):
        return None
    senders = _SENDERS if sent and not g.passive else frozenset[str]()
    guests = [m for m in subjects(p, d, g) if m.kind in _TRAVELLERS | senders]
    if not guests and g.verb.lemma == "due":
        guests = _delegation(p, d, g)
    traveller = p.subject(g)
    if not guests and isinstance(traveller, Mention) and traveller.kind == "person" and where.codes:
        guests = [replace(traveller, codes=d.other(where.codes))]  # of a side not named here
    actor = sides(guests)
    if not guests or not actor:
        return None
    errand = _errand(p, g.j)
    dated = any(g.i - 4 <= i < right for i, _, e in p.dates if e.rule != "length")
    others = [m for m in _hosts(p, d, g, actor) if set(m.codes) - set(actor)]
    home = bool(where.codes) and set(where.codes) <= set(actor)
    foreign = bool(where.codes) and not home
    if not errand and not (foreign and dated and set(where.codes) & set(d.pair())):
        return None
    if home and not others:
        return None
    if others:
        actor = tuple(sorted({*actor, *sides(others)}))
    elif foreign and (d.sides[where.codes[0]] > 1 or set(where.codes) & set(d.pair())):
        actor = tuple(sorted({*actor, *where.codes}))
    elif len(actor) < 2:
        if not (errand and (dated or g.tense in AHEAD)):
            return None
        host = d.other(actor) or (where.codes if foreign else ())
        actor = tuple(sorted({*actor, *host}))
    if not 2 <= len(actor) <= 4:
        return None
    people = [*guests, *others]
    draft = Draft(kind_of(p, d, people, "", []), actor, (), "meeting", place=where.name)
    if where.kind == "demonym":
        draft.place = None
    draft.participants = names_of(people)
    near = [i for i, _, _ in p.dates if g.i - 6 <= i < right and _own(p, g, i)]
    set_date(p, d, draft, [g], right, near)
    stretch(p, draft, g)
    ahead = g.tense in AHEAD or is_ahead(draft.date, d)
    draft.status = "planned" if ahead else "held"
    by = governing(p, g)
    if g.tense == "infinitive" and by is not None and by.verb.lemma in talk_words("wishes"):
        draft.certainty = "hypothetical"
    if g.tense == "infinitive" and by is not None and by.verb.lemma in talk_words("refusals"):
        draft.certainty = "negated"
    if g.tense == "present" and draft.date is None and g.verb.lemma != "due":
        draft.status = "planned"
    if draft.status == "planned" and is_past(draft.date, d) and g.tense not in AHEAD:
        draft.status = "held"
    set_certainty(p, draft, g)
    first = min([g.i, *(m.i for m in guests if m.i < g.i)])
    draft.spans = [evidence(p, first, max(g.j, min(right, g.j + 14)))]
    return draft


def _errand(p: Parsed, k: int) -> bool:
    """Whether the traveller comes for talks: "for a round of talks", "to meet", "where he saw"."""
    words = talk_words("errand")
    for n in range(k, len(p.low)):
        led = p.low[n] in ("for", "to", "where", "and", "on")
        occasion = p.low[n] == "for" and of_many(p.text(n, min(len(p.low), n + 9)))
        if led and not occasion and words & set(p.low[n + 1 : n + 7]):
            return True
        if p.low[n] in (";", "but", "while") or any(
            x.i == n and x.tense not in ("infinitive", "ing", "participle") for x in p.groups
        ):
            return False
    return False


def _own(p: Parsed, g: VerbGroup, i: int) -> bool:
    """Whether no other verb stands between the journey and the day at token `i`."""
    others = [x for x in p.groups if not g.i <= x.v < g.j]
    return not any(min(g.i, i) < x.v < max(g.v, i) for x in others)


def _delegation(p: Parsed, d: Document, g: VerbGroup) -> list[Mention]:
    """ "A technical team from Malawi is expected": the side stands behind "from" or "of"."""
    for m in reversed(p.mentions):
        if m.j <= g.i and m.kind in ("country", "capital", "government") and m.codes:
            before = p.low[max(0, m.i - 4) : m.i]
            if {"from", "of"} & set(before) and {"team", "delegation", "officials", "mission",
                                                 "negotiators", "experts", "envoys"} & set(
                p.low[: m.i]
            ):  # fmt: skip
                return [Mention(m.i, m.j, "government", m.codes, m.name, official=True)]
    return []


def _hosts(p: Parsed, d: Document, g: VerbGroup, actor: tuple[str, ...]) -> list[Mention]:
    """Those whom the traveller comes to see, in the rest of the sentence."""
    for k in range(g.j, len(p.low)):
        group = next((x for x in p.groups if x.v == k), None)
        if group is not None and group.verb.lemma in talk_words("object") | {"sit down"}:
            found = partners(p, d, group.j, p.clause_end(group.j), actor, True)
            if found:
                return found
        elif p.low[k] == "with" or (
            p.low[k] == "by" and p.low[k - 1] in ("invitation", "received")
        ):
            found = partners(p, d, k + 1, p.clause_end(k + 1), actor, True)
            if found:
                return found
        elif p.low[k : k + 1] == ["where"]:
            later = [x for x in p.groups if x.i > k and x.verb.lemma in talk_words("object")]
            if later:
                return subjects(p, d, later[0])
    hit = [k for k in range(g.j, len(p.low)) if talk_phrases("counterparts").match(p.low, k)]
    if hit and d.other(actor):
        return [Mention(hit[0], hit[0] + 1, "official", d.other(actor), "counterpart")]
    return []


def visitor(p: Parsed, d: Document, i: int, j: int) -> Mention | None:
    """Who makes the visit that tokens `i` up to `j` name: "Farrell's visit", "a visit by X"."""
    for m in p.mentions:
        own = m.poss and m.j + 1 <= i and all(
            w in talk_words("modifiers") or w.isalpha() for w in p.low[m.j + 1 : i]
        ) and i - m.j <= 4  # fmt: skip
        by = m.i >= j and p.low[m.i - 1] in ("by", "of") and m.i - j <= 6
        if own or by:
            who = resolve(p, d, m)
            if who is not None and who.codes:
                return who
    return None
