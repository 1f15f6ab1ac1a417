"""What the measures of voting share: a world of jurors, two servers, keep-alive clients."""
