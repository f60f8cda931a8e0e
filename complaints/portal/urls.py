"""The addresses customers have. What holds a secret comes last, so that no page is taken for one."""

from django.urls import URLPattern, URLResolver, path

from complaints.portal import complain, door, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/", views.page, name="portal"),
    path("c/message/", views.message, name="portal-message"),
    path("c/answer/", views.answer, name="portal-answer"),
    path("c/verdict/", views.verdict, name="portal-verdict"),
    path("c/rate/", views.rate, name="portal-rate"),
    path("c/files/<int:pk>/", views.download, name="portal-file"),
    path("c/received/", views.received, name="portal-received"),
    path("c/new-link/", views.new_link, name="portal-new-link"),
    path("c/<str:secret>/", door.enter, name="customer-link"),
    path("complain/", complain.complain, name="complain"),
]
