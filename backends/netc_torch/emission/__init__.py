"""PyTorch source that a person would have written: one readable file for a network.

``drafts`` says what each module of the tree is made of, ``designs`` which of them are one class and what its
constructor takes, ``constructors`` and ``forwards`` write its methods, ``library`` quotes the modules that
torch.nn does not have, ``layout`` breaks lines, and ``file`` puts it all together.
"""

from __future__ import annotations

from netc_torch.emission.file import source

__all__ = ["source"]
