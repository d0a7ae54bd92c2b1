"""When: the day a measure takes effect and the day it was announced."""

from __future__ import annotations

from datetime import date, timedelta

from .context import Document
from .dates import Expression, shift
from .draft import (
    AHEAD,
    Draft,
    dates_of,
    day_of,
    is_ahead,
    is_past,
    looks_ahead,
    owner,
    said_on,
)
from .governing import chain_of
from .grammar import Head, Parsed, VerbGroup
from .onsets import at_once
from .phrases import BREAKS


def set_dates(
    p: Parsed,
    d: Document,
    draft: Draft,
    g: VerbGroup | None,
    name: str,
    head: Head,
    left: int,
    right: int,
) -> None:
    groups = [g] if g is not None else []
    if g is not None:
        k = p.groups.index(g)
        # verbs that go on about the same measure: "set to take effect on", "starting on"
        for other in p.groups[k + 1 :]:
            if any(h.i > head.i and h.j <= other.i for h in p.measures):
                break
            if name == "stand" and p.subject(other) is not head:
                continue
            if (
                p.subject(other) is head
                or other.verb.lemma
                in (
                    "start",
                    "begin",
                    "take effect",
                    "apply",
                )
            ) and (
                other.isa("effect", "bite", "expire", "stand")
                or other.verb.lemma
                in (
                    "start",
                    "begin",
                )
            ):
                groups.append(other)
        for other in chain_of(p, g)[1:]:
            groups.append(other)
    dates = dates_of(p, groups) if groups else []
    if g is None and name == "stand" and len(p.measures) == 1 and len(p.dates) == 1:
        dates = [(i, e) for i, _, e in p.dates]
    own = [(i, e) for i, j, e in p.dates if head.j <= i < right or left <= i < head.i]
    begun = any(owner(p, i) is g and i > g.i for i, _, _ in p.dates) if g is not None else False
    if g is not None and (begun or name not in ("effect", "bite", "stand", "impose")):
        own = [(i, e) for i, e in own if not _told_aside(p, g, i, e)]
    if g is not None and begun:  # "in the making since April, took effect on Tuesday"
        dates = [(i, e) for i, e in dates if not _told_aside(p, g, i, e)]
    for item in own:
        if item not in dates:
            dates.append(item)
    if (
        not dates
        and g is not None
        and {"which", "under"} & set(p.low[: g.i])
        and p.groups[0] is not g
    ):
        dates = dates_of(p, p.groups[:1])  # "a truce in which X suspended": on the truce's day
    plain = False  # the date so far is that of the act
    length = next((e.span for _, e in dates if e.span), None)
    for i, e in sorted(dates, key=lambda item: item[0]):
        if e.rule == "length":
            continue
        who = next((x for x in reversed(p.groups) if x.v < i), None)
        if who is not None and who.tense in ("should", "would") and "have" in p.low[who.i : who.v]:
            continue  # "should have begun on Tuesday"
        ahead = _ahead(p, draft, g, who, e)
        value = e.on(said_on(p, d, i), ahead)
        if value is None:
            continue
        effective = e.lead in (
            "from",
            "since",
            "as of",
            "as from",
            "starting",
            "starting on",
            "starting from",
            "beginning",
            "beginning on",
            "effective",
            "effective from",
            "until",
            "till",
            "through",
            "by",
        )
        effective = effective or (
            who is not None and who.isa("effect", "bite", "expire", "stand") and who.v < i
        )
        if p.low[i - 1] in ("from", "since", "of") and i > 0 and not effective:
            effective = p.low[i - 1] != "of"
        if name in ("announce", "postpone") or draft.kind in (
            "measure_announced",
            "threat",
            "commitment",
        ):
            if (
                effective
                or is_ahead(value, d)
                or (draft.kind == "commitment" and is_ahead(value, d))
            ):
                draft.date = draft.date or value
            else:
                draft.announced_on = draft.announced_on or value
        elif (
            g is not None
            and name in ("effect", "bite")
            and owner(p, i) is not g
            and (is_past(value, d) and not effective)
        ):
            draft.announced_on = draft.announced_on or value
        elif draft.date is None or _within(value, draft.date):
            draft.date, plain = value, not effective
        elif effective and (is_ahead(value, d) or (plain and e.lead in _ONSET_LEADS)):
            draft.announced_on, draft.date = (draft.date if is_past(draft.date, d) else None), value
        elif draft.announced_on is None and is_past(value, d) and not effective and e.lead != "in":
            draft.announced_on = value
    if draft.announced_on is None and draft.kind != "measure_in_force":
        for i, _, e in p.dates:  # "..., the ministry said on Thursday"
            verb = owner(p, i)
            trailing = verb is not None and verb.isa("say", "announce") and verb.v > head.i
            if trailing and e.lead in ("", "on") and p.quoted[i] < 0:
                value = e.on(said_on(p, d, i), False)
                if value != draft.date and is_past(value, d):
                    draft.announced_on = value
    if draft.date is None and draft.kind in _DONE:
        draft.date = _at_once(p, d) or _shared_day(p, d, g)
    if draft.kind == "measure_suspended" and draft.date:
        if length and not draft.date.startswith(".."):
            first = day_of(draft.date)
            if first:
                draft.date = f"{first.isoformat()}/{_later(first, length).isoformat()}"
    elif (
        draft.kind in ("measure_announced", "measure_in_force")
        and draft.date
        and draft.date.startswith("../")
    ):
        draft.date = draft.date[3:] if name == "postpone" else draft.date
    if (
        draft.kind == "measure_in_force"
        and draft.date
        and is_ahead(draft.date, d)
        and (name != "stand" or (g is not None and g.verb.lemma == "face"))
    ) and "/" not in draft.date:
        draft.kind, draft.status = "measure_announced", "announced"
    if draft.kind == "measure_expired" and draft.date and draft.date.startswith("../"):
        draft.date = draft.date[3:]


