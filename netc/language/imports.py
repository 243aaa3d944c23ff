"""Reads the files that a spec imports, and those that they import, each once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, final

from netc.diagnostics import Diagnostic, Note
from netc.errors import Mistake
from netc.language.document import Imported, ImportedFiles
from netc.language.location import content, find_file, unreadable
from netc.language.parse import parse
from netc.language.values import diagnosis
from netc.reader import BYTE_LIMIT, read
from netc.reader.bounds import too_many_bytes

if TYPE_CHECKING:
    from netc.language.document import Document, Import, Imports
    from netc.language.values import Report

MOST_FILES = 50
"""Files that a spec imports at most, those that its imports import included."""

_MOST_STEPS = 8
"""Steps of a circle that a message lists."""


def read_imported(document: Document, file: str, report: Report) -> ImportedFiles:
    """The files that ``document``, which messages call ``file``, imports. Every mistake is reported.

    Paths are relative to the folder of the file that imports, links resolved; that of a text which is no
    file, such as standard input, is the folder of its name, so by default the working folder.
    """
    reader = _Reader(Path(file), report)
    imports = reader.imports(document, reader.root, ())
    sources = {reader.name(path): text for path, text in reader.texts.items()}
    texts = {path: reader.texts[path] for path in sorted(reader.texts)}
    return ImportedFiles(imports, texts, sources)


@final
class _Reader:
    """``texts`` holds what was read, by paths from the spec's folder."""

    def __init__(self, file: Path, report: Report) -> None:
        self.report = report
        self.texts: dict[str, str] = {}
        self.root = _real(file)
        same = _real(file.parent) == self.root.parent
        self._folder = file.parent if same else self.root.parent  # what messages call the spec's folder
        self._found: dict[Path, Imported | None] = {}
        self._opened = [self.root]
        self._is_full = False

    def name(self, path: str) -> str:
        """What messages call the file of a path from the spec's folder."""
        return str(self._folder / path)

    def imports(self, document: Document, importer: Path, chain: tuple[Note, ...]) -> Imports:
        """The files that a document at the real path ``importer`` imports."""
        return {item.stem: self._import(item, importer, chain) for item in document.imports}

    def _import(self, item: Import, importer: Path, chain: tuple[Note, ...]) -> Imported | None:
        if item.broken:
            return None
        try:
            path = find_file(item.path, importer.parent)
            self._check_circle(path)
            if path not in self._found:
                self._check_count()
                self._found[path] = None
                here = Note(f"`{item.path}` is imported here", item.tree.span)
                self._found[path] = self._read(item, path, (here, *chain))
        except Mistake as mistake:
            found = diagnosis(mistake, item.tree.span)
            self.report(found._replace(notes=(*found.notes, *chain)))
            return None
        return self._found.get(path)

    def _check_circle(self, path: Path) -> None:
        """Raise where a file is imported while what it imports is read."""
        if path not in self._opened:
            return
        if path == self._opened[-1]:
            raise Mistake("E307", "the file imports itself", help="leave it out")
        steps = [f"`{step.name}`" for step in (*self._opened[self._opened.index(path) :], path)]
        if len(steps) > _MOST_STEPS:
            steps = [*steps[: _MOST_STEPS // 2], "…", *steps[-2:]]
        help_ = "put what they share into a file that imports none of them"
        label = " imports ".join(steps)
        raise Mistake("E307", "files import each other in a circle", label=label, help=help_)

    def _check_count(self) -> None:
        """Raise, once, where there are too many files; those beyond are left unread."""
        if len(self._found) < MOST_FILES or self._is_full:
            return
        self._is_full = True
        message = f"the spec imports more than {MOST_FILES} files, all that its imports import included"
        raise Mistake("E104", message, help="put blocks of one family into one file")

    def _read(self, item: Import, path: Path, chain: tuple[Note, ...]) -> Imported | None:
        if self._is_full:
            return None
        try:
            data, size = content(path)
        except OSError as error:
            raise unreadable(item.path, error) from None
        relative = path.relative_to(self.root.parent).as_posix()
        file = self.name(relative)

        def report(found: Diagnostic) -> None:
            self.report(found._replace(notes=(*found.notes, *chain)))

        self.texts[relative] = data.decode("utf-8", "replace")
        if len(data) > BYTE_LIMIT:
            report(too_many_bytes(max(size, len(data)), file))
            return None
        tree = read(data, file, report)
        document = parse(tree, report) if tree is not None else None
        if document is None:
            return None
        self._opened.append(path)
        imports = self.imports(document, path, chain)
        self._opened.pop()
        return Imported(file, document, imports, chain)


def _real(path: Path) -> Path:
    """A path with its links resolved, as far as that goes."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a ring of links, or no name of a file at all
        return Path.cwd() / path.name
