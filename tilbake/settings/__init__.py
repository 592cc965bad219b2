"""What can be set from outside, read once from the environment and frozen.

Every process of the service (API, worker, command line) builds its `Settings` here. A setting is declared once, in the
file of its group: name, form, default and meaning; docs/settings.md is written from that (`python -m tilbake.settings_page`).
"""

from tilbake.settings.all import Settings
from tilbake.settings.reading import SettingsInvalid
from tilbake.settings.sign_in import OIDC_ALGORITHMS
from tilbake.settings.temporal import UI_PATH

__all__ = ["OIDC_ALGORITHMS", "UI_PATH", "Settings", "SettingsInvalid"]
