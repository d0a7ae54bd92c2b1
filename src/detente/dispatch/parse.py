# ruff: noqa: E501
"""A sentence as the rules see it: words, the sides and people named, measures, talks, verb groups.

This is shallow: no parser is trained or loaded. Verb groups carry tense, voice and negation; a
subject is the nearest named side before the verb that stands in no prepositional phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from .dates import Expression
from .lexicon import Entry, Phrases, Verb, names, verbs, yaml_data
from .tokens import Sentence, tokenize

if TYPE_CHECKING:
    from .context import Document

PREPOSITIONS = frozenset(
    [
        "in",
        "on",
        "with",
        "from",
        "against",
        "to",
        "for",
        "of",
        "at",
        "by",
        "between",
        "after",
        "before",
        "about",
        "over",
        "into",
        "under",
        "toward",
        "towards",
        "near",
        "among",
        "including",
        "across",
        "around",
        "via",
        "through",
        "despite",
        "without",
        "like",
        "than",
        "per",
        "upon",
        "off",
        "during",
        "within",
        "onto",
        "as",
        "alongside",
        "amid",
        "following",
        "versus",
        "besides",
    ]
)
BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "am", "'s", "'re"])
HAVE = frozenset(["has", "have", "had", "having", "'ve"])
MODALS = {"will": "future", "shall": "future", "'ll": "future", "would": "would", "could": "may",
          "may": "may", "might": "may", "should": "should", "can": "may", "must": "should"}  # fmt: skip
NOT = frozenset(["not", "never", "n't", "no", "cannot", "neither", "nor"])
_ADVERB = frozenset(
    [
        "also",
        "already",
        "now",
        "then",
        "just",
        "still",
        "only",
        "soon",
        "even",
        "again",
        "yet",
        "always",
        "often",
        "later",
        "earlier",
        "together",
        "twice",
        "once",
        "each",
        "both",
        "all",
        "instead",
        "further",
        "almost",
        "nearly",
        "immediately",
        "ever",
        "since",
        "therefore",
        "thus",
        "likewise",
        "first",
        "never",
        "not",
        "n't",
        "long",
        "today",
        "meanwhile",
        "formally",
    ]
)
# "set to", "due to", "expected to" ...: the verb after them lies ahead
_AHEAD = frozenset(
    [
        "set",
        "due",
        "expected",
        "scheduled",
        "about",
        "going",
        "likely",
        "planned",
        "plans",
        "planning",
        "plan",
        "intends",
        "intend",
        "aims",
        "aim",
        "hopes",
        "hope",
        "prepares",
        "preparing",
        "prepared",
        "ready",
        "poised",
        "slated",
        "wants",
        "want",
        "bound",
        "wishes",
        "pledged",
        "ought",
        "needs",
        "need",
        "agreed",
        "looks",
    ]
)
_THIRD = frozenset(
    [
        "adds",
        "raises",
        "lowers",
        "brings",
        "takes",
        "comes",
        "goes",
        "enters",
        "expires",
        "lapses",
        "runs",
        "kicks",
        "lifts",
        "suspends",
        "imposes",
        "applies",
        "begins",
        "starts",
        "ends",
        "removes",
        "extends",
        "resumes",
        "halves",
        "doubles",
        "covers",
        "says",
        "faces",
    ]
)
_DECISIONS = frozenset(
    [
        "decision",
        "move",
        "plan",
        "order",
        "threat",
        "pledge",
        "promise",
        "vow",
        "offer",
        "bid",
        "step",
    ]
)
_EXPECTING = frozenset(
    ["set", "due", "expected", "scheduled", "about", "going", "likely", "slated"]
)
_CONJUNCTIONS = frozenset(["after", "before", "as", "since", "until", "than", "like"])
_DETERMINERS = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "its",
        "their",
        "his",
        "her",
        "our",
        "my",
        "your",
        "any",
        "no",
        "some",
        "each",
        "every",
    ]
)
_SMALL_WORDS = frozenset(
    [
        "senior",
        "top",
        "other",
        "two",
        "three",
        "four",
        "five",
        "six",
        "several",
        "some",
        "many",
        "most",
        "all",
        "new",
        "imported",
    ]
)
_NUMBER_WORDS = {"five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "zero": 0, "thirty": 30,
                 "forty": 40, "fifty": 50, "hundred": 100}  # fmt: skip


@dataclass
class Mention:
    """Tokens `i` up to `j` that name a side or a person. `codes` may be empty (unknown)."""

    i: int
    j: int
    kind: str
    codes: tuple[str, ...]
    name: str
    leader: bool = False
    role: str = ""
    poss: bool = False
    official: bool = False  # a government acts in it (not goods, not a place)
    former: bool = False  # out of office


@dataclass
class Head:
    """The head noun of a measure, of talks or of a deal; tokens `i` up to `j`."""

    i: int
    j: int
    what: str  # instrument; call, meeting, summit; deal; court
    text: str


@dataclass
class Percent:
    i: int
    j: int
    value: float
    points: bool = False


@dataclass
class VerbGroup:
    """`i` is the first auxiliary, `v` the verb, `j` the end. `tense`: past, perfect, pluperfect,
    present, future, would, may, should, infinitive, ing, participle (a bare past participle)."""

    i: int
    v: int
    j: int
    verb: Verb
    tense: str
    passive: bool = False
    negated: bool = False
    relative: bool = False

    def isa(self, *classes: str) -> bool:
        return any(name in self.verb.classes for name in classes)


@dataclass
class Parsed:
    sentence: Sentence
    words: list[str]
    low: list[str]
    at: list[tuple[int, int]]  # absolute offsets of each token
    quoted: list[int]  # number of the quotation a token stands in, -1 outside
    mentions: list[Mention] = field(default_factory=list)
    measures: list[Head] = field(default_factory=list)
    talks: list[Head] = field(default_factory=list)
    deals: list[Head] = field(default_factory=list)
    courts: list[Head] = field(default_factory=list)
    percents: list[Percent] = field(default_factory=list)
    groups: list[VerbGroup] = field(default_factory=list)
    dates: list[tuple[int, int, Expression]] = field(default_factory=list)  # token span

    def text(self, i: int, j: int) -> str:
        """The words of tokens `i` up to `j`, exactly as written."""
        start, end = self.at[i][0], self.at[max(i, j - 1)][1]
        return self.sentence.text[start - self.sentence.start : end - self.sentence.start]

    def in_pp(self, mention: Mention) -> bool:
        """Whether the mention stands in a prepositional phrase, alone or in a list."""
        i = mention.i
        while i > 0 and (self.low[i - 1] in ("the", "a", "its", "his", "her", "their", "both",
                                             "mr", "president", "then", "-", "neighbouring")
                         or self.low[i - 1] in _SMALL_WORDS or self.low[i - 1].isdigit()):  # fmt: skip
            i -= 1
        if i == 0:
            return False
        before = self.low[i - 1]
        if before in _CONJUNCTIONS and any(g.i - 2 <= mention.j <= g.i for g in self.groups
                                           if g.tense not in ("ing", "participle")):  # fmt: skip
            return False
        if before in PREPOSITIONS:
            return True
        nxt = self.low[mention.j] if mention.j < len(self.low) else ""
        if before == "," and nxt not in (",", "and", "or"):
            return False  # "In Brussels, the Commission said"
        if before == "," and i > 1 and any(m.i <= 1 and m.j == i - 1 for m in self.mentions):
            return False
        if before in ("and", ",", "or", "&", "-", "–"):
            earlier = [m for m in self.mentions if m.j <= i - 1 and m.j >= i - 2]
            if earlier:
                return self.in_pp(earlier[-1])
        return False

    def subject(self, group: VerbGroup, depth: int = 0) -> Mention | Head | None:
        """Who or what does what `group` says (or has it done to it, in the passive)."""
        k = group.i
        while k > 1 and (self.low[k - 1] in _ADVERB or self.low[k - 1].endswith("ly")):
            k -= 1
        if k > 0 and self.low[k - 1] in ("which", "who", "that") and depth < 6:
            found = self._before(k - 1, nearest=True)
            if found is not None and found.j >= k - 2:
                return found
            earlier = [g for g in self.groups if g.j <= k - 1 and not g.relative]
            if earlier:  # "signed an order that raises": by whoever signed
                return self.subject(earlier[-1], depth + 1)
            if found is not None and self.low[k - 1] != "that":
                return found
        carried = group.tense in ("ing", "infinitive")
        if group.tense == "infinitive" and self.low[group.i - 1] in _DECISIONS:
            near = [m for m in self.mentions if group.i - 4 <= m.j <= group.i - 1 and m.codes]
            if near:  # "the American decision to pause tariffs"
                return near[-1]
        passed: VerbGroup | None = None
        lower = 0
        for other in reversed(self.groups):
            if other.v >= group.i:
                continue
            if other.relative:
                continue
            passed, lower = other, other.j
            break
        found = None
        if (
            passed is not None
            and depth < 6
            and not carried
            and (self.low[group.i - 1] in ("and", "but", "then"))
        ):
            between = [m for m in self.mentions if passed.j <= m.i and m.j == group.i - 1]
            if not between or passed.isa("say"):
                return self.subject(passed, depth + 1)
        if not (carried and group.tense == "infinitive"):
            found = self._before(k, lower=lower, quote=self.quoted[group.v])
        if found is not None and not (carried and passed is not None and found.j > passed.j
                                      and isinstance(found, Head)):  # fmt: skip
            return found
        if passed is not None and depth < 6:
            between = self.low[lower : group.i]
            if "that" in between and not carried and len(between) > 2:
                return None
            return self.subject(passed, depth + 1)
        return None

    def _before(
        self, k: int, lower: int = 0, nearest: bool = False, quote: int | None = None
    ) -> Mention | Head | None:
        best: Mention | Head | None = None
        for m in self.mentions:
            if quote is not None and self.quoted[m.i] != quote:
                continue  # nobody in a quotation acts outside it
            if (
                lower <= m.i
                and m.j <= k
                and (nearest or self._can_act(m))
                and (best is None or m.i > best.i)
            ):
                best = m
        for h in (*self.measures, *self.deals, *self.talks):
            if quote is not None and self.quoted[h.i] != quote:
                continue
            if (
                lower <= h.i
                and h.j <= k
                and (best is None or h.i > best.i)
                and (nearest or not self._head_in_pp(h))
            ):
                best = h
        return best

    def _head_in_pp(self, head: Head) -> bool:
        i = head.i
        while i > 0 and i > head.i - 6:
            word = self.low[i - 1]
            if word in PREPOSITIONS:
                return True
            if word in (",", "and", ";", "that") or any(g.v == i - 1 for g in self.groups):
                return False
            i -= 1
        return False

    def _can_act(self, m: Mention) -> bool:
        if m.kind == "demonym" and not m.official:
            return False
        if m.poss or m.kind in ("city", "gazette", "place"):
            return False
        return not self.in_pp(m)

    def mention_at(self, i: int) -> Mention | None:
        for m in self.mentions:
            if m.i <= i < m.j:
                return m
        return None

    def clause_end(self, i: int) -> int:
        """Index of the first token after `i` that opens another clause, or the sentence's end."""
        for k in range(i, len(self.words)):
            word = self.low[k]
            if word in (";", "while", "whereas", "although", "though", "but", "because", "after",
                        "before", "unless", "if", "when", "which", "who"):  # fmt: skip
                return k
            if word in ("and", ",", "—", "–", ":") and self._new_clause(k + 1):
                return k
            if word == "," and k + 1 < len(self.low) and self.low[k + 1].endswith("ing"):
                return k
        return len(self.words)

    def _new_clause(self, k: int) -> bool:
        """Whether a finite verb with a subject of its own follows at `k`."""
        ends = [g for g in self.groups if g.i >= k and g.tense not in ("participle", "infinitive")]
        if not ends:
            return False
        g = ends[0]
        if g.i - k > 8:
            return False
        while k < g.i and self.low[k] in ("and", "but"):
            k += 1
        if self.low[k] in ("the", "that", "this", "those", "these") and g.i - k <= 4:
            return True
        if g.i == k:
            return True
        return any(k <= m.i and m.j <= g.i for m in self.mentions) and not any(
            self.low[x] in (",", "and", ";") for x in range(k, g.i)
        )


