"""Talks told by a noun: "the third round in Geneva", "a planned meeting with Xi"."""

from __future__ import annotations

import re
from copy import deepcopy

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    evidence,
    is_ahead,
    joined,
    resolve,
    said_on,
    sides_of,
    sorted_codes,
)
from .gatherings import kind_of, names_of, place_of, set_certainty, set_date
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import word_set

_MEETING_VERBS = word_set("meeting_verbs")


_PLANNED = word_set("planned")


_PAST = word_set("past")


_HELD_VERBS = word_set("held_verbs")

_AMONG_LEADERS = frozenset(["meeting", "dinner", "encounter", "working dinner", "visit"])


def by_noun(p: Parsed, d: Document, head: Head, spoken: set[int]) -> list[Draft]:
    """Talks named by `head`: "talks in Kuala Lumpur on 25 October", "a planned meeting with Xi"."""
    low = p.low
    after = low[head.j] if head.j < len(low) else ""
    if p.quoted[head.i] >= 0 and after not in ("in", "on"):
        return []
    if head.what == "summit" and _occasion(p, head):
        return []
    if head.text.lower() in (
        "trip",
        "visit",
        "dialogue",
        "session",
        "gathering",
        "conversation",
        "dinner",
        "encounter",
        "round",
        "rounds",
    ) and (
        head.i
        and low[head.i - 1]
        in (
            "cabinet",
            "security",
            "strategic",
            "plenary",
            "economic",
            "emergency",
            "uruguay",
            "doha",
        )
    ):
        return []
    if {"cabinet", "emergency"} & set(low[max(0, head.i - 2) : head.i]) or (
        "minister" in low[max(0, head.i - 1) : head.i] and head.i and low[head.i - 1] == "board"
    ):
        return []
    if low[head.j : head.j + 2] == ["in", "a"] and any(
        t.what == "call" and head.j < t.i <= head.j + 4 for t in p.talks
    ):
        return []  # "start consultations in a video call": the call is the event
    group = _predicate(p, head)
    if group is not None and id(group) in spoken:
        return []
    left = head.i
    while (
        left > 0
        and low[left - 1]
        not in (
            "in",
            "on",
            "of",
            "for",
            ",",
            "at",
            "after",
            "to",
            "from",
            "and",
            "as",
            ".",
            "by",
            "with",
            "into",
            "over",
            "against",
            "—",
            "about",
        )
        and not any(g.i <= left - 1 < g.j for g in p.groups)
        and head.i - left < 8
    ):
        left -= 1
    right = p.clause_end(head.j)
    # sides: people and sides right before, "between", "with", or the verb's subject
    near: list[Mention] = []
    for m in p.mentions:
        if (
            left <= m.i
            and m.j <= head.i + 1
            and (
                m.kind in ("country", "demonym", "person", "group", "capital")
                and (m.kind != "capital" or m.poss)
            )
        ):
            near.append(m)
        elif head.j <= m.i < right and not any(g.v >= head.j and g.v < m.i for g in p.groups):
            before = low[m.i - 1]
            if before in ("the", "his", "her", "chinese", "our", "its", "their"):
                before = low[m.i - 2]
            if before == "of" and {"capital", "city"} & set(low[m.i - 3 : m.i]):
                continue
            if before in ("with", "between", "by", "of") or (
                before in ("and", ",")
                and near
                and m.kind not in ("city", "capital")
                and any(w in ("between", "with") for w in low[head.j : m.i])
            ):
                near.append(m)
    people = [m for m in (resolve(p, d, x) for x in near) if m is not None]
    subject_codes: tuple[str, ...] = ()
    if group is not None:
        s = p.subject(group)
        if s is not head and s is not None and not isinstance(s, Head):
            who = resolve(p, d, s)
            hosts = (
                group.verb.lemma == "host"
                and who is not None
                and (
                    who.kind in ("city", "capital", "country")
                    and not set(who.codes) & set(d.pair())
                )
            )
            if who is not None and not hosts:
                subject_codes = sides_of(p, d, s)
                if who.kind == "person" and group.isa("meet", "talk", "reach"):
                    people += [who, *(m for m in (resolve(p, d, x) for x in joined(p, s)) if m)]
    if (
        group is None
        and any(m for m in near if m.kind != "group")
        and head.i >= 2
        and (
            {"in", "during", "after", "at", "following", "from"}
            & set(low[max(0, left - 2) : head.i])
        )
    ):
        before = [g for g in p.groups if g.v < head.i]
        s = p.subject(before[-1]) if before else None
        who = resolve(p, d, s)
        if who is not None and who.codes and len({c for m in people for c in m.codes}) < 2:
            people.append(who)
    actor = sorted_codes(*(m.codes for m in people), subject_codes)
    if {"his", "her"} & set(low[left : head.i]) and d.last_person is not None:
        people.append(d.last_person)
        actor = sorted_codes(actor, d.last_person.codes)
    actor = tuple(c for c in actor if c != "WLD")
    guessed = False
    if len(actor) < 2:
        actor = sorted_codes(actor, d.other(actor) if actor else d.pair())
        guessed = True
    if not 2 <= len(actor) <= 4:
        return []
    draft = Draft(kind_of(p, d, people, head.what, low[left : head.j + 3]), actor, (), "meeting")
    if (
        draft.kind == "summit"
        and head.what != "summit"
        and head.text.lower() not in ("meeting", "dinner", "encounter", "working dinner", "visit")
    ):
        draft.kind = "meeting"  # negotiations that leaders speak of are led by others
    draft.participants = names_of(people)
    draft.place = place_of(p, d, head.j, right, actor)
    if draft.place is None and group is not None:
        s = p.subject(group)
        if (
            group.verb.lemma == "host"
            and isinstance(s, Mention)
            and s.kind in ("city", "capital", "country")
        ):
            draft.place = s.name
        else:
            draft.place = place_of(p, d, group.j, p.clause_end(group.j), actor)
    near_dates = [i for i, j, e in p.dates if head.j <= i < right or left - 2 <= i < head.i]
    set_date(p, d, draft, [group] if group is not None else [], right, near_dates)
    words = set(low[left : head.i])
    planned = bool(words & _PLANNED) or is_ahead(draft.date, d)
    if group is not None and not planned:
        planned = group.tense in AHEAD
    if low[left - 1 : left] in (["in"], ["during"], ["after"]) and low[left] in ("a", "an"):
        planned = planned and is_ahead(draft.date, d) and group is not None and group.tense in AHEAD
        if draft.date and is_ahead(draft.date, d) and not planned:
            draft.date = None
            for i, _, e in p.dates:
                if i in near_dates and draft.date is None:
                    draft.date = e.on(said_on(p, d, i), False)
    if head.what == "call" and low[left - 1 : left] == ["in"] and low[left] in ("a", "an"):
        planned = False  # "agreed in a video call to start consultations"
        if draft.date and is_ahead(draft.date, d):
            draft.date = None
            for i, _, e in p.dates:
                if i in near_dates and draft.date is None:
                    draft.date = e.on(said_on(p, d, i), False)
    if group is not None and group.verb.lemma in ("invite",):
        draft.date = None
        planned = True
        draft.certainty = "hypothetical"
    draft.status = "planned" if planned else "held"
    if "previous" in words or "earlier" in words:
        draft.status, draft.background = "held", True
    if group is not None:
        set_certainty(p, draft, group)
    if "no" in words and draft.certainty == "stated":
        draft.certainty = "negated"
    elif "possible" in words or "potential" in words:
        draft.certainty = "hypothetical"
    if draft.certainty == "negated" and {"off", "cancelled", "canceled", "plans", "planned"} & set(
        low
    ):
        draft.status = "planned"
    draft.spans = [evidence(p, left, max(head.j, min(right, head.j + 10)))]
    if "no date" in " ".join(low) and words & {"next", "new", "further", "another", "fresh"}:
        draft.certainty, draft.status, happens_not = "negated", "planned", True
    else:
        happens_not = False
    specific = happens_not or bool(
        draft.date or draft.place or (draft.participants and not guessed)
    )
    if group is None or draft.date is None:
        later = [
            g
            for g in p.groups
            if g.i >= head.j and g.verb.lemma in ("take place", "hold", "happen")
        ]
        if later and len(p.talks) == 1 and isinstance(p.subject(later[0]), Mention):
            group = group or later[0]
            set_date(p, d, draft, [later[0]], right)
            draft.place = draft.place or place_of(p, d, later[0].j, p.clause_end(later[0].j), actor)
            specific = specific or bool(draft.date or draft.place)
    happens = group is not None and group.verb.lemma in (
        "hold",
        "meet",
        "conclude",
        "resume",
        "take place",
        "host",
        "open",
        "begin",
        "start",
        "schedule",
        "wrap up",
        "kick off",
        "end",
        "join",
        "attend",
        "lead",
        "go ahead",
        "invite",
        "proceed",
    )
    anaphoric = bool(words & {"the", "this", "that", "those", "their", "these"})
    draft.refers = anaphoric
    if draft.certainty == "negated" and happens:
        specific = True
    if not specific:
        draft.tentative = True
        if not (
            happens
            and group is not None
            and group.verb.lemma
            in ("hold", "conclude", "resume", "schedule", "wrap up", "join", "attend", "lead")
        ):
            return []
    elif (
        guessed
        and not happens
        and not draft.place
        and not (words & (_PLANNED | _PAST))
        and draft.certainty != "negated"
    ):
        draft.tentative = True
    plural = head.text.lower().endswith("s") or "rounds" in head.text.lower()
    places = _place_list(p, head.j, right)
    if plural and len(places) > 1:
        return [_at(draft, place) for place in places]
    return [draft, *_further_rounds(p, d, head, draft)]


