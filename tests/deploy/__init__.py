"""Tests of what installs Curtilage as a service or a container."""