@cache
def _heads() -> Phrases:
    """Head nouns in lower case -> (list name, what)."""
    terms = yaml_data("terms.yaml")
    found = Phrases()
    for instrument, phrases in terms["instruments"].items():
        for phrase in phrases:
            found.add(phrase, ("measures", instrument))
    for kind, phrases in terms["talks"].items():
        for phrase in phrases:
            found.add(phrase, ("talks", kind))
    for phrase in terms["deals"]:
        found.add(phrase, ("deals", "deal"))
    for phrase in terms["courts"]:
        found.add(phrase.lower(), ("courts", "court"))
    return found


@cache
def lists(name: str) -> Phrases:
    found = Phrases()
    for phrase in yaml_data("terms.yaml")[name]:
        found.add(phrase.lower(), phrase)
    return found


@cache
def word_set(name: str) -> frozenset[str]:
    return frozenset(yaml_data("terms.yaml")[name])


_PERCENT = re.compile(r"percentage|percent|pc|%")


def parse(sentence: Sentence, document: Document, dates: list[Expression]) -> Parsed:
    """Tag one sentence; people first named here are added to `document`."""
    found = tokenize(sentence.text)
    words = [word for word, _, _ in found]
    parsed = Parsed(
        sentence,
        words,
        [word.lower() for word in words],
        [(sentence.start + a, sentence.start + b) for _, a, b in found],
        [document.quotation(sentence.start + a) for _, a, _ in found],
    )
    _tag_dates(parsed, dates)
    _tag_percents(parsed)
    _tag_mentions(parsed, document)
    _tag_heads(parsed)
    _tag_verbs(parsed)
    return parsed


