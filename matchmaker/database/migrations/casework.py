"""Tasks, files, meetings, bookings and outcomes of collaborations."""
