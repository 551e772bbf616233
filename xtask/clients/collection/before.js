// Sends the session of the variable `session`, and its CSRF token where one is needed.
const cookie = `osessionid=${pm.variables.get("session")}`;
pm.request.headers.upsert({ key: "Cookie", value: cookie });
if (pm.request.url.getPath().startsWith("/payments/stored-cards/")) {
  const url = pm.variables.replaceIn("{{baseUrl}}/csrf_token/");
  pm.sendRequest({ url, header: { Cookie: cookie } }, (_, response) => {
    pm.request.headers.upsert({ key: "X-Csrftoken", value: response.json().csrf_token });
  });
}
