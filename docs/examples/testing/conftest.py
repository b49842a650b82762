"""Which fixtures the tests may ask for."""

from aio_workflows.testing import image_builder, image_builder_environment, workflows_client

__all__ = ["image_builder", "image_builder_environment", "workflows_client"]
