"""Models in whole numbers of 8 bits: calibration inputs, ONNX Runtime's quantizer, and what it costs."""
