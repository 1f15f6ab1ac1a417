"""The addresses of becoming and being a juror, and of deciding on jurors."""

from django.urls import path

from jury import api_exams, api_jurors
from jury.views import attempt, exam, jurors, standing

jury_urls = [
    path("exam/", exam.ExamHome.as_view(), name="jury_exam"),
    path("exam/rules/", exam.RulesPage.as_view(), name="jury_rules"),
    path("exam/start/", exam.StartPage.as_view(), name="jury_exam_start"),
    path(
        "exam/<str:reference>/questions/<int:number>/",
        attempt.QuestionPage.as_view(),
        name="jury_exam_question",
    ),
    path("exam/<str:reference>/review/", attempt.ReviewPage.as_view(), name="jury_exam_review"),
    path("exam/<str:reference>/result/", attempt.ResultPage.as_view(), name="jury_exam_result"),
    path("record/", standing.RecordPage.as_view(), name="jury_record"),
    path("record/appeal/", standing.StandingAppealPage.as_view(), name="jury_standing_appeal"),
    path("record/hospitals/", standing.AffiliationPage.as_view(), name="jury_affiliation"),
    path(
        "record/hospitals/<str:reference>/end/",
        standing.EndAffiliationPage.as_view(),
        name="jury_affiliation_end",
    ),
    path("record/qualifications/", standing.QualificationPage.as_view(), name="jury_qualification"),
]

console_urls = [
    path("jurors/", jurors.JurorList.as_view(), name="console_jurors"),
    path("jurors/<str:reference>/", jurors.JurorDetail.as_view(), name="console_juror"),
    path(
        "jurors/<str:reference>/steps/<slug:step>/",
        jurors.JurorStepPage.as_view(),
        name="console_juror_step",
    ),
    path(
        "qualifications/<str:reference>/steps/<slug:step>/",
        jurors.QualificationStepPage.as_view(),
        name="console_qualification_step",
    ),
    path("juror-appeals/", jurors.AppealList.as_view(), name="console_juror_appeals"),
    path(
        "juror-appeals/<str:reference>/", jurors.AppealPage.as_view(), name="console_juror_appeal"
    ),
]

api_urls = [
    path("jury/exam/", api_exams.ExamResource.as_view(), name="api_exam"),
    path("jury/exam/start/", api_exams.StartAttempt.as_view(), name="api_exam_start"),
    path("jury/rules/", api_exams.RulesResource.as_view(), name="api_jury_rules"),
    path("jury/rules/accept/", api_exams.AcceptRules.as_view(), name="api_jury_rules_accept"),
    path(
        "jury/exam/<str:reference>/", api_exams.AttemptResource.as_view(), name="api_exam_attempt"
    ),
    path(
        "jury/exam/<str:reference>/choices/",
        api_exams.KeepChoice.as_view(),
        name="api_exam_choice",
    ),
    path(
        "jury/exam/<str:reference>/answer/",
        api_exams.AnswerAttempt.as_view(),
        name="api_exam_answer",
    ),
    path("jury/record/", api_jurors.RecordResource.as_view(), name="api_jury_record"),
    path("jury/record/appeal/", api_jurors.FileAppeal.as_view(), name="api_standing_appeal"),
    path("jury/record/hospitals/", api_jurors.StateAffiliation.as_view(), name="api_affiliation"),
    path(
        "jury/record/hospitals/<str:reference>/end/",
        api_jurors.EndAffiliation.as_view(),
        name="api_affiliation_end",
    ),
    path(
        "jury/record/qualifications/",
        api_jurors.ClaimQualification.as_view(),
        name="api_qualification",
    ),
    path("jurors/", api_jurors.Jurors.as_view(), name="api_jurors"),
    path("jurors/<str:reference>/", api_jurors.JurorDetail.as_view(), name="api_juror"),
    path(
        "jurors/<str:reference>/steps/<slug:step>/",
        api_jurors.JurorStep.as_view(),
        name="api_juror_step",
    ),
    path(
        "qualifications/<str:reference>/steps/<slug:step>/",
        api_jurors.QualificationStep.as_view(),
        name="api_qualification_step",
    ),
    path("juror-appeals/", api_jurors.Appeals.as_view(), name="api_juror_appeals"),
    path(
        "juror-appeals/<str:reference>/", api_jurors.AppealDetail.as_view(), name="api_juror_appeal"
    ),
    path(
        "juror-appeals/<str:reference>/answer/",
        api_jurors.AnswerAppeal.as_view(),
        name="api_juror_appeal_answer",
    ),
]
