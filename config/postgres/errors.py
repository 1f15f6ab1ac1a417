"""What may go wrong with the embedded PostgreSQL, in words fit to print."""


class EmbeddedPostgresError(Exception):
    """The embedded server cannot be used; the message says why and what to do."""


class DataHomeUnreachableError(EmbeddedPostgresError):
    """The unprivileged user that runs the server cannot reach the data home."""


class UnsafeServerError(Exception):
    """The server or its roles are set up so that promises would not hold."""
