"""Talks told by a noun: "the third round in Geneva", "a planned meeting with Xi"."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from .context import Document
from .draft import AHEAD, Draft, evidence, is_ahead, owner, resolve, said_on
from .gatherings import (
    by_wire,
    kind_of,
    names_of,
    of_many,
    place_of,
    set_certainty,
    set_date,
    stretch,
    talk_words,
)
from .grammar import Head, Mention, Parsed, VerbGroup
from .journeys import visitor
from .lexicon import word_set
from .parties import codes_of, partners, sides, subjects

_PLANNED = word_set("planned")
_PAST = word_set("past")
_AMONG_LEADERS = frozenset(["meeting", "dinner", "encounter", "working dinner", "visit", "trip",
                            "bilateral meeting", "working lunch"])  # fmt: skip
_VISITS = frozenset(["visit", "trip"])
_AMONG_THEMSELVES = frozenset(["gather", "convene", "meet", "assemble"])
_EDGES = frozenset(["in", "on", "of", "for", ",", "at", "after", "to", "from", "and", "as", ".", "by",
                    "with", "into", "over", "against", "—", "–", "about", "during", "before",
                    "following", "amid", "that", "which", "between"])  # fmt: skip
_ADJUNCT = frozenset(["in", "during", "at", "after", "following", "from", "on", "over", "by", "via",
                      "through"])  # fmt: skip


@dataclass
class _Noun:
    """A noun of talks with its phrase (`left` up to `right`) and the verb it hangs on."""

    head: Head
    left: int
    right: int
    group: VerbGroup | None
    adjunct: bool  # "said in a call": the occasion of what the clause tells
    words: set[str] = field(default_factory=set)  # the adjectives and articles before it


def by_noun(p: Parsed, d: Document, head: Head) -> list[Draft]:
    """Talks named by `head`: "talks in Kuala Lumpur on 25 October", "a planned meeting with Xi"."""
    if _another_matter(p, head):
        return []
    noun = _noun(p, head)
    found = _parties(p, d, noun)
    if found is None:
        return []
    people, guessed = found
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
    draft = Draft(_kind(p, d, noun, people), actor, (), "meeting", guessed_target=guessed)
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


# --- the noun and its verb -------------------------------------------------------------------


def _another_matter(p: Parsed, head: Head) -> bool:
    """A cabinet meeting, a summit that is only the occasion, talks hoped for in a quotation."""
    low = p.low
    after = low[head.j] if head.j < len(low) else ""
    if p.quoted[head.i] >= 0 and after not in ("in", "on"):
        return True
    if after == "among" and {"countries", "nations", "members", "economies"} & set(
        low[head.j : head.j + 6]
    ):
        return True
    several = head.text.lower() in ("gathering", "session", "dinner", "meetings", "summits")
    if (head.what == "summit" or several) and _occasion(p, head):
        return True
    said = next((g for g in reversed(p.groups) if g.v < head.i), None)
    if said is not None and said.isa("say") and head.i - said.j <= 2 and "in" not in low[said.j : head.i]:
        return said.verb.lemma == "tell"  # "told a gathering of growers"
    if head.text.lower() in ("round", "rounds", "session") and any(
        0 < h.i - head.j <= 4 for h in p.measures
    ):
        return True  # "a new round of tariffs"
    if head.what != "summit" and talk_words("not_talks") & set(low[max(0, head.i - 2) : head.i]):
        return True
    return low[head.j : head.j + 2] == ["in", "a"] and any(
        t.what == "call" and head.j < t.i <= head.j + 4 for t in p.talks
    )  # "start consultations in a video call": the call is the event


def _noun(p: Parsed, head: Head) -> _Noun:
    left = head.i
    while (
        left > 0
        and p.low[left - 1] not in _EDGES
        and not any(g.i <= left - 1 < g.j for g in p.groups)
        and head.i - left < 8
    ):
        left -= 1
    adjunct = left > 0 and p.low[left - 1] in _ADJUNCT
    group = _predicate(p, head)
    if adjunct and group is not None and group.v < left:
        held = group.verb.lemma in talk_words("in_talks")
        group = group if held else None
    return _Noun(head, left, p.clause_end(head.j), group, adjunct, set(p.low[left : head.i]))


def _predicate(p: Parsed, head: Head) -> VerbGroup | None:
    """The verb whose subject or object the talks are."""
    verbs = talk_words("noun_verbs")
    for g in p.groups:
        if g.i >= head.j and p.subject(g) is head and g.verb.lemma in verbs:
            return g
    for g in p.groups:  # "the talks that Brazil and the United States opened in Brasilia"
        gap = p.low[head.j : g.i]
        if g.i >= head.j and g.verb.lemma in verbs and not g.passive and len(gap) <= 10:
            if gap[:1] in (["that"], ["which"]) and not any(
                head.j <= x.v < g.v for x in p.groups
            ):  # fmt: skip
                return g
    for g in p.groups:  # "No meeting between X and Y is planned": only names stand between
        between = [x for x in p.groups if head.j <= x.v < g.v and not x.relative]
        if g.i >= head.j and not between and g.verb.lemma in verbs and g.i - head.j <= 22:
            if g.passive or (g.isa("meet") and not _acts(p, head, g)):
                return g
    before = [g for g in p.groups if g.j <= head.i]
    if before:
        g = before[-1]
        if g.verb.lemma in verbs and head.i - g.j <= 14:
            return g
        if (
            len(before) > 1
            and before[-2].verb.lemma in verbs
            and g.tense in ("infinitive", "ing")
        ):
            return before[-2] if head.i - before[-2].j <= 6 else None
    return None


def _acts(p: Parsed, head: Head, g: VerbGroup) -> bool:
    """Whether somebody named after the noun is the subject of `g`."""
    s = p.subject(g)
    return isinstance(s, Mention) and s.i >= head.j and not p.in_pp(s)


# --- who -------------------------------------------------------------------------------------


def _parties(p: Parsed, d: Document, noun: _Noun) -> tuple[list[Mention], bool] | None:
    """Those whom the phrase names, those who act in its clause, and whether a side is a guess.

    None for a visit to a country that is no side of the dispatch.
    """
    head = noun.head
    people = _owners(p, d, noun)
    people += partners(p, d, head.j, noun.right, sides(people), None)
    people += _members(p, d, noun)
    if head.text.lower() in _VISITS or head.text.lower().endswith(("visit", "trip")):
        guest = visitor(p, d, head.i, head.j)
        host = _visited(p, d, noun)
        if host and not set(host[0].codes) & set(d.pair()):
            return None
        if {"first", "last"} & noun.words and "since" in p.low[head.j : noun.right]:
            return None  # "the first visit by a Canadian leader since 2017": a remark
        people += [*([guest] if guest is not None else []), *host]
        if guest is None and len(sides(people)) < 2 and not (noun.group or host):
            return None
    people = [m for m in people if m.codes]
    group = noun.group
    if group is not None and not group.passive:
        people += _acting(p, d, group, noun)
    if len(sides(people)) < 2 and noun.adjunct:
        people += _clause(p, d, noun, sides(people))
    if {"his", "her"} & noun.words and d.last_person is not None:
        people.append(d.last_person)
    return people, False


def _owners(p: Parsed, d: Document, noun: _Noun) -> list[Mention]:
    """ "US-China talks", "Farrell's meeting": the names before the noun."""
    found = []
    for m in p.mentions:
        if noun.left <= m.i and m.j <= noun.head.i + 1 and (
            m.kind in ("country", "demonym", "person", "group")
            or (m.kind == "capital" and m.poss)
        ):  # fmt: skip
            who = resolve(p, d, m)
            if who is not None and who.codes:
                found.append(who)
    return found


def _members(p: Parsed, d: Document, noun: _Noun) -> list[Mention]:
    """ "talks of Chinese and American officials", "a meeting by the two ministers"."""
    found: list[Mention] = []
    for m in p.mentions:
        if not noun.head.j <= m.i < noun.right or m.kind in ("city", "capital", "media", "place"):
            continue
        before = p.low[m.i - 1]
        if before in ("the", "senior", "a", "an", "top") and m.i > 1:
            before = p.low[m.i - 2]
        listed = found and before in ("and", ",") and m.i - found[-1].j <= 2
        if (before in ("of", "by") and m.i - noun.head.j <= 4) or listed:
            who = resolve(p, d, m)
            codes = codes_of(p, d, m, ())
            if who is not None and codes:
                found.append(
                    Mention(m.i, m.j, who.kind, codes, who.name, who.leader, official=True)
                )
    return found


def _visited(p: Parsed, d: Document, noun: _Noun) -> list[Mention]:
    """ "a visit to Beijing": the side of the place."""
    for m in p.mentions:
        to = m.i > 0 and p.low[m.i - 1] in ("to", "in")
        if noun.head.j <= m.i < noun.right and m.kind in ("capital", "country") and to:
            return [Mention(m.i, m.j, m.kind, m.codes, m.name)]
    return []


def _acting(p: Parsed, d: Document, group: VerbGroup, noun: _Noun) -> list[Mention]:
    """The subject of "hold talks" or "host a meeting"; a third country only lends its roof."""
    if p.subject(group) is noun.head:
        return []
    who = subjects(p, d, group)
    if group.verb.lemma in ("host", "mediate", "moderate", "stage"):
        who = [m for m in who if set(m.codes) & set(d.pair())]
    return [m for m in who if m.kind not in ("court", "body")]


def _clause(p: Parsed, d: Document, noun: _Noun, known: tuple[str, ...]) -> list[Mention]:
    """Who acts where the talks are only the occasion: "X told Y in a call", "in a call, X and Y"."""
    before = [g for g in p.groups if g.v < noun.left and p.quoted[g.v] < 0]
    if before:
        g = before[-1]
        if g.tense in ("ing", "infinitive") and len(before) > 1 and not p.subject(g):
            g = before[-2]
        who = subjects(p, d, g)
        if len({*known, *sides(who)}) > 1:
            return who
        return [*who, *partners(p, d, g.j, noun.left, sides(who), g.isa("say"))]
    later = [g for g in p.groups if g.v >= noun.head.j and g.tense not in ("ing", "participle")]
    return subjects(p, d, later[0]) if later else []


def _kind(p: Parsed, d: Document, noun: _Noun, people: list[Mention]) -> str:
    head = noun.head
    kind = kind_of(p, d, people, head.what, p.low[noun.left : head.j])
    if kind == "meeting" and by_wire(p, head.j, noun.right):
        return "call"
    if head.text.lower() == "conversation" and not by_wire(p, noun.left, noun.right):
        kind = kind_of(p, d, people, "meeting", [])
    if kind == "summit" and head.what != "summit" and head.text.lower() not in _AMONG_LEADERS:
        return "meeting"  # negotiations that leaders speak of are led by others
    return kind


# --- where, when, whether --------------------------------------------------------------------


def _where(p: Parsed, d: Document, noun: _Noun, draft: Draft) -> None:
    head, group = noun.head, noun.group
    draft.place = place_of(p, d, head.j, noun.right, draft.actor)
    if draft.place is None and head.text.lower() in _VISITS:
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


def _when(p: Parsed, d: Document, noun: _Noun, draft: Draft) -> None:
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


def _told_after(p: Parsed, d: Document, noun: _Noun, draft: Draft) -> None:
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


def _whether(p: Parsed, d: Document, noun: _Noun, draft: Draft) -> None:
    """Certainty: denied, open, or as told."""
    group = noun.group
    if group is not None and group.verb.lemma in talk_words("postponing"):
        if _postponed(p, d, draft, group):
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
    for i, _, e in p.dates:
        if i >= group.v and (e.lead in ("until", "till", "to") or p.low[i - 1] in ("to", "until")):
            value = e.on(said_on(p, d, i), True)
            if value:
                draft.date = value[3:] if value.startswith("../") else value
                draft.status, draft.certainty = "planned", "stated"
                return True
    return False


def _worth_telling(p: Parsed, noun: _Noun, draft: Draft, guessed: bool) -> bool:
    """Whether the mention is of one occasion; else it is dropped, or kept only to be merged."""
    group = noun.group
    happens = group is not None and group.verb.lemma in talk_words("happening")
    arranged = group is not None and group.verb.lemma in talk_words("noun_verbs")
    visit = noun.head.text.lower() in _VISITS and bool(draft.participants and draft.date)
    named = bool(draft.participants) and not guessed
    specific = bool(draft.date or draft.place or named)
    proposed = arranged and group is not None and group.verb.lemma in talk_words("arranging")
    if draft.certainty == "negated" and arranged:
        return True
    if not specific:
        draft.tentative = True
        return happens
    if guessed and not (happens or visit or proposed or draft.place) and not noun.words & (_PLANNED | _PAST):
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
    return of_many(before) or p.low[head.i - 1 : head.i] == [")"]
