"""Agreements: deals that sides reach, sign, extend or are about to conclude."""

from __future__ import annotations

from datetime import timedelta

from .context import Document
from .draft import AHEAD, Draft, dates_of, day_of, evidence, is_ahead, owner, said_on
from .gatherings import place_of, talk_phrases, talk_words
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import word_set
from .parties import partners, sides, subjects

_TALK_VERBS = word_set("talk_verbs")
_DAYS = ("weekday", "day", "rel_day")
_PAST = ("past", "perfect", "pluperfect")


def read_agreements(p: Parsed, d: Document) -> list[Draft]:
    """The deals of one sentence: told by a noun, else by "the two sides agreed to ..."."""
    found: list[Draft] = []
    for head in p.deals:
        if not _skip(p, head):
            found += _by_noun(p, d, head)
    return found or _by_agreeing(p, d)


def _skip(p: Parsed, head: Head) -> bool:
    after = p.low[head.j] if head.j < len(p.low) else ""
    if after in ("talks", "negotiations", "partners", "partner", "-", "breaker"):
        return True
    before = p.low[max(0, head.i - 3) : head.i]
    if head.text.lower() == "standstill" and before[-2:] == ["to", "a"]:
        return True  # "has come to a standstill"
    return bool({"no", "without", "any"} & set(before))


def _by_noun(p: Parsed, d: Document, head: Head) -> list[Draft]:
    g, role = _verb(p, head)
    if g is None:
        return _near(p, d, head) or _standing(p, d, head) or _dated(p, d, head)
    if p.quoted[g.v] >= 0 and g.tense not in ("past", "perfect"):
        return []
    if head.text.lower() in ("joint statement", "declaration", "joint declaration") and (
        g.verb.lemma not in ("agree", "sign", "agree on", "initial", "ink", "put")
    ):
        return []
    return _agreement(p, d, head, g, role)


# --- the verb of a deal ----------------------------------------------------------------------


def _concludes(g: VerbGroup) -> bool:
    return g.verb.lemma in talk_words("concluding") or g.isa("reach")


def _verb(p: Parsed, head: Head) -> tuple[VerbGroup | None, str]:
    """The verb that concludes the deal, and whether the deal is its subject or its object."""
    for g in p.groups:
        concludes = _concludes(g) or g.isa("effect")
        other = any(head.j <= h.i < g.i for h in (*p.measures, *p.talks)) and not g.isa("effect")
        if g.i >= head.j and concludes and not other and p.subject(g) is head and (
            g.passive or g.isa("effect") or g.tense == "participle"
        ):  # fmt: skip
            return g, "subj"
    return _relative(p, head) or _governing(p, head) or (None, "")


def _relative(p: Parsed, head: Head) -> tuple[VerbGroup, str] | None:
    """ "a deal between X and Y that was reached in January", "that their governments announced"."""
    for g in p.groups:
        if g.i < head.j or not _concludes(g) or g.i - head.j > 16:
            continue
        gap = p.low[head.j : g.i]
        if any(head.j <= x.v < g.v and x.tense != "participle" and not _wish(x) for x in p.groups):
            return None
        if any(x.i >= head.j and x.j <= g.i for x in (*p.measures, *p.talks)):
            continue
        marked = bool({"that", "which"} & set(gap)) or g.relative
        after = p.low[g.j] if g.j < len(p.low) else "."
        bare = not after.isalpha() or after in talk_words("bare_after")
        bare = bare or any(i == g.j for i, _, _ in p.dates)
        if g.passive and (marked or "between" in gap or not gap or gap == [","]):
            return g, "subj"
        if bare and not gap:  # "a truce struck this March"
            return g, "subj"
        if bare and gap == [","] and g.tense in ("past", "participle"):
            return g, "subj"
        if bare and {"that", "which"} & set(gap[:12]) and not g.passive:
            return g, "relative"
    return None


def _wish(g: VerbGroup) -> bool:
    return g.verb.lemma in talk_words("wishes")


