"""Tests of the serializers."""
