"""Talks told by a noun: "the third round in Geneva", "a planned meeting with Xi"."""

from __future__ import annotations

from copy import deepcopy

from .context import Document
from .draft import AHEAD, Draft, evidence, is_ahead, owner, said_on
from .gatherings import names_of, place_of, set_certainty, set_date, stretch, talk_words
from .grammar import BE, Head, Mention, Parsed, VerbGroup
from .lexicon import word_set
from .parties import sides
from .talknouns import VISITS, TalkNoun, another_matter, kind_by_noun, parties_of, talk_noun

_PLANNED = word_set("planned")
_PAST = word_set("past")
_AMONG_THEMSELVES = frozenset(["gather", "convene", "meet", "assemble"])


def by_noun(p: Parsed, d: Document, head: Head) -> list[Draft]:
    """Talks named by `head`: "talks in Kuala Lumpur on 25 October", "a planned meeting with Xi"."""
    if another_matter(p, head):
        return []
    noun = talk_noun(p, head)
    people = parties_of(p, d, noun)
    if people is None:
        return []
    guessed = False
    actor = sides(people)
    if len(actor) < 2:
        actor = tuple(sorted({*actor, *d.other(actor)})) if actor else tuple(sorted(d.pair()))
        guessed = True
    if not 2 <= len(actor) <= 6:
        return []
    if guessed and noun.group is not None and noun.group.verb.lemma in _AMONG_THEMSELVES and sides(
        people
    ):  # fmt: skip
        return []  # "European leaders gathered for a dinner"
    draft = Draft(kind_by_noun(p, d, noun, people), actor, (), "meeting", guessed_target=guessed)
    draft.participants = names_of(people) or d.leaders(actor, people)
    _where(p, d, noun, draft)
    _when(p, d, noun, draft)
    _whether(p, d, noun, draft)
    draft.spans = [evidence(p, noun.left, max(head.j, min(noun.right, head.j + 10)))]
    draft.refers = bool(noun.words & {"the", "this", "that", "those", "their", "these"})
    if not _worth_telling(p, noun, draft, guessed):
        return []
    places = _place_list(p, head.j, noun.right)
    plural = head.text.lower().endswith("s") or "rounds" in head.text.lower()
    if plural and len(places) > 1:
        return [_at(draft, place) for place in places]
    return [draft, *_further_rounds(p, d, head, draft)]


def by_ordinal(p: Parsed, d: Document) -> list[Draft]:
    """ "The twelfth was held in Bali last month", "the next is due in March": talks left unsaid."""
    found = []
    for g in p.groups:
        k = g.i - 1
        if k < 1 or p.low[k] not in talk_words("ordinals") or p.quoted[k] >= 0:
            continue
        if p.low[k - 1] not in ("the", "a", "an") or g.verb.lemma not in talk_words("unsaid"):
            continue
        draft = Draft("meeting", tuple(sorted(d.pair())), (), "meeting")
        right = p.clause_end(g.j)
        set_date(p, d, draft, [g], right)
        draft.place = place_of(p, d, g.j, right, draft.actor)
        ahead = g.tense in AHEAD or is_ahead(draft.date, d)
        draft.status = "planned" if ahead else "held"
        set_certainty(p, draft, g)
        draft.spans = [evidence(p, k - 1, max(g.j, min(right, g.j + 8)))]
        if len(draft.actor) == 2 and (draft.date or draft.place):
            found.append(draft)
    return found


# --- where, when, whether --------------------------------------------------------------------


def _where(p: Parsed, d: Document, noun: TalkNoun, draft: Draft) -> None:
    head, group = noun.head, noun.group
    draft.place = place_of(p, d, head.j, noun.right, draft.actor)
    if draft.place is None and head.text.lower() in VISITS:
        to = [m for m in p.mentions if head.j <= m.i < noun.right and p.low[m.i - 1] == "to"
              and m.kind in ("city", "capital", "country")]  # fmt: skip
        draft.place = to[0].name if to else None
    if draft.place is None and group is not None:
        s = p.subject(group)
        host = group.verb.lemma == "host" and isinstance(s, Mention)
        if host and isinstance(s, Mention) and s.kind in ("city", "capital", "country"):
            draft.place = s.name
        else:
            draft.place = place_of(p, d, group.j, p.clause_end(group.j), draft.actor)


