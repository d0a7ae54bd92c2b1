# ruff: noqa: E501, SIM102, B006
"""Calls, meetings and summits: who met or will meet whom, where and when."""

from __future__ import annotations

from copy import deepcopy

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    dates_of,
    evidence,
    is_ahead,
    is_past,
    joined,
    looks_ahead,
    owner,
    resolve,
    said_on,
    sides_of,
    sorted_codes,
)
from .parse import Head, Mention, Parsed, VerbGroup

_CALL_WORDS = frozenset(
    ["phone", "telephone", "video", "virtually", "telephoned", "phoned", "videoconference", "call"]
)
_MEETING_VERBS = frozenset(
    [
        "meet",
        "hold",
        "host",
        "convene",
        "gather",
        "confer",
        "visit",
        "travel",
        "fly",
        "join",
        "open",
        "conclude",
        "resume",
        "continue",
        "take",
        "place",
        "schedule",
        "attend",
        "receive",
        "invite",
        "chair",
        "lead",
        "begin",
        "start",
        "sit",
        "down",
        "wrap",
        "up",
        "kick",
        "off",
        "arrive",
        "plan",
        "set",
        "agree",
        "arrange",
        "expect",
        "speak",
        "talk",
        "phone",
        "telephone",
        "call",
        "happen",
        "welcome",
        "head",
        "mark",
        "end",
        "restart",
        "follow",
        "exchange",
        "go",
        "go",
        "ahead",
        "proceed",
        "discuss",
        "negotiate",
        "dine",
    ]
) | {"take place", "sit down", "wrap up", "kick off", "go ahead"}
_PLANNED = frozenset(
    [
        "planned",
        "upcoming",
        "scheduled",
        "forthcoming",
        "next",
        "coming",
        "expected",
        "future",
        "possible",
        "potential",
        "another",
        "new",
    ]
)
_PAST = frozenset(
    [
        "previous",
        "earlier",
        "past",
        "last",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "latest",
        "recent",
    ]
)
_HELD_VERBS = frozenset(["hold", "meet", "conclude", "wrap", "up", "take", "place", "end"])


def read_talks(p: Parsed, d: Document) -> list[Draft]:
    """The talks of one sentence; several mentions of one meeting are merged later."""
    found = _by_verb(p, d)
    called_off = _called_off(p, d)
    if called_off:
        return called_off
    spoken = {id(g) for _, g in found}
    drafts = [*_due_in(p, d), *(draft for draft, _ in found)]
    for head in p.talks:
        drafts += _by_noun(p, d, head, spoken)
    return drafts


def _kind(p: Parsed, d: Document, people: list[Mention], what: str, words: list[str]) -> str:
    if what == "call" or _CALL_WORDS & set(words) or ("spoke" in words and "by" in words):
        return "call"
    leaders = {code for m in people if m.leader for code in m.codes}
    if what == "summit" or len(leaders) >= 2:
        return "summit"
    return "meeting"


