"""Agreements, how near they are, and when they run out."""

from __future__ import annotations

from datetime import timedelta

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    dates_of,
    day_of,
    evidence,
    owner,
    sides_of,
    sorted_codes,
)
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import word_set

_TALK_VERBS = word_set("talk_verbs")


_REACH = word_set("reach")


def _skip_deal(p: Parsed, head: Head) -> bool:
    after = p.low[head.j] if head.j < len(p.low) else ""
    if after in ("talks", "negotiations", "partners", "partner", "-", "breaker"):
        return True
    words = p.low[max(0, head.i - 3) : head.i]
    return "no" in words or "without" in words or "any" in words


def read_agreements(p: Parsed, d: Document) -> list[Draft]:
    found: list[Draft] = []
    for head in p.deals:
        if _skip_deal(p, head):
            continue
        g, role = _deal_verb(p, head)
        if g is None:
            found += _near_deal(p, d, head) or _standing_deal(p, d, head)
            continue
        if p.quoted[g.v] >= 0 and g.tense not in ("past", "perfect"):
            continue
        if head.text.lower() == "joint statement" and g.verb.lemma not in (
            "agree",
            "sign",
            "agree on",
        ):
            continue
        found += _agreement(p, d, head, g, role)
    if not found:
        for g in p.groups:
            if g.verb.lemma == "agree on" and g.tense in ("past", "perfect", "pluperfect"):
                sides = sides_of(p, d, p.subject(g))
                if len(sides) > 1 and p.quoted[g.v] < 0 and not g.negated:
                    found += _agreement(p, d, Head(g.i, g.j, "deal", ""), g, "subj")
                continue
            # "the two governments agreed to suspend the dispute", "agreed to extend the truce"
            if (
                g.verb.lemma != "agree"
                or g.negated
                or g.tense not in ("past", "perfect", "pluperfect")
            ):
                continue
            s = p.subject(g)
            if s is None or isinstance(s, Head):
                continue
            sides = sides_of(p, d, s)
            nxt = [x for x in p.groups if x.v > g.v]
            if len(sides) < 2 or not nxt or nxt[0].tense not in ("future", "infinitive"):
                continue
            if nxt[0].verb.lemma in _TALK_VERBS:
                continue
            head = Head(g.i, nxt[0].j, "deal", "")
            one = _agreement(p, d, head, g, "subj")
            for draft in one:
                draft.actor = sides
                draft.scope = (
                    p.text(nxt[0].j, min(p.clause_end(nxt[0].j), nxt[0].j + 6))
                    if nxt[0].j < len(p.low)
                    else None
                )
            found += one
            break
    return found


def _near_deal(p: Parsed, d: Document, head: Head) -> list[Draft]:
    """ "close to a deal": still to be concluded."""
    before = p.low[max(0, head.i - 6) : head.i]
    if not (("close" in before and "to" in before) or "verge" in before or "nearing" in before or (
        "closer" in before)):  # fmt: skip
        return []
    named = [m for m in p.mentions if m.j <= head.i and m.official and not p.in_pp(m)]
    sides = sorted_codes(*(sides_of(p, d, m) for m in named[:1]))
    if len(sides) < 2:
        sides = sorted_codes(sides, d.other(sides) if sides else d.pair())
    if len(sides) < 2:
        return []
    draft = Draft("agreement", sides, (), "agreement", status="planned")
    draft.spans = [evidence(p, max(0, head.i - 5), head.j)]
    return [draft]


def _standing_deal(p: Parsed, d: Document, head: Head) -> list[Draft]:
    """ "The trade agreement between the two has been in force since 2012"."""
    for k in range(head.j, min(head.j + 12, len(p.low) - 2)):
        if p.low[k] == "in" and p.low[k + 1] in ("force", "effect"):
            since = [e for i, _, e in p.dates if i in (k + 2, k + 3)]
            sides = d.pair()
            if not since or len(sides) < 2:
                return []
            draft = Draft("agreement", sides, (), "agreement", status="in_force")
            draft.date = since[0].on(d.published, False)
            draft.spans = [evidence(p, head.i, min(len(p.low), k + 5))]
            return [draft]
    return []