def _governing(p: Parsed, head: Head) -> tuple[VerbGroup, str] | None:
    """ "signed the deal", "put their names to the pact"."""
    before = [g for g in p.groups if g.j <= head.i]
    for g in reversed(before[-2:]):
        gap = p.low[g.j : head.i]
        far = {"that", ";", "."} & set(gap) or any(g.v < x.v < head.i for x in p.groups)
        if far and (g.verb.lemma == "agree" or not _concludes(g) or "that" in gap):
            continue
        if g.verb.lemma == "put" and not ({"to"} & set(gap) and talk_words("signatures") & {*gap}):
            continue
        dated = {k for i, j, _ in p.dates for k in range(i, j)}
        on = [k for k in range(g.j, head.i) if p.low[k] == "on" and k not in dated]
        if g.verb.lemma in ("announce", "unveil", "approve", "endorse") and on:
            continue
        if _concludes(g) and len(gap) <= 9:
            return g, "obj"
        if g.isa("extend") and len(gap) <= 6:
            return g, "obj"
    return None


# --- a deal that is told ---------------------------------------------------------------------


def _sides(p: Parsed, d: Document, head: Head, g: VerbGroup, role: str, right: int) -> tuple[
    tuple[str, ...], bool
]:  # fmt: skip
    """The sides of a deal, and whether the text names both."""
    people: list[Mention] = []
    if role in ("obj", "relative") and not g.passive:
        people += subjects(p, d, g)
    known = sides(people)
    people += partners(p, d, min(head.j, g.j), max(right, head.j + 8), known, None)
    if role != "relative":
        people += _agents(p, d, g, right)
    people += [m for m in p.mentions if head.i - 5 <= m.i < head.i and m.codes and m.i >= (
        g.j if role == "obj" else 0) and m.kind in ("demonym", "country")]  # fmt: skip
    codes = sides(people)
    if len(codes) > 1:
        return codes, True
    guess = tuple(sorted({*codes, *d.other(codes)})) if codes else tuple(sorted(d.pair()))
    return guess, False


def _agents(p: Parsed, d: Document, g: VerbGroup, right: int) -> list[Mention]:
    """ "struck by X and Y"."""
    for k in range(g.j, min(right, len(p.low) - 1)):
        if p.low[k] == "by":
            return partners(p, d, k + 1, right, (), True)
    return []


def _agreement(p: Parsed, d: Document, head: Head, g: VerbGroup, role: str) -> list[Draft]:
    right = p.clause_end(max(head.j, g.j) if role == "relative" else head.j)
    codes, named = _sides(p, d, head, g, role, right)
    if not 2 <= len(codes) <= 8:
        return []
    one_sided = g.verb.lemma in talk_words("both_only") and not g.passive
    if not named and one_sided and head.text.lower() not in talk_words("dated_deals"):
        return []
    draft = Draft("agreement", codes, (), "agreement", status="announced")
    _when(p, d, draft, head, g, right)
    if not _state(p, d, draft, g):
        return []
    if draft.date is None and draft.status == "announced" and g.tense not in AHEAD:
        draft.date = _day_of_sentence(p, d)
    draft.place = place_of(p, d, g.j, right, codes)
    start = min(head.i, g.i, *(m.i for m in subjects(p, d, g)[:1]))
    draft.spans = [evidence(p, start, max(g.j, min(right, head.j + 10)))]
    draft.refers = bool({"the", "this", "that"} & set(p.low[max(0, head.i - 3) : head.i]))
    return [draft]


def _when(p: Parsed, d: Document, draft: Draft, head: Head, g: VerbGroup, right: int) -> None:
    dates = dates_of(p, [g])
    for i, _, e in p.dates:
        if head.j <= i < right and (i, e) not in dates:
            dates.append((i, e))
    before = [x for x in p.groups if x.j <= g.i]
    done = g.tense == "infinitive" and _first_to(draft, before)
    for i, e in dates:
        if e.rule == "length":
            continue
        coming = g.isa("effect") and g.tense == "present"  # "takes effect on 1 July"
        ahead = (
            (g.tense in AHEAD and not done)
            or coming
            or e.lead in ("until", "till", "by", "through")
        )
        value = e.on(said_on(p, d, i), ahead)
        if value and draft.date is None:
            draft.date = value
        elif (value and value.startswith("../")) or (
            value and e.lead in ("as of", "from", "effective", "as from") and is_ahead(value, d)
        ):
            draft.announced_on, draft.date = draft.date, value
    length = next((e.span for _, e in dates if e.span), None)
    starts = g.isa("extend") or (draft.announced_on and is_ahead(draft.date, d))
    if length and draft.date and "/" not in draft.date and starts:
        first = day_of(draft.date)
        if first:
            draft.date = f"{first.isoformat()}/{(first + timedelta(days=length)).isoformat()}"


