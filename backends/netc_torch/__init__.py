"""The torch backend: a typed graph as a ``torch.nn.Module``.

``backend`` is what the entry point ``torch`` of the group ``netc.backends`` names.
"""

from netc_torch.backend import TorchBackend, backend

__all__ = ["TorchBackend", "backend"]
