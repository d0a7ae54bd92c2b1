"""A baseline of the world economy: labelled arrays, accounts, elasticities by horizon."""

from .elasticities import draw_elasticities, each_draw, elasticity_set
from .storage import load_world, shipped
from .synthetic import random_world
from .world import World

__all__ = [
    "World",
    "draw_elasticities",
    "each_draw",
    "elasticity_set",
    "load_world",
    "random_world",
    "shipped",
]