def _tag_dates(p: Parsed, dates: list[Expression]) -> None:
    for date in dates:
        inside = [k for k, (a, b) in enumerate(p.at) if a < date.end and b > date.start]
        if inside:
            p.dates.append((inside[0], inside[-1] + 1, date))


def _tag_percents(p: Parsed) -> None:
    for k, word in enumerate(p.low):
        if word not in ("%", "percent", "pc", "percentage", "cent", "points", "point"):
            continue
        if word == "cent" and (k < 2 or p.low[k - 1] != "per"):
            continue
        n = k - 2 if word == "cent" else k - 1
        if n >= 0 and p.low[n] == "-":
            n -= 1
        if n < 0:
            continue
        value = _number(p.low[n])
        if value is None:
            continue
        j = k + 1
        points = word in ("points", "point") or (j < len(p.low) and p.low[j] in ("points", "point"))
        p.percents.append(
            Percent(n, j + (points and word not in ("points", "point")), value, points)
        )
        # "5 or 10 percent", "15-25 percent": the highest of a range
        if n >= 2 and p.low[n - 1] in ("or", "-", "–", "to", "and"):
            low = _number(p.low[n - 2])
            if low is not None and (n < 3 or p.low[n - 3] not in ("from",)):
                p.percents[-1].i = n - 2
                p.percents[-1].value = max(low, value)


