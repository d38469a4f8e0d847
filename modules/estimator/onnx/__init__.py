"""A 2D network of the user's own, as an ONNX file, in place of the built-in one."""
