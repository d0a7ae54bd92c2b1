"""Who takes part in talks: the other side of a verb, or those whom a noun of talks names."""

from __future__ import annotations

from .context import Document
from .draft import resolve, sorted_codes
from .gatherings import talk_phrases, talk_words
from .grammar import CONJUNCTIONS, PREPOSITIONS, Head, Mention, Parsed, VerbGroup

_NO_SIDES = frozenset(["city", "media", "gazette", "place", "pronoun", "firm", "name", "court"])
_WITH = frozenset(["with", "between", "to", "among"])
_PEOPLE = frozenset(["person", "official", "government", "ministry", "group"])
_NUMBERS = {"three": 3, "four": 4}
_SIDE_NOUNS = talk_words("side_nouns")


def start_of(p: Parsed, i: int) -> int:
    """Where the noun phrase around token `i` starts: articles, adjectives and names before it."""
    while i > 0:
        word = p.low[i - 1]
        name = p.words[i - 1][:1].isupper() and i > 1 and word.isalpha()
        dated = any(a <= i - 1 < b for a, b, _ in p.dates)
        if dated or (word not in talk_words("modifiers") and not name):
            break
        i -= 1
    return i


def lead_of(p: Parsed, i: int) -> str:
    """The word that governs the noun phrase around token `i` ("with", "to", a verb)."""
    k = start_of(p, i)
    while k > 1 and p.low[k - 1] in ("and", ","):  # "with Norwegian and Icelandic officials"
        before = [m for m in p.mentions if m.kind == "demonym" and m.j == k - 1]
        if not before:
            break
        k = start_of(p, before[0].i)
    return p.low[k - 1] if k else ""


def codes_of(p: Parsed, d: Document, m: Mention, others: tuple[str, ...]) -> tuple[str, ...]:
    """The sides of a name, with its coordinated adjectives ("Norwegian and Icelandic officials").

    A counterpart without a country is of the side that `others` face.
    """
    words = set(p.low[m.i : m.j])
    if not m.codes and words & talk_words("counterparts"):
        return d.other(others) if others else ()
    many = _several(p, d, m.j)
    if many:
        return many
    who = resolve(p, d, m)
    if who is None:
        return ()
    codes = set(who.codes)
    k = m.i
    while k > 1 and p.low[k - 1] in ("and", ","):
        before = [x for x in p.mentions if x.kind == "demonym" and x.j == k - 1]
        if not before or m.kind == "person":
            break
        codes |= set(before[0].codes)
        k = before[0].i
    return tuple(sorted(codes - {"WLD"}))


def _several(p: Parsed, d: Document, k: int) -> tuple[str, ...]:
    """The sides behind "(officials) of the three countries", told of most in the dispatch."""
    for n in range(k, min(k + 4, len(p.low) - 1)):
        if p.low[n] in _NUMBERS and p.low[n + 1] in _SIDE_NOUNS:
            ranked = [code for code, _ in d.sides.most_common(6) if code != "WLD"]
            return tuple(sorted(ranked[: _NUMBERS[p.low[n]]]))
        if p.low[n] not in ("of", "from", "the", "all"):
            break
    return ()


def partners(
    p: Parsed, d: Document, a: int, b: int, subject: tuple[str, ...], direct: bool | None
) -> list[Mention]:
    """The other side between tokens `a` and `b`: after "with" or "to", or (`direct`) the object.

    `direct` is None after a noun of talks, which takes no "to".
    """
    found: list[Mention] = []
    open_to = bool(direct)
    leads = _WITH - {"to"} if direct is None else _WITH
    for m in p.mentions:
        if not a <= m.i < b:
            continue
        ruler = _ruler(p, m)
        if ruler is not None and ((open_to and start_of(p, m.i) <= a) or lead_of(p, m.i) in leads):
            found.append(ruler)
            continue
        if m.kind in _NO_SIDES and not (m.kind == "demonym" and m.official):
            continue
        if m.poss or (
            m.kind == "demonym" and not (m.official or _is_counterpart(p, m) or _nation(p, m))
        ):
            continue
        lead = lead_of(p, m.i)
        if direct is not None and any(h.j == start_of(p, m.i) - 1 for h in p.talks):
            lead = ""  # "met to prepare a meeting between the presidents": the noun's parties
        if lead == "of" and (m.kind in _PEOPLE or m.kind == "country"):
            lead = _beyond_of(p, start_of(p, m.i) - 1)  # "spoke to the head of the embassy"
        adjacent = bool(found) and found[-1].j == m.i and m.kind == "person"
        listed = adjacent or (bool(found) and _listed(p, found[-1].j, m.i))
        plain = m.kind in _PEOPLE or m.kind == "demonym"
        itself = open_to and plain and _object_at(p, a, m)
        at_home = lead == "at" and m.kind in ("ministry", "government") and p.low[m.i] != "white"
        if not (itself or listed or at_home or (lead in leads and (plain or lead != "to"))):
            if plain and not found and open_to and _apposed(p, a, m):
                pass  # "received Serdar Kilic, Turkey's ambassador"
            else:
                continue
        codes = codes_of(p, d, m, subject)
        who = resolve(p, d, m)
        if who is None or not codes:
            continue
        facing = who.kind == "demonym" or set(p.low[m.i : m.j]) & talk_words("counterparts")
        kind = "official" if facing and who.kind != "person" else who.kind
        found.append(Mention(m.i, m.j, kind, codes, who.name, who.leader, official=True))
    return found or _nameless(p, d, a, b, subject, bool(direct))