def _number(word: str) -> float | None:
    if word in _NUMBER_WORDS:
        return float(_NUMBER_WORDS[word])
    try:
        return float(word.replace(",", ""))
    except ValueError:
        return None


def _capital(word: str) -> bool:
    return word[:1].isupper() and word[:1].isalpha()


_NOT_NAMES = frozenset(
    [
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "He",
        "She",
        "It",
        "They",
        "We",
        "I",
        "You",
        "But",
        "And",
        "Or",
        "If",
        "As",
        "By",
        "For",
        "From",
        "With",
        "After",
        "Before",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "This",
        "That",
        "These",
        "Those",
        "His",
        "Her",
        "Its",
        "Their",
        "Our",
        "My",
        "Trade",
        "Both",
        "Earlier",
        "Later",
        "Still",
        "Last",
        "Next",
        "Under",
        "Since",
        "Until",
        "While",
        "When",
        "Though",
        "Although",
        "However",
        "Meanwhile",
        "Separately",
        "Also",
        "Mr",
        "Ms",
        "Mrs",
        "Dr",
        "Sir",
        "President",
        "Minister",
        "Prime",
    ]
)


def _tag_mentions(p: Parsed, document: Document) -> None:
    table, low, words = names(), p.low, p.words
    titles, governments = lists("titles"), lists("government_nouns")
    group_names, leaders = lists("groups"), word_set("leaders")
    k, n = 0, len(words)
    while k < n:
        if any(a <= k < b for a, b, d in p.dates if d.rule not in ("length", "year")):
            k += 1
            continue
        group = group_names.match(low, k)
        if group:
            p.mentions.append(
                Mention(k, k + group[0], "group", (), group[1],
                        leader=any(w in low[k : k + group[0]] for w in ("leaders", "presidents")),
                        official=True)
            )  # fmt: skip
            k += group[0]
            continue
        alias = _alias(low, k)
        if alias:
            size, code = alias
            p.mentions.append(
                Mention(k, k + size, "country", (code,), p.text(k, k + size), official=True)
            )
            k += size
            continue
        hit = table.match(words, k)
        if hit and hit[1].kind == "capital" and document.is_dateline(p.at[k][0]):
            k += hit[0]
            continue
        if hit:
            k = _assemble(p, document, k, hit[0], hit[1], titles, governments, leaders)
            continue
        ministry = _ministry(p, document, k)
        if ministry:
            k = ministry
            continue
        title = titles.match(low, k)
        if title and (k == 0 or low[k - 1] != "-"):
            k = _titled(p, document, k, k + title[0], (), title[1], leaders)
            continue
        entry = document.surname(words[k]) if _capital(words[k]) else None
        if entry is None and k + 2 < n and words[k + 1] == "-" and _capital(words[k]):
            entry = document.surname("".join(words[k : k + 3]))
            if entry:
                p.mentions.append(_person(k, k + 3, entry))
                k += 3
                continue
        if entry is not None and _surname_stands(p, k):
            j = k + 1
            p.mentions.append(_person(k, j, entry))
            k = j
            continue
        name_end = _apposed_name(p, k, titles)
        if name_end:
            p.mentions.append(Mention(k, name_end, "name", (), p.text(k, name_end), official=True))
            k = name_end
            continue
        office = governments.match(low, k)
        if office:
            end, codes = _of_sides(p, k + office[0])
            if len(codes) > 1:
                p.mentions.append(Mention(k, end, "group", codes, p.text(k, end), official=True))
                k = end
                continue
            if codes or (k > 0 and low[k - 1] in ("the", "her", "his", "its", "their", "a", "an")):
                # "the commerce ministry": the side comes from the context
                codes = codes or document.office(" ".join(low[k : k + office[0]]))
                name = p.text(k, k + office[0])
                p.mentions.append(Mention(k, end, "government", codes, name, official=True))
                k = end
                continue
        k += 1
    for m in p.mentions:
        if m.j < n and low[m.j] == "'s":
            m.poss = True
        if m.role and m.i and (low[m.i - 1] in ("former", "ex") or "former" in low[m.i : m.j]):
            m.former = True
    _pronouns(p)
    p.mentions.sort(key=lambda m: m.i)


