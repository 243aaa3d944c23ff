"""From the document to the typed graph."""

from netc.elaborate.elaborate import Elaborated, elaborate
from netc.elaborate.params import Overrides
from netc.elaborate.reports import Reports

__all__ = ["Elaborated", "Overrides", "Reports", "elaborate"]
