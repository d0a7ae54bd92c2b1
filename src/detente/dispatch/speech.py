"""Acts of speech: who speaks in a sentence, by which verb, and which words are theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from .context import Document
from .draft import QUOTES, resolve, sides_of, subject
from .grammar import ADVERBS, CONJUNCTIONS, Mention, Parsed, VerbGroup
from .lexicon import Phrases, yaml_data

SPEECH = ("say", "utter", "attitude")
_NO_SPEAKERS = ("demonym", "city", "gazette", "place", "court", "firm")
_OPEN = ("infinitive", "future", "may", "should")  # words not spoken yet
_CONDITIONS = frozenset(["if", "unless", "when", "after", "because", "once"])


@cache
def speech_words(name: str) -> frozenset[str]:
    """A list of speech.yaml."""
    return frozenset(yaml_data("speech.yaml")[name])


@dataclass(frozen=True)
class Utterance:
    """One act of speaking: the tokens `i` up to `j` of its words, and who speaks."""

    speaker: Mention
    verb: VerbGroup | None
    i: int
    j: int
    quoted: bool

    @property
    def lemma(self) -> str:
        return self.verb.verb.lemma if self.verb is not None else ""


def utterances(p: Parsed, d: Document) -> list[Utterance]:
    """The acts of speech of one sentence, in order."""
    found: list[Utterance] = []
    _note_bodies(p, d)
    for g in p.groups:
        if not (g.isa(*SPEECH) or _stands(p, g)) or p.quoted[g.v] >= 0 or g.tense in _OPEN:
            continue
        if p.low[g.v - 1] == "-" or g.verb.lemma == "agree":
            continue  # "the so-called reciprocal tariffs"
        who = _speaker(p, d, g)
        if who is None or _inside_another(p, found, who, g):
            continue
        i, j = extent(p, g)
        found.append(Utterance(who, g, i, j, _quoted(p, i, j)))
    taken = {p.quoted[k] for u in found for k in range(u.i, u.j)}
    left = [q for q in dict.fromkeys(p.quoted) if q >= 0 and q not in taken]
    found += _by_another_verb(p, d, left)
    if left and not found:
        found += _according_to(p) or _goes_on(p, d)
    if found:
        d.last_speaker = found[-1].speaker
    return found


def _stands(p: Parsed, g: VerbGroup) -> bool:
    """ "Oslo remains open to talks", "Bern stood by its offer": an attitude told as a fact."""
    kept = g.verb.lemma in speech_words("standing") and (
        speech_words("stances") & set(p.low[g.j : g.j + 2])
    )
    return bool(kept) and not any(x.isa(*SPEECH) for x in p.groups)


def _quoted(p: Parsed, i: int, j: int) -> bool:
    return any(p.quoted[k] >= 0 for k in range(i, j))


def _speaker(p: Parsed, d: Document, g: VerbGroup) -> Mention | None:
    """Who says it, where that is a side or one who speaks for it."""
    if g.negated and g.verb.lemma != "deny":
        return None
    if g.passive:
        who = _agent(p, d, g)
    elif g.tense == "participle" or _noun(p, g):
        return None
    else:
        who = _thrown_in(p, d, g) or _beside_a_clause(p, d, g) or subject(p, d, g)
    if who is None or who.former or not who.codes or who.kind in _NO_SPEAKERS:
        return None
    if _private(p, who) or _nameless(p, g):
        return None
    who = _at_home(p, d, g, who)
    sides = sides_of(p, d, p.subject(g))
    if "joint" in p.low and len(sides) > 1:
        return replace(who, kind="group", codes=sides, name="joint statement")
    return None if who.kind == "group" else who


def _note_bodies(p: Parsed, d: Document) -> None:
    """Remember whose "ministry" or "commission" was named last."""
    for m in p.mentions:
        if m.kind in ("government", "ministry", "official") and m.codes and not _by_default(d, m):
            for k in range(m.i, m.j):
                if p.low[k] in speech_words("bodies"):
                    d.bodies[p.low[k]] = m.codes


def _by_default(d: Document, m: Mention) -> bool:
    """ "the Commerce Ministry" stands for China's only in news of China."""
    generic = m.name.lower() in ("commerce ministry", "ministry of commerce")
    return generic and m.codes == ("CHN",) and "CHN" not in d.pair()


def _at_home(p: Parsed, d: Document, g: VerbGroup, who: Mention) -> Mention:
    """ "The ministry said": of the side whose ministry was named last."""
    named = p.subject(g)
    nameless = isinstance(named, Mention) and not named.codes and named.kind != "pronoun"
    seated = p.low[who.j : who.j + 1] == ["in"]
    default = _by_default(d, who) and not seated
    if not default and (not nameless or seated):
        return who
    span = named if isinstance(named, Mention) else who
    known = [d.bodies[w] for w in p.low[span.i : span.j] if w in d.bodies]
    if known:
        return replace(who, codes=known[-1])
    return (resolve(p, d, replace(who, codes=())) or who) if default else who


