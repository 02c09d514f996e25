"""A package it needs is not there."""

import a_package_that_is_missing  # noqa: F401
