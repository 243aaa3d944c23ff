"""What each op is in ONNX. Nothing is exported here: ``netc_onnx.lowering.op`` knows them all."""
