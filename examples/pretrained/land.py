"""A checkpoint of torchvision's or timm's ResNet-50 lands in specs/resnet.yaml.

    python examples/pretrained/stand_in.py                # or your own resnet50.pth: stand_in.py says how
    python examples/pretrained/land.py

Their layers have other names than the spec's: a file of renames, which comes with netc, turns the ones into
the others. netc unpickles nothing, so the checkpoint becomes safetensors first; both are left where you are.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

import netc

SPECS = Path(__file__).resolve().parents[2] / "specs"
SPEC = SPECS / "resnet.yaml"


def main() -> None:
    if not Path("resnet50.pth").exists():
        sys.exit("there is no resnet50.pth here: run examples/pretrained/stand_in.py, or see there")

    # Two lines turn a .pth into safetensors.
    state = torch.load("resnet50.pth", weights_only=True)
    save_file(state, "resnet50.safetensors")

    # In Python: a module with these weights.
    net = netc.load(SPEC, variant="50")
    images = torch.linspace(-1, 1, 3 * 224 * 224).reshape(1, 3, 224, 224)
    for library in ("torchvision", "timm"):
        renames = f"@{SPECS}/renames/{library}/resnet.txt"
        module = net.to_torch(weights="resnet50.safetensors", renames=renames)
        with torch.no_grad():
            logits = module.eval()(images)[0]
        first = ", ".join(f"{logit:.4f}" for logit in logits[:3].tolist())
        print(f"{library}: {len(state)} tensors landed; the first logits: {first}")

    # On the command line: an ONNX model with them.
    sys.stdout.flush()
    weights = ["--weights", "resnet50.safetensors", "--rename", f"@{SPECS}/renames/torchvision/resnet.txt"]
    compiling = ["netc", "compile", str(SPEC), "--variant", "50", "-o", "resnet50.onnx", *weights]
    subprocess.run([sys.executable, "-m", *compiling], check=True)


if __name__ == "__main__":
    main()
