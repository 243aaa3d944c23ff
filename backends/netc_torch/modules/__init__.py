"""The modules that torch.nn does not have, written as a person would: emitted source has them, too."""