def _beyond_of(p: Parsed, k: int) -> str:
    """The preposition before "the deputy chief of", where only small letters stand between."""
    while k > 0 and p.low[k] not in PREPOSITIONS - {"of"} and p.low[k].isalpha():
        if any(g.i <= k < g.j for g in p.groups):
            return ""
        k -= 1
    return p.low[k]


def _ruler(p: Parsed, m: Mention) -> Mention | None:
    """ "Qatar's emir": an office that a possessive gives its side."""
    k = m.j + 1
    if not (m.poss and m.codes and k < len(p.low)) or m.kind not in ("country", "capital"):
        return None
    if p.low[k] not in talk_words("rulers"):
        return None
    leads = p.low[k] in talk_words("ruling_offices")
    return Mention(m.i, k + 1, "official", m.codes, p.text(m.i, k + 1), leads, official=True)


def _is_counterpart(p: Parsed, m: Mention) -> bool:
    return talk_phrases("counterparts").match(p.low, m.j) is not None if m.j < len(p.low) else False


def _nation(p: Parsed, m: Mention) -> bool:
    """ "talks with the Americans": the adjective stands for the side."""
    after = p.low[m.j] if m.j < len(p.low) else "."
    return lead_of(p, m.i) in ("with", "between") and (
        not after.isalpha() or after in PREPOSITIONS or after in ("and", "to", "that", "who")
    )


def _object_at(p: Parsed, a: int, m: Mention) -> bool:
    return start_of(p, m.i) <= a or p.low[a : m.i] in (["with"], ["jointly"], ["again"])


def _apposed(p: Parsed, a: int, m: Mention) -> bool:
    """Whether only a name no list holds and a comma stand between token `a` and the office."""
    gap = [k for k in range(a, m.i) if p.low[k] not in talk_words("modifiers")]
    return bool(gap) and len(gap) <= 7 and all(
        p.words[k][:1].isupper() or p.low[k] in (",", "al", "bin", "de", "von", "of") for k in gap
    )  # fmt: skip


def _listed(p: Parsed, a: int, b: int) -> bool:
    """Whether only "and", commas and titles stand between two names."""
    gap = p.low[a : start_of(p, b)]
    return bool(gap) and all(w in ("and", ",", "as", "well", "or", "both", "plus") for w in gap)


def _nameless(
    p: Parsed, d: Document, a: int, b: int, subject: tuple[str, ...], direct: bool
) -> list[Mention]:
    """ "his Jordanian colleague", "her opposite number", "him": a side without a name."""
    for k in range(a, min(b, len(p.low))):
        size = talk_phrases("counterparts").match(p.low, k)
        if size and (lead_of(p, k) in _WITH or (direct and start_of(p, k) <= a)):
            near = [m for m in p.mentions if m.kind == "demonym" and start_of(p, k) <= m.i < k]
            codes = near[-1].codes if near else d.other(subject)
            if codes:
                return [Mention(k, k + size[0], "official", codes, p.text(k, k + size[0]))]
        pointing = p.low[k] in ("him", "her", "them") and (
            (k == a and direct) or p.low[k - 1] in _WITH
        )
        owning = p.low[k] == "her" and k + 1 < len(p.low) and p.low[k + 1].isalpha()
        if pointing and not (owning and p.low[k + 1] not in ("in", "on", "at", "for", "by")):
            who = _meant(p, d, k, subject)
            if who is not None:
                return [who]
    return []


def _meant(p: Parsed, d: Document, k: int, subject: tuple[str, ...]) -> Mention | None:
    """Whom "him" or "them" means: the person of another side named last."""
    here = [m for m in p.mentions if m.j <= k and m.kind == "person" and m.codes]
    for m in [*reversed(here), *([d.last_person] if d.last_person else [])]:
        if m.codes and not set(m.codes) & set(subject):
            return m
    return None


def subjects(p: Parsed, d: Document, g: VerbGroup) -> list[Mention]:
    """The sides and people that act in `g`, with those joined to them by "and"."""
    head = p.subject(g)
    if isinstance(head, Head):
        acting = [m for m in p.mentions if m.j <= g.i and p._can_act(m)
                  and p.quoted[m.i] == p.quoted[g.v]]  # fmt: skip
        head = acting[-1] if acting and p.low[g.i - 1] != "which" else None
    found = []
    if head is None and g.tense == "ing":  # "Receiving X on Monday, Y said"
        later = [x for x in p.groups if x.v > g.v and x.tense not in ("ing", "participle")]
        head = p.subject(later[0]) if later and not p.groups.index(g) else None
    if isinstance(head, Head) or head is None:
        return _plural(p, d, g)
    if head.kind == "pronoun" and head.name == "they":
        return _they(p, d, head)
    for m in [head, *company(p, head), *_beyond(p, head, g)]:
        if m.kind in _NO_SIDES and m.kind != "pronoun":
            continue
        who = resolve(p, d, m)
        if who is None:
            continue
        codes = _of_whom(p, m) or codes_of(p, d, m, ()) or who.codes
        if codes:
            found.append(
                Mention(m.i, m.j, who.kind, codes, who.name, who.leader, official=who.official)
            )
    return found or _plural(p, d, g)


