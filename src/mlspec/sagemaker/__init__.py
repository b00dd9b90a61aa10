"""SageMaker's model registry, by way of `botocore`; the only place that speaks it. A preview.

A model is a model package group, a version a model package in it, and what traffic follows is the
newest package whose `ModelApprovalStatus` is `Approved`: there are no aliases. `botocore` is an
extra and imported by the first request; it finds region and credentials as every tool for AWS.

    registry = Client(connect("eu-central-1", os.environ))
    group = read_group(registry, "churn")
"""

from typing import TYPE_CHECKING

from mlspec.lazy import importer

__all__ = [
    "ALIAS",
    "Client",
    "Group",
    "Package",
    "Trouble",
    "connect",
    "read_group",
    "trouble_with_group",
    "trouble_with_image",
    "trouble_with_source",
]

if TYPE_CHECKING:
    from mlspec.sagemaker.client import Client, connect
    from mlspec.sagemaker.limits import (
        Trouble,
        trouble_with_group,
        trouble_with_image,
        trouble_with_source,
    )
    from mlspec.sagemaker.model import ALIAS, Group, Package
    from mlspec.sagemaker.reading import read_group
else:
    __getattr__ = importer(
        __name__,
        {
            "ALIAS": "model",
            "Client": "client",
            "Group": "model",
            "Package": "model",
            "Trouble": "limits",
            "connect": "client",
            "read_group": "reading",
            "trouble_with_group": "limits",
            "trouble_with_image": "limits",
            "trouble_with_source": "limits",
        },
    )
