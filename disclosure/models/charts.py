"""Charts drawn ahead: one picture per name, language and theme, renewed when its data change."""

from django.db import models


class Chart(models.Model):
    """A chart's SVG and the digest of what it was drawn from; a projection, may be drawn anew."""

    name = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    theme = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    svg = models.TextField()
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "language", "theme"], name="chart_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}.{self.language}.{self.theme}"
