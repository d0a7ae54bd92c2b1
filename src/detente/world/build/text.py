"""What the shipped world says of itself: sources, licences, notes."""

from __future__ import annotations

from typing import Any

SOURCES = (
    "Flows 2022: OECD, Inter-Country Input-Output tables, extended edition, year 2022, as bundled "
    "with the MATLAB package tariffwar (Lashkaripour 2021).",
    "Input-output structure and value-added shares 2011: World Input-Output Database, release "
    "2013; Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), Review of International "
    "Economics 23, 575-605.",
    "Tariffs: Teti (2024), Global Tariff Database, simple averages to 2021, as bundled with "
    "tariffwar; here averaged again by region and sector.",
    "US duties 2024: US Census Bureau, imports for consumption and calculated duty by HTS10 and "
    "partner, by way of tradewartracker/trade-war-redux-2025.",
    "China's average tariff on US goods: Bown, PIIE, charts of 2019 to 2025; lists and waivers: "
    "notices of China's Customs Tariff Commission, USDA FAS Beijing.",
    "Rare earths: USGS Mineral Commodity Summaries 2019 and 2025, IEA (2023 to 2025), Adamas "
    "Intelligence (2025), US DOE (2022), China customs by way of the press; facts listed in "
    "rare_earth_stages.csv and rare_earth_users.csv.",
    "Elasticities: Caliendo and Parro (2015); Fontagne, Guimbard and Orefice (2022); Bagwell, "
    "Staiger and Yurukoglu (2021); GTAP; Fajgelbaum, Goldberg, Kennedy and Khandelwal (2020); "
    "Atalay (2017); Baqaee and Farhi (2019, 2024); Carvalho et al. (2021); Boehm, Flaaen and "
    "Pandalai-Nayar (2019); Bachmann et al. (2022); row by row in elasticities.csv.",
    "Concordance of HS6 to GTAP: Budget-Lab-Yale/tariff-rate-tracker.",
)

LICENCES = (
    "OECD ICIO: CC BY 4.0.",
    "WIOD: CC BY 4.0.",
    "Teti (2024): no licence stated; only coarse averages are shipped, cited and replaceable.",
    "US Census Bureau: public domain; the repository it came by: MIT.",
    "Concordance of HS6 to GTAP: MIT, Copyright (c) 2025-2026 The Budget Lab at Yale.",
    "This compilation: CC BY 4.0; cite the sources above and detente.",
)


def notes(report: dict[str, Any]) -> tuple[str, ...]:
    """The notes carried by the file, with the figures the build measured."""
    r = report
    stages = sum(
        r[f"rare_earths_{stage}_world_output_musd"] for stage in ("compounds", "alloys", "magnets")
    )
    usd = {key: r[f"value_added{key}_musd"] / 1e6 for key in ("", "_usa", "_chn")}
    return (
        "Values in millions of current USD of 2022 at basic prices, net of tariffs; US duties of "
        "2024, structure of 2011. Perfect competition: profits are zero.",
        "Baseline tariffs, US side: duties collected in 2024 over imports: ordinary duties and "
        "preferences as used, Sections 201, 232 and 301 as they stood in 2024. Partners outside "
        "the 50 covered take the rate of their region's covered members. Nothing of 2025 or later.",
        "Baseline tariffs, Chinese side: MFN or preferential rates plus the retaliation of 2018-19 "
        f"on US goods net of waivers: {r['china_retaliation_published_rise_points']:.1f} points on "
        "average before waivers (published), "
        f"{r['china_retaliation_average_net_of_waivers_points']:.1f} after them; the shares waived "
        "are assumptions.",
        f"Other tariffs: services none; food rates above {100 * r['food_cap']:.1f}% cut to that "
        "(simple averages over prohibitive rates); the source's rest of the world, whose rates are "
        "missing, takes the mean of the other members of the region ROW; trade inside a region is "
        "free of tariffs.",
        "Vietnam, Malaysia, the rest of ASEAN, Saudi Arabia and UAE borrow the structure of WIOD's "
        "rest of the world; sectors that share a WIOD industry borrow its coefficients.",
        "Input use is balanced by relative entropy (RAS), final use being one more column: "
        f"{100 * r['moved_share_of_input_use']:.1f}% of input use moved in all, most in "
        f"{r['moved_most_region']} ({100 * r['moved_most_region_share']:.0f}%); the median cost "
        f"share moved by {r['moved_median_cost_share_points']:.2f} points, the largest move is "
        f"{r['moved_most_cost_share_points']:+.1f} points ({r['moved_most_cost_share_at']}). "
        f"Without it {r['naive_negative_cells']} of {r['naive_cells']} final uses would be "
        f"negative here, {100 * r['naive_negative_share_of_81_economies']:.0f}% of those of the 81 "
        "economies.",
        f"Value added: world {usd['']:.2f} million million USD, United States {usd['_usa']:.2f}, "
        f"China {usd['_chn']:.2f} (national accounts 17.9: WIOD's value-added shares of 2011 are "
        "low for the China of 2022).",
        "Rare earths and magnets are split from chemicals, other basic metals and fabricated metal "
        f"products with facts of 2024; their world output is {stages:,.0f} million USD, a floor.",
    )
