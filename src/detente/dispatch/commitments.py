"""Commitments of one side: what it promised to do, with or without the verb."""

from __future__ import annotations

import re

from .context import Document
from .draft import (
    Draft,
    dates_of,
    evidence,
    is_ahead,
    sides_of,
    sorted_codes,
    subject,
)
from .grammar import Parsed, VerbGroup
from .lexicon import word_set

_TALK_VERBS = word_set("talk_verbs")


def read_commitments(p: Parsed, d: Document) -> list[Draft]:
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
        named = [
            m
            for m in p.mentions
            if at <= m.i < right
            and m.codes
            and not set(m.codes) & set(who.codes)
            and m.kind in ("demonym", "country", "capital")
        ]
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
    return found or _assured(p, d) or _in_return(p, d) or _deeds(p, d) or _pledges(p, d)


_DEEDS = word_set("deeds")
_CASES = word_set("cases")
_COMPANIES = frozenset(["companies", "company", "firms", "investors", "businesses", "carmakers"])
_SPENDING = frozenset(["invest", "spend", "put", "pour", "buy", "purchase", "order"])


def _deeds(p: Parsed, d: Document) -> list[Draft]:
    """What a side is to do for the other: "Brussels will drop the case", "firms are to invest"."""
    found = []
    for g in p.groups:
        intends = g.tense == "infinitive" and "intend" in " ".join(p.low[max(0, g.i - 2) : g.j])
        ahead = g.tense in ("future", "would") or intends
        lemma = g.verb.lemma
        if not ahead or g.passive or g.negated or p.quoted[g.v] >= 0 or lemma not in _DEEDS:
            continue
        said = any(x.isa("say") and x.j <= g.i for x in p.groups) or g.tense != "would"
        if not said or {"if", "unless"} & set(p.low):
            continue
        right = max(p.clause_end(g.j), g.j)
        goods = set(p.low[g.j : right])
        spends = lemma in _SPENDING
        if (spends and not goods & _MONEY) or (lemma == "admit" and p.percents):
            continue
        if lemma in ("withdraw", "drop", "stop", "discontinue", "end", "suspend") and not (
            goods & _CASES
        ):
            continue
        codes = _company_side(p, d, g) if spends else ()
        who = subject(p, d, g)
        if not codes and who is not None and len(sides_of(p, d, p.subject(g))) == 1:
            codes = who.codes
        if not codes:
            continue
        draft = Draft("commitment", codes, d.other(codes), status="announced")
        if g.isa("buy"):
            draft.instrument = "purchase_commitment"
        draft.scope = p.text(g.j, min(right, g.j + 8)) if right > g.j else None
        for i, e in dates_of(p, [g]):
            draft.date = draft.date or (e.on(d.published, True) if i > g.v else None)
        if "according" in p.low:
            draft.certainty = "reported"
        draft.spans = [evidence(p, g.i, max(g.j, min(right, g.j + 10)))]
        found.append(draft)
    return found


_MONEY = word_set("money")


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


def _pledges(p: Parsed, d: Document) -> list[Draft]:
    """Promises told by a noun: "a pledge to take 25 million tonnes", "the licences X promised"."""
    for k in range(len(p.low) - 2):
        if p.low[k] in ("pledge", "promise", "undertaking", "commitment") and p.low[k + 1] == "to":
            verb = next((g for g in p.groups if g.i <= k + 1 < g.j), None)
            word = p.low[verb.v] if verb is not None else p.low[k + 2]
            at, right = k + 3, p.clause_end(k + 3)
            goods = set(p.low[at:right])
            bought = word in ("buy", "purchase", "take", "import") and goods & _MONEY
            if not bought and word not in _DEEDS:
                continue
            near = [m for m in p.mentions if m.j <= k and m.codes and (m.poss or p._can_act(m))]
            codes = near[-1].codes if near else d.last
        elif p.low[k] in ("promised", "pledged") and p.quoted[k] < 0:
            licences = {"licences", "licenses", "permits"} & set(p.low[max(0, k - 6) : k + 4])
            inner = [m for m in p.mentions if m.j == k and m.codes]
            if not licences or not inner or p.low[k + 1] == "to":
                continue
            codes, word, at, right = inner[-1].codes, "license", k + 1, p.clause_end(k + 1)
        else:
            continue
        if not codes:
            continue
        draft = Draft("commitment", codes, d.other(codes), status="announced")
        if word == "license":
            draft.instrument = "export_license"
            named = {c for m in p.mentions if m.i > at and m.kind == "country" for c in m.codes}
            draft.target = sorted_codes(tuple(named - set(codes))) or ("WLD",)
        if word in ("buy", "purchase", "take", "import"):
            draft.instrument = "purchase_commitment"
        draft.scope = p.text(at, min(right, at + 8)) if at < min(right, len(p.low)) else None
        for i, _, e in p.dates:
            if at <= i < right and word != "license":
                draft.date = draft.date or e.on(d.published, True)
        draft.spans = [evidence(p, k, max(at, min(right, at + 10)))]
        return [draft]
    return []


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
        named = [
            m
            for m in p.mentions
            if m.i >= g.j
            and m.codes
            and not set(m.codes) & set(who.codes)
            and m.kind in ("demonym", "country", "capital")
        ]
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
        r"(?:deal|agreement|accord|pact|framework|truce|arrangement)\b",
        text,
    ) and not any(
        w in text
        for w in (
            "in exchange",
            "in return",
            "under the deal",
            "under the agreement",
            "under the accord",
            "as part of the deal",
            "under the pact",
            "under the framework",
            "under the truce",
        )
    ):
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
