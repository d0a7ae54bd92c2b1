"""The words of dates in news English: months, weekdays, numbers, and the patterns they form."""

from __future__ import annotations

import calendar
import re

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3].lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS["sept"] = 9
WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
WEEKDAYS |= {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
             "sat": 5, "sun": 6}  # fmt: skip
NUMBERS = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
NUMBERS |= {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
            "eighty": 80, "ninety": 90,
            "a couple of": 2, "several": 0, "a few": 0}  # fmt: skip

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_DAYNAME = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_SHORTDAY = r"(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\.?"
_NUMBER = (
    r"(?:\d{1,4}|a couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|ninety)"
)
_UNIT = r"(?:day|week|fortnight|month|year)s?"
_ORD = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:20\d\d|19[89]\d)"
_DASH = r"\s?(?:-|–|—|to|and|through|until)\s?"
_WD = rf"(?:(?:{_DAYNAME}|{_SHORTDAY}),?\s+)?(?:the\s+)?"

_LEAD = (
    r"(?:(?P<lead>by|until|till|before|no later than|not later than|from|since|as of|as from|"
    r"starting on|starting from|starting|beginning on|beginning|effective from|effective|on|in|at|"
    r"through|after|for|within|over|during)\s+)?"
)
UP_TO = {"by", "until", "till", "before", "no later than", "not later than", "through"}

