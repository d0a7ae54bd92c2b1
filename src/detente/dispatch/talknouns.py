"""The noun of talks: its phrase, the verb it hangs on, and who takes part by their words."""

from __future__ import annotations

from dataclasses import dataclass, field

from .context import Document
from .draft import resolve
from .gatherings import by_wire, kind_of, of_many, talk_words
from .grammar import Head, Mention, Parsed, VerbGroup
from .journeys import visitor
from .parties import codes_of, partners, sides, subjects

VISITS = frozenset(["visit", "trip"])
_AMONG_LEADERS = talk_words("among_leaders")
_EDGES = talk_words("phrase_edges")
_ADJUNCT = talk_words("adjunct")


@dataclass
class TalkNoun:
    """A noun of talks with its phrase (`left` up to `right`) and the verb it hangs on."""

    head: Head
    left: int
    right: int
    group: VerbGroup | None
    adjunct: bool  # "said in a call": the occasion of what the clause tells
    words: set[str] = field(default_factory=set)  # the adjectives and articles before it


# --- the noun and its verb -------------------------------------------------------------------


def another_matter(p: Parsed, head: Head) -> bool:
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
    if (
        said is not None
        and said.isa("say")
        and head.i - said.j <= 2
        and "in" not in low[said.j : head.i]
    ):
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


def talk_noun(p: Parsed, head: Head) -> TalkNoun:
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
    return TalkNoun(head, left, p.clause_end(head.j), group, adjunct, set(p.low[left : head.i]))


def _predicate(p: Parsed, head: Head) -> VerbGroup | None:
    """The verb whose subject or object the talks are."""
    verbs = talk_words("noun_verbs")
    for g in p.groups:
        if g.i >= head.j and p.subject(g) is head and g.verb.lemma in verbs:
            return g
    for g in p.groups:  # "the talks that Brazil and the United States opened in Brasilia"
        gap = p.low[head.j : g.i]
        opened = g.i >= head.j and g.verb.lemma in verbs and not g.passive and len(gap) <= 10
        first = not any(head.j <= x.v < g.v for x in p.groups)
        if opened and first and gap[:1] in (["that"], ["which"]):
            return g
    for g in p.groups:  # "No meeting between X and Y is planned": only names stand between
        between = [x for x in p.groups if head.j <= x.v < g.v and not x.relative]
        near = g.i >= head.j and not between and g.verb.lemma in verbs and g.i - head.j <= 22
        if near and (g.passive or (g.isa("meet") and not _acts(p, head, g))):
            return g
    before = [g for g in p.groups if g.j <= head.i]
    if before:
        g = before[-1]
        if g.verb.lemma in verbs and head.i - g.j <= 14:
            return g
        if len(before) > 1 and before[-2].verb.lemma in verbs and g.tense in ("infinitive", "ing"):
            return before[-2] if head.i - before[-2].j <= 6 else None
    return None


def _acts(p: Parsed, head: Head, g: VerbGroup) -> bool:
    """Whether somebody named after the noun is the subject of `g`."""
    s = p.subject(g)
    return isinstance(s, Mention) and s.i >= head.j and not p.in_pp(s)


# --- who -------------------------------------------------------------------------------------


def parties_of(p: Parsed, d: Document, noun: TalkNoun) -> list[Mention] | None:
    """Those whom the phrase names and those who act in its clause.

    None for a visit to a country that is no side of the dispatch.
    """
    head = noun.head
    people = _owners(p, d, noun)
    people += partners(p, d, head.j, noun.right, sides(people), None)
    people += _members(p, d, noun)
    if head.text.lower() in VISITS or head.text.lower().endswith(("visit", "trip")):
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
    return people


def _owners(p: Parsed, d: Document, noun: TalkNoun) -> list[Mention]:
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


def _members(p: Parsed, d: Document, noun: TalkNoun) -> list[Mention]:
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


def _visited(p: Parsed, d: Document, noun: TalkNoun) -> list[Mention]:
    """ "a visit to Beijing": the side of the place."""
    for m in p.mentions:
        to = m.i > 0 and p.low[m.i - 1] in ("to", "in")
        if noun.head.j <= m.i < noun.right and m.kind in ("capital", "country") and to:
            return [Mention(m.i, m.j, m.kind, m.codes, m.name)]
    return []


def _acting(p: Parsed, d: Document, group: VerbGroup, noun: TalkNoun) -> list[Mention]:
    """The subject of "hold talks" or "host a meeting"; a third country only lends its roof."""
    if p.subject(group) is noun.head:
        return []
    who = subjects(p, d, group)
    if group.verb.lemma in ("host", "mediate", "moderate", "stage"):
        who = [m for m in who if set(m.codes) & set(d.pair())]
    return [m for m in who if m.kind not in ("court", "body")]


def _clause(p: Parsed, d: Document, noun: TalkNoun, known: tuple[str, ...]) -> list[Mention]:
    """Who acts where the talks are the occasion: "X told Y in a call", "in a call, X and Y"."""
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


def kind_by_noun(p: Parsed, d: Document, noun: TalkNoun, people: list[Mention]) -> str:
    head = noun.head
    kind = kind_of(p, d, people, head.what, p.low[noun.left : head.j])
    if kind == "meeting" and by_wire(p, head.j, noun.right):
        return "call"
    if head.text.lower() == "conversation" and not by_wire(p, noun.left, noun.right):
        kind = kind_of(p, d, people, "meeting", [])
    if kind == "summit" and head.what != "summit" and head.text.lower() not in _AMONG_LEADERS:
        return "meeting"  # negotiations that leaders speak of are led by others
    return kind


def _occasion(p: Parsed, head: Head) -> bool:
    """A summit of many that is named only as the occasion ("during the APEC leaders summit")."""
    before = p.sentence.text[: p.at[head.i][0] - p.sentence.start][-90:]
    return of_many(before) or p.low[head.i - 1 : head.i] == [")"]
