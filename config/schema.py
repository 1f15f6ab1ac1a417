"""How our API views are named in OpenAPI."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """A GET on a collection's own address is a list, whatever class answers it."""

    def get_operation_id(self) -> str:
        """`…_list` for a collection, `…_retrieve` for one of it."""
        found = super().get_operation_id()
        if self.method == "GET" and not self.path.rstrip("/").endswith("}"):
            return found.removesuffix("_retrieve") + "_list" * found.endswith("_retrieve")
        return found
