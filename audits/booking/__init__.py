"""Before the meeting: booking, preparation and the packs."""
