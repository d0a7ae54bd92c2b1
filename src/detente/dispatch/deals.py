# ruff: noqa: E501, B007
"""Agreements and their end, commitments of one side, and rulings."""

from __future__ import annotations

import re
from datetime import timedelta

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    dates_of,
    day_of,
    evidence,
    is_ahead,
    joined,
    owner,
    resolve,
    sides_of,
    sorted_codes,
    subject,
)
from .parse import Head, Mention, Parsed, VerbGroup, word_set

_REACH = frozenset(
    [
        "reach",
        "sign",
        "strike",
        "seal",
        "conclude",
        "clinch",
        "ink",
        "initial",
        "secure",
        "finalise",
        "finalize",
        "hammer",
        "out",
        "forge",
        "agree",
        "agree",
        "on",
        "broker",
        "announce",
        "unveil",
        "extend",
        "land",
        "endorse",
        "approve",
        "ratify",
        "prolong",
        "renew",
        "complete",
        "cut",
        "negotiate",
        "settle",
        "hail",
        "shake",
        "hands",
        "on",
        "come",
        "into",
        "force",
        "take",
        "effect",
        "enter",
        "into",
        "force",
    ]
) | {"agree on", "hammer out", "take effect", "come into force", "enter into force", "roll over"}
_TALK_VERBS = frozenset(
    [
        "meet",
        "talk",
        "speak",
        "hold",
        "continue",
        "resume",
        "negotiate",
        "discuss",
        "work",
        "keep",
        "start",
        "begin",
        "drop",
        "open",
        "restart",
        "restore",
        "convene",
        "send",
        "visit",
    ]
)


def read_deals(p: Parsed, d: Document) -> list[Draft]:
    return [*_agreements(p, d), *_expiries(p, d), *_commitments(p, d), *_rulings(p, d)]


def _skip_deal(p: Parsed, head: Head) -> bool:
    after = p.low[head.j] if head.j < len(p.low) else ""
    if after in ("talks", "negotiations", "partners", "partner", "-", "breaker"):
        return True
    words = p.low[max(0, head.i - 3) : head.i]
    return "no" in words or "without" in words or "any" in words


def _agreements(p: Parsed, d: Document) -> list[Draft]:
    found: list[Draft] = []
    for head in p.deals:
        if _skip_deal(p, head):
            continue
        g, role = _deal_verb(p, head)
        if g is None:
            found += _near_deal(p, d, head)
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


def _expiries(p: Parsed, d: Document) -> list[Draft]:
    """ "That deal is due to expire in November", "the transition period runs out on 31 December"."""
    found = []
    names = word_set("expiring")
    for g in p.groups:
        if not (g.isa("expire") or (g.verb.lemma == "end" and not g.passive)):
            continue
        lo = max(0, g.i - 14)
        words = [k for k in range(lo, g.i) if p.low[k] in names]
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
        for i, e in dates_of(p, [g]):
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


