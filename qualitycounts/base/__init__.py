"""What knows nothing of the work and every app uses: the clock, refusals, the doorbell, fields, spreadsheets."""
