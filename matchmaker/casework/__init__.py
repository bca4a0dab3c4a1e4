"""The work around a collaboration: tasks, files, meetings and booked periods."""