def _commitments(p: Parsed, d: Document) -> list[Draft]:
    """ "Beijing agreed to resume shipments", "Japan pledged to invest", "Bern will open quotas"."""
    found: list[Draft] = []
    for k, g in enumerate(p.groups):
        lemma = g.verb.lemma
        if (
            lemma not in ("agree", "pledge", "promise", "commit", "undertake", "vow", "intend")
            or g.negated
        ):
            continue
        if g.tense not in ("past", "perfect", "pluperfect", "ing", "present") or p.quoted[g.v] >= 0:
            continue
        who = subject(p, d, g)
        if who is None or not who.codes or len(sides_of(p, d, p.subject(g))) > 1:
            continue
        rest = [
            x
            for x in p.groups[k + 1 :]
            if x.i - g.j <= 3 and x.tense in ("infinitive", "future", "ing", "would")
        ]
        nxt = p.low[g.j : g.j + 2]
        if (
            not rest
            and nxt[:1] not in (["to"], ["not"])
            and not any(x.i == g.i for x in p.groups[k + 1 :])
        ):
            continue
        verb = rest[0] if rest else None
        word = p.low[verb.v] if verb is not None else p.low[min(len(p.low) - 1, g.j + 1)]
        if (
            verb is not None
            and verb.verb.lemma in _TALK_VERBS
            and verb.verb.lemma not in ("restore", "resume", "open", "drop", "send")
        ):
            continue
        if verb is not None and verb.isa("talk"):
            continue
        if lemma == "vow" and (
            verb is None
            or verb.isa("impose", "raise", "say")
            or word in ("retaliate", "respond", "defend", "fight", "protect", "take")
        ):
            continue
        at = verb.j if verb is not None else g.j
        right = max(p.clause_end(at), at)
        if any(
            h.i < right and h.i >= at and h.what not in ("generic", "other") for h in p.measures
        ) and (verb is not None and verb.isa("suspend", "revoke", "lower", "impose", "raise")):
            continue  # the measures' rules read it
        draft = Draft("commitment", who.codes, d.other(who.codes), status="announced")
        text = set(p.low[g.i : right])
        if (verb is not None and verb.isa("buy")) or word in ("buy", "purchase", "import"):
            draft.instrument = "purchase_commitment"
        elif text & {"licence", "licences", "license", "licenses", "permits"}:
            draft.instrument = "export_license"
        elif text & {"shipments", "exports"} and verb is not None and verb.isa("resume"):
            draft.instrument = "export_control"
        elif text & {"tariff", "tariffs", "duty", "duties"}:
            draft.instrument = "tariff"
        named = [m for m in p.mentions if at <= m.i < right and m.codes and not set(m.codes) & set(who.codes)
                 and m.kind in ("demonym", "country", "capital")]  # fmt: skip
        if named:
            draft.target = named[0].codes
        draft.scope = p.text(at, min(right, at + 8)) if at < min(right, len(p.low)) else None
        for i, e in dates_of(p, [x for x in (g, verb) if x is not None]):
            if e.rule == "length":
                continue
            value = e.on(d.published, i > g.v)
            if value is None:
                continue
            if i > g.v and is_ahead(value, d):
                draft.date = value
            else:
                draft.announced_on = value
        draft.spans = [evidence(p, g.i, max(at, min(right, at + 10)))]
        found.append(draft)
    return found or _assured(p, d) or _in_return(p, d)


_ASSURANCES = frozenset(
    ["assurance", "assurances", "pledge", "pledges", "promise", "undertaking", "guarantee"]
)
_ACCESS = frozenset(["quota", "quotas", "access", "market", "markets", "licences", "licenses"])


def _assured(p: Parsed, d: Document) -> list[Draft]:
    """ "gave an assurance that", "will give American beef a quota": a promise without the verb."""
    for g in p.groups:
        if p.quoted[g.v] >= 0 or g.negated or g.verb.lemma not in (
            "give", "make", "offer", "grant", "open", "guarantee", "allow", "provide"
        ):  # fmt: skip
            continue
        right = p.clause_end(g.j)
        words = set(p.low[g.j : max(right, g.j)])
        promised = words & _ASSURANCES and g.tense in ("past", "perfect", "pluperfect")
        opened = words & _ACCESS and g.tense == "future"
        who = subject(p, d, g)
        if not (promised or opened) or who is None or not who.codes:
            continue
        named = [m for m in p.mentions if m.i >= g.j and m.codes and not set(m.codes) & set(who.codes)
                 and m.kind in ("demonym", "country", "capital")]  # fmt: skip
        target = named[0].codes if named else d.other(who.codes)
        draft = Draft("commitment", who.codes, target, status="announced")
        if words & {"licences", "licenses"} or (promised and {"licences", "licenses"} & set(p.low)):
            draft.instrument = "export_license"
        elif words & {"quota", "quotas", "duty", "duties", "tariff"}:
            draft.instrument = "tariff"
        draft.scope = p.text(g.j, min(right, g.j + 8)) if right > g.j else None
        for i, e in dates_of(p, [g]):
            draft.date = draft.date or (e.on(d.published, True) if i > g.v and opened else None)
        draft.spans = [evidence(p, g.i, max(g.j, min(right, g.j + 12)))]
        return [draft]
    return []