def _noun(p: Parsed, g: VerbGroup) -> bool:
    """Whether a bare form beside a name is a noun: "the WTO dispute", "a White House demand"."""
    near = [m for m in p.mentions if m.j == g.i]
    return (
        g.tense == "present"
        and g.i == g.v
        and p.low[g.v] == g.verb.lemma
        and bool(near)
        and near[-1].kind in ("country", "capital", "person", "ministry", "body", "demonym")
        and (near[-1].i == 0 or p.low[near[-1].i - 1] not in ("and", "or"))
    )


def _beside_a_clause(p: Parsed, d: Document, g: VerbGroup) -> Mention | None:
    """ "Accusing Paris of delay, X said", "X took Paris to task, saying": the clause's subject."""
    if g.tense != "ing":
        return None
    finite = [x for x in p.groups if x.tense in _FINITE and not x.relative]
    before = [x for x in finite if x.j < g.i and p.quoted[x.v] < 0]
    if g.i <= 1:
        after = [x for x in finite if x.i > g.j and "," in p.low[g.j : x.i]]
        who = p.subject(after[0]) if after else None
        return resolve(p, d, who) if who is not None and who.i > g.j else None
    if before and p.low[g.i - 1] == "," and not before[-1].passive:
        return subject(p, d, before[-1])
    return None


_FINITE = ("past", "perfect", "pluperfect", "present")


def _nameless(p: Parsed, g: VerbGroup) -> bool:
    """ "The duties stay, but a person close to the talks said": another speaks than was named."""
    k = g.i
    while k > 0 and (p.low[k - 1] in ADVERBS or p.low[k - 1].endswith("ly")):
        k -= 1
    word = p.words[k - 1] if k else ""
    if not word.isalpha() or not word.islower() or word in _LINKS or g.tense not in _FINITE:
        return False
    start = max(
        (x.j for x in p.groups if x.j < k and x.tense in _FINITE and not x.relative), default=0
    )
    return (
        start > 0
        and p.quoted[g.i - 1] < 0
        and not any(start <= m.i < k and p._can_act(m) for m in p.mentions)
        and bool({"a", "an", "the", "some", "one", "several", "many"} & set(p.low[start:k]))
    )


_LINKS = CONJUNCTIONS | {
    "and",
    "but",
    "or",
    "then",
    "who",
    "which",
    "that",
    "also",
    "to",
    "he",
    "she",
}


def _private(p: Parsed, who: Mention) -> bool:
    """ "X, president of the Steel Union", "the bank's chief economist": nobody who governs."""
    if who.kind not in ("person", "official", "name"):
        return False
    first, after = max(0, who.i - 4), who.j
    words = set(p.low[first : who.j])
    if p.low[after : after + 1] in ([","], ["of"], ["for"]):
        end = after + 1
        while end < min(len(p.low), after + 12) and p.low[end] not in (",", ".", ";"):
            end += 1
        words |= set(p.low[after:end])
    return bool(words & speech_words("private"))


def _thrown_in(p: Parsed, d: Document, g: VerbGroup) -> Mention | None:
    """ "Bern would not yield, it said": the pronoun is nobody in the words."""
    said_by = p.subject(g)
    if not isinstance(said_by, Mention) or said_by.kind != "pronoun" or g.i - said_by.j > 1:
        return None
    if said_by.i == 0 or p.low[said_by.i - 1] not in (",", *QUOTES):
        return None
    if said_by.name in ("he", "she"):
        own = [m for m in p.mentions if m.kind in ("person", "official") and m.j <= said_by.i
               and {":", ";"} & set(p.low[m.j : said_by.i])]  # fmt: skip
        return resolve(p, d, own[-1] if own else d.last_person)
    if said_by.name != "it":
        return None
    last = d.last_speaker
    institution = last is not None and last.kind not in ("person", "official")
    return last if institution else resolve(p, d, d.last_body)


def _agent(p: Parsed, d: Document, g: VerbGroup) -> Mention | None:
    """ "was described as unjust by the ministry"."""
    for m in p.mentions:
        between = any(g.j <= x.i < m.i for x in p.groups)
        near = g.j <= m.i <= g.j + 10 and not between
        if near and "by" in p.low[max(g.j, m.i - 3) : m.i]:
            return resolve(p, d, m)
    return None


