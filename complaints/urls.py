"""The desk's pages."""

from django.urls import URLPattern, URLResolver, path

from complaints.views import case, customers, desk, drafts, files, find, new, queue, set_up

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("queue/bulk/", queue.bulk, name="queue-bulk"),
    path("find/", find.find, name="find"),
    path("new/", new.new, name="new-complaint"),
    path("new/customers/", new.matches, name="new-matches"),
    path("drafts/<str:key>/", drafts.draft, name="draft"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/history/", case.history, name="case-history"),
    path("cases/<str:number>/talk/", case.talk, name="case-talk"),
    path("cases/<str:number>/print/", case.print_view, name="case-print"),
    path("cases/<str:number>/people/", case.people, name="case-people"),
    path("cases/<str:number>/do/<str:verb>/", case.act, name="case-act"),
    path("files/<int:pk>/", files.download, name="file"),
    path("customers/", customers.customers, name="customers"),
    path("customers/new/", customers.create, name="customer-create"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/edit/", customers.edit, name="customer-edit"),
    path("customers/<int:pk>/contacts/", customers.contacts, name="customer-contacts"),
    path("desk/", desk.desk, name="desk"),
    path("desk/escalations/<int:pk>/", desk.escalation, name="escalation"),
    path("desk/approvals/<int:pk>/", desk.approval, name="approval"),
    path("set-up/categories/", set_up.categories, name="set-up-categories"),
    path("set-up/categories/new/", set_up.category, name="set-up-category-new"),
    path("set-up/categories/<int:pk>/", set_up.category, name="set-up-category"),
    path("set-up/reasons/", set_up.reasons, name="set-up-reasons"),
    path("set-up/reasons/new/", set_up.reason, name="set-up-reason-new"),
    path("set-up/reasons/<int:pk>/", set_up.reason, name="set-up-reason"),
    path("set-up/targets/", set_up.targets, name="set-up-targets"),
    path("set-up/people/<int:pk>/leave/", set_up.leave, name="set-up-leave"),
]
