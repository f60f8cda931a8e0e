"""Every way in: each app lists its own addresses."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("office.urls")),
    path("", include("complaints.urls")),
    path("", include("playbooks.urls")),
    path("api/", include("playbooks.api.urls")),  # before the others, whose last address is any
    path("api/", include("complaints.api.urls")),
]

handler404 = "office.views.not_found"
handler403 = "office.views.forbidden"
handler500 = "office.views.failed"