def _told_aside(p: Parsed, g: VerbGroup, i: int, e: Expression) -> bool:
    """Whether the date tells of the measure's past: "the levy, doubled in 2018, was cut"."""
    verb = owner(p, i)
    return i < g.i and (e.lead == "since" or (verb is not None and verb is not g and verb.v < i))


_ONSET_LEADS = frozenset(
    ["from", "as of", "as from", "effective", "effective from", "starting", "starting from",
     "starting on", "beginning", "beginning on"]
)  # fmt: skip
_DONE = frozenset(["measure_in_force", "measure_revoked", "measure_suspended", "measure_resumed"])


def _at_once(p: Parsed, d: Document) -> str | None:
    """ "with immediate effect": on the day of the act, else of the story."""
    if not at_once(p):
        return None
    for i, _, e in p.dates:
        day = e.on(said_on(p, d, i), False) if e.rule in _DAYS else None
        if day and is_past(day, d):
            return day
    return d.published.isoformat() if d.published else None


_DAYS = ("weekday", "day", "rel_day")


def _shared_day(p: Parsed, d: Document, g: VerbGroup | None) -> str | None:
    """ "On Friday India shut its ports and stopped the mail": the day holds for both verbs."""
    if g is None or g.tense not in ("past", "perfect", "ing") or g.relative:
        return None
    for i, j, e in reversed(p.dates):
        if j > g.i or e.rule == "length" or e.lead in ("until", "till", "by", "since", "from"):
            continue
        between = p.low[j : g.i]
        if (
            set(between) & (BREAKS - {"as"} | {";", "that", "which", "who"})
            or p.quoted[i] != p.quoted[g.v]
        ):
            return None
        verb = owner(p, i)
        if verb is not None and verb.tense not in ("past", "perfect", "infinitive"):
            return None
        value = e.on(said_on(p, d, i), False)
        return value if value and is_past(value, d) else None
    return None


def _ahead(
    p: Parsed, draft: Draft, g: VerbGroup | None, who: VerbGroup | None, e: Expression
) -> bool | None:
    if e.lead in ("until", "till", "by", "through"):
        return True
    if e.lead == "since":
        return False
    if who is None and p.groups and p.groups[0].tense in ("past", "perfect", "pluperfect"):
        return False  # "on May 17, Washington agreed to lift"
    verb = who or g
    if verb is None:
        return None
    if e.lead in (
        "from",
        "starting",
        "starting on",
        "beginning",
        "effective",
        "effective from",
        "as of",
        "starting from",
    ) and draft.kind in ("measure_announced", "threat", "commitment"):
        return True
    if verb.verb.lemma in ("start", "begin") and verb.tense in ("ing", "present"):
        return draft.kind in ("measure_announced", "threat")
    if verb.tense == "infinitive":
        return looks_ahead(p, verb)
    if verb.tense in AHEAD:
        return True
    if verb.tense == "present" and verb.verb.lemma == "face" and e.lead in ("on", "from", "as of"):
        return True  # "face a tariff on Saturday"
    return bool(verb.tense == "present" and verb.isa("effect", "bite", "expire", "raise", "lower"))


def _within(value: str, wider: str) -> bool:
    """ "earlier this year, on March 29": the day inside the year."""
    return len(value) == 10 and len(wider) < 10 and value.startswith(wider)


def _later(first: date, days: int) -> date:
    """The day a length of time ends; whole years by the calendar."""
    return shift(first, days // 365, "year") if days % 365 == 0 else first + timedelta(days=days)