def _by_verb(p: Parsed, d: Document) -> list[tuple[Draft, VerbGroup]]:
    """ "X met Y", "X spoke by telephone with Y", "X will visit Z"."""
    found = []
    for g in p.groups:
        lemma = g.verb.lemma
        if p.quoted[g.v] >= 0 and g.tense not in AHEAD:
            continue
        if lemma not in ("meet", "speak", "talk", "confer", "sit down", "phone", "telephone", "call",
                         "visit", "travel", "fly", "receive", "negotiate", "dine", "host", "gather",
                         "hold", "invite", "arrive", "discuss"):  # fmt: skip
            continue
        head = p.subject(g)
        if isinstance(head, Head):
            if lemma in ("hold",) and head.what in ("call", "meeting", "summit"):
                continue
            continue
        who = resolve(p, d, head)
        if who is None or head is None:
            continue
        if lemma == "host" and who.kind in ("city", "capital", "country"):
            if not set(who.codes) & set(d.pair()):
                continue
        if lemma == "discuss" and len(sides_of(p, d, head)) < 2:
            continue
        if lemma in ("call", "hold") and not _talk_object(p, g):
            continue
        if lemma in ("speak", "talk") and not _with(p, g):
            if not (_CALL_WORDS & set(p.low[g.j : g.j + 6]) and len(sides_of(p, d, head)) > 1):
                continue
        right = p.clause_end(g.j)
        partners = _partners(p, d, g, right)
        if lemma == "call" and not partners:
            continue
        people = [who, *(m for m in (resolve(p, d, x) for x in joined(p, head)) if m), *partners]
        people = [m for m in people if m is not None]
        actor = sorted_codes(*(m.codes for m in people))
        place = _place(p, d, g.j, right, actor)
        talk = _talk_object(p, g)
        travel = lemma in ("visit", "travel", "fly", "arrive", "invite")
        if travel:
            where = _destination(p, g, right)
            if where is None and lemma != "invite":
                continue
            if where is not None:
                place = where.name if where.kind != "person" else place
                side = _host_side(d, where)
                actor = sorted_codes(actor, side)
            if not any(
                w in p.low
                for w in (
                    "talks",
                    "meet",
                    "meetings",
                    "negotiations",
                    "consultations",
                    "visit",
                    "round",
                    "trade",
                    "discuss",
                    "discussions",
                )
            ):
                continue
        if len(actor) < 2 and lemma in ("negotiate", "gather", "receive"):
            continue
        if len(actor) < 2:
            if not partners and lemma not in (
                "hold",
                "meet",
                "host",
                "visit",
                "travel",
                "fly",
                "arrive",
            ):
                continue
            actor = sorted_codes(actor, d.other(actor))
        if len(actor) > 4 or len(actor) < 2:
            continue
        words = p.low[g.i : right]
        if lemma == "hold" and talk is None:
            continue
        if lemma == "host" and talk is None and not any(m.kind == "person" for m in partners):
            continue
        draft = Draft(_kind(p, d, people, talk.what if talk else "", words), actor, (), "meeting")
        if lemma in ("speak", "talk", "phone", "telephone") and draft.kind != "call":
            draft.kind = "call"
        if lemma in ("visit", "travel", "fly", "arrive", "host"):
            draft.kind = "meeting" if draft.kind != "summit" else "summit"
        if lemma == "discuss" and draft.kind == "meeting" and not (draft.place or p.dates):
            continue
        draft.place = place
        draft.participants = _names(people) or d.leaders(actor, people)
        _time(p, d, draft, [g], right)
        draft.status = "planned" if g.tense in AHEAD or is_ahead(draft.date, d) else "held"
        if g.tense == "infinitive":
            governing = [x for x in p.groups if x.v < g.i]
            if governing and governing[-1].isa("promise", "reach") and governing[-1].tense != "ing":
                draft.status = "planned"
            elif (
                governing
                and governing[-1].tense in ("past", "perfect", "pluperfect")
                and (governing[-1].verb.lemma in ("travel", "fly", "go", "visit", "come", "arrive"))
            ):
                draft.status = "held"
            elif governing and governing[-1].verb.lemma in (
                "want",
                "seek",
                "refuse",
                "urge",
                "ask",
                "like",
                "need",
            ):
                continue
        if (
            g.tense == "present"
            and lemma in ("meet", "visit", "travel", "fly", "hold")
            and not is_past(draft.date, d)
        ):
            draft.status = "planned" if draft.date and is_ahead(draft.date, d) else "held"
        _certainty(p, draft, g)
        if lemma == "invite":
            draft.date = None
            draft.status, draft.certainty = "planned", "hypothetical"
        draft.spans = [evidence(p, min(head.i, g.i), max(g.j, min(right, g.j + 14)))]
        found.append((draft, g))
    return found


def _names(people: list[Mention]) -> list[str]:
    return list(dict.fromkeys(m.name for m in people if m.kind == "person"))


def _talk_object(p: Parsed, g: VerbGroup) -> Head | None:
    for t in p.talks:
        if g.j <= t.i <= g.j + 9 and not any(x.v > g.v and x.v < t.i for x in p.groups):
            return t
    return None


def _with(p: Parsed, g: VerbGroup) -> bool:
    return bool({"with", "to"} & set(p.low[g.j : g.j + 6]))


