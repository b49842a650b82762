"""The service as the installed botocore describes it: the witness that ours is held against."""

from functools import cache
from typing import Any

import botocore.serialize
from botocore.loaders import Loader
from botocore.model import ServiceModel


@cache
def service_model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("imagebuilder", "service-2"), "imagebuilder")


@cache
def _serializer() -> Any:
    return botocore.serialize.create_serializer("rest-json")


def botocore_request(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parts of the HTTP request that botocore makes; the model's rules are checked on the way."""
    request: dict[str, Any] = _serializer().serialize_to_request(
        parameters, service_model().operation_model(operation)
    )
    return request
