"""Calls, meetings and summits: who met or will meet whom, where and when."""

from __future__ import annotations

from .context import Document
from .draft import (
    AHEAD,
    Draft,
    dates_of,
    evidence,
    is_ahead,
    is_past,
    joined,
    resolve,
    said_on,
    sides_of,
    sorted_codes,
)
from .gatherings import (
    CALL_WORDS,
    host_side,
    kind_of,
    names_of,
    place_of,
    set_certainty,
    set_date,
    talk_object,
)
from .grammar import Head, Mention, Parsed, VerbGroup
from .rounds import by_noun


def read_talks(p: Parsed, d: Document) -> list[Draft]:
    """The talks of one sentence; several mentions of one meeting are merged later."""
    found = _by_verb(p, d)
    called_off = _called_off(p, d)
    if called_off:
        return called_off
    spoken = {id(g) for _, g in found}
    drafts = [*_due_in(p, d), *(draft for draft, _ in found)]
    for head in p.talks:
        drafts += by_noun(p, d, head, spoken)
    return drafts


_TRAVEL = frozenset(["visit", "travel", "fly", "arrive", "invite", "leave for", "head to",
                     "head for", "go to", "depart for"])  # fmt: skip


def _by_verb(p: Parsed, d: Document) -> list[tuple[Draft, VerbGroup]]:
    """ "X met Y", "X spoke by telephone with Y", "X will visit Z"."""
    found = []
    for g in p.groups:
        lemma = g.verb.lemma
        if p.quoted[g.v] >= 0 and g.tense not in AHEAD:
            continue
        if lemma not in (
            "meet",
            "see",
            "speak",
            "talk",
            "confer",
            "sit down",
            "phone",
            "telephone",
            "call",
            "visit",
            "travel",
            "leave for",
            "head to",
            "head for",
            "go to",
            "depart for",
            "fly",
            "receive",
            "negotiate",
            "dine",
            "host",
            "gather",
            "hold",
            "invite",
            "arrive",
            "discuss",
        ):
            continue
        head = p.subject(g)
        if isinstance(head, Head):
            if lemma in ("hold",) and head.what in ("call", "meeting", "summit"):
                continue
            continue
        who = resolve(p, d, head)
        if who is None or head is None:
            continue
        if lemma == "see" and (g.tense not in ("future", "would") or not any(
            m.kind in ("person", "official") and g.j <= m.i <= g.j + 5 for m in p.mentions
        )):  # fmt: skip
            continue
        a_place = who.kind in ("city", "capital", "country") and not set(who.codes) & set(d.pair())
        if lemma == "host" and a_place:
            continue
        if lemma == "discuss" and len(sides_of(p, d, head)) < 2:
            continue
        if lemma in ("call", "hold") and not talk_object(p, g):
            continue
        together = CALL_WORDS & set(p.low[g.j : g.j + 6]) and len(sides_of(p, d, head)) > 1
        if lemma in ("speak", "talk") and not _with(p, g) and not together:
            continue
        right = p.clause_end(g.j)
        partners = _partners(p, d, g, right)
        if lemma == "call" and not partners:
            continue
        people = [who, *(m for m in (resolve(p, d, x) for x in joined(p, head)) if m), *partners]
        people = [m for m in people if m is not None]
        actor = sorted_codes(*(m.codes for m in people))
        place = place_of(p, d, g.j, right, actor)
        talk = talk_object(p, g)
        travel = lemma in _TRAVEL
        if travel and "invitation" in p.low[max(0, g.i - 4) : g.i] and "accepted" not in p.low:
            continue
        if travel:
            where = _destination(p, g, right)
            if where is None and lemma != "invite":
                continue
            if where is not None and where.codes and not host_side(d, where):
                actor = sorted_codes(actor, where.codes if len(actor) == 1 else ())
            if where is not None:
                place = where.name if where.kind != "person" else place
                side = host_side(d, where)
                actor = sorted_codes(actor, side)
            due = where is not None and p.dates and set(where.codes) & set(d.pair())
            if not due and not any(
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
                    "see",
                    "counterpart",
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
        if lemma == "negotiate" and not place and not p.dates and not any(
            m.kind == "person" for m in people
        ):  # fmt: skip
            continue
        draft = Draft(kind_of(p, d, people, talk.what if talk else "", words), actor, (), "meeting")
        by_wire = lemma in ("phone", "telephone") or not place
        if lemma in ("speak", "talk", "phone", "telephone") and draft.kind != "call":
            draft.kind = "call" if by_wire else "meeting"
        if lemma in ("visit", "travel", "fly", "arrive", "host"):
            draft.kind = "meeting" if draft.kind != "summit" else "summit"
        if lemma == "discuss" and draft.kind == "meeting" and not (draft.place or p.dates):
            continue
        draft.place = place
        draft.participants = names_of(people) or d.leaders(actor, people)
        set_date(p, d, draft, [g], right)
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
        set_certainty(p, draft, g)
        if lemma == "invite":
            draft.date = None
            draft.status, draft.certainty = "planned", "hypothetical"
        draft.spans = [evidence(p, min(head.i, g.i), max(g.j, min(right, g.j + 14)))]
        journey = found[-1] if found and found[-1][1].verb.lemma in _TRAVEL else None
        if journey and not travel and not draft.place and journey[0].actor == draft.actor:
            draft.date = draft.date or journey[0].date
            draft.place = journey[0].place  # "leaves for Beijing and will see Qin Gang"
            found.pop()
        found.append((draft, g))
    return found


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


def _destination(p: Parsed, g: VerbGroup, right: int) -> Mention | None:
    for m in p.mentions:
        if g.j <= m.i < right and m.kind in ("city", "capital", "country"):
            before = p.low[m.i - 1]
            if before in ("to", "in", "for") or g.verb.lemma == "visit" or m.i == g.j:
                return m
    return None


def _due_in(p: Parsed, d: Document) -> list[Draft]:
    """ "X is due in Beijing on Thursday", "is expected in Washington next week"."""
    found = []
    for k in range(1, len(p.low) - 2):
        being = p.low[k] in ("was", "is", "were", "are", "be") and any(
            w in p.low for w in ("talks", "meet", "see", "negotiations", "consultations", "round")
        )
        to_be = p.low[k] == "be" and p.low[k - 1] == "to" and p.low[k - 2 : k - 1] in (
            ["plans"], ["is"], ["are"], ["due"], ["expected"], ["plan"]
        )  # fmt: skip
        if not (p.low[k] in ("due", "expected") or being or to_be) or p.low[k + 1] != "in":
            continue
        place = p.mention_at(k + 2)
        who = [m for m in p.mentions if m.j <= k and m.official and p._can_act(m)]
        if place is None or place.kind not in ("city", "capital", "country") or not who:
            continue
        guest = resolve(p, d, who[-1])
        if guest is None or not guest.codes:
            continue
        if being and not to_be and place.codes and not set(place.codes) & set(d.pair()):
            continue  # the minister is somewhere else
        host = place.codes if place.codes and place.codes != guest.codes else d.other(guest.codes)
        draft = Draft("meeting", sorted_codes(guest.codes, host), (), "meeting", status="planned")
        draft.place, draft.participants = place.name, names_of([guest])
        hosts = [m for m in p.mentions if m.i > k + 2 and m.kind == "person" and m.codes
                 and m.codes != guest.codes]  # fmt: skip
        if hosts:
            draft.actor = sorted_codes(guest.codes, hosts[0].codes)
            draft.participants += names_of(hosts[:1])
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
        if g.verb.lemma not in (
            "cancel",
            "call off",
            "scrap",
            "end",
            "suspend",
            "break off",
            "pull out of",
        ):
            continue
        head = talk_object(p, g)
        if head is None:
            later = [t for t in p.talks if g.j <= t.i <= g.j + 12]
            head = later[0] if later and not g.passive else None
        if head is None:
            continue
        before = p.groups[k - 1] if k else None
        if g.tense == "future" and not g.negated:
            before = g
        elif before is None or not before.isa("threaten") or g.tense != "infinitive":
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