def _in_return(p: Parsed, d: Document) -> list[Draft]:
    """ "In exchange, Bern will open quotas": what a side is to do under a deal."""
    text = " ".join(p.low)
    if not re.search(
        r"\bin (?:exchange|return)\b|\b(?:under|as part of) (?:the|that|its|this) (?:\w+ ){0,3}"
        r"(?:deal|agreement|accord|pact|framework|truce|arrangement)\b", text
    ) and not any(w in text for w in ("in exchange", "in return", "under the deal", "under the agreement",
                                   "under the accord", "as part of the deal",
                                   "under the pact", "under the framework", "under the truce")):  # fmt: skip
        return []
    found = []
    for g in p.groups:
        if g.tense not in ("future", "would") or p.quoted[g.v] >= 0 or g.negated:
            continue
        if g.isa("say", "talk", "meet", "effect", "expire") and not g.isa(
            "impose", "revoke", "lower"
        ):
            continue
        who = subject(p, d, g)
        if who is None or not who.codes or len(sides_of(p, d, p.subject(g))) > 1:
            continue
        right = p.clause_end(g.j)
        draft = Draft("commitment", who.codes, d.other(who.codes), status="announced")
        words = set(p.low[g.i : right])
        if g.isa("buy"):
            draft.instrument = "purchase_commitment"
        elif words & {"tariff", "tariffs", "duty", "duties"}:
            draft.instrument = "tariff"
        elif words & {"licence", "licences", "license", "licenses"}:
            draft.instrument = "export_license"
        draft.scope = p.text(g.j, min(right, g.j + 8)) if g.j < min(right, len(p.low)) else None
        for i, e in dates_of(p, [g]):
            draft.date = draft.date or (e.on(d.published, True) if i > g.v else None)
        draft.spans = [evidence(p, g.i, max(g.j, min(right, g.j + 10)))]
        found.append(draft)
    return found


def _rulings(p: Parsed, d: Document) -> list[Draft]:
    found: list[Draft] = []
    for g in p.groups:
        if not g.isa("rule") or g.tense in AHEAD or p.quoted[g.v] >= 0:
            continue
        s = p.subject(g)
        court, codes = None, ()
        if isinstance(s, Mention) and s.kind in ("court", "body"):
            court, codes = s, s.codes
        lo = max(0, g.i - 14)
        heads = [c for c in p.courts if lo <= c.i and c.j <= g.i]
        if g.passive:
            heads = [c for c in p.courts if g.j <= c.i <= g.j + 6] or heads
            by = [m for m in p.mentions if m.kind in ("court", "body") and g.j <= m.i <= g.j + 3]
            if by:
                court, codes = by[0], by[0].codes
        if court is None and not heads:
            continue
        if court is None and isinstance(s, Mention) and s.i > heads[-1].j:
            continue
        if g.verb.lemma in (
            "decide",
            "order",
            "issue",
            "confirm",
            "conclude",
            "clear",
            "side",
            "hold",
            "back",
            "declare",
            "judge",
        ) and not (p.measures or "that" in p.low[g.j : g.j + 2]):
            continue
        text = " ".join(p.low)
        if not codes:
            near = [
                m
                for m in p.mentions
                if heads and heads[-1].i - 4 <= m.i <= heads[-1].j + 3 and m.codes
            ]
            if "wto" in text or "world trade organi" in text or "panel" in text:
                codes = ("WLD",)
            elif near:
                codes = near[0].codes
            else:
                codes = d.pair()[:1]
        target: tuple[str, ...] = ()
        domestic = codes != ("WLD",)
        for m in p.mentions:
            if domestic and (m.kind == "demonym" or p.low[m.i - 1] in ("on", "from", "against")):
                continue  # the goods of others; a court judges its own government
            if (
                m.i >= g.j
                and m.codes
                and m.kind in ("country", "capital", "demonym", "person", "government")
                and (not set(m.codes) & set(codes) or codes != ("WLD",))
                and m.codes != ("WLD",)
            ):
                target = m.codes
                break
        if not target:
            target = codes if codes != ("WLD",) else d.pair()[:1]
        draft = Draft("ruling", codes, target)
        draft.instrument = (
            "tariff" if {"tariff", "tariffs", "duties", "duty", "levies"} & set(p.low) else None
        )
        for _, e in dates_of(p, [g]):
            draft.date = draft.date or e.on(d.published, False)
        if g.negated:
            continue
        start = court.i if court is not None else heads[-1].i
        draft.spans = [
            evidence(p, min(start, g.i), min(len(p.low), max(g.j, p.clause_end(g.j), g.j + 12)))
        ]
        found.append(draft)
    return found[:1]


__all__ = ["joined", "read_deals", "resolve"]
