"""Verb groups: a verb with its auxiliaries, its tense, voice and negation."""

from __future__ import annotations

from itertools import pairwise

from .grammar import (
    ADVERBS,
    AHEAD_WORDS,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    EXPECTING,
    HAVE,
    MODALS,
    NOT,
    PREPOSITIONS,
    THIRD_PERSON,
    Parsed,
    VerbGroup,
)
from .lexicon import Verb, verbs, word_set


def tag_verbs(p: Parsed) -> None:
    table, low, n = verbs(), p.low, len(p.low)
    taken = {x for m in p.mentions for x in range(m.i, m.j) if m.kind != "pronoun"}
    heads = (*p.measures, *p.talks, *p.deals)
    nouns = {x for h in heads for x in range(h.i, h.j)}
    taken |= {x for h in p.measures for x in range(h.i + 1, h.j) if p.low[x] in _COMPOUNDED}
    k = 0
    while k < n:
        if k in taken or _is_name(p, k):
            k += 1
            continue
        for verb in table.get(low[k]) or _unknown(p, k):
            end = _particle_end(p, k, verb)
            if end is None:
                continue
            group = _group(p, k, end, verb, k in nouns)
            if group is not None:
                p.groups.append(group)
                for heads in (p.measures, p.talks, p.deals):
                    heads[:] = [h for h in heads if not (h.i <= k < h.j)]
                k = group.j - 1
                break
        k += 1

    _share_auxiliaries(p)


# last words of a compound noun that are verbs by themselves: "the American entity list"
_COMPOUNDED = frozenset(["list", "lists", "ban", "bans", "curb", "curbs", "limit", "limits"])


def _unknown(p: Parsed, k: int) -> list[Verb]:
    """A verb that no list holds, told by what stands before it: "could invoke", "were freed"."""
    word = p.low[k]
    if not word.isalpha() or len(word) < 3:
        return []
    i = k - 1
    while i > 0 and (p.low[i] in NOT or p.low[i] in ADVERBS or p.low[i].endswith("ly")):
        i -= 1
    if i > 0 and p.low[i] in ('"', "“") and p.low[i - 1] in MODALS:
        i -= 1
    if p.groups and p.groups[-1].v > i:
        return []  # another verb stands between
    before = p.low[i] if i >= 0 else ""
    modal = before in MODALS and p.words[i] not in ("May", "Will")
    if modal and word not in BE and word not in HAVE and word not in ADVERBS:
        return [Verb(word, frozenset(), "base")]
    if word.endswith("ed") and len(word) > 4:
        if before in BE or before in HAVE:
            return [Verb(word[:-2], frozenset(), "past+part")]
        after = p.low[k + 1] if k + 1 < len(p.low) else ""
        acting = [m for m in p.mentions if m.j == k and m.official and not m.poss]
        if acting and after in DETERMINERS | PREPOSITIONS:
            return [Verb(word[:-2], frozenset(), "past+part")]
    return []


def _share_auxiliaries(p: Parsed) -> None:
    """ "could use its powers and put duties on": the second verb is as open as the first."""
    for before, g in pairwise(p.groups):
        shared = before.tense in MODALS.values() or before.tense == "infinitive"
        if (
            shared
            and g.tense in ("present", "past")
            and p.low[g.i - 1] in ("and", "or")
            and g.i == g.v
        ):
            subjects = [m for m in p.mentions if before.j <= m.i and m.j == g.i - 1]
            if "base" in g.verb.form.split("+") and not (subjects and subjects[0].kind == "person"):
                g.tense, g.passive = before.tense, False


_SPLIT_OFTEN = frozenset(
    [
        "put",
        "bring",
        "push",
        "call",
        "take",
        "lift",
        "shut",
        "keep",
        "lock",
        "turn",
        "send",
        "let",
        "throw",
        "wave",
        "open",
        "welcome",
    ]
)


def _particle_end(p: Parsed, k: int, verb: Verb) -> int | None:
    """Where the verb ends, its particle included if that follows; None where it is missing."""
    if not verb.particle:
        return k + 1
    end, size = k + 1, len(verb.particle)
    if tuple(p.low[end : end + size]) == verb.particle:
        at = end + size - 1  # "agreed on Friday to send": the day's preposition
        dated = verb.particle[-1] == "on" and any(i <= at < j or i == at + 1 for i, j, _ in p.dates)
        return None if dated else end + size
    if _first(verb) not in _SPLIT_OFTEN:
        return None
    far = verb.particle[-1] in ("hold", "ice")  # "put its tariffs on Canadian goods on hold"
    for gap in range(1, 18 if far else 11):
        if p.low[end + gap - 1 : end + gap] in ([","], ["."], [";"], ["that"]):
            return None
        if tuple(p.low[end + gap : end + gap + size]) == verb.particle:
            return k + 1
    return None


def _first(verb: Verb) -> str:
    return verb.lemma.split()[0]


