"""Who opened which record of a child: written down at each opening, listed, and odd openings told of each week."""
