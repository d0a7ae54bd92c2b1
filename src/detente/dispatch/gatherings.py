"""What every mention of talks has: kind, names, place, day and certainty."""

from __future__ import annotations

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    dates_of,
    looks_ahead,
    owner,
    said_on,
)
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import word_set

CALL_WORDS = word_set("call_words")


def kind_of(p: Parsed, d: Document, people: list[Mention], what: str, words: list[str]) -> str:
    if what == "call" or CALL_WORDS & set(words) or ("spoke" in words and "by" in words):
        return "call"
    leaders = {code for m in people if m.leader for code in m.codes}
    if what == "summit" or len(leaders) >= 2:
        return "summit"
    return "meeting"


def names_of(people: list[Mention]) -> list[str]:
    return list(dict.fromkeys(m.name for m in people if m.kind == "person"))


def talk_object(p: Parsed, g: VerbGroup) -> Head | None:
    for t in p.talks:
        if g.j <= t.i <= g.j + 9 and not any(x.v > g.v and x.v < t.i for x in p.groups):
            return t
    return None


def place_of(p: Parsed, d: Document, a: int, b: int, actor: tuple[str, ...]) -> str | None:
    """The most exact place after "in", "at" or "to": a city before its country."""
    best: Mention | None = None
    for m in p.mentions:
        if not a <= m.i < max(b, a):
            continue
        if m.kind not in ("city", "capital", "country") or (m.official and m.kind == "government"):
            continue
        before = p.low[m.i - 1] if m.i else ""
        if before == "the" and m.i > 1:
            before = p.low[m.i - 2]
        listed = before == "," and best is not None and m.i - best.j == 1
        if before in ("in", "at") and best is None:
            best = m
        elif listed:
            continue
    return best.name if best and not (best.kind == "country" and best.codes == ("EU",)) else None


def host_side(d: Document, where: Mention) -> tuple[str, ...]:
    if where.codes and (where.codes[0] in d.pair() or d.sides[where.codes[0]] > 1):
        return where.codes
    return ()


def set_date(
    p: Parsed,
    d: Document,
    draft: Draft,
    groups: list[VerbGroup],
    right: int,
    extra: list[int] | None = None,
) -> None:
    if extra is None:
        extra = []
    dates = dates_of(p, groups)
    for i, _, e in p.dates:
        if i in extra and (i, e) not in dates:
            dates.append((i, e))
    first = min(dates, key=lambda item: item[0])[0] if dates else 0
    for i, e in sorted(dates, key=lambda item: item[0] - first):
        if (
            e.lead == "since"
            or e.rule == "length"
            or (e.rule in ("unit", "part_of") and "year" in e.text and e.text[0] in "tT")
        ):
            continue
        verb = owner(p, i) or (groups[0] if groups else None)
        ahead = (
            None
            if verb is None
            else looks_ahead(p, verb)
            if verb.tense == "infinitive"
            else verb.tense in AHEAD
            or (verb.tense == "present" and verb.verb.lemma not in ("say",))
        )
        value = e.on(said_on(p, d, i), ahead)
        if value is None:
            continue
        if draft.date is None or _finer(value, draft.date):
            draft.date = value


def _finer(new: str, old: str) -> bool:
    """A single day tells more than the week or month that holds it."""
    return ("/" in old or len(old) < 10) and "/" not in new and len(new) == 10


def set_certainty(p: Parsed, draft: Draft, g: VerbGroup) -> None:
    if g.negated:
        draft.certainty = "negated"
        return
    k = p.groups.index(g)
    if k and p.groups[k - 1].negated and g.tense == "infinitive":
        draft.certainty = "negated"
    if g.tense == "may" or (g.tense == "would" and "if" in p.low):
        draft.certainty = "hypothetical"
    text = " ".join(p.low)
    if any(
        w in text
        for w in (
            "no plans to",
            "called off",
            "was cancelled",
            "was canceled",
            "were cancelled",
            "been cancelled",
            "were canceled",
            "has no plans",
            "no meeting",
            "no call",
        )
    ):
        draft.certainty = "negated"
    if draft.certainty == "stated" and any(
        w in text
        for w in (
            "not been confirmed",
            "no date has been",
            "possible meeting",
            "has been discussed",
            "is being discussed",
            "no date has",
            "may meet",
            "could meet",
            "under discussion",
            "yet to be confirmed",
            "not yet confirmed",
            "is considering",
        )
    ):
        draft.certainty = "hypothetical"
    if draft.certainty == "stated" and any(
        w in p.low for w in ("reportedly", "sources", "reported", "source")
    ):
        draft.certainty = "reported"
