"""Calls, meetings and summits: who met or will meet whom, where and when.

Three ways lead to the same fact, and merging makes one of them: a verb of meeting (encounters), a
journey to the other side (journeys), and a noun of talks (rounds).
"""

from __future__ import annotations

from .context import Document
from .draft import Draft, dates_of, evidence, resolve, said_on
from .encounters import by_verb
from .gatherings import talk_object, talk_words
from .grammar import Head, Parsed, VerbGroup
from .journeys import by_journey
from .rounds import by_noun, by_ordinal


def read_talks(p: Parsed, d: Document) -> list[Draft]:
    """The talks of one sentence; several mentions of one meeting are merged later."""
    called_off = _called_off(p, d)
    if called_off:
        return called_off
    met, travelled = by_verb(p, d), by_journey(p, d)
    drafts = _one_trip(travelled, met)
    for head in p.talks:
        whole = _verb_of(p, head, [*met, *travelled])
        for draft in by_noun(p, d, head):
            if whole is None or not _part_of(p, head, draft, whole):
                drafts.append(draft)
    return _distinct(drafts) or by_ordinal(p, d)


def _distinct(drafts: list[Draft]) -> list[Draft]:
    """One meeting told twice in a breath ("is due in Rome on Monday, where he will see X")."""
    kept: list[Draft] = []
    for draft in drafts:
        twin = next((one for one in kept if _twins(one, draft)), None)
        if twin is None:
            kept.append(draft)
            continue
        twin.date, twin.place = twin.date or draft.date, twin.place or draft.place
        twin.participants += [x for x in draft.participants if x not in twin.participants]
        twin.tentative = twin.tentative and draft.tentative
        if draft.kind == "summit":
            twin.kind = "summit"
    return kept


def _twins(a: Draft, b: Draft) -> bool:
    same_kind = a.kind == b.kind or {a.kind, b.kind} == {"meeting", "summit"}
    near = any(x < w and v < y for x, y in a.spans for v, w in b.spans)
    people = not (a.participants and b.participants) or set(a.participants) & set(b.participants)
    near = near or bool(a.status == b.status and people)
    days = a.date is None or b.date is None or a.date == b.date
    places = a.place is None or b.place is None or a.place == b.place
    return a.actor == b.actor and same_kind and near and days and places


def _part_of(p: Parsed, head: Head, draft: Draft, whole: Draft) -> bool:
    """Whether a noun only tells more of its verb's talks: "flew there for a third round"."""
    if draft.actor != whole.actor:
        return draft.guessed_target
    if draft.date and whole.date and draft.status != whole.status:
        return False
    purpose = {"for", "in", "to", "hold"} & set(p.low[max(0, head.i - 4) : head.i])
    if purpose and whole.kind == "meeting" and draft.kind != "meeting":
        whole.kind = draft.kind
    whole.date, whole.place = whole.date or draft.date, whole.place or draft.place
    return True


def _verb_of(p: Parsed, head: Head, told: list[tuple[Draft, VerbGroup]]) -> Draft | None:
    """The talks whose verb governs the noun: "met for talks", "flew to Rome for a third round"."""
    for draft, g in told:
        between = [
            x for x in p.groups if g.v < x.v < head.i and x.tense not in ("infinitive", "ing")
        ]
        if g.j <= head.i and not between:
            return draft
    return None


def _one_trip(
    journeys: list[tuple[Draft, VerbGroup]], met: list[tuple[Draft, VerbGroup]]
) -> list[Draft]:
    """ "Leaves for Beijing tomorrow and will see Qin Gang on Sunday": one meeting."""
    kept = []
    for trip, journey in journeys:
        last = max((x.v for _, x in journeys if x.v > journey.v), default=10**6)
        same = [(m, g) for m, g in met if m.kind != "call" and set(trip.actor) <= {*m.actor}
                and not journey.v < last < g.v]  # fmt: skip
        if not same:
            kept.append(trip)
            continue
        one, g = same[0]
        one.place = one.place or trip.place
        if g.tense == "infinitive" and g.i > journey.v:  # "was in Rome on Monday to see X"
            one.date, one.status = trip.date or one.date, trip.status
        one.date = one.date or trip.date
        if one.date == trip.date:
            one.status = trip.status
    return [*kept, *(draft for draft, _ in met)]


def _called_off(p: Parsed, d: Document) -> list[Draft]:
    """ "threatened to cancel the meeting", "called off the talks"."""
    for k, g in enumerate(p.groups):
        if g.verb.lemma not in talk_words("threatening"):
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
        who = resolve(p, d, p.subject(before))
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
