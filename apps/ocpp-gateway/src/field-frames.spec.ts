import { describe, expect, it } from '@jest/globals';
import { type Subprotocol, OcppError, type LenientReading, parseFrame } from '@chargemesh/ocpp';
import { NOW, contextOf, recordingPorts } from './testing/ports.js';
import { protocols } from './versions.js';

/** The answer to one message of a station and the events that are published; it comes at `NOW`, in Berlin. */
function say(version: Subprotocol, action: string, payload: object, zonelessAs?: 'UTC' | 'site') {
  return sayFrame(version, JSON.stringify([2, 'm-1', action, payload]), zonelessAs);
}

async function sayFrame(version: Subprotocol, text: string, zonelessAs?: 'UTC' | 'site') {
  const frame = parseFrame(text, version);
  if (frame.type !== 'call') throw new Error('no CALL');
  const ports = recordingPorts();
  const readings: LenientReading[] = [];
  const leniency = {
    readingContext: () => ({ arrivedAt: new Date(NOW), timeZone: 'Europe/Berlin', zonelessAs }),
    wasRead: (_action: string, reading: LenientReading) => void readings.push(reading),
  };
  const dispatch = {
    context: contextOf(protocols[version].ocppVersion),
    ...{ ports, leniency },
    defect: (_message: object, error: unknown) => {
      throw error;
    },
  };
  const { type: _type, ...call } = frame;
  const answer = await protocols[version].dispatch({ kind: 'call', text, ...call }, dispatch as never);
  const { published, queries, reasons } = ports;
  return { answer, published, queries, readings, kept: reasons };
}

const stop = { transactionId: 7, meterStop: 6_000, timestamp: NOW };
const register = { values: [{ value: 6_000, unit: 'Wh', context: 'Transaction.End' }] };
const status = { connectorId: 1, status: 'Available', errorCode: 'NoError', timestamp: NOW };
const event = (more: object = {}) => ({
  ...{ eventType: 'Ended', timestamp: NOW, triggerReason: 'EVDeparted', seqNo: 3 },
  ...{ transactionInfo: { transactionId: 'T-1' }, ...more },
});

describe('a stop with a flaw is published as if it had none', () => {
  it.each<[string, object, object]>([
    ['members nobody knows', { connectorId: 1, disconnectReason: 'EVDisconnected' }, { stoppedReason: 'Local' }],
    ['null options', { idTag: null, reason: null, transactionData: null }, { stoppedReason: 'Local' }],
    ['a reason the specification lacks', { reason: 'Finished' }, { stoppedReason: 'Other', stoppedWord: 'Finished' }],
    ['numbers as text', { meterStop: '6000' }, {}],
    ['a tag with two bytes too many', { idTag: 'BA86C4D2E6F8A1B3DLKD\u0010\u000e' }, { flags: ['id-token-mended'] }],
    [
      'a tag behind another word',
      { idTag: 'terminal;TAG1' },
      { idToken: { value: 'TAG1' }, flags: ['id-token-mended'] },
    ],
    ['a tag that ends in NULL', { idTag: 'TAG1;NULL' }, { idToken: { value: 'TAG1' }, flags: ['id-token-mended'] }],
    ['a tag longer than any', { idTag: 'T'.repeat(30) }, { idToken: { value: 'T'.repeat(30) } }],
    ['a time without a zone', { timestamp: '2026-03-01T13:00:00' }, { at: NOW, flags: ['time-zone-assumed'] }],
    ['a time whose offset lacks the minutes', { timestamp: '2026-03-01T13:00:00+01' }, { at: NOW }],
    [
      'transaction data that nobody can read',
      { transactionData: [{ timestamp: 'x' }] },
      { samples: [{ unread: [{ written: '[{"timestamp":"x"}]' }] }, register], flags: ['partly-unreadable'] },
    ],
  ])('%s', async (_what, more, expected) => {
    const { published, kept, readings } = await say('ocpp1.6', 'StopTransaction', { ...stop, ...more });
    expect(kept).toEqual([]);
    expect(published).toMatchObject([
      { type: 'transaction-ended', data: { transactionId: '7', samples: [register], ...expected } },
    ]);
    expect(readings.length + (published[0]?.data['flags'] ? 1 : 0)).toBeGreaterThan(0);
  });

  it('a frequency in Hz, beside its register', async () => {
    const sampledValue = [{ value: '50.0', measurand: 'Frequency', unit: 'Hz' }];
    const { published } = await say('ocpp1.6', 'StopTransaction', {
      ...stop,
      transactionData: [{ timestamp: NOW, sampledValue }],
    });
    expect(published[0]?.data).toMatchObject({
      samples: [{ values: [{ measurand: 'Frequency', value: 50, unit: 'Hertz' }] }, register],
    });
  });
});

