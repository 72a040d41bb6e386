"""Monthly duties that stay until done or set aside with a reason."""
