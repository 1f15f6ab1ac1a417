"""A made-up case on which a juror practises before the first real ballot."""
