"""Getting pictures and packets in: footage, cameras, the packet bus."""
