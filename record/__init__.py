"""The public record's mechanism: entries, their tree, signed checkpoints, proofs."""
