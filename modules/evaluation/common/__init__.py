"""What all evaluation commands share: metrics, options, tables, charts."""
