"""Addresses of standards."""

from django.urls import path

from standards.drafting import views
from standards.views import guide

urlpatterns = [
    path("", guide.contents, name="standards"),
    path("whole/", guide.guide_whole, name="standards-whole"),
    path("professional/", guide.professional_standards, name="standards-professional"),
    path("themes/<slug:slug>/", guide.theme, name="standards-theme"),
    path("drafts/", views.standards_drafts, name="standards-drafts"),
    path("tools/", views.standards_tools, name="standards-tools"),
    path("drafts/<int:pk>/", views.standards_draft, name="standards-draft"),
    path("drafts/<int:pk>/at/<str:place>/", views.standards_part, name="standards-part"),
    path("drafts/<int:pk>/add/<str:place>/", views.standards_part_add, name="standards-part-add"),
    path("drafts/<int:pk>/move/<str:place>/", views.standards_part_move, name="standards-part-move"),
    path("drafts/<int:pk>/retire/<str:place>/", views.standards_part_retire, name="standards-part-retire"),
    path("drafts/<int:pk>/compare/", views.standards_compare, name="standards-compare"),
    path("drafts/<int:pk>/set.json", views.standards_draft_file, name="standards-draft-file"),
    path("drafts/<int:pk>/drop/", views.standards_draft_drop, name="standards-draft-drop"),
    path("drafts/<int:pk>/send/", views.standards_send, name="standards-send"),
    path("drafts/<int:pk>/send-back/", views.standards_send_back, name="standards-send-back"),
    path("drafts/<int:pk>/publish/", views.standards_publish, name="standards-publish"),
    path("drafts/<int:pk>/withdraw/", views.standards_withdraw, name="standards-withdraw"),
    path("sets/<int:pk>/set.json", views.standards_set_file, name="standards-set-file"),
    path("tools/<int:pk>/tool.json", views.standards_tool_file, name="standards-tool-file"),
    path("<int:number>/", guide.standard, name="standard"),
]