describe('a stop in a frame with a flaw', () => {
  const payload = JSON.stringify(stop);

  it.each([
    ['an action in another case', `[2,"m","stopTransaction",${payload}]`],
    ['an action with a blank', `[2,"m","StopTransaction ",${payload}]`],
    ['an action with a NUL', `[2,"m","StopTransaction\\u0000",${payload}]`],
    ['a fifth element', `[2,"m","StopTransaction",${payload},{}]`],
    ['its payload in a list', `[2,"m","StopTransaction",[${payload}]]`],
    ['its payload as JSON text', `[2,"m","StopTransaction",${JSON.stringify(payload)}]`],
    ['an id of 38 characters', `[2,"{3f2504e0-4f89-11d3-9a0c-0305e82c3301}","StopTransaction",${payload}]`],
  ])('is published in spite of %s', async (_what, text) => {
    const { answer, published, kept, readings } = await sayFrame('ocpp1.6', text);
    expect([answer, kept, readings.length]).toEqual([{}, [], 1]);
    expect(published).toMatchObject([{ type: 'transaction-ended', data: { transactionId: '7', samples: [register] } }]);
  });

  it.each([
    ['is no JSON', `[2,"m","StopTransaction",{"transactionId":7,"meterStop":NaN}]`],
    ['is a list of two', `[2,"m","StopTransaction",[${payload},${payload}]]`],
    ['is text', '[2,"m","StopTransaction","stop"]'],
  ])('is kept for a person where its payload %s', async (_what, text) => {
    const { answer, published, kept } = await sayFrame('ocpp1.6', text);
    expect([answer, published, kept.length]).toEqual([{}, [], 1]);
  });
});

