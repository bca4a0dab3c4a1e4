"""What people follow, and the mails they want."""
