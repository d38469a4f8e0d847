"""People as views show them: sightings, rays, triangulation, bodies, and what their joints say of up, floor and unit."""
