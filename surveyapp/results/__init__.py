"""What was submitted, shown: heatmap, profiles, why a score is what it is, and the interface for programs."""
