/** Keeps the driver's page as it is now: the server sends its parts whenever they change. */
const address = document.querySelector('main [data-live]').dataset.live;

function show(page) {
  const parts = new DOMParser().parseFromString(page, 'text/html');
  for (const part of parts.querySelectorAll('[data-part]')) {
    const shown = document.querySelector(`[data-part="${part.dataset.part}"]`);
    // What is the same stays, with the reader's focus in it.
    if (shown && shown.innerHTML !== part.innerHTML) shown.replaceChildren(...part.childNodes);
  }
}

const feed = new EventSource(address);
feed.addEventListener('item', ({ data }) => show(JSON.parse(data).html));
// Refused, such as by a process that ends: the page as a whole is asked for again.
feed.addEventListener('error', () => {
  if (feed.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5_000);
});
