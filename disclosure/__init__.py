"""Notice periods, objections, the public board; shows the public record."""
