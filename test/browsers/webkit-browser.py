#!/usr/bin/python3
"""A browser of WebKitGTK for tests. WebKitWebDriver starts it.

MiniBrowser opens private windows only when a driver controls it, and asks before a page may use the camera. This browser stores data in the folder
of the environment variable COUNTERSIGN_PROFILE, has WebKit's mock camera, and allows every request for a permission.
"""

import os

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

FOLDER = os.environ["COUNTERSIGN_PROFILE"]


def allow(_view, request):
    request.allow()
    return True


def open_window(_session):
    settings = WebKit2.Settings()
    settings.set_enable_media_stream(True)
    settings.set_enable_mock_capture_devices(True)
    view = WebKit2.WebView(web_context=context, settings=settings, is_controlled_by_automation=True)
    view.connect("permission-request", allow)
    window = Gtk.Window()
    window.set_default_size(1024, 768)
    window.add(view)
    window.show_all()
    view.connect("close", lambda _view: window.destroy())
    window.connect("destroy", lambda _window: Gtk.main_quit())
    view.grab_focus()
    return view


def start(_context, session):
    version = (WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
    information = WebKit2.ApplicationInfo()
    information.set_name("WebKitGTK")
    information.set_version(*version)
    session.set_application_info(information)
    session.connect("create-web-view", open_window)


context = WebKit2.WebContext.new_with_website_data_manager(
    WebKit2.WebsiteDataManager(base_data_directory=FOLDER, base_cache_directory=FOLDER)
)
context.set_automation_allowed(True)
context.connect("automation-started", start)
Gtk.main()
