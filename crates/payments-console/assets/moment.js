// Fields for a moment, in the time zone of the browser. They show milliseconds; a moment of the history has microseconds.

const pad = (number, length = 2) => String(number).padStart(length, "0");

function local(date) {
  const day = [pad(date.getFullYear(), 4), pad(date.getMonth() + 1), pad(date.getDate())].join("-");
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}

/** Sets a field to a moment of the management API. It stays exact until it is edited. */
export function setMoment(field, text) {
  field.value = local(new Date(text));
  field.dataset.exact = text;
  field.dataset.shown = field.value;
}

/** The moment in a field as the management API takes it; empty if there is none. */
export function momentOf(field) {
  if (field.value === "") return "";
  return field.value === field.dataset.shown ? field.dataset.exact : new Date(field.value).toISOString();
}

/** The microsecond before a moment. */
export function before(text) {
  const [, second, fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(text);
  const micros = BigInt(Date.parse(`${second}Z`)) * 1_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6)) - 1n;
  const millis = micros / 1_000n;
  return new Date(Number(millis)).toISOString().replace("Z", `${pad(micros % 1_000n, 3)}Z`);
}
