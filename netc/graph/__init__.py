"""The typed graph between elaboration and the backends."""

from netc.graph.graph import Graph, LayerRecord, Node, Output, Parameter, Value

__all__ = ["Graph", "LayerRecord", "Node", "Output", "Parameter", "Value"]