describe('a message of 1.6 with a flaw', () => {
  it.each([
    ['a value that is a number', [{ timestamp: NOW, sampledValue: [{ value: 3000 }] }]],
    ['one meter value instead of a list', { timestamp: NOW, sampledValue: [{ value: '3000' }] }],
    ['one sampled value instead of a list', [{ timestamp: NOW, sampledValue: { value: '3000' } }]],
  ])('publishes %s', async (_what, meterValue) => {
    const { published } = await say('ocpp1.6', 'MeterValues', { connectorId: 1, transactionId: 7, meterValue });
    expect(published).toMatchObject([{ data: { samples: [{ values: [{ value: 3_000, unit: 'Wh' }] }] } }]);
  });

  it.each<[string, string | undefined, number]>([
    ['12,5', 'kWh', 12_500],
    [' 12.5', 'kWh', 12_500],
    ['+12.5', 'kWh', 12_500],
    ['1.25e1', 'kWh', 12_500],
    ['12.5 kWh', undefined, 12_500],
    ['12.5 kWh', 'kWh', 12_500],
    ['12,5Wh', undefined, 12.5],
  ])('publishes a value that is written %p (%p)', async (value, unit, wh) => {
    const meterValue = [{ timestamp: NOW, sampledValue: [{ value, ...(unit ? { unit } : {}) }] }];
    const { published, readings } = await say('ocpp1.6', 'MeterValues', {
      connectorId: 1,
      transactionId: 7,
      meterValue,
    });
    expect(published).toMatchObject([{ data: { samples: [{ values: [{ value: wh, unit: 'Wh' }] }] } }]);
    expect(published[0]?.data['flags']).toBeUndefined();
    expect(readings).toHaveLength(value === '1.25e1' ? 0 : 1);
  });

  it.each(['1,234', '1.234,5', '12.5 Wh'])('keeps a value that is written %p beside, and says so', async (value) => {
    const meterValue = [{ timestamp: NOW, sampledValue: [{ value, unit: 'kWh' }, { value: '7' }] }];
    const { published, kept } = await say('ocpp1.6', 'MeterValues', { connectorId: 1, transactionId: 7, meterValue });
    expect(kept).toEqual([]);
    expect(published).toMatchObject([
      {
        data: {
          samples: [{ values: [{ value: 7 }], unread: [{ written: value, unit: 'kWh' }] }],
          flags: ['partly-unreadable'],
        },
      },
    ]);
  });

  it('keeps a long serial number whole, and takes an empty vendor', async () => {
    const boot = {
      chargePointVendor: '',
      chargePointModel: 'One',
      chargeBoxSerialNumber: 'SN-0123456789-0123456789-01234567',
    };
    const { answer, published } = await say('ocpp1.6', 'BootNotification', boot);
    expect(answer).toMatchObject({ status: 'Accepted' });
    expect(published[0]?.data).toMatchObject({ vendor: '', serialNumber: boot.chargeBoxSerialNumber });
  });

  it('answers Authorize with a connector as if it were not there', async () => {
    const { answer, queries } = await say('ocpp1.6', 'Authorize', { idTag: 'CARD1', connectorId: 1 });
    expect(answer).toEqual({ idTagInfo: { status: 'Accepted' } });
    expect(queries).toEqual([{ idToken: { value: 'CARD1', type: 'ISO14443' } }]);
  });

  it('keeps the word of an error code that is none, unless there is a code of the vendor', async () => {
    const { published } = await say('ocpp1.6', 'StatusNotification', { ...status, errorCode: 'Error' });
    expect(published[0]?.data).toMatchObject({
      status: 'Available',
      errorCode: 'OtherError',
      vendorErrorCode: 'Error',
    });
    const other = await say('ocpp1.6', 'StatusNotification', { ...status, errorCode: 'Error', vendorErrorCode: '210' });
    expect(other.published[0]?.data).toMatchObject({ errorCode: 'OtherError', vendorErrorCode: '210' });
  });

  it.each([
    ['Suspended', { status: 'Occupied', detail: 'SuspendedEV', info: 'Suspended' }],
    ['Suspended_EV', { status: 'Occupied', detail: 'SuspendedEV' }],
    ['Occupied', { status: 'Occupied', info: 'Occupied' }],
    ['EVConnected', { status: 'Occupied', info: 'EVConnected' }],
  ])('reads the status %s, which 1.6 lacks, as what it means', async (word, meant) => {
    const { published } = await say('ocpp1.6', 'StatusNotification', { ...status, status: word });
    expect(published[0]?.data).toMatchObject(meant);
    expect(Object.hasOwn(published[0]?.data ?? {}, 'detail')).toBe('detail' in meant);
  });

  it.each(['SoftReset', 'HardReset'])('keeps the word %s', async (reason) => {
    const { published, readings } = await say('ocpp1.6', 'StopTransaction', { ...stop, reason });
    expect(published[0]?.data).toMatchObject({ stoppedReason: reason, trigger: 'ResetCommand' });
    expect(readings).toEqual([]);
  });

  it('reads late times without a zone as the station was read before', async () => {
    const start = { connectorId: 1, idTag: 'CARD1', meterStart: 0, timestamp: '2026-03-01T08:00:00' };
    const { published, readings } = await say('ocpp1.6', 'StartTransaction', start, 'site');
    expect(published[0]).toMatchObject({ data: { at: '2026-03-01T07:00:00.000Z', flags: ['time-zone-assumed'] } });
    expect(readings[0]?.zonelessAs).toBe('site');
    expect((await say('ocpp1.6', 'StartTransaction', start, 'UTC')).published[0]?.data['at']).toBe(
      '2026-03-01T08:00:00.000Z',
    );
  });

  it('that has no readable meaning stays one', async () => {
    const { kept, answer } = await say('ocpp1.6', 'StopTransaction', { ...stop, meterStop: null });
    expect([kept.length, answer]).toEqual([1, {}]);
    await expect(say('ocpp1.6', 'StatusNotification', { ...status, status: 'Dreaming' })).rejects.toThrow(OcppError);
  });
});

