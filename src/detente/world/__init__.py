"""A baseline of the world economy: labelled arrays, accounts, elasticities by horizon."""

from .elasticities import draw_elasticities, elasticity_set
from .storage import load_world, shipped
from .synthetic import random_world
from .world import World

__all__ = [
    "World",
    "draw_elasticities",
    "elasticity_set",
    "load_world",
    "random_world",
    "shipped",
]