def _they(p: Parsed, d: Document, head: Mention) -> list[Mention]:
    """Those named together before, else the two sides of the dispatch."""
    near = [m for m in p.mentions if m.j <= head.i and head.i - m.j <= 2 and m.codes]
    if near:  # "a call between A and B when they talk on Friday"
        several = [near[-1], *company(p, near[-1])]
        if len(sides(several)) > 1:
            return [m for m in several if m.kind not in _NO_SIDES]
    before = [x for x in p.groups if x.v < head.i]
    earlier = subjects(p, d, before[-1]) if before else []
    if len(sides(earlier)) > 1:
        return earlier
    if before:
        return []
    return [Mention(head.i, head.j, "group", d.pair(), "they", official=True)]


def _beyond(p: Parsed, head: Mention, g: VerbGroup) -> list[Mention]:
    """The people between a subject and its verb: "A of Australia and B of China will meet"."""
    if any(head.j <= x.v < g.v for x in p.groups) or "and" not in p.low[head.j : g.i]:
        return []
    return [m for m in p.mentions if head.j <= m.i < g.i and m.kind in ("person", "official")
            and "and" in p.low[head.j : m.i]]  # fmt: skip


def _of_whom(p: Parsed, m: Mention) -> tuple[str, ...]:
    """ "a delegation of Indian officials", "the team from Seoul": the side behind the body."""
    if m.codes or m.kind not in ("government", "group") or p.low[m.j : m.j + 1] not in (
        ["of"], ["from"]
    ):  # fmt: skip
        return ()
    near = [x for x in p.mentions if m.j < x.i <= m.j + 3 and x.codes]
    return near[0].codes if near else ()


def company(p: Parsed, head: Mention) -> list[Mention]:
    """The people and sides that "and" joins to `head` on its left, over offices in apposition."""
    found: list[Mention] = []
    i, joined_by_and = head.i, False
    while i > 0:
        word = p.low[i - 1]
        m = next((x for x in p.mentions if x.j == i and x.i < i), None)
        if m is not None:
            before = p.low[m.i - 1] if m.i else ""
            if before in ("of", "from", "for") and m.kind in ("country", "capital", "government"):
                i = m.i - 1
                continue
            if lead_of(p, m.i) in PREPOSITIONS - CONJUNCTIONS or any(
                g.j == start_of(p, m.i) for g in p.groups
            ):
                break
            team = m.poss and p.low[m.j + 1 : m.j + 2] and p.low[m.j + 1] in talk_words("owned")
            if (team or not m.poss) and (m.kind != "demonym" or m.official or joined_by_and):
                found.append(m)
            i = m.i
            continue
        name = p.words[i - 1][:1].isupper() and i > 1
        ours = any(word in talk_words(name) for name in ("counterparts", "modifiers", "owned"))
        if not (word in talk_words("joining") or ours or name):
            break
        joined_by_and = joined_by_and or word in ("and", "&", "with", "alongside")
        i -= 1
    return found if joined_by_and else []


def _plural(p: Parsed, d: Document, g: VerbGroup) -> list[Mention]:
    """The sides behind a plural office: "officials from both countries", "the envoys A and B"."""
    start = max((x.j for x in p.groups if x.v < g.i and not x.relative), default=0)
    offices = [k for k in range(max(start, g.i - 16), g.i) if p.low[k] in
               talk_words("plural_offices") and p.quoted[k] == p.quoted[g.v]]  # fmt: skip
    if not offices:
        return []
    k = offices[0]
    if k and p.low[k - 1] in PREPOSITIONS:
        return []
    near = [m for m in p.mentions if k - 4 <= m.i < g.i and m.codes and m.kind in
            ("country", "capital", "demonym", "government", "person", "official")]  # fmt: skip
    codes = sides(near)
    leaders = p.low[k] in talk_words("plural_leaders")
    if len(codes) < 2:
        codes = _several(p, d, k + 1) or d.pair()
        if near and not set(sides(near)) & set(codes):
            return []
    return [Mention(k, k + 1, "group", codes, p.low[k], leaders, official=True)]


def sides(people: list[Mention]) -> tuple[str, ...]:
    return tuple(c for c in sorted_codes(*(m.codes for m in people)) if c != "WLD")


def clause_start(p: Parsed, k: int) -> int:
    """The first token of the clause that holds token `k`."""
    left = 0
    while True:
        nxt = p.clause_end(left + 1)
        if nxt > k or nxt <= left:
            return left
        left = nxt
