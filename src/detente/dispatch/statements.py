"""Statements: who said what kind of thing, of whom, in which attitude."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from .context import Document
from .draft import Draft, day_of, evidence, old, owner, resolve, sides_of, subject
from .grammar import Head, Mention, Parsed, VerbGroup
from .lexicon import Phrases, word_set, yaml_data
from .predicates import AVERTING

_NEGATIONS = word_set("negations")
_PLAIN_SAY = word_set("plain_say")


@dataclass(frozen=True)
class Utterance:
    """One act of speaking: the tokens of its words, and who speaks."""

    speaker: Mention
    verb: VerbGroup | None
    i: int
    j: int
    quoted: bool


@cache
def _lexicon() -> Phrases:
    found = Phrases()
    data = yaml_data("stance.yaml")
    for sign, name in ((-1, "escalatory"), (1, "conciliatory")):
        for weight, phrases in data[name].items():
            for phrase in phrases:
                found.add(phrase.lower(), sign * int(weight))
    return found


@cache
def _stance_verbs() -> dict[str, int]:
    data = yaml_data("stance.yaml")["verbs"]
    return {v: s for s, name in ((-1, "escalatory"), (1, "conciliatory")) for v in data[name]}


def score(low: list[str]) -> int:
    """Attitude of words: positive conciliatory, negative escalatory; a negation turns a hit."""
    table, total, k = _lexicon(), 0, 0
    while k < len(low):
        hit = table.match(low, k)
        if hit is None:
            k += 1
            continue
        size, weight = hit
        before = low[max(0, k - 3) : k]
        if any(w in _NEGATIONS for w in before) and low[k] not in _NEGATIONS:
            weight = -weight if weight > 0 else 1
        total += weight
        k += size
    return total


def read_statements(p: Parsed, d: Document, facts: list[Draft]) -> list[Draft]:
    """The statements of one sentence; `facts` are its other events."""
    found: list[Draft] = []
    for u in _utterances(p, d):
        draft = _statement(p, d, u, facts)
        if draft is not None:
            found.append(draft)
    return found


def _utterances(p: Parsed, d: Document) -> list[Utterance]:
    found: list[Utterance] = []
    quotes = sorted({q for q in p.quoted if q >= 0})
    verbs = [
        g
        for g in p.groups
        if g.isa("say") and p.quoted[g.v] < 0 and g.tense not in ("infinitive", "future", "may")
    ]
    taken: set[int] = set()
    for g in verbs:
        who = subject(p, d, g)
        if who is None or not who.codes or who.kind in ("demonym", "city", "gazette", "court"):
            continue
        if g.negated and g.verb.lemma not in ("deny",):
            continue
        if g.tense == "participle" or (g.passive and g.tense != "participle"):
            continue
        if who.former:
            continue
        sides = sides_of(p, d, p.subject(g))
        joint = "joint" in p.low and len(sides) > 1
        if who.kind == "group" and not joint:
            continue
        if joint:
            who = replace(who, kind="group", codes=sides, name="joint statement")
        a, b = _extent(p, g)
        if found and found[-1].verb is not None and not who.former:
            last = found[-1]
            inside = last.i <= g.v < last.j and g.v > last.verb.v  # type: ignore[union-attr]
            own_side = who.kind in ("capital", "country", "government") and not any(
                p.quoted[k] >= 0
                for k in range(last.verb.j, g.i)  # type: ignore[union-attr]
            )
            if (
                (inside or own_side)
                and who.codes == last.speaker.codes
                and who.name != last.speaker.name
            ):
                continue  # the speaker's words about their own side
            if inside and {"if", "unless", "when", "after", "because", "once"} & set(
                p.low[last.verb.v : g.v]  # type: ignore[union-attr]
            ):
                continue  # what another side may say or do, in the speaker's words
        if (
            any(q in taken for q in quotes if any(p.quoted[k] == q for k in range(a, b)))
            and found
            and found[-1].speaker.name == who.name
        ):
            pass
        taken |= {p.quoted[k] for k in range(a, b) if p.quoted[k] >= 0}
        found.append(Utterance(who, g, a, b, any(p.quoted[k] >= 0 for k in range(a, b))))
    # "according to X", or a quotation that goes on from the sentence before
    for k in range(len(p.low) - 2):
        if p.low[k] == "according" and p.low[k + 1] == "to":
            named = [
                m
                for m in p.mentions
                if k + 2 <= m.i <= k + 9
                and m.kind in ("media", "person", "ministry", "government", "official")
            ]
            if named and named[0].codes and quotes:
                found.append(Utterance(named[0], None, 0, len(p.low), True))
                taken |= set(quotes)
    outside = [k for k, q in enumerate(p.quoted) if q < 0 and p.low[k].isalpha()]
    if quotes and not outside and not taken and len(p.low) > 4:
        who = d.last_person or d.last_body
        if who is not None and who.codes:
            found.append(Utterance(who, None, 0, len(p.low), True))
    return found


def _extent(p: Parsed, g: VerbGroup) -> tuple[int, int]:
    """The tokens of what is said: the clause after the verb, and quotations beside it."""
    n = len(p.low)
    j = n
    later = [
        x
        for x in p.groups
        if x.i > g.j
        and x.isa("say")
        and x.tense in ("past", "present", "ing")
        and p.quoted[x.v] < 0
    ]
    for x in later:
        for k in range(g.j, x.i):
            if p.low[k] in ("and", "while", "but", ";", "who") and p.quoted[k] < 0:
                j = k
                break
        if j < n:
            break
    i = g.i
    if g.i > 0:
        first = [k for k in range(g.i) if p.quoted[k] >= 0]
        before = [k for k in range(g.i) if p.low[k] in (";",)]
        if first and first[0] < g.i:
            earlier = [x for x in p.groups if x.j <= g.i and x.isa("say") and p.quoted[x.v] < 0]
            if not earlier or earlier[-1].v < first[-1]:
                i = max(first[0], (before[-1] + 1) if before else 0)
                if earlier:
                    i = max(i, earlier[-1].j)
        elif p.low[g.i - 1] == "," or g.j >= n - 3:
            i = 0
    return min(i, g.i), max(j, g.j)


def _statement(p: Parsed, d: Document, u: Utterance, facts: list[Draft]) -> Draft | None:
    g = u.verb
    [
        w
        for k, w in enumerate(p.low)
        if u.i <= k < u.j
        and not (g and g.i <= k < g.j and g.verb.lemma in _PLAIN_SAY)
        and not (u.speaker.i <= k < u.speaker.j)
    ]
    quoted_words = [p.low[k] for k in range(u.i, u.j) if p.quoted[k] >= 0 and p.low[k].isalpha()]
    total = score(
        [
            w
            for k, w in enumerate(p.low)
            if u.i <= k < u.j and not u.speaker.i <= k < u.speaker.j and not (g and k == g.v)
        ]
    )
    verb_sign = _stance_verbs().get(g.verb.lemma, 0) if g else 0
    if g and g.negated:
        verb_sign = 0
    total += 3 * verb_sign
    lemma = g.verb.lemma if g else ""
    strong = lemma in _stance_verbs() or lemma in (
        "describe",
        "call",
        "insist",
        "urge",
        "call on",
        "voice",
        "express",
        "dismiss",
        "deny",
        "defend",
        "reaffirm",
        "label",
    )
    bare = not quoted_words and not strong
    overlapping = [f for f in facts if f.kind != "statement" and f.spans and any(
        a < p.at[u.j - 1][1] and b > p.at[u.i][0] for a, b in f.spans)]  # fmt: skip
    if any(f.kind == "threat" and f.speaker == u.speaker.name for f in facts):
        return None
    nobody = _about_nobody(set(p.low[u.i : u.j])) and {"not", "n't", "no"} & set(p.low[u.i : u.j])
    if bare and (overlapping or (abs(total) < 2 and not nobody)):
        return None
    if (
        lemma
        in ("announce", "confirm", "declare", "promise", "pledge", "publish", "order", "quote")
        and len(quoted_words) < 3
    ):
        return None
    if (
        lemma
        in ("post", "write", "read", "charge", "cite", "observe", "ask", "appear", "state", "post")
        and not quoted_words
    ):
        return None
    if (
        strong
        and not quoted_words
        and abs(total) < 2
        and lemma not in ("insist", "urge", "call on")
    ):
        return None
    if lemma == "call" and p.low[g.j : g.j + 1] in (["a"], ["an"]) and not quoted_words:  # type: ignore[union-attr]
        return None  # "called a rally"
    if lemma in ("call", "describe") and not quoted_words and abs(total) < 2:
        return None
    if lemma == "call" and any(t.i < u.j and t.i >= g.j for t in p.talks) and not quoted_words:  # type: ignore[union-attr]
        return None
    if not bare and quoted_words and len(quoted_words) < 2 and abs(total) < 2:
        return None
    if lemma in ("reject", "dismiss") and any(f.kind == "ruling" for f in facts):
        return None
    stance = "conciliatory" if total >= 2 else "escalatory" if total <= -2 else "neutral"
    if lemma in ("urge", "call on") and total > -2:
        stance = "escalatory" if total <= 0 else "conciliatory"
    if stance == "neutral" and overlapping:
        return None
    draft = Draft(
        "statement", u.speaker.codes[:1] if u.speaker.kind != "group" else u.speaker.codes
    )
    if _threatens(p, d, u):
        draft.kind, draft.status, stance = "threat", "threatened", "escalatory"
        if p.measures and p.measures[0].what == "tariff":
            draft.instrument = "tariff"
    draft.stance = stance
    draft.speaker = u.speaker.name
    draft.target = _target(p, d, u, stance)
    for i, _, e in p.dates:
        inside = p.quoted[i] >= 0
        belongs = owner(p, i)
        if inside or g is None or belongs is not g or e.rule in ("length", "year", "part"):
            continue
        value = e.on(d.published, False)
        if value and len(value) == 10:
            draft.date = value
            day = day_of(value)
            if day:
                d.said[u.speaker.name] = day
    if draft.date is None and draft.kind == "statement":
        day = d.said.get(u.speaker.name) or _occasion(p, d)
        draft.date = day.isoformat() if day else None
    if draft.kind == "threat":
        _withdrawn(p, d, draft, g)
    draft.spans = _spans(p, u)
    return draft


_OCCASION = re.compile(
    r"\b(?:at (?:the|a) (?:\w+ )?(?:ceremony|news conference|press conference|signing|summit)|"
    r"in a joint statement|after the (?:call|meeting|talks|summit|ceremony))\b"
)


def _occasion(p: Parsed, d: Document) -> date | None:
    """The day of what the words were said at ("at the ceremony"), told here or just before."""
    if not _OCCASION.search(" ".join(p.low)):
        return None
    for i, _, e in p.dates:
        verb = owner(p, i)
        if verb is not None and verb.tense == "past" and e.rule in ("weekday", "day"):
            return day_of(e.on(d.published, False))
    day = d.story_day
    return day if day and not old(day.isoformat(), d) else None


def _withdrawn(p: Parsed, d: Document, draft: Draft, g: VerbGroup | None) -> None:
    """ "averts the tariffs that X had threatened to impose from Monday": with day and rate."""
    if g is None or g.tense != "pluperfect" or not AVERTING & set(p.low):
        return
    draft.status, draft.stance = "withdrawn", "conciliatory"
    rates = [x for x in p.percents if 0 < g.i - x.j <= 8]
    if rates:
        draft.rate, draft.instrument = rates[-1].value, "tariff"
    for i, _, e in p.dates:
        if i > g.v and e.lead in ("from", "on", ""):
            draft.date = draft.date or e.on(d.published, True)


def _threatens(p: Parsed, d: Document, u: Utterance) -> bool:
    """Whether the words announce an act of the speaker's side: "warned that X would retaliate"."""
    g = u.verb
    if g is None or g.verb.lemma not in ("threaten", "warn", "vow"):
        return False
    if g.verb.lemma == "threaten":
        return True
    for x in p.groups:
        if not g.j <= x.i or x.i - g.j > 30 or x.negated:
            continue
        if (
            x.tense in ("would", "future", "infinitive")
            and x.isa("impose", "raise", "boycott", "suspend")
        ) or (x.tense == "would" and x.verb.lemma in _ACTING):
            who = subject(p, d, x)
            if x.tense == "infinitive" or (
                who is not None and set(who.codes) & set(u.speaker.codes)
            ):
                return True
    return False