def _group(p: Parsed, k: int, end: int, verb: Verb, noun: bool) -> VerbGroup | None:
    """The verb at `k` with its auxiliaries, or None where the word is a noun or an adjective."""
    low = p.low
    if low[k] in EXPECTING and k + 1 < len(low) and low[k + 1] == "to":
        return None  # "set to", "expected to": part of the verb that follows
    i, negated, aux = k, False, []
    spans = {b: a for a, b, _ in p.dates if a > 0 and low[a - 1] in BE | HAVE | MODALS.keys()}
    while i > 0:
        i = spans.get(i, i)  # "will from Thursday collect"
        word = low[i - 1]
        if word in NOT:
            negated = True
        elif word in ('"', "“") and i > 1 and low[i - 2] in MODALS:
            pass  # would "immediately pursue"
        elif word in BE or word in HAVE or word in MODALS or word in ("to", "do", "does", "did"):
            if word == "'s" and (i < 2 or low[i - 2] not in ("it", "he", "she", "that", "there")):
                break
            if word in MODALS and word == "may" and p.words[i - 1] == "May":
                break
            aux.append(word)
        elif word in ADVERBS or (word.endswith("ly") and word not in ("only", "supply", "july")):
            # an adverb belongs to the group only where an auxiliary or the verb stands before it
            pass
        elif word in AHEAD_WORDS and i < len(low) and low[i] == "to":
            aux.append("ahead")
        elif word in ("return", "exchange", "turn") and i > 1 and low[i - 2] == "in":
            i -= 1
        elif word in ("able", "willing") and low[i] == "to":
            pass
        else:
            break
        i -= 1
    while i < k and low[i] not in BE | HAVE | MODALS.keys() | NOT and low[i] not in (
        "to", "do", "does", "did") and low[i] not in AHEAD_WORDS:  # fmt: skip
        i += 1
    forms = verb.form.split("+")
    be = [w for w in aux if w in BE]
    have = [w for w in aux if w in HAVE]
    modal = [MODALS[w] for w in aux if w in MODALS]
    before = low[i - 1] if i > 0 else ""
    passive = False
    obliged = None if modal else _obliged(low, i, k)
    if obliged is not None and ("base" in forms or ("be" in be and "part" in forms)):
        tense, passive = obliged, "be" in be and "part" in forms
    elif "ahead" in aux or ("to" in aux and be and "ing" not in forms and _is_to(low, i, k)):
        tense = "future"
        passive = "part" in forms and "be" in be
    elif modal:
        if forms == ["ing"] or ("base" not in forms and "be" not in be and not have):
            return None
        tense = modal[-1]
        passive = "be" in be and "part" in forms
        if have and tense != "future":
            tense = "would"
    elif have:
        if "ing" in forms and "been" not in be:
            return None
        if "part" not in forms and "ing" not in forms:
            return None
        tense = "pluperfect" if "had" in have else "perfect"
        passive = "been" in be and "part" in forms
    elif be and "to" not in aux:
        if "ing" in forms:
            tense = "present" if any(w in ("is", "are", "am", "'s", "'re") for w in be) else "past"
            if tense == "present" and verb.classes & {"meet"}:
                tense = "present"
        elif "part" in forms:
            passive = True
            tense = "past" if any(w in ("was", "were") for w in be) else "present"
        else:
            return None
    elif "to" in aux:
        if "base" not in forms and "be" not in be:
            return None
        tense, passive = "infinitive", "be" in be
    elif any(w in ("do", "does", "did") for w in aux):
        if "base" not in forms:
            return None
        tense = "past" if "did" in aux else "present"
    elif "ing" in forms:
        meeting = before in _BEFORE_GERUND and any(
            m.i == k + 1 and m.kind == "person" for m in p.mentions
        )  # "after meeting Trump"
        compound = any(h.i == k + 1 for h in p.measures) and any(
            m.j == k and m.kind == "demonym" for m in p.mentions
        )  # "an Australian dumping duty"
        if before in DETERMINERS or compound or (noun and not meeting):
            return None
        tense = "ing"
    elif "past" in forms or "part" in forms:
        # past tense after a subject; a bare participle after a noun
        if before in DETERMINERS - {"that"} or before in PREPOSITIONS - CONJUNCTIONS:
            return None  # "the planned meeting", "announcement of expanded controls"
        if p.groups and p.groups[-1].j == k and p.groups[-1].tense != "participle":
            return None  # "taxes imported steel"
        tense = "past"
        if "base" in forms and (noun or not _after_subject(p, i)):
            return None
        if "past" not in forms or (
            "part" in forms and (_by_agent(low, end) or _participle(p, i, end))
        ):  # "spoke by phone" is no participle
            tense = "participle"
        passive = tense == "participle"
    else:
        # base or third person: a verb only after a subject or "to"
        if noun and not _after_subject(p, i):
            return None
        third = forms == ["s"] and low[k] in THIRD_PERSON and before.isalpha()
        third = third and before not in PREPOSITIONS | DETERMINERS
        if verb.classes & {"effect", "bite", "expire", "stand"} and before.isalpha():
            heads = [h for h in (*p.measures, *p.deals) if h.j <= i]
            plain = before not in PREPOSITIONS | DETERMINERS and before not in ("and", "or", "to")
            third = third or bool(heads and plain and not noun)
        # "the accord commits Seoul to": a deal is a subject in the singular
        third = third or (forms == ["s"] and not noun and any(h.j == i for h in p.deals))
        if not third and (
            not _after_subject(p, i) or (before in ("that", "this") and "base" in forms)
        ):
            return None
        tense = "present"
    r = i
    while r > 0 and (low[r - 1] in ADVERBS or low[r - 1].endswith("ly")):
        r -= 1
    relative = (r > 0 and low[r - 1] in ("which", "who")) or tense == "participle"
    if (
        r > 1
        and low[r - 1] == "that"
        and any(h.j == r - 1 for h in (*p.measures, *p.deals, *p.talks))
    ):
        relative = True
    return VerbGroup(i, k, end, verb, tense, passive, negated, relative)


