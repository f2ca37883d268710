"""What templates see: plain values, ready to draw (law 10); a module for each kind of page."""
