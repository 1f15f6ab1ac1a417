"""The addresses of the members' pages and resources."""

from django.urls import path

from members import api
from members.views import inbox, memberships, roles

me_urls = [
    path("inbox/", inbox.InboxPage.as_view(), name="inbox"),
    path("inbox/read/", inbox.MarkAllReadPage.as_view(), name="mark_all_read"),
    path("inbox/<str:reference>/read/", inbox.MarkReadPage.as_view(), name="mark_read"),
    path("memberships/", memberships.MembershipsPage.as_view(), name="memberships"),
    path("memberships/join/<slug:plan>/", memberships.JoinPage.as_view(), name="join"),
    path("memberships/<str:reference>/leave/", memberships.LeavePage.as_view(), name="leave"),
    path(
        "memberships/<str:reference>/tier/",
        memberships.ChangeTierPage.as_view(),
        name="change_tier",
    ),
]

console_urls = [
    path("roles/", roles.RolesPage.as_view(), name="roles"),
    path("roles/grant/", roles.GrantRolePage.as_view(), name="grant_role"),
    path(
        "roles/<str:person>/<slug:role>/revoke/",
        roles.RevokeRolePage.as_view(),
        name="revoke_role",
    ),
]

api_urls = [
    path("token/", api.TokenResource.as_view(), name="api_token"),
    path("me/", api.MeResource.as_view(), name="api_me"),
    path("plans/", api.PlanList.as_view(), name="api_plans"),
    path("plans/<slug:code>/", api.PlanResource.as_view(), name="api_plan"),
    path(
        "plans/<slug:code>/rulebooks/<int:number>/",
        api.RulebookResource.as_view(),
        name="api_rulebook",
    ),
]
