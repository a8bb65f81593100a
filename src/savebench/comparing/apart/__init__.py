"""Two runs of different moments: what of their difference may fail a build."""
