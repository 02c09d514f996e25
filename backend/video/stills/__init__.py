"""Pictures out of videos."""
