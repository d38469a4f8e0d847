"""Curves: any joint's place, speed, angle or bone length over time."""