def _of_sides(p: Parsed, k: int) -> tuple[int, tuple[str, ...]]:
    """End and codes of "from China and Australia", "of both Japan and Korea" at token `k`."""
    if k >= len(p.low) or p.low[k] not in ("from", "of", "in"):
        return k, ()
    codes: list[str] = []
    end, i = k, k + 1
    while i < len(p.low):
        if p.low[i] in ("the", "both", "and", ","):
            i += 1
            continue
        hit = names().match(p.words, i)
        if not hit or hit[1].kind not in ("country", "capital") or not hit[1].code:
            break
        codes.append(hit[1].code)
        i += hit[0]
        end = i
    return (end, tuple(sorted(set(codes)))) if codes else (k, ())


def _alias(low: list[str], k: int) -> tuple[int, str] | None:
    for code, phrases in _aliases():
        hit = phrases.match(low, k)
        if hit:
            return hit[0], code
    return None


@cache
def _aliases() -> list[tuple[str, Phrases]]:
    found = []
    for code, phrases in yaml_data("terms.yaml")["aliases"].items():
        table = Phrases()
        for phrase in phrases:
            table.add(phrase.lower(), code)
        found.append((code, table))
    return found


def _person(i: int, j: int, entry: Entry) -> Mention:
    return Mention(i, j, "person", (entry.code,) if entry.code else (), entry.name, entry.leader,
                   official=True)  # fmt: skip


def _surname_stands(p: Parsed, k: int) -> bool:
    """Whether the word is the surname, not the pronoun "He" at the opening of a sentence."""
    if p.words[k] not in ("He", "May", "She", "Will"):
        return True
    if p.words[k] == "May":
        return k > 0 and p.low[k - 1] not in ("in", "since", "until", "by", "of", "from", "last")
    opening = k == 0 or p.words[k - 1] in ("“", '"', "”", ".", ":", "‘", "'", "?", "!")
    return not opening or (k + 1 < len(p.low) and p.low[k + 1] == "and")


def _assemble(
    p: Parsed, document: Document, k: int, size: int, entry: Entry, titles: Phrases,
    governments: Phrases, leaders: frozenset[str],
) -> int:  # fmt: skip
    """A name from the gazetteer, with the office or the person's name that may follow it."""
    low, n, j = p.low, len(p.words), k + size
    codes = (entry.code,) if entry.code else ()
    if entry.kind == "person":
        document.learn(entry)
        p.mentions.append(_person(k, j, entry))
        return j
    after = j
    if after < n and low[after] == "'s":
        after += 1
    kind_ok = entry.kind in ("country", "demonym", "capital", "government", "ministry", "body",
                             "office", "court")  # fmt: skip
    if kind_ok and after < n:
        start = after
        while start < n and low[start] in ("chief", "top", "senior", "state", "new", "former",
                                           "-", "run", "then", "lead", "own"):  # fmt: skip
            if titles.match(low, start):
                break
            start += 1
        title = titles.match(low, start)
        if title and title[1] != "counterpart":
            return _titled(p, document, k, start + title[0], codes, title[1], leaders)
        office = governments.match(low, start)
        if office or (title and title[1] == "counterpart"):
            end = start + (office[0] if office else title[0])  # type: ignore[index]
            named = low[start:end]
            ministry = any(w in named for w in ("ministry", "department", "office", "embassy"))
            name = p.text(start, end) if ministry else entry.name
            if "embassy" in named:
                name = p.text(k, end)
            if ministry and codes:
                document.offices[" ".join(named)] = codes
                if "ministry" in named and start + 1 < n:
                    document.offices.setdefault("ministry", codes)
            title2 = titles.match(low, end)
            if title2:  # "foreign ministry spokesman"
                return _titled(p, document, k, end + title2[0], codes, title2[1], leaders)
            p.mentions.append(Mention(k, end, "government", codes, name, official=True))
            return end
        if after > j or entry.kind == "demonym":
            # "China's Wang Wentao", "US envoy": a known person right after
            hit = names().match(p.words, after)
            if hit and hit[1].kind == "person":
                document.learn(hit[1])
                p.mentions.append(_person(after, after + hit[0], hit[1]))
                return after + hit[0]
    if entry.kind == "office":
        return _titled(p, document, k, j, codes, entry.name, leaders)
    if entry.kind == "ministry" or entry.kind == "government":
        title = titles.match(low, j)
        if title and (not codes or title[1] != "president"):
            return _titled(p, document, k, j + title[0], codes or document.office(entry.name.lower()),
                           title[1], leaders)  # fmt: skip
        if codes and entry.kind == "ministry":
            context = document.office(entry.name.lower())
            codes = context or codes
        elif not codes:
            codes = document.office(entry.name.lower())
    before = low[k - 1] if k else ""
    qualified = before in ("a", "an", "any", "%", "percent", "cent") and j < n and low[j].isalpha()
    if entry.kind == "country" and entry.name in _ADJECTIVES and (_adjective(p, j) or qualified):
        entry = Entry("demonym", entry.code, entry.name)
    official = entry.kind not in ("demonym", "city", "gazette", "place", "firm")
    p.mentions.append(Mention(k, j, entry.kind, codes, p.text(k, j), official=official))
    if entry.kind == "ministry" and j + 1 < n and low[j] == "of" and p.words[j + 1] != "the":
        hit = names().match(p.words, j + 1)
        if hit and hit[1].kind == "country":
            p.mentions[-1].codes = (hit[1].code,)
            p.mentions[-1].j = j + 1 + hit[0]
            document.offices[entry.name.lower()] = (hit[1].code,)
            return j + 1 + hit[0]
    return j


