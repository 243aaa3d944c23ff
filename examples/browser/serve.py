"""Compile a network, put it on a page, and serve the page to this machine alone.

    npm ci --prefix examples/browser
    python examples/browser/serve.py

The page is a folder of files, build/browser, which any web server can serve from any place.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

import netc

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SPEC = ROOT / "specs" / "lenet_digits.yaml"
WEIGHTS = ROOT / "examples" / "digits" / "lenet_digits.safetensors"
DIGITS = ROOT / "examples" / "digits" / "test_digits.npz"
RUNTIME = HERE / "node_modules" / "onnxruntime-web" / "dist"

PAGE = ("index.html", "style.css", "icon.svg", "app.js", "drawing.js", "network.js", "pad.js")
OF_RUNTIME = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")


def main() -> None:
    options = parse_arguments()
    build(options.out)
    if not options.build_only:
        serve(options.out, options.port)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=8000, help="0: any that is free; default: %(default)s")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "browser", help="folder of the page")
    parser.add_argument("--build-only", action="store_true", help="make the folder, and serve nothing")
    return parser.parse_args()


def build(folder: Path) -> None:
    """Put all that the page needs into ``folder``: itself, the runtime, the network and the digits."""
    if not RUNTIME.is_dir():
        sys.exit("error: ONNX Runtime Web is not installed: run `npm ci --prefix examples/browser` first")
    (folder / "ort").mkdir(parents=True, exist_ok=True)
    for name in PAGE:
        shutil.copyfile(HERE / name, folder / name)
    for name in OF_RUNTIME:
        shutil.copyfile(RUNTIME / name, folder / "ort" / name)
    netc.load(SPEC).to_onnx(folder / "lenet_digits.onnx", weights=WEIGHTS)
    with np.load(DIGITS) as stored:
        pixels, labels = stored["pixels"].reshape(-1, 64).tolist(), stored["labels"].tolist()
    text = json.dumps({"pixels": pixels, "labels": labels}, separators=(",", ":"))
    (folder / "digits.json").write_text(text, encoding="utf-8")


class Handler(SimpleHTTPRequestHandler):
    """Serves files by the types that browsers insist on, whatever this machine's registry of types says."""

    extensions_map = {  # noqa: RUF012  # the base class has it as a plain dict, too
        "": "application/octet-stream",
        ".css": "text/css",
        ".html": "text/html",
        ".js": "text/javascript",
        ".json": "application/json",
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing of each request."""


def serve(folder: Path, port: int) -> None:
    """Serve ``folder`` on this machine's loopback address until it is interrupted."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=folder))
    except OverflowError:
        sys.exit(f"error: {port} is no port: they end at 65535")
    except OSError as error:
        sys.exit(f"error: port {port} cannot be had ({error.strerror}): `--port 0` takes any that is free")
    with server:
        print(f"http://127.0.0.1:{server.server_port}/ (Ctrl+C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
