"""How every process writes what it gives to Temporal and reads what it gets back: in plain JSON, or encrypted (ADR 036)."""

from __future__ import annotations

from dataclasses import replace

from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes

from tilbake.payload_codec import EncryptionCodec
from tilbake.payload_keys import read_ring
from tilbake.settings import Settings


def data_converter(settings: Settings) -> DataConverter:
    """The converter these settings ask for: with a key ring everything is encrypted, texts of failures included.

    Raises RingUnusable, a CannotStart.
    """
    if settings.payload_keys_file is None:
        return DataConverter.default
    return replace(
        DataConverter.default,
        payload_codec=EncryptionCodec(read_ring(settings.payload_keys_file)),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
