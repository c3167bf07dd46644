"""Topics (议题): what waits to be talked over at one table."""
