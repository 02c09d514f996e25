"""What keeps a studio well for months: room, a check of everything that is kept, backups."""