_ADJECTIVES = frozenset(["US", "U.S.", "USA", "EU", "E.U.", "UK", "U.K."])


def _adjective(p: Parsed, j: int) -> bool:
    """Whether "US", "EU" or "UK" before token `j` only qualifies a noun ("US farm goods")."""
    if j >= len(p.low) or not p.low[j].isalpha() or _capital(p.words[j]):
        return False
    word = p.low[j]
    if word in PREPOSITIONS | BE | HAVE | MODALS.keys() | _ADVERB or word.endswith("ly"):
        return False
    if word in ("and", "or", "but", "that", "who", "which", "when", "while", "if", "to", "did"):
        return False
    return word not in verbs() or word in word_set("goods") or word in _NOUN_FIRST


_NOUN_FIRST = frozenset(
    ["imports", "exports", "tariffs", "duties", "goods", "levies", "curbs", "controls", "talks"]
)


def _titled(
    p: Parsed, document: Document, i: int, k: int, codes: tuple[str, ...], title: str,
    leaders: frozenset[str],
) -> int:  # fmt: skip
    """From a title that ends at token `k`: "for X" or "of X", a comma, and the name if one follows."""
    low, words, n = p.low, p.words, len(p.words)
    table = names()
    j = k
    if j < n and low[j] in ("of", "for", "to"):
        start = j + 1
        while start < n and low[start] in ("the", "economy", "economic", "trade", "commerce",
                                           "industry", "energy", "finance", "foreign", "affairs",
                                           "agriculture", "and", ",", "international", "treasury"):  # fmt: skip
            start += 1
        hit = table.match(words, start)
        if hit and hit[1].kind in (
            "country",
            "capital",
            "government",
            "ministry",
            "body",
            "office",
        ):
            if hit[1].code and low[j] != "to":
                codes = codes or (hit[1].code,)
            j = start + hit[0]
        elif start > j + 1:
            j = start
            while low[j - 1] in (",", "and"):
                j -= 1
    side = codes or document.title_side(title)
    comma = j + 1 if j < n and low[j] in (",", "-", "–", "—") else j
    first = comma
    if first < n and low[first] in ("mr", "ms", "mrs"):
        first += 1
    hit = table.match(words, first) if first < n else None
    leader = title.lower() in leaders
    if hit and hit[1].kind == "person":
        entry = hit[1]
        document.learn(entry)
        m = _person(i, first + hit[0], entry)
        m.role, m.leader = (
            title,
            entry.leader or (leader and "former" not in low[max(0, i - 1) : i]),
        )
        p.mentions.append(m)
        return first + hit[0]
    end = first
    while end < n and end < first + 6 and (
        (_capital(words[end]) and words[end] not in _NOT_NAMES and not words[end].isupper())
        or (words[end] == "-" and end > first and end + 1 < n and words[end + 1][:1].isalpha())
        or (end > first and words[end - 1] == "-")
        or (end > first and low[end] in ("al", "bin", "de", "da", "la", "van", "von", "der", "den", "di", "le", "del"))
    ):  # fmt: skip
        if table.match(words, end) and end == first and comma > j:
            break
        if end > first and words[end - 1] != "-" and p.at[end][0] == p.at[end - 1][1]:
            break
        end += 1
    if end > first and (comma == j or end - first >= 2):
        full = p.text(first, end)
        namesake = document.surname(words[end - 1])
        if namesake is not None and namesake.code and not side:
            side = (namesake.code,)
        known = document.surname(words[end - 1]) if end - first == 1 else None
        entry = known or Entry("person", side[0] if side else "", full, leader, words[end - 1])
        if known is None:
            document.learn(entry, given=words[first])
        m = _person(i, end, entry)
        m.role, m.leader = title, leader or entry.leader
        if not m.codes:
            m.codes = side
        p.mentions.append(m)
        return end
    # "Hiroshige Seko, the minister of economy": the name stands before
    before = [m for m in p.mentions if m.kind == "name" and m.j <= i and i - m.j <= 3]
    if before:
        m = before[-1]
        m.kind, m.codes, m.official, m.role, m.leader = "person", side, True, title, leader
        entry = Entry("person", side[0] if side else "", m.name, leader, m.name.split()[-1])
        document.learn(entry)
        return j
    known = document.by_role(title, side)
    if known is not None:
        m = _person(i, j, known)
        m.role = title
        p.mentions.append(m)
        return j
    spokes = "spoke" in title or title.endswith(("adviser", "secretary"))
    name = p.text(i, j)
    if spokes and i < k:
        parent = re.sub(r"(?i)\b(?:a|an|the|spokes\w+|chief|deputy)\b", "", p.text(i, k)).strip(
            " ,"
        )
        name = parent or name
    p.mentions.append(Mention(i, j, "official", side, name, leader, title, official=True))
    return j


