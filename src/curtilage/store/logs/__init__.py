"""What the processes of a site say, kept in files of bounded size: written by one, read by any."""
