"""Talks told by a verb: "X met Y", "spoke by telephone with Y", "raised it with Y in Geneva"."""

from __future__ import annotations

from .context import Document
from .draft import AHEAD, Draft, evidence, is_ahead, is_past, owner
from .gatherings import (
    by_wire,
    direct_talk,
    governing,
    kind_of,
    names_of,
    place_of,
    set_certainty,
    set_date,
    talk_phrases,
    talk_words,
)
from .grammar import CONJUNCTIONS, Mention, Parsed, VerbGroup
from .lexicon import Verb
from .parties import partners, sides, subjects

_MANY = 6  # more sides than that: a conference, no talks


def by_verb(p: Parsed, d: Document) -> list[tuple[Draft, VerbGroup]]:
    """The talks that the verbs of a sentence tell, each with its verb."""
    found = []
    for g in [*p.groups, *_hosting(p)]:
        if p.quoted[g.v] >= 0 and g.tense not in AHEAD:
            continue
        draft = _encounter(p, d, g)
        if draft is not None:
            found.append((draft, g))
    return found


def _hosting(p: Parsed) -> list[VerbGroup]:
    """ "X was host to Y", "played host to Y": a verb of receiving in three words."""
    found = []
    for k in range(1, len(p.low) - 2):
        if p.low[k : k + 2] == ["host", "to"] and p.low[k - 1].isalpha():
            ahead = {"will", "would", "to"} & set(p.low[max(0, k - 3) : k])
            verb = Verb("host", frozenset({"meet"}), "base")
            found.append(VerbGroup(k - 1, k, k + 2, verb, "future" if ahead else "past"))
    return found


def _encounter(p: Parsed, d: Document, g: VerbGroup) -> Draft | None:
    lemma = _lemma(p, g)
    if lemma in talk_words("jointly"):
        return _jointly(p, d, g)
    direct, with_, about = (lemma in talk_words(name) for name in ("object", "with", "about"))
    if not (direct or with_ or about) or direct_talk(p, g):
        return None  # "held talks": the noun tells it
    if lemma == "call on" and _urged(p, g):
        return None
    right = p.clause_end(g.j)
    if right < len(p.low) and p.low[right] in ("and", ",") and p.low[right - 1] in ("with", ","):
        right += 1
    first = subjects(p, d, g)
    left = sides(first)
    if g.passive:
        others = _agents(p, d, g, right, left) if direct else []
    else:
        others = partners(p, d, g.j, max(right, g.j + 1), left, direct)
    others = [m for m in others if set(m.codes) - set(left)] or (others if with_ else [])
    lead = first[0].i if first else g.i
    wire = by_wire(p, g.i, right) or by_wire(p, max(0, lead - 9), lead)
    wire = wire or lemma in talk_words("wired")
    place = place_of(p, d, g.j, right, ())
    told = bool(wire or place or _dates_in(p, g, right))
    mutual = p.low[g.j : g.j + 2] in (["each", "other"], ["one", "another"])
    if lemma in talk_words("persons_only") and not mutual and not _in_person(others, lemma):
        return None
    if about and not with_ and not direct and not (told and others and g.verb.lemma != "agree"):
        together = len(left) > 1 and (wire or place)
        if not together and not (wire and others):
            return None
    actor = sides([*first, *others])
    if len(actor) < 2:
        actor = _faced(p, d, g, first, others, told)
    if not 2 <= len(actor) <= _MANY or not (mutual or _fits(p, g, first, others, told)):
        return None
    draft = Draft("meeting", actor, (), "meeting", place=place)
    people = [*first, *others]
    draft.participants = names_of(people) or d.leaders(actor, people)
    draft.kind = "call" if wire else kind_of(p, d, people, "", [])
    if lemma in ("call", "ring", "phone", "telephone") and not place:
        draft.kind = "call"
    if lemma in talk_words("voiced") and not place and not wire and _people(people):
        draft.kind = "call"
    set_date(p, d, draft, [g], right)
    if draft.date is None:
        _same_day(p, d, draft, g)
    if not _set_status(p, d, draft, g):
        return None
    set_certainty(p, draft, g)
    if lemma == "invite":
        draft.date, draft.status, draft.certainty = None, "planned", "hypothetical"
    start = min([g.i, *(m.i for m in first if g.i - m.i < 25)])
    draft.spans = [evidence(p, start, max(g.j, min(right, g.j + 14)))]
    return draft