def _partners(p: Parsed, d: Document, g: VerbGroup, right: int) -> list[Mention]:
    """The people and sides after the verb: its object, or after "with", "to", "and"."""
    found: list[Mention] = []
    for m in p.mentions:
        if not g.j <= m.i < max(right, g.j + 1) + 14:
            continue
        if m.i >= right and not (
            found and m.i - found[-1].j <= 2 and p.low[m.i - 1] in ("and", ",")
        ):
            continue
        if any(x.v >= g.j and x.v < m.i and x.tense not in ("ing",) for x in p.groups):
            break
        if m.kind in ("city", "demonym", "media", "gazette", "place", "pronoun") and not (
            m.kind == "demonym" and m.official
        ):
            continue
        before = p.low[m.i - 1]
        if before in ("the", "a", "his", "her", "their", "its", "senior", "top", "chinese"):
            before = p.low[m.i - 2]
        if before == "in" or before == "at" or before == "by" or before == "of":
            continue
        if (
            m.kind in ("person", "official", "government", "group")
            or before in ("with", "between")
            or (before in ("and", ",") and found)
        ):
            resolved = resolve(p, d, m)
            if resolved is not None and resolved.codes and not m.poss:
                found.append(resolved)
    return found


def _place(p: Parsed, d: Document, a: int, b: int, actor: tuple[str, ...]) -> str | None:
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


def _destination(p: Parsed, g: VerbGroup, right: int) -> Mention | None:
    for m in p.mentions:
        if g.j <= m.i < right and m.kind in ("city", "capital", "country"):
            before = p.low[m.i - 1]
            if before in ("to", "in", "for") or g.verb.lemma == "visit":
                return m
    return None


def _host_side(d: Document, where: Mention) -> tuple[str, ...]:
    if where.codes and (where.codes[0] in d.pair() or d.sides[where.codes[0]] > 1):
        return where.codes
    return ()


def _time(
    p: Parsed, d: Document, draft: Draft, groups: list[VerbGroup], right: int, extra: list[int] = []
) -> None:
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


def _certainty(p: Parsed, draft: Draft, g: VerbGroup) -> None:
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


def _by_noun(p: Parsed, d: Document, head: Head, spoken: set[int]) -> list[Draft]:
    """ "talks in Kuala Lumpur on 25 October", "a planned meeting with Xi", "rounds in London and Geneva"."""
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
    if "cabinet" in low[max(0, head.i - 2) : head.i] or (
        "minister" in low[max(0, head.i - 1) : head.i] and head.i and low[head.i - 1] == "board"
    ):
        return []
    group = _predicate(p, head)
    if group is not None and id(group) in spoken:
        return []
    left = head.i
    while left > 0 and low[left - 1] not in ("in", "on", "of", "for", ",", "at", "after", "to", "from", "and", "as", ".", "by", "with", "into", "over", "against", "—", "about") and not any(
        g.i <= left - 1 < g.j for g in p.groups
    ) and head.i - left < 8:  # fmt: skip
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
    own = tuple(m for m in p.mentions if head.i - 3 <= m.i < head.i and m.kind == "pronoun")
    actor = sorted_codes(*(m.codes for m in people), subject_codes)
    if own or (left > 0 and {"his", "her", "their"} & set(low[left : head.i])):
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
    draft = Draft(_kind(p, d, people, head.what, low[left : head.j + 3]), actor, (), "meeting")
    draft.participants = _names(people)
    draft.place = _place(p, d, head.j, right, actor)
    if draft.place is None and group is not None:
        s = p.subject(group)
        if (
            group.verb.lemma == "host"
            and isinstance(s, Mention)
            and s.kind in ("city", "capital", "country")
        ):
            draft.place = s.name
        else:
            draft.place = _place(p, d, group.j, p.clause_end(group.j), actor)
    near_dates = [i for i, j, e in p.dates if head.j <= i < right or left - 2 <= i < head.i]
    _time(p, d, draft, [group] if group is not None else [], right, near_dates)
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
    if group is not None and group.verb.lemma in ("invite",):
        draft.date = None
        planned = True
        draft.certainty = "hypothetical"
    draft.status = "planned" if planned else "held"
    if "previous" in words or "earlier" in words:
        draft.status, draft.background = "held", True
    if group is not None:
        _certainty(p, draft, group)
    if "no" in words and draft.certainty == "stated":
        draft.certainty = "negated"
    elif "possible" in words or "potential" in words:
        draft.certainty = "hypothetical"
    if draft.certainty == "negated" and {"off", "cancelled", "canceled", "plans", "planned"} & set(
        low
    ):
        draft.status = "planned"
    draft.spans = [evidence(p, left, max(head.j, min(right, head.j + 10)))]
    specific = bool(draft.date or draft.place or (draft.participants and not guessed))
    if group is None or draft.date is None:
        later = [
            g
            for g in p.groups
            if g.i >= head.j and g.verb.lemma in ("take place", "hold", "happen")
        ]
        if later and len(p.talks) == 1 and isinstance(p.subject(later[0]), Mention):
            group = group or later[0]
            _time(p, d, draft, [later[0]], right)
            draft.place = draft.place or _place(p, d, later[0].j, p.clause_end(later[0].j), actor)
            specific = specific or bool(draft.date or draft.place)
    happens = group is not None and group.verb.lemma in (
        "hold", "meet", "conclude", "resume", "take place", "host", "open", "begin", "start", "schedule",
        "wrap up", "kick off", "end", "join", "attend", "lead", "go ahead", "invite", "proceed",
    )  # fmt: skip
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
        one.place, one.date = _place(p, d, k, k + 5, draft.actor), None
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
    import re

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