def _state(p: Parsed, d: Document, draft: Draft, g: VerbGroup) -> bool:
    """Reached, in force, or still ahead; False where nothing but a wish is told."""
    if g.isa("effect"):
        ahead = g.tense in AHEAD or is_ahead(draft.date, d)
        draft.status = "announced" if ahead else "in_force"
    elif g.tense in AHEAD and "agreed" not in p.low[g.i : g.v]:
        draft.status = "planned"
        draft.certainty = "hypothetical" if g.tense in ("may", "would") else "stated"
        if g.tense == "infinitive":
            before = [x for x in p.groups if x.j <= g.i]
            if before and before[-1].verb.lemma == "agree" and before[-1].tense in _PAST:
                draft.status = "announced"
            elif not _first_to(draft, before) and not draft.date:
                return False
        elif not draft.date and g.tense in ("may", "would", "should"):
            return False
    if g.tense == "ing" and g.verb.lemma in ("reach", "agree", "conclude", "sign", "strike"):
        return False
    if g.negated:
        draft.certainty = "negated"
    return True


def _first_to(draft: Draft, before: list[VerbGroup]) -> bool:
    """ "became the first country to sign a deal": done."""
    if before and before[-1].verb.lemma in ("become", "manage", "be") and before[-1].tense in _PAST:
        draft.status = "announced"
        return True
    return False


def _day_of_sentence(p: Parsed, d: Document) -> str | None:
    """ "..., the Federal Council said on Friday", "met on Thursday and agreed a timetable"."""
    told = [(i, e) for i, _, e in p.dates if e.rule in _DAYS and p.quoted[i] < 0]
    for i, e in told:
        verb = owner(p, i)
        if verb is not None and verb.isa("say"):
            return e.on(said_on(p, d, i), False)
    for i, e in told:
        if e.lead in ("", "on"):
            return e.on(said_on(p, d, i), False)
    return None


# --- deals without a verb of their own -------------------------------------------------------


def _near(p: Parsed, d: Document, head: Head) -> list[Draft]:
    """ "close to a deal", "on the verge of an accord": still to be concluded."""
    before = set(p.low[max(0, head.i - 6) : head.i])
    close = "close" in before and "to" in before
    if not (close or before & {"verge", "nearing", "closer", "cusp", "brink", "touching"}):
        return []
    named = [m for m in p.mentions if m.j <= head.i and m.official and not p.in_pp(m)]
    g = next((x for x in reversed(p.groups) if x.v < head.i), None)
    people = subjects(p, d, g) if g is not None else named[:1]
    codes = sides(people) or sides(named[:1])
    codes = sides([*people, *partners(p, d, head.j, len(p.low), codes, None)])
    if len(codes) < 2:
        codes = tuple(sorted({*codes, *d.other(codes)})) if codes else tuple(sorted(d.pair()))
    if len(codes) < 2:
        return []
    draft = Draft("agreement", codes, (), "agreement", status="planned")
    draft.spans = [evidence(p, max(0, head.i - 5), head.j)]
    return [draft]


def _standing(p: Parsed, d: Document, head: Head) -> list[Draft]:
    """ "The trade agreement between the two has been in force since 2012"."""
    for k in range(head.j, min(head.j + 22, len(p.low) - 2)):
        if p.low[k] == "in" and p.low[k + 1] in ("force", "effect"):
            since = [e for i, _, e in p.dates if k + 2 <= i <= k + 12 and e.lead == "since"]
            near = [m for m in p.mentions if head.j <= m.i < k + 12
                    and m.kind in ("country", "capital", "government")]  # fmt: skip
            codes = sides(near)
            codes = codes if len(codes) > 1 else tuple(sorted(d.pair()))
            if not since or len(codes) < 2:
                return []
            draft = Draft("agreement", codes, (), "agreement", status="in_force")
            draft.date = since[0].on(d.published, False)
            draft.spans = [evidence(p, head.i, min(len(p.low), k + 5))]
            return [draft]
    return []


