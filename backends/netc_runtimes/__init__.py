"""Adapters for the runtimes that ONNX files are shipped to, a module each, for ``netc verify``.

Each has an object that satisfies ``netc.runtime.Runtime`` behind an entry point of the group
``netc.runtimes``, whose docstring says how the runtime is called, and ``RULES``: what it trips over, in which
version, and which models have that. What a runtime needs is imported only where a model is loaded, so that
asking for versions and known failures takes no runtime, and one that crashes takes only its process along.
"""