ANAPHORIC = re.compile(
    r"\b(?:earlier|later|before)$|^(?:(?:on|in|by|at|during)\s+)?(?:the\s+|that\s+)?same\b|\bthat\s+\w+$|"
    r"^the\s+(?:day|evening|night|morning)\s+(?:before|after)|"
    r"\bthe\s+(?:previous|next|following|same)\s+(?:day|morning|afternoon|evening|night|week|month|year)$",
    re.I,
)
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_ORDINALS += [f"twenty-{word}" for word in _ORDINALS[:9]] + ["thirtieth", "thirty-first"]
ORDINALS = {word: n for n, word in enumerate(_ORDINALS, 1)}
_NTH = "|".join(sorted(ORDINALS, key=len, reverse=True))
# feasts and turns of the year with a fixed day: name -> (month, day)
FEASTS = {
    "new year's eve": (12, 31), "new year's day": (1, 1), "christmas eve": (12, 24),
    "christmas day": (12, 25), "christmas": (12, 25), "boxing day": (12, 26), "may day": (5, 1),
    "new year": (1, 1), "turn of the year": (1, 1),
}  # fmt: skip
_YEAR_END = r"(?:the\s+)?(?:year[-\s]end|year['’]s\s+end|end\s+of\s+the\s+year)"
# name -> pattern; longer and more exact ones first, as the first that matches wins.
_PATTERNS: list[tuple[str, str]] = [
    ("iso", r"(?P<year>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    ("loose", r"(?P<loose>\d{1,2}\s?[./]\s?\d{1,2}\s?[./]\s?(?P<year>20\d\d))\b"),
    (
        "near_day",
        r"(?P<near>the\s+(?:previous|next|following)\s+(?:day|morning|afternoon|evening|night)|"
        r"the\s+(?:day|evening|night|morning|afternoon)\s+(?:before|after)(?=[,.;:)]|\s*$)|"
        r"(?:that\s+(?:very\s+|same\s+)?|(?:the|this)\s+(?:very\s+)?same\s+)"
        r"(?:day|morning|afternoon|evening|night)|(?:a\s+few\s+|some\s+|several\s+|only\s+|just\s+)?"
        r"(?:hours|minutes|moments)\s+(?:earlier|later|before(?=[,.])|ago))(?!\w)",
    ),
    (
        "range",
        rf"{_WD}(?P<d1>\d{{1,2}}){_ORD}\s+(?P<m1>{_MONTH})(?:,?\s+(?P<y1>{_YEAR}))?"
        rf"{_DASH}{_WD}(?P<d2>\d{{1,2}}){_ORD}\s+(?P<m2>{_MONTH})(?:,?\s+(?P<year>{_YEAR}))?",
    ),
    (
        "range",
        rf"{_WD}(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}}){_ORD}(?:,?\s+(?P<y1>{_YEAR}))?"
        rf"{_DASH}{_WD}(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?!\d){_ORD}(?:,?\s+(?P<year>{_YEAR}))?",
    ),
    (
        "range",
        rf"{_WD}(?P<d1>\d{{1,2}}){_ORD}{_DASH}{_WD}(?P<d2>\d{{1,2}}){_ORD}\s+(?:of\s+)?"
        rf"(?P<m1>{_MONTH})(?:,?\s+(?P<year>{_YEAR}))?",
    ),
    (
        "range",
        rf"{_WD}(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}}){_ORD}{_DASH}{_WD}"
        rf"(?P<d2>\d{{1,2}})(?!\d|%|\s+(?:per ?cent|countries|billion|million)){_ORD}"
        rf"(?:,?\s+(?P<year>{_YEAR}))?",
    ),
    (
        "day",
        rf"{_WD}(?P<d>\d{{1,2}}){_ORD}\s+(?:of\s+)?(?P<m>{_MONTH})(?:,?\s+(?P<year>{_YEAR})\b)?"
        rf"(?P<rel>\s+(?:of\s+)?(?:this|last|next|that|the\s+same|the\s+following)\s+year)?",
    ),
    (
        "day",
        rf"{_WD}(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})"
        rf"(?!\d|,\d|%|\s+(?:per ?cent|billion|million)){_ORD}"
        rf"(?:,?\s+(?P<year>{_YEAR})\b)?(?P<rel>\s+(?:of\s+)?(?:this|last|next|that|the\s+same|the\s+following)\s+year)?",
    ),
    (
        "ordinal",
        rf"the\s+(?P<nth>{_NTH})\s+(?:day\s+)?(?:of\s+)?"
        rf"(?:(?P<m>{_MONTH})(?:,?\s+(?P<year>{_YEAR})\b)?|(?P<which>this|the|next|last)\s+month)",
    ),
    (
        "week_of",
        rf"the\s+(?P<nth>first|second|third|fourth|last|final)\s+(?P<unit>day|week)\s+(?:of|in)\s+"
        rf"(?:(?P<m>{_MONTH})(?:,?\s+(?P<year>{_YEAR})\b)?|(?P<which>this|the|next|last)\s+month)",
    ),
    (
        "feast",
        r"(?:the\s+)?(?P<feast>new\s+year['’]s\s+(?:eve|day)|christmas\s+(?:eve|day)|christmas|"
        r"boxing\s+day|may\s+day|turn\s+of\s+the\s+year|new\s+year)(?!['’\w])(?!\s+(?:break|"
        r"holidays?|greetings?|party|shopping))",
    ),
    ("year_end", rf"(?P<end>{_YEAR_END})\b"),
    (
        "part",
        rf"(?:the\s+)?(?P<part>early|mid|middle|late|beginning|start|end|close)[\s-]+(?:in\s+|of\s+)?"
        rf"(?P<m>{_MONTH})(?:,?\s+(?:of\s+)?(?P<year>{_YEAR})\b)?(?P<rel>\s+(?:of\s+)?(?:this|last|next|that|the\s+same|the\s+following)\s+year)?",
    ),
    (
        "part",
        r"(?P<part>early|mid|late|the beginning|the start|the middle|the end|end)[\s-]+"
        r"(?:in\s+|of\s+)?(?P<which>this|the|next|last)\s+(?P<unit>month|year|week)\b",
    ),
    (
        "part",
        rf"(?P<part>early|mid|late|the beginning|the start|the middle|the end|end)[\s-]+"
        rf"(?:in\s+|of\s+)?(?P<year>{_YEAR})\b",
    ),
    (
        "half",
        rf"(?:the\s+)?(?P<part>first|second|latter)\s+half\s+of\s+(?P<m>{_MONTH})"
        rf"(?:,?\s+(?P<year>{_YEAR})\b)?",
    ),
    (
        "quarter",
        rf"(?P<q>first|second|third|fourth|last)\s+(?P<unit>quarter|half)"
        rf"(?:\s+of\s+(?:(?P<year>{_YEAR})|(?P<which>this|next|last)\s+year|the\s+year))?",
    ),
    (
        "years",
        rf"(?:the\s+years\s+)?(?P<y1>{_YEAR})\s?(?:-|–|—|to|and|through|until)\s?(?P<year>{_YEAR})\b"
        r"(?!-)",
    ),
    ("years", r"(?P<two>this\s+(?:year\s+and\s+next(?:\s+year)?|and\s+next\s+year))\b"),
    (
        "months",
        rf"(?:between\s+)?(?P<m>{_MONTH})\s+(?:to|and|through)\s+(?P<m2>{_MONTH})"
        rf"(?!\s*\d{{1,2}}\b(?!\d))(?:,?\s+(?P<year>{_YEAR})\b)?",
    ),
    ("month", rf"(?P<m>{_MONTH}),?\s+(?:of\s+)?(?P<year>{_YEAR})\b"),
    (
        "month",
        r"(?:(?P<which>last|next|this past|this coming|this|that|the\s+same)\s+)"
        rf"(?P<m>{_MONTH})(?![-\w])",
    ),
    (
        "month",
        rf"(?P<m>{_MONTH})(?P<rel>\s+(?:of\s+)?(?:this|last|next|that|the\s+same|the\s+following)\s+year)",
    ),
    (
        "day_in",
        r"the\s+(?P<d>\d{1,2})(?:st|nd|rd|th)(?:\s+of\s+(?P<which>this|the|next|last)\s+month)?"
        r"(?!\s+(?:round|session|meeting|time|century|anniversary|summit|century))",
    ),
    (
        "after_next",
        rf"(?P<n>{_NUMBER})\s+(?P<unit>days?|weeks?)\s+(?:from|after)\s+"
        rf"(?:(?P<rel>tomorrow|today|now|yesterday)|(?:this\s+|next\s+)?(?P<wd>{_DAYNAME}))",
    ),
    (
        "rel_day",
        r"(?P<rel>the day after tomorrow|the day before yesterday|today|tomorrow|"
        r"yesterday|tonight|last night|midnight|this (?:morning|afternoon|evening))\b",
    ),
    (
        "weekday_week",
        rf"(?:(?P<wd>{_DAYNAME})\s+(?:of\s+)?(?P<which>next|last)\s+week|"
        rf"(?P<which2>next|last|this)\s+week'?s?\s+(?:on\s+)?(?P<wd2>{_DAYNAME}))",
    ),
    (
        "weekday",
        rf"(?:(?P<which>this coming|this past|next|last|this|coming|past)\s+)?(?P<wd>{_DAYNAME})s?"
        rf"(?:{_DASH}(?P<wd2>{_DAYNAME}))?(?:\s+(?:morning|afternoon|evening|night))?\b",
    ),
    ("ago", rf"(?P<n>{_NUMBER})\s+(?P<unit>{_UNIT})\s+(?P<dir>ago|earlier|before(?=[,.]))"),
    (
        "ago",
        rf"(?P<n>{_NUMBER})\s+(?P<unit>{_UNIT})\s+(?P<dir>later|from now|on(?=[,.])|hence|time)",
    ),
    (
        "within",
        rf"(?P<how>within|in the next|over the next|in the coming|during the next)\s+"
        rf"(?:the next\s+)?(?P<n>{_NUMBER})[\s-]+(?P<unit>{_UNIT})\b",
    ),
    ("in_n", rf"(?P<how>in)\s+(?P<n>{_NUMBER})\s+(?P<unit>{_UNIT})(?:['’]?\s+time)?\b(?!\s+of\b)"),
    (
        "length",
        rf"(?:for|by)\s+(?:a\s+further\s+|another\s+|an\s+additional\s+|a\s+period\s+of\s+|at\s+least\s+|up\s+to\s+)?"
        rf"(?P<n>{_NUMBER})(?:\s+more)?[\s-]+(?P<unit>{_UNIT})\b",
    ),
    ("length", rf"(?P<n>{_NUMBER})-(?P<unit>day|week|month|year)\b"),
    (
        "part_of",
        r"(?P<part>later|earlier|late|early)\s+(?:on\s+)?(?:in\s+)?(?P<which>this|the)\s+"
        r"(?P<unit>week|month|year)\b",
    ),
    ("weekend", r"(?:(?P<which>this coming|this past|next|last|this|the|over the)\s+)weekend\b"),
    (
        "unit",
        r"(?P<which>next|last|this|that same|that|the same|the following|the previous|the coming|"
        r"the past|coming|past)\s+"
        r"(?P<unit>week|month|year|quarter)\b(?!\s+(?:after|before)\s+\w+ing)",
    ),
    ("month", rf"(?P<m>{_MONTH})(?!\s*[-\d])(?!\w)"),
    ("year", rf"(?P<year>{_YEAR})\b(?!\s*(?:items|products|goods|tonnes|tons|per|%))"),
]
ABSOLUTE = {
    "iso",
    "loose",
    "range",
    "day",
    "part",
    "quarter",
    "month",
    "year",
    "years",
    "months",
    "half",
}

_UNITS = ("day", "week", "fortnight", "month", "year")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIMES = ("day", "morning", "afternoon", "evening", "night")
_DIGITS = tuple("0123456789")
# Of each group one word stands in the text, in lower case, wherever the pattern matches. Looking
# for them first spares most searches.
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "iso": (("-",),), "loose": (("20",),), "near_day": ((*_TIMES, "hour", "minute", "moment"),),
    "range": (_MONTHS, _DIGITS), "day": (_MONTHS, _DIGITS), "ordinal": ((*_MONTHS, "month"),),
    "week_of": ((*_MONTHS, "month"),), "feast": (("christmas", "year", "boxing", "may"),),
    "year_end": (("year",),),
    "part": (("early", "mid", "late", "beginning", "start", "end", "close"),
             (*_MONTHS, "month", "year", "week", "20", "19")),
    "half": (("half",),), "quarter": (("quarter", "half"),), "years": (("20", "19", "year"),),
    "months": (_MONTHS, ("to", "and", "through")), "month": (_MONTHS,),
    "day_in": (("1st", "2nd", "3rd", *(f"{d}th" for d in _DIGITS)),),
    "after_next": (("from", "after"), _TIMES + _UNITS), "rel_day": ((*_TIMES, "tomorrow"),),
    "weekday_week": (("week",),), "weekday": (("day",),), "ago": (_UNITS,), "within": (_UNITS,),
    "in_n": (_UNITS, ("in",)), "length": (_UNITS,),
    "part_of": (_UNITS, ("earl", "late")),
    "weekend": (("weekend",),), "unit": ((*_UNITS, "quarter"),), "year": (("20", "19"),),
}  # fmt: skip
COMPILED = [
    (name, re.compile(rf"(?<![\w-]){_LEAD}{pattern}", re.I), _NEEDED[name])
    for name, pattern in _PATTERNS
]
