"""The page of the API document, for browsers; its parts come from the service itself."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)
_PARTS: Final = "/static-offline-docs"
"""Where fastapi-offline serves them."""


@router.get("/docs")
@router.get("/docs/")
async def show_documentation() -> HTMLResponse:
    """The operations, to be read and tried. The framework's page, which does not say itself in which language it is."""
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Tilbake",
        swagger_js_url=f"{_PARTS}/swagger-ui-bundle.js",
        swagger_css_url=f"{_PARTS}/swagger-ui.css",
        swagger_favicon_url=f"{_PARTS}/favicon.png",
    )
    return HTMLResponse(bytes(page.body).replace(b"<html>", b'<html lang="en">', 1))
