"""Videos over videos, their coloured screens taken out."""
