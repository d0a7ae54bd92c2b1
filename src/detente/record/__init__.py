"""What is in force, on any day, as known on any day (plain Python: no numpy, scipy or charts)."""

from .clocks import Change, Clock
from .loader import load_record, records
from .query import ComponentState, MeasureState, Total
from .record import Record

__all__ = [
    "Change",
    "Clock",
    "ComponentState",
    "MeasureState",
    "Record",
    "Total",
    "load_record",
    "records",
]
