"""Why an equilibrium could not be delivered: each cause is a type of its own."""

from __future__ import annotations

from ..errors import ComputationError


class NoSupply(ComputationError):
    """Bans leave a region without any source of a good that it must buy."""


class CutOff(ComputationError):
    """A bloc is cut off in a way that no trade balance can hold."""


class NegativeIncome(ComputationError):
    """Deficits or subsidies that a region would have to pay exceed its income."""


class Unproductive(ComputationError):
    """No prices cover costs: inputs that cannot be replaced cost more than what they make."""


class NotConverged(ComputationError):
    """Every method ended above the tolerance; the message gives the best residual."""