def _deal_verb(p: Parsed, head: Head) -> tuple[VerbGroup | None, str]:
    for g in p.groups:
        if (
            g.i >= head.j
            and p.subject(g) is head
            and (g.verb.lemma in _REACH or g.isa("reach", "effect"))
            and (g.passive or g.isa("effect") or g.tense == "participle")
        ):
            return g, "subj"
    for g in p.groups:  # "a deal between X and Y that was reached in January"
        if (
            (g.relative or p.low[g.i - 1] in ("that", "which"))
            and g.passive
            and g.isa("reach")
            and 0 <= g.i - head.j <= 14
            and not any(x.j <= g.i and x.i >= head.j for x in (*p.measures, *p.talks))
        ):
            return g, "subj"
    for g in p.groups:
        if (
            g.passive
            and g.isa("reach")
            and 0 < g.i - head.j <= 16
            and "between" in p.low[head.j : g.i]
        ):
            return g, "subj"
    before = [g for g in p.groups if g.j <= head.i]
    for g in reversed(before[-2:]):
        if (g.verb.lemma in _REACH or g.isa("reach")) and head.i - g.j <= 9:
            gap = p.low[g.j : head.i]
            if g.verb.lemma == "agree" and any(g.v < x.v < head.i for x in p.groups):
                continue
            if "that" in gap or any(w in (";", ".") for w in gap):
                continue
            if g.verb.lemma in ("announce", "unveil", "approve", "endorse") and "on" in gap:
                continue
            return g, "obj"
        if g.isa("extend") and head.i - g.j <= 6:
            return g, "obj"
    return None, ""


def _agreement(p: Parsed, d: Document, head: Head, g: VerbGroup, role: str) -> list[Draft]:
    sides: tuple[str, ...] = ()
    s = p.subject(g) if role == "obj" or head.text == "" else None
    if g.passive and s is None:
        s = None
    if isinstance(s, Mention):
        sides = sides_of(p, d, s)
    right = p.clause_end(head.j)
    for m in p.mentions:
        before = p.low[m.i - 1] if m.i else ""
        if before == "the":
            before = p.low[m.i - 2]
        if (
            head.j <= m.i < max(right, head.j + 8)
            and m.codes
            and (
                before in ("with", "between")
                or (before in ("and", ",") and "between" in p.low[head.j : m.i])
            )
        ) or (head.i - 5 <= m.i < head.i and m.kind in ("demonym", "country") and m.i >= g.j):
            sides = sorted_codes(sides, m.codes)
    if len(sides) < 2:
        sides = sorted_codes(sides, d.other(sides) if sides else d.pair())
    if len(sides) < 2:
        return []
    draft = Draft("agreement", sides, (), "agreement", status="announced")
    dates = dates_of(p, [g])
    for i, _, e in p.dates:
        if head.j <= i < right and (i, e) not in dates:
            dates.append((i, e))
    length = next((e.span for _, e in dates if e.span), None)
    for _, e in dates:
        if e.rule == "length":
            continue
        ahead = g.tense in AHEAD or e.lead in ("until", "till", "by", "through")
        value = e.on(d.published, ahead)
        if value and draft.date is None:
            draft.date = value
        elif value and value.startswith("../"):
            draft.announced_on, draft.date = draft.date, value
    if length and draft.date and "/" not in draft.date and g.isa("extend"):
        first = day_of(draft.date)
        if first:
            draft.date = f"{first.isoformat()}/{(first + timedelta(days=length)).isoformat()}"
    if g.tense in AHEAD and "agreed" not in p.low[g.i : g.v]:
        draft.status = "planned"
        draft.certainty = "hypothetical" if g.tense in ("may", "would") else "stated"
        if g.tense == "infinitive":
            governing = [x for x in p.groups if x.j <= g.i]
            if (
                governing
                and governing[-1].verb.lemma == "agree"
                and governing[-1].tense in ("past", "perfect", "pluperfect")
            ):
                draft.status = "announced"
            elif not draft.date:
                return []
        elif not draft.date and g.tense in ("may", "would", "should"):
            return []
    if g.tense == "ing" and g.verb.lemma in ("reach", "agree", "conclude", "sign", "strike"):
        return []
    if g.isa("effect"):
        draft.status = "planned" if g.tense in AHEAD else "in_force"
    if g.negated:
        draft.certainty = "negated"
    if draft.date is None and draft.status == "announced":
        for i, _, e in p.dates:  # "..., the Federal Council said on Friday"
            verb = owner(p, i)
            if verb is not None and verb.isa("say") and e.rule in ("weekday", "day", "rel_day"):
                draft.date = e.on(d.published, False)
    if draft.date is None and draft.status == "announced" and g.tense not in AHEAD:
        for i, _, e in p.dates:  # "met on Thursday and agreed a timetable"
            day = e.rule in ("weekday", "day", "rel_day") and e.lead in ("", "on")
            if day and p.quoted[i] < 0 and draft.date is None:
                draft.date = e.on(d.published, False)
    draft.scope = None
    draft.place = _place(p, g, right)
    start = min(s.i if isinstance(s, Mention) else head.i, head.i, g.i)
    draft.spans = [evidence(p, start, max(g.j, min(right, head.j + 10)))]
    draft.refers = "the" in p.low[max(0, head.i - 3) : head.i]
    return [draft]