_ACTING = frozenset(["pursue", "respond", "act", "answer", "strike", "react", "move"])


def _spans(p: Parsed, u: Utterance) -> list[tuple[int, int]]:
    inside = [k for k in range(u.i, u.j) if p.quoted[k] >= 0]
    if inside and u.verb is not None:
        run = [inside[0]]
        for k in inside[1:]:
            if k == run[-1] + 1:
                run.append(k)
            else:
                break
        spans = [evidence(p, run[0], run[-1] + 1)]
        g = u.verb
        if not run[0] <= g.v <= run[-1]:
            spans.append(
                evidence(p, min(g.i, max(u.speaker.i, 0)) if u.speaker in p.mentions else g.i, g.j)
            )
        return spans
    end = u.j
    while end > u.i + 1 and p.low[end - 1] in (".", ","):
        end -= 1
    return [evidence(p, u.i, end)]


def _about_nobody(words: set[str]) -> bool:
    """ "not aimed at any particular country", "unelected judges": at no other side."""
    anyone = words & {"any", "particular", "specific"} and words & {"country", "countries"}
    return bool(anyone or words & {"judge", "judges", "court", "courts", "panel"})


def _target(p: Parsed, d: Document, u: Utterance, stance: str) -> tuple[str, ...]:
    """The side spoken of: named in what is said, else the other of the dispatch's two."""
    own = set(u.speaker.codes)
    if u.speaker.kind == "group":
        return ()
    named: dict[str, int] = {}
    for m in p.mentions:
        if not u.i <= m.i < u.j and not (u.verb is not None and m.i >= u.verb.j):
            continue
        found = m if m.codes else (resolve(p, d, m) if m.kind == "group" else None)
        if found is None or m.kind in ("media", "city", "court"):
            continue
        if (
            p.low[m.i - 1] in ("in", "at", "for")
            and m.kind in ("capital", "country")
            and m.i
            and p.quoted[m.i] < 0
        ):
            continue
        for code in found.codes:
            if code not in own and code != "WLD":
                named[code] = named.get(code, 0) + 1
    pair = d.pair()
    in_pair = [code for code in named if code in pair]
    if in_pair:
        return tuple(sorted(in_pair))
    if named:
        return (
            tuple(sorted(named))[:1]
            if not own & set(pair)
            else (max(named, key=lambda c: named[c]),)
        )
    if _about_nobody(set(p.low[u.i : u.j])) and stance != "conciliatory":
        return ()
    if tuple(own) and d.broad.get(u.speaker.codes[0]) and not u.quoted:
        return ()
    if own & set(pair):
        return d.other(tuple(own))
    first, second = (d.sides[code] for code in (*pair, "", "")[:2])
    if pair and first >= 2 * second:
        return pair[:1]
    return tuple(sorted(code for code in pair if code not in own))


__all__ = ["Head", "read_statements", "score"]
