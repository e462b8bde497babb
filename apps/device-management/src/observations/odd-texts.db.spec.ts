import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ConnectorStatusChanged,
  MessagesReadLeniently,
  ReportDataReceived,
  StationBooted,
  newEvent,
} from '@chargemesh/contracts';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { random } from '@chargemesh/testing/random';
import { deviceManagementService } from '../index.js';

const API = '/api/device-management/v1';
const OURS = '01900000-0000-7000-8000-000000000001';
const STATIONS = 20;
const ODD = [
  '\0',
  '\ud800',
  '\udc00',
  '\x1e',
  '\\',
  '\\u0000',
  '"',
  '\u{1f50c}',
  '__proto__',
  'a b',
  '{',
  '3.4028235E38',
];
const at = '2026-03-01T12:00:00.000Z';

/** What a station may put into every text and number of what device management reads, and a plain word at last. */
function said(stationId: string, next: () => number) {
  const text = () =>
    Array.from({ length: 1 + Math.floor(next() * 4) }, () => ODD[Math.floor(next() * ODD.length)])
      .join('')
      .slice(0, 20);
  const about = { operatorId: OURS, time: at };
  const by = (messageId: string) => ({ stationId, epoch: 1, receivedAt: at, messageId });
  const words = { vendor: text(), model: text(), serialNumber: text(), firmwareVersion: text(), reason: text() };
  const status = { status: 'Available' as const, detail: text(), errorCode: text(), vendorErrorCode: text() };
  const place = { evseId: Math.floor(next() * 1_000_001), connectorId: 1 + Math.floor(next() * 1_000) };
  const variables = Array.from({ length: 5 }, () => ({
    ...{ component: text(), instance: text(), variable: text(), variableInstance: text(), value: text() },
    ...{ evseId: Math.floor(next() * 1_000_001), mutability: text() },
  }));
  const read = (word: string, epoch: number) => ({
    ...{ stationId, epoch, receivedAt: at, ocppVersion: '1.6' as const },
    readings: [{ action: 'StopTransaction', rule: 'word-unknown' as const, path: '/reason', word, count: 1 }],
  });
  return [
    newEvent(StationBooted, { ...about, data: { ...by('1'), ...words, registration: 'Accepted' } }),
    newEvent(ConnectorStatusChanged, { ...about, data: { ...by('2'), ...place, ...status, info: text(), at } }),
    newEvent(ReportDataReceived, { ...about, data: { ...by('3'), requestId: 1, part: 0, last: true, variables } }),
    newEvent(MessagesReadLeniently, { ...about, data: read(text(), 1) }),
    newEvent(MessagesReadLeniently, { ...about, data: read('Last', 2) }),
  ];
}

describe('whatever a station says', () => {
  let platform: TestServices;
  let ours: string;
  const get = async (path: string) =>
    (await platform.ask<{ items: { word?: string }[] }>(ours, 'GET', `${API}/${path}`)).body;

  beforeAll(async () => {
    platform = await startTestServices([deviceManagementService]);
    ours = await platform.admit({ operatorId: OURS });
  });
  afterAll(() => platform.stop());

  it('device management reads on', async () => {
    const stations = Array.from({ length: STATIONS }, (_, index) => `R-${index}`);
    for (const id of stations) await platform.ask(ours, 'PUT', `${API}/stations/${id}`, { evses: [] });
    await platform.send(stations.flatMap((id, index) => said(id, random(index + 1))));
    for (const id of stations)
      await eventually(async () =>
        expect((await get(`stations/${id}/lenient-readings`)).items).toMatchObject([{ word: 'Last' }]),
      );
  });
});