describe.each(['ocpp2.0.1', 'ocpp2.1'] as const)('a message of %s with a flaw', (version) => {
  it.each(['Preparing', 'Charging', 'SuspendedEV', 'Suspended', 'Finishing'])(
    'reads the status %s, which 1.6 has, as what it means',
    async (word) => {
      const connector = { evseId: 1, connectorId: 1, timestamp: NOW };
      const { published } = await say(version, 'StatusNotification', { ...connector, connectorStatus: word });
      expect(published[0]?.data).toMatchObject({ status: 'Occupied' });
    },
  );

  it.each<[string, object, object]>([
    ['members nobody knows', { cause: 'x' }, {}],
    ['null options', { evse: null, idToken: null, meterValue: null }, {}],
    ['a sequence number as text', { seqNo: '3' }, { seqNo: 3 }],
    ['offline as text', { offline: 'True' }, { offline: true }],
    ['a trigger of its own', { triggerReason: 'CarLeft' }, { trigger: 'CarLeft' }],
    ['a charging state of its own', { transactionInfo: { transactionId: 'T-1', chargingState: 'Resting' } }, {}],
    [
      'a stop reason of its own',
      { transactionInfo: { transactionId: 'T-1', stoppedReason: 'Full' } },
      { stoppedReason: 'Other', stoppedWord: 'Full' },
    ],
    ['a time without a zone', { timestamp: '2026-03-01T12:00:00' }, { at: NOW, flags: ['time-zone-assumed'] }],
    ['a comma before the fraction', { timestamp: '2026-03-01T12:00:00,000Z' }, { at: NOW }],
    [
      'one meter value, whose value is text',
      { meterValue: { timestamp: NOW, sampledValue: { value: '6.5', unitOfMeasure: { unit: 'kWh' } } } },
      { samples: [{ values: [{ value: 6_500, unit: 'Wh' }] }] },
    ],
    [
      'meter values in the plural',
      { meterValues: [{ timestamp: NOW, sampledValues: [{ value: 6.5, unitOfMeasure: { unit: 'kWh' } }] }] },
      { samples: [{ values: [{ value: 6_500, unit: 'Wh' }] }] },
    ],
    [
      'a value with a comma that may group',
      { meterValue: [{ timestamp: NOW, sampledValue: [{ value: '1,234', unitOfMeasure: { unit: 'kWh' } }] }] },
      { samples: [{ values: [], unread: [{ written: '1,234' }] }], flags: ['partly-unreadable'] },
    ],
    [
      'a multiplier nobody can read, whose value is not published under another unit',
      {
        meterValue: [
          { timestamp: NOW, sampledValue: [{ value: 1, unitOfMeasure: { multiplier: 'k' } }, { value: 7 }] },
        ],
      },
      { samples: [{ values: [{ value: 7 }] }], flags: ['partly-unreadable'] },
    ],
  ])('%s', async (_what, more, expected) => {
    const { published, kept } = await say(version, 'TransactionEvent', event(more));
    expect(kept).toEqual([]);
    expect(published).toMatchObject([{ type: 'transaction-ended', data: { transactionId: 'T-1', ...expected } }]);
  });

  it('boots with a reason of its own and a long serial number', async () => {
    const chargingStation = { model: 'M', vendorName: 'V', serialNumber: 'S'.repeat(40), colour: 'red' };
    const { answer, published } = await say(version, 'BootNotification', { reason: 'Fun', chargingStation });
    expect(answer).toMatchObject({ status: 'Accepted' });
    expect(published[0]?.data).toMatchObject({ reason: 'Unknown', serialNumber: chargingStation.serialNumber });
  });

  it('publishes a status in other letters', async () => {
    const said = { timestamp: NOW, connectorStatus: 'OCCUPIED', evseId: '1', connectorId: 1 };
    expect((await say(version, 'StatusNotification', said)).published[0]?.data).toMatchObject({
      status: 'Occupied',
      evseId: 1,
    });
  });

  it('authorizes a token with members nobody knows', async () => {
    const { queries } = await say(version, 'Authorize', {
      idToken: { idToken: 'A', type: 'ISO14443', uid: 1 },
      evse: 1,
    });
    expect(queries).toEqual([{ idToken: { value: 'A', type: 'ISO14443' } }]);
  });
});
