"""What people follow, and the mails they want of it: digests, alerts, and the way out."""
