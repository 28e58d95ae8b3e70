"""The gate of a camera: decides from packets alone when its pictures must be decoded."""

from curtilage.vision.gate.gate import Gate, Mode
from curtilage.vision.gate.report import Demand, GateReport, GateState, Reason, Separation

__all__ = ["Demand", "Gate", "GateReport", "GateState", "Mode", "Reason", "Separation"]
