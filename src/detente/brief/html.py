"""The brief as one self-contained page: every chart inside, nothing fetched, all text escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from .._text import plain
from . import charts
from .figures import figure, percent, sign, signed
from .model import BranchResult, Brief


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("detente.brief", "templates"),
        autoescape=True,  # whatever a dispatch or a record note holds is shown as text
        undefined=StrictUndefined,
        trim_blocks=False,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.globals.update(figure=figure, signed=signed, percent=percent, sign=sign)
    return environment


def render(brief: Brief) -> str:
    """The page for `brief`."""

    def name(code: str) -> str:
        return brief.region_names.get(code, code)

    def extremes(branch: BranchResult) -> list[tuple[str, float]]:
        others = [(r, v) for r, v in branch.real_income_pct.items() if r not in brief.parties]
        if not others:
            return []
        return [min(others, key=lambda rv: rv[1]), max(others, key=lambda rv: rv[1])]

    worst = heaviest(brief)
    dated = [clock for clock in brief.clocks if clock.get("date")]
    pictures = {
        "real_income": _picture(charts.real_income(brief.branches, brief.parties)),
        "third": _picture(charts.third_regions(brief.branches, brief.parties, brief.region_names)),
        "calendar": _picture(charts.calendar(brief.as_of, dated)) if dated else None,
        "averages": (
            _picture(charts.average_tariffs(brief.averages, brief.as_of))
            if brief.averages
            else None
        ),
        "sectors": {
            "title": worst.title,
            "charts": [
                _picture(charts.sectors(worst, party, brief.sector_names))
                for party in brief.parties
            ],
        },
    }
    first = brief.branches[0].real_income_pct
    return (
        _environment()
        .get_template("brief.html.j2")
        .render(
            brief=brief,
            names=[name(p) for p in brief.parties],
            name=name,
            extremes=extremes,
            regions=[*brief.parties, *(r for r in first if r not in brief.parties)],
            cards=_cards(brief),
            foremost=[
                m
                for m in brief.status["measures"]
                if m["status"] in ("announced", "threatened")
                or (
                    m["country_wide"]
                    and m["status"] in ("in_force", "partly_suspended", "suspended")
                )
            ],
            agreement=(brief.bargain or {}).get("text", ()),
            frontier=None,
            forecast=None if brief.forecast is None else brief.forecast.to_dict(),
            fan=None if brief.forecast is None else _picture(charts.fan(brief.forecast)),
            worst_residual=f"{max(b.certificate['max_residual'] for b in brief.branches):.1e}",
            **pictures,
        )
    )


def heaviest(brief: Brief) -> BranchResult:
    """The branch that costs the two principals together most."""
    return min(brief.branches, key=lambda b: sum(b.ev_musd[p] for p in brief.parties))


def _cards(brief: Brief) -> list[dict[str, str]]:
    cards = []
    for total in brief.status["totals"]:
        average = total.get("average_pct")
        shown = total["country_wide_pct"] if average is None else average
        kind = "points on all goods" if average is None else "average tariff"
        text = f"{kind}, {total['importer']} on goods of {total['exporter']}"
        cards.append({"figure": f"{figure(shown)}%", "text": text})
    dated = [clock for clock in brief.clocks if clock.get("date")]
    if dated:
        # What the talks are about comes before the small print that happens to fall earlier.
        first = next((c for c in dated if c["kind"] in ("expiry", "threat")), dated[0])
        cards.append({"figure": first["date"], "text": f"next clock: {plain(first['what'], 90)}"})
    worst = heaviest(brief)
    costs = ", ".join(f"{p} {signed(worst.real_income_pct[p], 2)}%" for p in brief.parties)
    cards.append({"figure": costs, "text": f"real income, {worst.title}"})
    return cards


def _picture(svg: str) -> Markup:
    # The chart library escapes the text inside its SVG; nothing else may pass unescaped.
    return Markup(svg)
