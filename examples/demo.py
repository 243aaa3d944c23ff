"""From a spec to answers, without PyTorch: check, compile, run in ONNX Runtime; then a spec with mistakes.

    python examples/demo.py

It types the commands that you would, in the repository's folder, and leaves build/lenet_digits.onnx behind.
The weights and the digits come from train_digits.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnxruntime

ROOT = Path(__file__).resolve().parents[1]
SPEC, WRONG = "specs/lenet_digits.yaml", "examples/wrong.yaml"
WEIGHTS, DIGITS = "examples/digits/lenet_digits.safetensors", "examples/digits/test_digits.npz"
MODEL = "build/lenet_digits.onnx"
LOWEST_ACCURACY = 0.97
SHOWN = 4  # digits drawn in a row: 76 columns
IN_UTF8 = (sys.stdout.encoding or "").lower().startswith("utf")
SHADES = " ░▒▓█" if IN_UTF8 else " .+*#"  # of pixels 0 to 3, 4 to 7, …, 16


def main() -> None:
    heading("A network is a YAML file.")
    print((ROOT / SPEC).read_text(encoding="utf-8"), end="")

    heading("Does it fit together?")
    netc(f"check {SPEC}")

    heading("What does it cost?")
    netc(f"summary {SPEC}")

    heading("Compile it to ONNX, with trained weights.")
    (ROOT / MODEL).parent.mkdir(exist_ok=True)
    netc(f"compile {SPEC} -o {MODEL} \\\n    --weights {WEIGHTS}")

    heading("Have ONNX Runtime read digits that it was not trained on.")
    accuracy = read_digits()
    if accuracy < LOWEST_ACCURACY:
        sys.exit(f"error: accuracy {accuracy:.4f}, expected at least {LOWEST_ACCURACY}")

    heading("And where a spec has mistakes?")
    netc(f"check {WRONG}", status=1)


def heading(text: str) -> None:
    bold, plain = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    print(f"\n{bold}{text}{plain}\n")


def netc(command: str, status: int = 0) -> None:
    """Type and run one command; end the demo where its exit status is not ``status``."""
    print(f"$ netc {command}", flush=True)
    arguments = command.replace("\\\n", "").split()
    done = subprocess.run([sys.executable, "-m", "netc", *arguments], cwd=ROOT, check=False)
    if done.returncode != status:
        sys.exit(f"error: netc {arguments[0]} ended with status {done.returncode}, expected {status}")


def read_digits() -> float:
    """Run the model on every test digit, and draw some with their answers; the share that is right."""
    with np.load(ROOT / DIGITS) as stored:
        pixels, labels = stored["pixels"], stored["labels"]  # uint8 [360, 8, 8] from 0 to 16, and [360]
    session = onnxruntime.InferenceSession(ROOT / MODEL)
    images = (pixels[:, np.newaxis] / 16).astype(np.float32)
    (scores,) = session.run(["output"], {"input": images})
    answers = scores.argmax(axis=1)

    right, wrong = np.flatnonzero(answers == labels), np.flatnonzero(answers != labels)
    accuracy = len(right) / len(labels)
    print(f"{len(right)} of {len(labels)} are right: accuracy {accuracy:.4f}. Some of them:\n")
    print(side_by_side(pixels[right[:SHOWN]], (f"reads {answers[i]}" for i in right)))
    print("\nSome of the others:\n")
    print(side_by_side(pixels[wrong[:SHOWN]], (f"reads {answers[i]}, is {labels[i]}" for i in wrong)))
    return accuracy


def side_by_side(digits: np.ndarray, captions: Iterable[str]) -> str:
    """Digits as text, two characters a pixel, each with its caption below."""
    rows = [
        "    ".join("".join(2 * SHADES[pixel // 4] for pixel in row) for row in rows)
        for rows in digits.swapaxes(0, 1)
    ]
    below = "    ".join(f"{caption:^16}" for caption, _ in zip(captions, digits, strict=False))
    return "\n".join(line.rstrip() for line in (*rows, below))


if __name__ == "__main__":
    main()
