"""How good trajectories are: synthetic people in motion with the network in the loop, and the demo recording."""
