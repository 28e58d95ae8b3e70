"""Runs a network with ONNX Runtime: everywhere, in float32."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import onnxruntime

from curtilage.vision.detector.network import Network
from curtilage.vision.detector.protocol import Batch, Outputs


class OnnxRuntimeBackend:
    """A network in ONNX Runtime's CPU provider; ``threads`` pictures are worked on at once."""

    def __init__(self, network: Network, threads: int) -> None:
        """Load the network; raises ONNX Runtime's own errors if it cannot."""
        self.name = "onnxruntime-f32"
        self._network = network
        self._threads = threads
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Waiting threads that spin take the core from decoding: measured twice the time of a
        # run on a busy machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(network.path), options, providers=["CPUExecutionProvider"]
        )
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def infer(self, batch: Batch) -> Iterator[Outputs]:
        """See ``Backend``."""
        if self._pool is None:
            for index in range(len(batch)):
                yield self._run(batch, index)
            return
        running: deque[Future[Outputs]] = deque()
        for index in range(len(batch)):
            running.append(self._pool.submit(self._run, batch, index))
            if len(running) > self._threads:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()

    def _run(self, batch: Batch, index: int) -> Outputs:
        """One picture's outputs."""
        inputs = {self._network.input: batch[index : index + 1], **self._network.constants}
        outputs = self._session.run(list(self._network.outputs), inputs)
        return tuple(output[0] for output in outputs)
