"""The shop as a browser sees it, served by Django, with a running Payments at PAYMENTS_URL."""

import re

import httpx
from django.conf import settings
from django.test import LiveServerTestCase, override_settings


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

    def test_without_payments_pages_have_no_plans_and_the_basket_is_handed_over_later(self) -> None:
        with override_settings(PAYMENTS_URL="http://127.0.0.1:1"), self.assertLogs("shop.payments"):
            page = self.page("/products/1/")
            self.assertIn("19.49 TRY", page)
            self.assertIn("Installments are not available", page)
            page = self.press("/products/1/add/", "/products/1/")
            self.assertIn("Total: 19.49 TRY", page)
            self.assertIn("Installments are not available", page)
        self.assertIn("3 installments: 6.83 × 3 = 20.47 TRY", self.page("/basket/"))