def _ministry(p: Parsed, document: Document, k: int) -> int:
    """End of "Ministry of Transport" or "Department for Trade", an office of a side, or 0."""
    if p.words[k] not in ("Ministry", "Department", "Bureau", "Directorate"):
        return 0
    if k + 2 >= len(p.words) or p.low[k + 1] not in ("of", "for"):
        return 0
    j = k + 2
    while j < len(p.words) and (
        (_capital(p.words[j]) and not names().match(p.words, j))
        or (p.words[j] in (",", "and") and j + 1 < len(p.words) and _capital(p.words[j + 1])
            and not names().match(p.words, j + 1) and p.words[j + 1] not in _NOT_NAMES)
    ):  # fmt: skip
        j += 1
    if j == k + 2:
        return 0
    name, codes, end = p.text(k, j), document.office(p.text(k, j).lower()), j
    if j + 1 < len(p.words) and p.low[j] == "of":
        hit = names().match(p.words, j + 1)
        if hit and hit[1].kind == "country":
            codes, end = (hit[1].code,), j + 1 + hit[0]
    if codes:
        document.offices[name.lower()] = codes
    title = lists("titles").match(p.low, end)
    if title:
        end += title[0]
    p.mentions.append(Mention(k, end, "government", codes, name, official=True))
    return end


def _apposed_name(p: Parsed, k: int, titles: Phrases) -> int:
    """End of an unknown name with its office after a comma ("Adam Hodge, a spokesman for"), or 0."""
    j = k
    while (
        j < len(p.words)
        and j < k + 5
        and (
            (_capital(p.words[j]) and p.words[j] not in _NOT_NAMES)
            or (p.words[j] == "-" and j > k)
            or (j > k and p.words[j - 1] == "-")
        )
    ):
        j += 1
    if j - k < 2 or j >= len(p.words) or p.words[j] != ",":
        return 0
    for start in range(j + 1, min(j + 6, len(p.words))):
        if titles.match(p.low, start):
            return j
        if p.words[start] in (",", ".", "”", '"'):
            return 0
    return 0


def _pronouns(p: Parsed) -> None:
    taken = {k for m in p.mentions for k in range(m.i, m.j)}
    for k, word in enumerate(p.low):
        if k in taken:
            continue
        if (word in ("he", "she", "it", "they", "we", "i") and word != "it") or (
            word == "it" and k + 1 < len(p.low)
        ):
            p.mentions.append(Mention(k, k + 1, "pronoun", (), word, official=True))
    p.mentions.sort(key=lambda m: m.i)


def _tag_heads(p: Parsed) -> None:
    table = _heads()
    k, n = 0, len(p.low)
    taken = {x for m in p.mentions for x in range(m.i, m.j) if m.kind != "pronoun"}
    while k < n:
        hit = None if k in taken else table.match(p.low, k)
        if hit is None:
            k += 1
            continue
        size, (name, what) = hit
        getattr(p, name).append(Head(k, k + size, what, p.text(k, k + size)))
        k += size


def _tag_verbs(p: Parsed) -> None:
    table, low, n = verbs(), p.low, len(p.low)
    taken = {x for m in p.mentions for x in range(m.i, m.j) if m.kind != "pronoun"}
    nouns = {x for h in (*p.measures, *p.talks, *p.deals) for x in range(h.i, h.j)}
    k = 0
    while k < n:
        if k in taken or low[k] not in table or (p.words[k].isupper() and len(p.words[k]) > 2):
            k += 1
            continue
        for verb in table[low[k]]:
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


_SPLIT_OFTEN = frozenset(["put", "bring", "push", "call", "take", "lift"])


def _particle_end(p: Parsed, k: int, verb: Verb) -> int | None:
    """Where the verb ends: after its particle if that follows, else after the verb; None: no match."""
    if not verb.particle:
        return k + 1
    end, size = k + 1, len(verb.particle)
    if tuple(p.low[end : end + size]) == verb.particle:
        return end + size
    if low_first(verb) not in _SPLIT_OFTEN:
        return None
    far = verb.particle[-1] in ("hold", "ice")  # "put its tariffs on Canadian goods on hold"
    for gap in range(1, 18 if far else 11):
        if p.low[end + gap - 1 : end + gap] in ([","], ["."], [";"], ["that"]):
            return None
        if tuple(p.low[end + gap : end + gap + size]) == verb.particle:
            return k + 1
    return None


def low_first(verb: Verb) -> str:
    return verb.lemma.split()[0]


