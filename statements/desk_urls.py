"""Addresses of the desk; each part of it stands in a module of its own."""

from django.urls import path

from statements.views.desk import balance, capture, history, home, merge, mine, removals, review, review_bulk, sources

urlpatterns = [
    path("", home.desk_home, name="desk_home"),
    path("statements/", mine.my_statements, name="my_statements"),
    path("statements/submit/", mine.submit_drafts, name="submit_drafts"),
    path("comments/<slug:public_id>/", mine.answer_comment, name="answer_comment"),
    path("review/", review.review_queue, name="review_queue"),
    path("review/source/<slug:public_id>/", review_bulk.review_source, name="review_source"),
    path("review/<slug:public_id>/", review.review_statement, name="review_statement"),
    path("review/<slug:public_id>/comment/", review.review_comment, name="review_comment"),
    path("review/<slug:public_id>/withdraw/", review.review_withdraw, name="review_withdraw"),
    path("review/<slug:public_id>/removal/", review.review_removal, name="review_removal"),
    path("removals/", removals.removals, name="removals"),
    path("removals/<slug:kind>/<slug:public_id>/", removals.removal_answer, name="removal_answer"),
    path("visits/<slug:slug>/balance/", balance.visit_balance, name="visit_balance"),
    path("sources/new/", sources.source_new, name="desk_source_new"),
    path("sources/<str:public_id>/", capture.desk_capture, name="desk_capture"),
    path("sources/<str:public_id>/check/", capture.desk_capture_check, name="desk_capture_check"),
    path("history/<slug:kind>/<slug:key>/", history.desk_history, name="desk_history"),
    path("history/<slug:kind>/<slug:key>/restore/", history.desk_restore, name="desk_restore"),
    path("undo/", history.desk_undo, name="desk_undo"),
    path("merge/", merge.desk_merges, name="desk_merges"),
    path("merge/undo/<slug:public_id>/", merge.desk_merge_undo, name="desk_merge_undo"),
    path("merge/<slug:kind>/", merge.desk_merge, name="desk_merge"),
]
