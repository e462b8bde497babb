/** The page at `/` of `npm start`: three tables that follow the platform live (server-sent events). */
const SHOWN = 12;
const open = new Set();

/** @typedef {string | { text: string, kind: string }} Cell */

/**
 * Keeps the items of a feed and shows them in a table.
 * @param {string} path of the feed
 * @param {{ table: string, columns: string[], key: (item: any) => string, newest?: (item: any) => string, row: (item: any) => Cell[] }} view
 *   `newest` tells the order, the latest first; without it they are in the order of their keys
 */
function follow(path, { table, columns, key, newest, row }) {
  const items = new Map();
  const body = element('tbody', []);
  const head = element(
    'tr',
    columns.map((column) => element('th', [column])),
  );
  document.getElementById(table).append(element('thead', [head]), body);
  let drawing = false;

  function draw() {
    drawing = false;
    const order = newest ? (a, b) => newest(b).localeCompare(newest(a)) : (a, b) => key(a).localeCompare(key(b));
    const sorted = [...items.values()].sort(order);
    for (const item of sorted.slice(SHOWN * 10)) items.delete(key(item));
    const rows = sorted.slice(0, SHOWN).map((item) => element('tr', row(item).map(cell)));
    body.replaceChildren(...(rows.length > 0 ? rows : [element('tr', [cell({ text: 'none yet', kind: 'quiet' })])]));
  }
  function drawSoon() {
    if (!drawing) requestAnimationFrame(draw);
    drawing = true;
  }

  const feed = new EventSource(path);
  feed.addEventListener('reset', () => items.clear());
  feed.addEventListener('item', ({ data }) => {
    const item = JSON.parse(data);
    items.set(key(item), item);
    drawSoon();
  });
  feed.addEventListener('live', () => {
    open.add(path);
    say(open.size === 3 ? 'Live.' : 'Connecting …');
    drawSoon();
  });
  feed.addEventListener('error', () => {
    open.delete(path);
    say('Connecting again …');
    // Refused, by a platform that was started anew: a visit gives the cookie that it wants.
    if (feed.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3_000);
  });
}

function say(text) {
  document.getElementById('state').textContent = text;
}

function cell(content) {
  const { text, kind } = typeof content === 'string' ? { text: content, kind: '' } : content;
  const made = element('td', [text]);
  made.className = kind;
  return made;
}

function element(name, children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

const time = (at) => (at ? new Date(at).toLocaleTimeString() : '');
const kilowattHours = (wh) => `${(wh / 1_000).toFixed(3)} kWh`;
const STATES = {
  pending: { text: 'waits for its start', kind: 'quiet' },
  active: { text: 'charges', kind: 'busy' },
  ended: { text: 'ended, provisional', kind: 'quiet' },
  finalized: 'final',
};
const statusOf = (connectors) => connectors.map(({ status = 'unknown' }) => status).join('/');

follow('/api/device-management/v1/stations/live', {
  table: 'stations',
  columns: ['Station', 'OCPP', 'Connection', 'EVSEs'],
  key: ({ stationId }) => stationId,
  row: ({ stationId, ocppVersion = '', connected, vendor = '', model = '', evses }) => [
    stationId,
    ocppVersion,
    connected ? { text: `connected ${vendor} ${model}`, kind: 'busy' } : { text: 'not connected', kind: 'quiet' },
    evses.map(({ evseId, connectors }) => `${evseId}: ${statusOf(connectors)}`).join(', '),
  ],
});

follow('/api/sessions/v1/sessions/live', {
  table: 'sessions',
  columns: ['Began', 'Station', 'Token', 'State', 'Energy'],
  key: ({ id }) => id,
  newest: ({ startedAt = '' }) => startedAt,
  row: ({ startedAt, stationId, evseId = '?', tokenUid = '', status, held, review, energyWh }) => [
    time(startedAt),
    `${stationId} EVSE ${evseId}`,
    tokenUid,
    held ? { text: `held: ${review?.explanation ?? ''}`, kind: 'bad' } : (STATES[status] ?? status),
    kilowattHours(energyWh),
  ],
});

follow('/api/tariffs/v1/cdrs/live', {
  table: 'cdrs',
  columns: ['Issued', 'Number', 'Station', 'Energy', 'Price incl. taxes'],
  key: ({ id }) => id,
  newest: ({ issuedAt }) => issuedAt,
  row: ({ issuedAt, number, stationId, evseId, energyWh, totalInclTaxes, currency }) => [
    time(issuedAt),
    number,
    `${stationId} EVSE ${evseId}`,
    kilowattHours(energyWh),
    `${totalInclTaxes} ${currency}`,
  ],
});

document.getElementById('ocpp').textContent = `ws://${location.host}/ocpp/<stationId>`;
