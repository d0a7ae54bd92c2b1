"""The economy: solve a world under a policy, with a certificate and derivatives."""

from __future__ import annotations

from .batch import solve_many
from .equilibrium import Certificate, Equilibrium
from .errors import CutOff, NegativeIncome, NoSupply, NotConverged, Unproductive
from .impact import Impact, impact
from .model import Model, Solution
from .solve import solve
from .technology import Rates

__all__ = [
    "Certificate",
    "CutOff",
    "Equilibrium",
    "Impact",
    "Model",
    "NegativeIncome",
    "NoSupply",
    "NotConverged",
    "Rates",
    "Solution",
    "Unproductive",
    "impact",
    "solve",
    "solve_many",
]
