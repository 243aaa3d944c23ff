"""From the document to the typed graph."""

from netc.elaborate.elaborate import elaborate
from netc.elaborate.params import Overrides
from netc.elaborate.reports import Reports

__all__ = ["Overrides", "Reports", "elaborate"]