def _group(p: Parsed, k: int, end: int, verb: Verb, noun: bool) -> VerbGroup | None:
    """The verb at `k` with its auxiliaries, or None where the word is a noun or an adjective."""
    low = p.low
    if low[k] in _EXPECTING and k + 1 < len(low) and low[k + 1] == "to":
        return None  # "set to", "expected to": part of the verb that follows
    i, negated, aux = k, False, []
    while i > 0:
        word = low[i - 1]
        if word in NOT:
            negated = True
        elif word in BE or word in HAVE or word in MODALS or word in ("to", "do", "does", "did"):
            if word == "'s" and (i < 2 or low[i - 2] not in ("it", "he", "she", "that", "there")):
                break
            if word in MODALS and word == "may" and p.words[i - 1] == "May":
                break
            aux.append(word)
        elif word in _ADVERB or (word.endswith("ly") and word not in ("only", "supply", "july")):
            # an adverb belongs to the group only where an auxiliary or the verb stands before it
            pass
        elif word in _AHEAD and i < len(low) and low[i] == "to":
            aux.append("ahead")
        elif word in ("return", "exchange", "turn") and i > 1 and low[i - 2] == "in":
            i -= 1
        elif word in ("able", "willing") and low[i] == "to":
            pass
        else:
            break
        i -= 1
    while i < k and low[i] not in BE | HAVE | MODALS.keys() | NOT and low[i] not in (
        "to", "do", "does", "did") and low[i] not in _AHEAD:  # fmt: skip
        i += 1
    forms = verb.form.split("+")
    be = [w for w in aux if w in BE]
    have = [w for w in aux if w in HAVE]
    modal = [MODALS[w] for w in aux if w in MODALS]
    before = low[i - 1] if i > 0 else ""
    passive = False
    if "ahead" in aux or ("to" in aux and be and "ing" not in forms and _is_to(low, i, k)):
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
        if before in _DETERMINERS or noun:
            return None
        tense = "ing"
    elif "past" in forms or "part" in forms:
        # past tense after a subject; a bare participle after a noun
        if before in _DETERMINERS - {"that"} or before in PREPOSITIONS - _CONJUNCTIONS:
            return None  # "the planned meeting", "announcement of expanded controls"
        tense = "past"
        if "base" in forms and (noun or not _after_subject(p, i)):
            return None
        if (
            "past" not in forms
            or (k + 1 < len(low) and end < len(low) and low[end] in ("by",))
            or _participle(p, i, end)
        ):
            tense = "participle"
        passive = tense == "participle"
    else:
        # base or third person: a verb only after a subject or "to"
        if noun and not _after_subject(p, i):
            return None
        third = forms == ["s"] and low[k] in _THIRD and before.isalpha()
        third = third and before not in PREPOSITIONS | _DETERMINERS
        if verb.classes & {"effect", "bite", "expire", "stand"} and before.isalpha():
            heads = [h for h in (*p.measures, *p.deals) if h.j <= i]
            plain = before not in PREPOSITIONS | _DETERMINERS and before not in ("and", "or", "to")
            third = third or bool(heads and plain and not noun)
        if not third and (
            not _after_subject(p, i) or (before in ("that", "this") and "base" in forms)
        ):
            return None
        tense = "present"
    r = i
    while r > 0 and (low[r - 1] in _ADVERB or low[r - 1].endswith("ly")):
        r -= 1
    relative = (r > 0 and low[r - 1] in ("which", "who")) or tense == "participle"
    if (
        r > 1
        and low[r - 1] == "that"
        and any(h.j == r - 1 for h in (*p.measures, *p.deals, *p.talks))
    ):
        relative = True
    return VerbGroup(i, k, end, verb, tense, passive, negated, relative)


def _is_to(low: list[str], i: int, k: int) -> bool:
    """ "is to meet", "were to meet", "to be lifted": be before to lies ahead; to before be does not."""
    part = low[i:k]
    if "to" not in part:
        return False
    return any(word in BE for word in part[: part.index("to")])


def _after_subject(p: Parsed, i: int) -> bool:
    """Whether the token before `i` can be a subject: a named side, a pronoun, "who", a plural noun."""
    while i > 0 and (p.low[i - 1] in _ADVERB or p.low[i - 1].endswith("ly")):
        i -= 1
    if i == 0:
        return False
    if any(m.j == i and (m.kind != "demonym" or m.official) and not m.poss for m in p.mentions):
        return True
    if any(h.j == i for h in (*p.measures, *p.deals, *p.talks)) and p.low[i - 1].endswith("s"):
        return True
    word = p.low[i - 1]
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
    return word.endswith("s") and len(word) > 4 and not word.endswith(("ss", "us", "'s"))


def _participle(p: Parsed, i: int, end: int) -> bool:
    """A past form right after a noun that is no side: "tariffs imposed in 2018"."""
    if i == 0:
        return True
    if any(h.j == i for h in p.measures):
        nxt = p.low[end] if end < len(p.low) else ""
        return (
            nxt in PREPOSITIONS or nxt in ("last", "earlier", "this", ",", ".", "next") or not nxt
        )
    return p.low[i - 1] == "," and not any(g.j <= i for g in p.groups) and False
