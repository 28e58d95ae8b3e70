"""Runs a network with OpenVINO: the fastest on x86, in bfloat16 or INT8 where the CPU has it.

One thread works on one picture, and ``threads`` pictures are worked on at once: measured on two
cores, that is a quarter faster for a stream of pictures than two threads on one picture.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import openvino as ov

from curtilage.vision.detector.network import Network
from curtilage.vision.detector.protocol import Batch, Outputs


class Precision(StrEnum):
    """What the network's layers compute in (INT8 layers of a tuned network stay INT8)."""

    F32 = "f32"
    BF16 = "bf16"


def precisions() -> tuple[Precision, ...]:
    """What this CPU says it can compute in; whether bfloat16 is fast, only measuring tells."""
    capabilities = ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return (Precision.F32, Precision.BF16) if "BF16" in capabilities else (Precision.F32,)


class OpenVinoBackend:
    """A network compiled for this CPU."""

    def __init__(
        self, network: Network, precision: Precision, threads: int, *, name: str | None = None
    ) -> None:
        """Compile the network; raises ``RuntimeError`` if OpenVINO cannot."""
        self.name = name or f"openvino-{precision}"
        self._network = network
        core = ov.Core()
        model = core.read_model(network.path)
        shapes: dict[str, list[int]] = {network.input: list(network.input_shape)}
        shapes |= {name: list(array.shape) for name, array in network.constants.items()}
        model.reshape(shapes)
        compiled = core.compile_model(
            model,
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": str(precision),
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": threads,
                "ENABLE_CPU_PINNING": False,
            },
        )
        self._requests = [compiled.create_infer_request() for _ in range(threads)]
        for request in self._requests:
            for name, array in network.constants.items():
                request.set_tensor(name, ov.Tensor(array))
        self._results = [
            tuple(request.get_tensor(name) for name in network.outputs)
            for request in self._requests
        ]
        self._batch: Batch | None = None
        self._inputs: list[ov.Tensor] = []

    def infer(self, batch: Batch) -> Iterator[Outputs]:
        """See ``Backend``."""
        if len(self._requests) == 1:
            for index in range(len(batch)):
                self._bind(0, batch, index).infer()
                yield self._outputs(0)
            return
        ahead = min(len(self._requests), len(batch))
        for index in range(ahead):
            self._bind(index, batch, index).start_async()
        try:
            for index in range(len(batch)):
                which = index % len(self._requests)
                self._requests[which].wait()
                yield self._outputs(which)
                if index + ahead < len(batch):
                    self._bind(which, batch, index + ahead).start_async()
        finally:  # whoever stops asking leaves nothing running
            for request in self._requests[:ahead]:
                request.wait()

    def _bind(self, which: int, batch: Batch, index: int) -> Any:
        """Let a request read input ``index`` of the batch, without copying it."""
        if batch is not self._batch:  # callers use one long-lived batch over and over
            self._batch = batch
            self._inputs = [
                ov.Tensor(batch[i : i + 1], shared_memory=True) for i in range(len(batch))
            ]
        request = self._requests[which]
        request.set_tensor(self._network.input, self._inputs[index])
        return request

    def _outputs(self, which: int) -> Outputs:
        """The results of a finished request, as views."""
        return tuple(tensor.data[0] for tensor in self._results[which])