def _jointly(p: Parsed, d: Document, g: VerbGroup) -> Draft | None:
    """ "In Lima, the presidents A and B agreed to": leaders who act together met there."""
    if g.passive or g.negated or g.tense not in ("past", "perfect", "pluperfect"):
        return None
    first = subjects(p, d, g)
    if kind_of(p, d, first, "", []) != "summit" or not 2 <= len(sides(first)) <= _MANY:
        return None
    right = p.clause_end(g.j)
    lead = min(m.i for m in first)
    left = max([0, lead - 12, *(x.j for x in p.groups if x.j <= lead)])
    left = max([left, *(k for k in range(left, lead) if p.low[k] in CONJUNCTIONS)])
    place = place_of(p, d, left, lead, ()) or place_of(p, d, g.j, right, ())
    if not place:
        return None
    draft = Draft("summit", sides(first), (), "meeting", place=place, status="held")
    draft.participants = names_of(first) or d.leaders(sides(first), first)
    set_date(p, d, draft, [g], right, [i for i, _, _ in p.dates if left <= i < lead])
    draft.spans = [evidence(p, lead, min(right, g.j + 14))]
    return draft


def _people(people: list[Mention]) -> bool:
    """Whether persons speak, not "the two countries"."""
    names = talk_words("two_people")
    return any(
        m.kind in ("person", "official") or m.leader or m.name.lower() in names for m in people
    )


def _urged(p: Parsed, g: VerbGroup) -> bool:
    """ "called on Beijing to lift the ban": an appeal, no visit."""
    later = [x for x in p.groups if x.v > g.v]
    return bool(later and later[0].tense == "infinitive" and later[0].i - g.j < 9)


def _lemma(p: Parsed, g: VerbGroup) -> str:
    """The verb; "called him on Tuesday" is no "call on"."""
    split = g.verb.lemma in ("call on", "call off") and g.j == g.v + 1
    return "call" if split else g.verb.lemma


def _agents(
    p: Parsed, d: Document, g: VerbGroup, right: int, left: tuple[str, ...]
) -> list[Mention]:
    """ "was received by Y": the agent of a passive verb."""
    for k in range(g.j, right):
        if p.low[k] == "by" and k + 1 < len(p.low):
            return partners(p, d, k + 1, right, left, True)
    return []


def _in_person(others: list[Mention], lemma: str) -> bool:
    if lemma == "call":  # "called Trump", not "called the duties"
        return bool(others) and (
            others[0].kind in ("person", "official") or "counterpart" in others[0].name.lower()
        )
    return any(m.kind in ("person", "official", "government", "group") for m in others)


def _dates_in(p: Parsed, g: VerbGroup, right: int) -> bool:
    return any(g.j - 6 <= i <= right for i, _, e in p.dates if e.rule != "length")


def _faced(
    p: Parsed, d: Document, g: VerbGroup, first: list[Mention], others: list[Mention], told: bool
) -> tuple[str, ...]:
    """The sides where only one is named: a pair's "each other", or the side one deals with."""
    actor = sides([*first, *others])
    body = _joint_body(p, g)
    if body:
        near = sides([m for m in p.mentions if body[0] - 6 <= m.i < body[1]])
        return near if len(near) > 1 else d.pair()
    if others:
        named = others[0].kind in ("person", "official")
        sure = bool(first) or (named and (told or g.verb.lemma in ("meet", "see", "receive")))
        return tuple(sorted({*actor, *d.other(actor)})) if actor and sure else ()
    after = p.low[g.j] if g.j < len(p.low) else "."
    alone = not after.isalpha() or after in talk_words("alone_before")
    plural = any(m.kind in ("group", "government") and p.low[m.j - 1].endswith("s") for m in first)
    if actor and told and alone and plural and g.verb.lemma in talk_words("with"):
        return tuple(sorted({*actor, *d.other(actor)}))
    return ()


