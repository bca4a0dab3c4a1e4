"""Opens ONNX graphs for running on the processor."""

from pathlib import Path

import onnxruntime


def open_session(graph: bytes | Path, threads: int) -> onnxruntime.InferenceSession:
    """Open a graph; one that is read from its file takes half the memory while it is opened."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        graph if isinstance(graph, bytes) else str(graph),
        options,
        providers=["CPUExecutionProvider"],
    )
