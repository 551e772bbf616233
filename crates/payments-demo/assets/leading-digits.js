// The first digits of a card number while they are typed: one request after a pause, and never more than eight digits.

const FEWEST = 6;
const MOST = 8;
const PAUSE_MILLISECONDS = 300;

/**
 * Returns a function for each change of the digits. It calls `work(bin, signal)` after a pause, or at once with an empty
 * text if there are fewer than six digits. The next call aborts the signal.
 */
export function whenTyped(work) {
  let bin = "";
  let timer = null;
  let request = new AbortController();
  return (digits) => {
    const typed = digits.length < FEWEST ? "" : digits.slice(0, MOST);
    if (typed === bin) return;
    bin = typed;
    clearTimeout(timer);
    request.abort();
    request = new AbortController();
    const { signal } = request;
    if (typed === "") work("", signal);
    else timer = setTimeout(() => work(typed, signal), PAUSE_MILLISECONDS);
  };
}
