"""What passed while analysis was away: read back from the recordings, then joined with live."""
