"""How fast Curtilage and its peers are, in the same run: CPU time, interleaved, medians."""
