"""What both sides of a trial probe: files, pages, the page cache, memory."""