def _inside_another(p: Parsed, found: list[Utterance], who: Mention, g: VerbGroup) -> bool:
    """Whether `who` only speaks in the words of the speaker before: "said China had rejected"."""
    last = found[-1] if found else None
    if last is None or last.verb is None:
        return False
    inside = last.i <= g.v < last.j and g.v > last.verb.v
    own_side = who.kind in ("capital", "country", "government") and not any(
        p.quoted[k] >= 0 for k in range(last.verb.j, g.i)
    )
    another = who.name != last.speaker.name
    if (inside or own_side) and another and who.codes == last.speaker.codes:
        return True
    return inside and another and bool(_CONDITIONS & set(p.low[last.verb.v : g.v]))


def extent(p: Parsed, g: VerbGroup) -> tuple[int, int]:
    """The tokens of what is said: the clause after the verb, and quotations beside it."""
    n = len(p.low)
    return min(_from(p, g), g.i), max(_until(p, g, n), g.j)


def _until(p: Parsed, g: VerbGroup, n: int) -> int:
    """Up to where another speaks: "..., and Beijing replied"."""
    for x in p.groups:
        if x.i > g.j and x.isa(*SPEECH) and x.tense in ("past", "present", "ing") and (
            p.quoted[x.v] < 0
        ):  # fmt: skip
            for k in range(g.j, x.i):
                if p.low[k] in ("and", "while", "but", ";", "who", "as") and p.quoted[k] < 0:
                    return k
    return n


def _from(p: Parsed, g: VerbGroup) -> int:
    """Where the words begin: with the quotation, or the sentence ("X would yield, he said")."""
    quoted = [k for k in range(g.i) if p.quoted[k] >= 0]
    stops = [k + 1 for k in range(g.i) if p.low[k] == ";" and p.quoted[k] < 0]
    if quoted:
        earlier = [x for x in p.groups if x.j <= g.i and x.isa(*SPEECH) and p.quoted[x.v] < 0]
        if earlier and earlier[-1].v > quoted[-1]:
            return g.i
        return max(quoted[0], stops[-1] if stops else 0, earlier[-1].j if earlier else 0)
    if parenthetic(p, g):
        return stops[-1] if stops else 0
    return g.i


def parenthetic(p: Parsed, g: VerbGroup) -> bool:
    """Whether the verb of speech is thrown in or follows: "Bern, she said, would yield"."""
    if g.i == 0:
        return False
    before = [m for m in p.mentions if m.j <= g.i and g.i - m.j <= 1]
    start = before[-1].i if before else g.i
    if start > 0 and p.low[start - 1] in ("the", "a", "an"):
        start -= 1
    after = p.low[g.j] if g.j < len(p.low) else "."
    if p.low[g.i - 1] == ",":
        return p.set_apart(g.i) is None  # "X, meeting Y, said that"
    return start > 0 and p.low[start - 1] == "," and after in (",", ".", "on", "in", "at")


def _by_another_verb(p: Parsed, d: Document, left: list[int]) -> list[Utterance]:
    """A quotation beside any verb is its subject's: "saw in it “a new page”", "rejoiced"."""
    found = []
    for q in left:
        inside = [k for k, x in enumerate(p.quoted) if x == q]
        if sum(p.low[k].isalpha() for k in inside) < 3:
            continue
        outside = [g for g in p.groups if p.quoted[g.v] < 0 and g.tense not in ("participle",)]
        near = [g for g in outside if g.v < inside[0] and ";" not in p.low[g.v : inside[0]]]
        after = [g for g in outside if inside[-1] < g.i <= inside[-1] + 5]
        g = near[-1] if near else after[0] if after else None
        if g is None or g.passive:
            continue
        who = subject(p, d, g)
        if who is None or not who.codes or who.former or who.kind not in _PERSONS:
            continue
        found.append(Utterance(who, g, min(g.i, inside[0]), max(g.j, inside[-1] + 1), True))
    return found


_PERSONS = ("person", "official", "government", "ministry", "body")


def _according_to(p: Parsed) -> list[Utterance]:
    """ "according to the ministry", "in the words of the minister": no verb brings the words in."""
    for k in range(len(p.low) - 2):
        hit = _attributing().match(p.low, k)
        if hit is None:
            continue
        at = k + hit[0]
        named = [m for m in p.mentions if at <= m.i <= at + 7 and m.kind in _VOICES and m.codes]
        if named:
            return [Utterance(named[0], None, 0, len(p.low), True)]
    return []


_VOICES = ("media", "person", "ministry", "government", "official")


@cache
def _attributing() -> Phrases:
    found = Phrases()
    for phrase in yaml_data("speech.yaml")["attributing"]:
        found.add(phrase, phrase)
    return found


def _goes_on(p: Parsed, d: Document) -> list[Utterance]:
    """A sentence that is all quotation: the last speaker's."""
    outside = [k for k, q in enumerate(p.quoted) if q < 0 and p.low[k].isalpha()]
    who = d.last_speaker or d.last_person or d.last_body
    if outside or len(p.low) <= 4 or who is None or not who.codes:
        return []
    return [Utterance(who, None, 0, len(p.low), True)]
