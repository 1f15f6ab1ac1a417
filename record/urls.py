"""The record's public addresses, under /board/."""

from django.urls import path

from record import tile_views, views

board_urls = [
    path("record/", views.record_page, name="record"),
    path("record/checkpoint", views.checkpoint, name="record_checkpoint"),
    path("record/checkpoint/<int:size>", views.checkpoint_of_size, name="record_checkpoint_size"),
    path("record/key", views.verification_key, name="record_key"),
    path("record/keys.txt", views.verification_keys, name="record_keys_text"),
    path("record/keys/", views.keys_page, name="record_keys"),
    path("record/tile/<str:level>/<path:place>", tile_views.tile, name="record_tile"),
    path("record/bundle.json", views.bundle, name="record_bundle"),
    path("record/entry/<int:index>/", views.entry_page, name="record_entry"),
    path("record/entry/<int:index>.json", views.entry_json, name="record_entry_json"),
    path("record/inclusion/<int:index>/<int:size>.json", views.inclusion, name="record_inclusion"),
    path(
        "record/consistency/<int:first>/<int:second>.json",
        views.consistency,
        name="record_consistency",
    ),
]
