// Sends the session of the variable `session`, and its CSRF token where one is needed.
const cookie = { key: "Cookie", value: `osessionid=${pm.variables.get("session")}` };
pm.request.headers.upsert(cookie);
if (pm.request.url.getPath().startsWith("/payments/stored-cards/")) {
  const url = pm.variables.replaceIn("{{baseUrl}}/csrf_token/");
  pm.sendRequest({ url, header: [cookie] }, (_, response) => {
    pm.request.headers.upsert({ key: "X-Csrftoken", value: response.json().csrf_token });
  });
}