def _obliged(low: list[str], i: int, k: int) -> str | None:
    """The tense of "have to": "have had to seek" is perfect, "had to seek" past; else None."""
    part = low[i:k]
    at = part.index("to") if "to" in part else 0
    if not at or part[at - 1] not in HAVE - {"having"}:
        return None
    if HAVE & set(part[: at - 1]):
        return "pluperfect" if "had" in part[: at - 1] else "perfect"
    return "past" if part[at - 1] == "had" else "present"


_BEFORE_GERUND = frozenset([",", "", "after", "before", "since", "upon", "on", "while", "when"])
_WIRES = frozenset(["phone", "telephone", "video", "videoconference", "letter", "email", "cable"])


def _by_agent(low: list[str], end: int) -> bool:
    """Whether "by" tells who did it, not by what means ("conferred by telephone")."""
    return low[end : end + 1] == ["by"] and not _WIRES & set(low[end + 1 : end + 2])


def _is_to(low: list[str], i: int, k: int) -> bool:
    """Whether a form of be stands before "to" ("is to meet"): that lies ahead."""
    part = low[i:k]
    if "to" not in part:
        return False
    return any(word in BE for word in part[: part.index("to")])


def _is_name(p: Parsed, k: int) -> bool:
    """Whether the word is part of a name ("the Official Gazette"): a capital inside a sentence."""
    word = p.words[k]
    if word.isupper() and len(word) > 2:
        return True
    return word[0].isupper() and k > 0 and p.words[k - 1][0].isalpha()


def _after_subject(p: Parsed, i: int) -> bool:
    """Whether a subject can end at `i`: a named side, a pronoun, "who", a plural noun."""
    i = next((a for a, b, _ in p.dates if b == i), i)  # "India on Saturday shut its ports"
    while i > 0 and (p.low[i - 1] in ADVERBS or p.low[i - 1].endswith("ly")):
        i -= 1
    if i == 0:
        return False
    if any(m.j == i and (m.kind != "demonym" or m.official) and not m.poss for m in p.mentions):
        return True
    if any(h.j == i for h in p.courts):
        return True
    if any(h.j == i for h in (*p.measures, *p.deals, *p.talks)) and p.low[i - 1].endswith("s"):
        return True
    word = p.low[i - 1]
    if (
        word.isalpha()
        and word not in PREPOSITIONS
        and any(m.j == i - 1 and (m.kind == "demonym" or m.poss) for m in p.mentions)
    ):
        return word not in word_set("goods") or word.endswith("s")  # "the Thai army shut"
    if word in (
        "who",
        "which",
        "that",
        "he",
        "she",
        "it",
        "they",
        "we",
        "i",
        "you",
        ",",
        "and",
        "capital",
    ):
        return word not in (",", "and") or any(g.j <= i for g in p.groups)
    if word in word_set("goods") and word.endswith("s"):
        return True
    return word.endswith("s") and len(word) > 4 and not word.endswith(("ss", "us", "'s"))


_FINITE = (BE - {"be", "been", "being"}) | HAVE | MODALS.keys() | {"pay", "pays", "face", "faces"}


def _participle(p: Parsed, i: int, end: int) -> bool:
    """A past form right after a noun that is no side: "tariffs imposed in 2018"."""
    if i == 0:
        return True
    if any(h.j == i for h in p.measures):
        nxt = p.low[end] if end < len(p.low) else ""
        return (
            nxt in PREPOSITIONS or nxt in ("last", "earlier", "this", ",", ".", "next") or not nxt
        )
    after = p.low[end] if end < len(p.low) else ""
    if p.low[i - 1] in word_set("goods") and (after in PREPOSITIONS or after == "to"):
        rest = p.low[end : end + 9]
        rest = rest[: next((n for n, w in enumerate(rest) if w in (",", ";", "and")), 9)]
        if p.low[i] not in word_set("moved") and _FINITE & set(rest):
            return True  # "goods judged to be transshipped would pay"
    heads = [h for h in (*p.measures, *p.deals) if 0 < i - h.j <= 10]
    if (
        p.low[i - 1] == ","
        and after in ("in", "on", "by", "at", "last", "under", "when", "during")
        and heads
    ):
        return not any(heads[-1].j <= m.i and m.j <= i and m.official for m in p.mentions)
    return False