def _place(p: Parsed, g: VerbGroup, right: int) -> str | None:
    for m in p.mentions:
        if g.j <= m.i < right and m.kind in ("city", "capital") and p.low[m.i - 1] in ("in", "at"):
            return m.name
    return None


_LASTING = word_set("lasting")


def read_expiries(p: Parsed, d: Document) -> list[Draft]:
    """What runs out: "That deal is due to expire in November"."""
    found = []
    names = word_set("expiring")
    for g in p.groups:
        if not (g.isa("expire") or (g.verb.lemma == "end" and not g.passive)):
            continue
        lo = max(0, g.i - 14)
        words = [k for k in range(lo, g.i) if p.low[k] in names]
        first = [k for k in range(min(4, g.i)) if p.low[k] in names]
        words = first or words
        if not g.isa("expire"):  # duties that end are lifted; a truce that ends runs out
            words = [k for k in words if p.low[k] not in _LASTING]
        if not words:
            continue
        s = p.subject(g)
        if isinstance(s, Mention) and s.i > words[-1] and s.kind != "pronoun":
            continue
        if isinstance(s, Head) and s.what not in ("deal",) and s.i > words[-1]:
            continue
        name = p.low[words[-1]]
        if g.verb.lemma == "end" and not p.dates:
            continue
        deal = name in (
            "truce",
            "deal",
            "agreement",
            "transition",
            "period",
            "ceasefire",
            "pact",
            "accord",
            "framework",
            "standstill",
            "arrangement",
        )
        draft = Draft("measure_expired", status="expired", scope=name)
        draft.instrument = "agreement" if deal else None
        if deal:
            draft.actor = d.pair()
            left = words[-1]
            near = [
                m
                for m in p.mentions
                if left - 6 <= m.i < left + 5
                and m.codes
                and m.j <= g.i
                and m.kind in ("country", "demonym", "capital")
            ]
            codes = sorted_codes(*(m.codes for m in near))
            if len(codes) >= 2:
                draft.actor = codes
        draft.actor = tuple(sorted(draft.actor))
        draft.refers = not deal
        for _i, e in dates_of(p, [g]):
            value = e.on(d.published, g.tense in AHEAD or g.tense == "present")
            if value:
                draft.date = value[3:] if value.startswith("../") else value
        if draft.date is None and g.tense not in ("past", "perfect", "future", "present"):
            continue
        if g.negated:
            draft.certainty = "negated"
        draft.spans = [evidence(p, words[-1], max(g.j, min(p.clause_end(g.j), g.j + 6)))]
        found.append(draft)
    return found
