"""From frames to tracks: detectors and the tracker."""
