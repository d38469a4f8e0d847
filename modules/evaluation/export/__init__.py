"""Whether other programs' readers find in the exported files what was written into them, and how long writing takes."""
