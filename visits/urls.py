"""Addresses of `visits`."""

from django.urls import path, register_converter

from visits.exports.answers import FormConverter
from visits.views import citing, exports, lists, records, reports, visit, vocabulary

register_converter(FormConverter, "form")

urlpatterns = [
    path("", lists.home, name="home"),
    path("visits/", lists.visit_list, name="visit_list"),
    path("visits.<form:form>", exports.visit_export, name="visit_export"),
    path("visits.ics", exports.visit_calendar, name="visit_calendar"),
    path("visits/<slug:slug>/visit.ics", exports.visit_event, name="visit_event"),
    path("visits/<slug:slug>/", visit.visit_detail, name="visit_detail"),
    path("visits/<slug:slug>/positions/", visit.visit_positions, name="visit_positions"),
    path("visits/<slug:slug>/commitments/", visit.visit_commitments, name="visit_commitments"),
    path("visits/<slug:slug>/sources/", visit.visit_sources, name="visit_sources"),
    path("visits/<slug:slug>/history/", visit.visit_history, name="visit_history"),
    path("visits/<slug:slug>/cite.<slug:form>", citing.visit_cite, name="visit_cite"),
    path("meetings/<slug:public_id>/", records.meeting_detail, name="meeting_detail"),
    path("meetings/<slug:public_id>/cite.<slug:form>", citing.meeting_cite, name="meeting_cite"),
    path("sources/<slug:public_id>/", records.source_detail, name="source_detail"),
    path("sources/<slug:public_id>/cite.<slug:form>", citing.source_cite, name="source_cite"),
    path("countries/", vocabulary.country_list, name="country_list"),
    path("countries/<slug:iso3>/", vocabulary.country_detail, name="country_detail"),
    path("mandates/", vocabulary.mandate_list, name="mandate_list"),
    path("mandates/<slug:slug>/", vocabulary.mandate_detail, name="mandate_detail"),
    path("people/", vocabulary.person_list, name="person_list"),
    path("people/<slug:slug>/", vocabulary.person_detail, name="person_detail"),
    path("report/", reports.report, name="report"),
    path("organisations/<slug:slug>/", vocabulary.organisation_detail, name="organisation_detail"),
]
