import type { DemoFile } from './seed.js';

export interface Welcome {
  readonly demo: DemoFile;
  /** Where what runs is shown; only where the services share a process. */
  readonly page?: string;
  /** Where the interfaces are described, a line each. */
  readonly apiPages: readonly string[];
  /** Where health and metrics are, a line each. */
  readonly managementPages: readonly string[];
  /** Base URL of the lists of CDRs. */
  readonly tariffsUrl: string;
  readonly demoFile: string;
  readonly simulation: boolean;
}

/** What a person at the terminal needs next: addresses, keys and passwords of the demo. */
export function welcome({ demo, page, apiPages, managementPages, tariffsUrl, demoFile, simulation }: Welcome): string {
  const mine = demo.stations.filter((station) => !station.simulated);
  const rows: [string, readonly string[]][] = [
    ['look at it', page ? [page] : []],
    ['API pages', apiPages],
    ['API key', [demo.apiKey]],
    ['OCPP', [`${demo.baseUrl.replace('http', 'ws')}/ocpp/<stationId>`]],
    ['your stations', mine.map(({ id, ocppVersion, password }) => `${id} (OCPP ${ocppVersion}), password ${password}`)],
    ['token', [demo.tokens.find((token) => token.valid)?.uid ?? '']],
    ['pay ad hoc', payable(demo, { simulated: true })],
    ['at yours', payable(demo, { simulated: false })],
    ['OCPI', [`${demo.partner.versionsUrl}, token ${demo.partner.token}`]],
    ['metrics, health', managementPages],
    ['all of this', [demoFile]],
  ];
  const lines = rows.flatMap(([name, values]) =>
    values.map((value, index) => `  ${(index === 0 ? name : '').padEnd(15)} ${value}`),
  );
  return `
chargemesh is ready at ${demo.baseUrl}

${lines.join('\n')}

Look next at the sessions and at what they cost:
  curl -H 'Authorization: Bearer ${demo.apiKey}' '${tariffsUrl}/api/tariffs/v1/cdrs?limit=3'
${simulation ? '\nThree simulated stations charge; this is what happens, as it happens (Ctrl-C stops):\n' : '\nNo simulated stations; connect your own (Ctrl-C stops).\n'}`;
}

/** A page that is paid at, of a station that charges by itself or of one that is yet to be connected. */
function payable({ stations, checkoutUrls }: DemoFile, { simulated }: { simulated: boolean }): string[] {
  const ids = stations.filter((station) => station.simulated === simulated).map(({ id }) => id);
  return checkoutUrls
    .filter(({ stationId }) => ids.includes(stationId))
    .slice(0, 1)
    .map(({ url }) => url);
}
