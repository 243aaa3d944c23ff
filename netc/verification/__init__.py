"""Whether the ONNX file of a network makes the same numbers everywhere: what ``netc verify`` does."""

from netc.verification.report import Place, Report, Row, Run
from netc.verification.verify import verify

__all__ = ["Place", "Report", "Row", "Run", "verify"]
