"""The addresses of the members' pages and resources."""

from django.urls import path

from members import api, api_messages
from members.views import failed_mail, inbox, mail, memberships, roles

me_urls = [
    path("inbox/", inbox.InboxPage.as_view(), name="inbox"),
    path("inbox/read/", inbox.MarkAllReadPage.as_view(), name="mark_all_read"),
    path("inbox/<str:reference>/read/", inbox.MarkReadPage.as_view(), name="mark_read"),
    path("messages/settings/", mail.MailSettingsPage.as_view(), name="mail_settings"),
    path("memberships/", memberships.MembershipsPage.as_view(), name="memberships"),
    path("memberships/join/<slug:plan>/", memberships.JoinPage.as_view(), name="join"),
    path("memberships/<str:reference>/leave/", memberships.LeavePage.as_view(), name="leave"),
    path(
        "memberships/<str:reference>/tier/",
        memberships.ChangeTierPage.as_view(),
        name="change_tier",
    ),
]

root_urls = [
    path("mail/<str:token>/", mail.UnsubscribePage.as_view(), name="mail_unsubscribe"),
]

console_urls = [
    path("messages/", failed_mail.FailedMailPage.as_view(), name="failed_mail"),
    path(
        "messages/<str:reference>/retry/",
        failed_mail.RetryMailPage.as_view(),
        name="retry_mail",
    ),
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
    path("me/messages/", api_messages.MessageList.as_view(), name="api_messages"),
    path(
        "me/messages/settings/",
        api_messages.MailSettingsResource.as_view(),
        name="api_mail_settings",
    ),
    path(
        "me/messages/<str:reference>/read/",
        api_messages.MarkReadEndpoint.as_view(),
        name="api_mark_read",
    ),
    path("messages/failed/", api_messages.FailedMailList.as_view(), name="api_failed_mail"),
    path(
        "messages/failed/<str:reference>/retry/",
        api_messages.RetryMailEndpoint.as_view(),
        name="api_retry_mail",
    ),
    path("plans/", api.PlanList.as_view(), name="api_plans"),
    path("plans/<slug:code>/", api.PlanResource.as_view(), name="api_plan"),
    path(
        "plans/<slug:code>/rulebooks/<int:number>/",
        api.RulebookResource.as_view(),
        name="api_rulebook",
    ),
]