def _due_in(p: Parsed, d: Document) -> list[Draft]:
    """ "X is due in Beijing on Thursday", "is expected in Washington next week"."""
    found = []
    for k in range(1, len(p.low) - 2):
        being = p.low[k] in ("was", "is", "were", "are", "be") and any(
            w in p.low for w in ("talks", "meet", "see", "negotiations", "consultations", "round")
        )
        if not (p.low[k] in ("due", "expected") or being) or p.low[k + 1] != "in":
            continue
        place = p.mention_at(k + 2)
        who = [m for m in p.mentions if m.j <= k and m.official and p._can_act(m)]
        if place is None or place.kind not in ("city", "capital", "country") or not who:
            continue
        guest = resolve(p, d, who[-1])
        if guest is None or not guest.codes:
            continue
        host = place.codes if place.codes and place.codes != guest.codes else d.other(guest.codes)
        draft = Draft("meeting", sorted_codes(guest.codes, host), (), "meeting", status="planned")
        draft.place, draft.participants = place.name, _names([guest])
        hosts = [m for m in p.mentions if m.i > k + 2 and m.kind == "person" and m.codes
                 and m.codes != guest.codes]  # fmt: skip
        if hosts:
            draft.actor = sorted_codes(guest.codes, hosts[0].codes)
            draft.participants += _names(hosts[:1])
        if p.low[k] in ("was", "is", "were", "are"):
            draft.status = "held"
        for i, _, e in p.dates:
            if k < i < k + 9 and draft.date is None:
                ahead = "had" not in p.low[:k] and draft.status == "planned"
                draft.date = e.on(d.published, ahead)
        if {"off", "cancelled", "canceled", "scrapped"} & set(p.low):
            draft.certainty = "negated"
        draft.spans = [evidence(p, who[-1].i, min(len(p.low), p.clause_end(k)))]
        if len(draft.actor) == 2:
            found.append(draft)
    return found


def _called_off(p: Parsed, d: Document) -> list[Draft]:
    """ "threatened to cancel the meeting", "called off the talks"."""
    for k, g in enumerate(p.groups):
        if g.verb.lemma not in ("cancel", "call off", "scrap", "postpone", "suspend", "pull out"):
            continue
        head = _talk_object(p, g)
        if head is None:
            later = [t for t in p.talks if g.j <= t.i <= g.j + 12]
            head = later[0] if later and not g.passive else None
        if head is None:
            continue
        before = p.groups[k - 1] if k else None
        if before is None or not before.isa("threaten") or g.tense != "infinitive":
            continue
        s = p.subject(before)
        who = resolve(p, d, s)
        if who is None or not who.codes:
            continue
        draft = Draft("threat", who.codes, d.other(who.codes), "meeting", status="threatened")
        draft.speaker, draft.stance = who.name, "escalatory"
        draft.scope = p.text(head.i, head.j)
        for i, e in dates_of(p, [before]):
            draft.announced_on = draft.announced_on or e.on(said_on(p, d, i), False)
        draft.spans = [evidence(p, before.i, head.j)]
        return [draft]
    return []
