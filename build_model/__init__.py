"""Makes the default detector's ONNX file when Curtilage is built; no part of what is installed."""
