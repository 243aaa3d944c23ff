"""Warnings: what a spec may mean, and hardly does."""

from netc.lint.linter import Linter
from netc.lint.selection import Selection

__all__ = ["Linter", "Selection"]
