"""The shop as a browser sees it, served by Django, with a running Payments at PAYMENTS_URL."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
from django.conf import settings
from django.contrib.sessions.backends.cache import SessionStore
from django.test import LiveServerTestCase, override_settings


class Proxy(BaseHTTPRequestHandler):
    """A proxy that does not reach Payments."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>503 Service Unavailable</h1>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def proxy() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Shop(LiveServerTestCase):
    databases = set()

    def setUp(self) -> None:
        self.browser = httpx.Client(base_url=self.live_server_url, follow_redirects=True)
        self.addCleanup(self.browser.close)

    def page(self, path: str) -> str:
        response = self.browser.get(path)
        self.assertEqual(response.status_code, 200)
        return self.text(response)

    def press(self, action: str, page: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.browser.get(page).text)
        response = self.browser.post(action, data={"csrfmiddlewaretoken": token[1]})
        self.assertEqual(response.status_code, 200)
        return self.text(response)

    def text(self, response: httpx.Response) -> str:
        return " ".join(response.text.split())

    def test_a_product_has_its_plans(self) -> None:
        page = self.page("/products/1/")
        self.assertIn("<h2>Garanti BBVA Bonus</h2>", page)
        self.assertIn("3 installments: 6.83 × 3 = 20.47 TRY", page)
        self.assertEqual(self.browser.get("/products/2/").status_code, 404)

    def test_a_basket_has_the_plans_of_its_total_until_the_customer_leaves(self) -> None:
        self.assertIn("3 installments: 6.83 × 3 = 20.47 TRY", self.press("/products/1/add/", "/products/1/"))
        page = self.press("/products/1/add/", "/products/1/")
        self.assertIn("Total: 38.98 TRY", page)
        self.assertIn("3 installments: 13.65 × 3 = 40.93 TRY", page)

        name = settings.SESSION_COOKIE_NAME
        cookies = {name: self.browser.cookies[name]}
        listing = f"{settings.PAYMENTS_URL}/payments/cards/basket/"
        self.assertGreater(httpx.get(listing, cookies=cookies).json()["count"], 0)
        self.press("/leave/", "/basket/")
        self.assertEqual(httpx.get(listing, cookies=cookies).json()["count"], 0)

    def test_the_csrf_cookie_of_payments_does_not_replace_the_shops(self) -> None:
        cookies = httpx.get(f"{settings.PAYMENTS_URL}/csrf_token/").cookies
        self.browser.cookies.set("csrftoken", cookies["csrftoken"])
        self.assertIn("Total: 19.49 TRY", self.press("/products/1/add/", "/products/1/"))

    def test_after_a_login_the_basket_is_handed_over_for_the_sessions_new_key(self) -> None:
        self.press("/products/1/add/", "/products/1/")
        session = SessionStore(self.browser.cookies[settings.SESSION_COOKIE_NAME])
        session.cycle_key()
        self.browser.cookies.clear()
        self.browser.cookies.set(settings.SESSION_COOKIE_NAME, session.session_key)
        self.assertIn("3 installments: 6.83 × 3 = 20.47 TRY", self.page("/basket/"))

    def test_a_proxys_error_page_leaves_out_the_plans(self) -> None:
        with proxy() as url, override_settings(PAYMENTS_URL=url), self.assertLogs("shop.payments"):
            self.assertIn("Installments are not available", self.page("/products/1/"))

    def test_without_payments_pages_have_no_plans_and_the_basket_is_handed_over_later(self) -> None:
        with override_settings(PAYMENTS_URL="http://127.0.0.1:1"), self.assertLogs("shop.payments"):
            page = self.page("/products/1/")
            self.assertIn("19.49 TRY", page)
            self.assertIn("Installments are not available", page)
            page = self.press("/products/1/add/", "/products/1/")
            self.assertIn("Total: 19.49 TRY", page)
            self.assertIn("Installments are not available", page)
        self.assertIn("3 installments: 6.83 × 3 = 20.47 TRY", self.page("/basket/"))