def _joint_body(p: Parsed, g: VerbGroup) -> tuple[int, int] | None:
    """A body of both sides that meets: "the joint committee will convene"."""
    if g.verb.lemma not in talk_words("with") or g.passive:
        return None
    for k in range(max(0, g.i - 8), g.i):
        hit = talk_phrases("bodies").match(p.low, k)
        if hit and k + hit[0] <= g.i:
            return k, k + hit[0]
    return None


def _fits(p: Parsed, g: VerbGroup, first: list[Mention], others: list[Mention], told: bool) -> bool:
    """Whether the verb tells of one encounter, not of a habit or of another sense of the word."""
    lemma = g.verb.lemma
    if talk_words("habits") & set(p.low[g.i : p.clause_end(g.j)]):
        return False
    if lemma in talk_words("mostly_alone"):
        return told or any(m.kind == "person" for m in others)
    if lemma in ("speak", "talk") and not others:
        return by_wire(p, g.i, len(p.low)) or "again" in p.low[g.j : g.j + 2] or (
            "each" in p.low[g.j : g.j + 3]) or g.negated  # fmt: skip
    if lemma in ("host", "welcome", "receive", "greet", "visit", "invite"):
        return bool(first) and (told or any(m.kind == "person" for m in [*first, *others]))
    if lemma == "see":
        return any(m.kind in ("person", "official", "government") for m in others)
    return bool(first or others)


def _same_day(p: Parsed, d: Document, draft: Draft, g: VerbGroup) -> None:
    """ "sealed on Tuesday as X met Y": the day of the clause before."""
    before = governing(p, g)
    k = g.i
    while k > 0 and (p.low[k - 1] in talk_words("modifiers") or p.mention_at(k - 1)):
        k -= 1
    linked = k > 0 and p.low[k - 1] in ("as", "when", "where")
    told = g.tense in ("past", "pluperfect", "present") and before is not None
    if told and before is not None and linked:
        dates = [i for i, _, e in p.dates if e.lead in ("", "on") and e.rule in ("weekday", "day",
                 "rel_day") and owner(p, i) is before]  # fmt: skip
        set_date(p, d, draft, [], g.i, dates)


def _set_status(p: Parsed, d: Document, draft: Draft, g: VerbGroup) -> bool:
    """Held or planned; False where the verb tells of no talks at all ("refused to meet")."""
    draft.status = "planned" if g.tense in AHEAD or is_ahead(draft.date, d) else "held"
    if g.tense == "infinitive":
        by = governing(p, g)
        if by is not None:
            lemma = by.verb.lemma
            past = by.tense in ("past", "perfect", "pluperfect")
            if past and (lemma in talk_words("journey") or by.isa("meet")) and lemma not in (
                "plan", "arrange", "expect", "agree", "schedule", "set", "invite"
            ):  # fmt: skip
                draft.status = "held" if not is_ahead(draft.date, d) else "planned"
            elif lemma in talk_words("wishes"):
                draft.certainty = "hypothetical"
                return bool(draft.date or draft.place)
            elif lemma in talk_words("refusals"):
                draft.certainty = "negated"
                return bool(draft.date or draft.place)
            elif lemma in ("urge", "ask", "need", "tell", "call on", "press", "demand"):
                return False
    if g.tense == "ing":
        by = governing(p, g)
        if by is not None and by.tense in AHEAD and not is_past(draft.date, d):
            draft.status = "planned"
    return g.tense != "should" or bool(draft.date)