def _further_rounds(p: Parsed, d: Document, head: Head, draft: Draft) -> list[Draft]:
    """ "A first round was held in Kyiv in March, a second in Brussels in April"."""
    found = []
    for k in range(head.j, len(p.low) - 2):
        if p.low[k] not in ("second", "third", "fourth", "another", "latest") or p.low[
            k + 1
        ] not in ("in", "on"):
            continue
        one = _at(draft, "")
        one.place, one.date = place_of(p, d, k, k + 5, draft.actor), None
        for i, _, e in p.dates:
            if k < i < k + 7 and one.date is None:
                one.date = e.on(d.published, draft.status == "planned")
        one.spans = [evidence(p, k, min(len(p.low), k + 6))]
        if one.place or one.date:
            found.append(one)
    return found


def _at(draft: Draft, place: str) -> Draft:
    one = deepcopy(draft)
    one.place = place
    return one


def _place_list(p: Parsed, a: int, b: int) -> list[str]:
    """ "in Madrid, Stockholm, London and Geneva"."""
    found: list[Mention] = []
    for m in p.mentions:
        if m.i < a or m.kind not in ("city", "capital", "country"):
            continue
        if not found:
            if p.low[m.i - 1] == "in" and m.i < b:
                found.append(m)
        elif m.i - found[-1].j <= 2 and all(
            w in (",", "and", "in") for w in p.low[found[-1].j : m.i]
        ):
            # "Geneva, Switzerland": the country of the city
            if m.kind == "country" and found[-1].codes == m.codes and found[-1].codes:
                continue
            found.append(m)
    return [m.name for m in found]


def _occasion(p: Parsed, head: Head) -> bool:
    """A summit of many that is named only as the occasion ("during the APEC leaders summit")."""
    before = p.sentence.text[: p.at[head.i][0] - p.sentence.start][-90:]

    return bool(
        re.search(
            r"\b(?:APEC|ASEAN|G7|G20|G-7|G-20|BRICS|NATO|Cooperation|Nations|Davos|leaders|regional|climate|Quad)\b",
            before,
        )
    ) or (p.low[head.i - 1 : head.i] == [")"])


def _predicate(p: Parsed, head: Head) -> VerbGroup | None:
    """The verb whose subject or object the talks are."""
    for g in p.groups:
        if g.i >= head.j and p.subject(g) is head and g.verb.lemma in _MEETING_VERBS:
            return g
    before = [g for g in p.groups if g.j <= head.i]
    if before:
        g = before[-1]
        if g.verb.lemma in _MEETING_VERBS and head.i - g.j <= 9:
            return g
        if (
            len(before) > 1
            and before[-2].verb.lemma in _MEETING_VERBS
            and g.tense in ("infinitive", "ing")
        ):
            return before[-2] if head.i - before[-2].j <= 6 else None
    return None