def _dated(p: Parsed, d: Document, head: Head) -> list[Draft]:
    """ "the deal of July 30", "last month's truce with China": a deal known by its day."""
    if head.text.lower() not in talk_words("dated_deals"):
        return []
    for i, j, e in p.dates:
        behind = i in (head.j, head.j + 1) and p.low[i - 1 : i + 1][0] in ("of", "from")
        behind = behind or (i == head.j and e.lead in ("of", "from"))
        ahead = 0 < head.i - i <= 5 and head.i - j <= 3 and all(
            w in ("'s", "trade", "tariff", "us", "-") or w.isalpha() for w in p.low[j : head.i]
        ) and not any(i <= g.v < head.i for g in p.groups)  # fmt: skip
        if not (behind or (ahead and "'s" in p.low[i : head.i])) or e.rule == "length":
            continue
        value = e.on(said_on(p, d, i), False)
        near = [m for m in p.mentions if head.i - 5 <= m.i < head.i and m.codes
                and m.kind in ("demonym", "country", "capital")]  # fmt: skip
        codes = sides([*near, *partners(p, d, head.j, head.j + 10, sides(near), None)])
        if len(codes) < 2:
            codes = tuple(sorted({*codes, *d.other(codes)})) if codes else tuple(sorted(d.pair()))
        if value is None or len(codes) < 2:
            continue
        draft = Draft("agreement", codes, (), "agreement", date=value, status="announced")
        draft.refers = True
        draft.spans = [evidence(p, min(i, head.i), max(j, head.j))]
        return [draft]
    return []


# --- deals without a noun --------------------------------------------------------------------


def _by_agreeing(p: Parsed, d: Document) -> list[Draft]:
    """ "The two governments agreed to suspend the dispute", "agreed on a licensing system"."""
    for g in p.groups:
        if g.negated or g.tense not in _PAST or p.quoted[g.v] >= 0:
            continue
        if g.verb.lemma not in (*talk_words("binding"), "agree on", "settle on", "decide"):
            continue
        codes = sides(_agreeing(p, d, g))
        if len(codes) < 2:
            continue
        head = Head(g.i, g.j, "deal", "")
        if g.verb.lemma not in ("agree on", "settle on"):
            nxt = next((x for x in p.groups if x.v > g.v), None)
            if nxt is None or nxt.tense not in ("future", "infinitive", "would", "should"):
                continue
            if nxt.verb.lemma in _TALK_VERBS:
                continue
            head = Head(g.i, nxt.j, "deal", "")
        drafts = _agreement(p, d, head, g, "subj")
        for draft in drafts:
            draft.actor, draft.refers = codes, False
            if head.j < len(p.low):
                draft.scope = p.text(head.j, min(p.clause_end(head.j), head.j + 6)) or None
        if drafts:
            return drafts
    return []


def _agreeing(p: Parsed, d: Document, g: VerbGroup) -> list[Mention]:
    """Who agrees: two sides, "they", or a body of both ("the joint committee decided")."""
    start = max(0, g.i - 8)
    for k in range(start, g.i):
        hit = talk_phrases("bodies").match(p.low, k)
        if hit and k + hit[0] <= g.i and hit[0] > 1:
            near = [m for m in p.mentions if k - 6 <= m.i < k and m.codes]
            if len(sides(near)) > 1:
                return near
    if g.verb.lemma == "decide":
        return []
    s = p.subject(g)
    if isinstance(s, Mention) and s.kind == "pronoun" and s.name == "they":
        before = [x for x in p.groups if x.v < s.i]
        return subjects(p, d, before[-1]) if before else []
    if isinstance(s, Head):
        return []
    return subjects(p, d, g)
