import os
import secrets
from pathlib import Path

PAYMENTS_URL = os.environ.get("PAYMENTS_URL", "http://127.0.0.1:8080")
# It needs the scope `purchases`.
PAYMENTS_TOKEN = os.environ.get("PAYMENTS_TOKEN", "demo")

# Payments reads the same cookie. A key of Django has 32 letters and digits, which is random enough for it.
SESSION_COOKIE_NAME = "osessionid"
# Payments sets a cookie with Django's default name.
CSRF_COOKIE_NAME = "shop_csrftoken"
# Any engine that keeps sessions on the server will do. This one needs no database, and forgets them with the process.
SESSION_ENGINE = "django.contrib.sessions.backends.cache"

DEBUG = os.environ.get("DEBUG", "1") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SECRET_KEY = os.environ.get("SECRET_KEY") or secrets.token_hex()
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).with_name("templates")],
    }
]
STATIC_URL = "static/"
LANGUAGE_CODE = "en"
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