def _when(p: Parsed, d: Document, noun: TalkNoun, draft: Draft) -> None:
    head, group = noun.head, noun.group
    near = [i for i, _, _ in p.dates if head.j <= i < noun.right or noun.left - 2 <= i < head.i]
    set_date(p, d, draft, [group] if group is not None else [], noun.right, near)
    if noun.adjunct and draft.date is None:
        before = [g for g in p.groups if g.v < noun.left]
        after = p.low[noun.left - 1] in ("after", "following")
        soon = not after or {"shortly", "hours", "minutes", "soon", "immediately"} & set(
            p.low[max(0, noun.left - 4) : noun.left]
        )
        free = [i for i, _, e in p.dates if before and soon and i < noun.left and e.lead in (
            "", "on") and owner(p, i) is before[-1]]  # fmt: skip
        set_date(p, d, draft, [], noun.right, free)
    arranged = p.low[head.j : head.j + 1]
    arranged = bool(arranged and arranged[0] in talk_words("arranged"))
    if arranged and near:  # "a meeting scheduled for Friday"
        ahead = [e.on(said_on(p, d, i), True) for i, _, e in p.dates if i in near]
        draft.date = ahead[0] or draft.date
    _told_after(p, d, noun, draft)
    stretch(p, draft, group)
    planned = arranged or bool(noun.words & _PLANNED) or is_ahead(draft.date, d)
    if group is not None and not planned:
        planned = group.tense in AHEAD
    on_occasion = noun.adjunct and p.low[noun.left] in ("a", "an")
    if on_occasion and (noun.head.what == "call" or not (group and group.tense in AHEAD)):
        before = [g for g in p.groups if g.v < noun.left]
        planned = bool(before) and before[-1].tense == "future" and p.low[before[-1].i] != "agreed"
        if not planned and is_ahead(draft.date, d):
            draft.date = None
            for i, _, e in p.dates:
                if i in near and draft.date is None:
                    draft.date = e.on(said_on(p, d, i), False)
    draft.status = "planned" if planned else "held"
    if {"previous", "earlier"} & noun.words:
        draft.status, draft.background = "held", True


def _told_after(p: Parsed, d: Document, noun: TalkNoun, draft: Draft) -> None:
    """ "It was the fourth meeting, and it took place in Paris on 12 May"."""
    if draft.date is not None or len(p.talks) > 1:
        return
    for g in p.groups:
        s = p.subject(g)
        if g.i >= noun.head.j and g.verb.lemma in ("take place", "hold", "happen", "occur") and (
            isinstance(s, Mention) and s.kind == "pronoun"
        ):  # fmt: skip
            set_date(p, d, draft, [g], p.clause_end(g.j))
            draft.place = draft.place or place_of(p, d, g.j, p.clause_end(g.j), draft.actor)
            return


def _whether(p: Parsed, d: Document, noun: TalkNoun, draft: Draft) -> None:
    """Certainty: denied, open, or as told."""
    group = noun.group
    if group is not None and _postponed(p, d, draft, group):
        return
    if group is not None:
        set_certainty(p, draft, group)
        if group.verb.lemma in talk_words("proposing") and draft.certainty == "stated":
            draft.certainty, draft.status = "hypothetical", "planned"
        if group.verb.lemma == "invite":
            draft.date, draft.status, draft.certainty = None, "planned", "hypothetical"
        if group.verb.lemma in talk_words("cancelling") and not group.negated:
            draft.certainty, draft.status = "negated", "planned"
    nor = {"no", "any", "neither"} & noun.words and draft.certainty == "stated"
    if nor and ("any" not in noun.words or {"nor", "not", "n't", "without"} & set(p.low)):
        draft.certainty = "negated"
    elif {"possible", "potential"} & noun.words:
        draft.certainty = "hypothetical"
    fresh = noun.words & {"next", "new", "further", "another", "fresh"}
    if fresh and "no date" in " ".join(p.low):
        draft.certainty, draft.status = "negated", "planned"
    off = {"off", "cancelled", "canceled", "plans", "planned", "arranged", "scheduled"} & set(p.low)
    if draft.certainty == "negated" and off:
        draft.status = "planned"


def _postponed(p: Parsed, d: Document, draft: Draft, group: VerbGroup) -> bool:
    """ "has been put off to 23 May": planned, on the new day."""
    if group.verb.lemma not in talk_words("postponing"):
        return False
    for i, _, e in p.dates:
        if i >= group.v and (e.lead in ("until", "till", "to") or p.low[i - 1] in ("to", "until")):
            value = e.on(said_on(p, d, i), True)
            if value:
                draft.date = value[3:] if value.startswith("../") else value
                draft.status, draft.certainty = "planned", "stated"
                return True
    return False


def _worth_telling(p: Parsed, noun: TalkNoun, draft: Draft, guessed: bool) -> bool:
    """Whether the mention is of one occasion; else it is dropped, or kept only to be merged."""
    group = noun.group
    happens = group is not None and group.verb.lemma in talk_words("happening")
    arranged = group is not None and group.verb.lemma in talk_words("noun_verbs")
    visit = noun.head.text.lower() in VISITS and bool(draft.participants and draft.date)
    named = bool(draft.participants) and not guessed
    specific = bool(draft.date or draft.place or named)
    proposed = arranged and group is not None and group.verb.lemma in talk_words("arranging")
    if draft.certainty == "negated" and arranged:
        return True
    if not specific:
        under_way = p.low[noun.left - 1 : noun.left] == ["in"] and p.low[noun.left - 2] in BE
        draft.tentative = guessed or not (under_way or happens)
        return happens or under_way
    if (
        guessed
        and not (happens or visit or proposed or draft.place)
        and not noun.words & (_PLANNED | _PAST)
    ):
        draft.tentative = draft.certainty != "negated"
    return True


# --- several at once -------------------------------------------------------------------------


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
                one.date = e.on(said_on(p, d, i), draft.status == "planned")
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
