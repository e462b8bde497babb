import { describe, expect, it } from '@jest/globals';
import { OcppError } from './errors.js';
import type { Request, Response } from './payloads.js';
import { type Dispatch, dispatcher, protocol } from './protocol.js';
import type { InboundCall } from './rpc.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const typed: Equal<Request<'ocpp1.6', 'StartTransaction'>['meterStart'], number> = true;
const typedEnum: Equal<Response<'ocpp2.1', 'BootNotification'>['status'], 'Accepted' | 'Pending' | 'Rejected'> = true;

const call = (action: string, payload: object): InboundCall => ({
  kind: 'call',
  messageId: 'm-1',
  action,
  payload,
  text: JSON.stringify([2, 'm-1', action, payload]),
});

const answers = dispatcher('ocpp1.6', 'fromStation', {
  Heartbeat: (_request, station: string) => ({
    currentTime: station === 'broken' ? 'noon' : '2026-01-05T10:00:00.123456Z',
  }),
  Authorize: (request) => ({
    idTagInfo: { status: request.idTag === 'good' ? 'Accepted' : 'Invalid', parentIdTag: undefined },
  }),
});
/** The dispatcher as one that always answers with a promise. */
const asPromise =
  <C>(dispatch: Dispatch<C>) =>
  async (message: InboundCall, context: C) =>
    dispatch(message, context);
const dispatch = asPromise(answers);
const refusedWith = (code: string) => expect.objectContaining({ constructor: OcppError, code });

describe('the dispatcher', () => {
  it('knows the types of every payload', () => expect([typed, typedEnum]).toEqual([true, true]));

  it('hands a valid request and the context to the handler and gives its answer, cleaned', async () => {
    await expect(dispatch(call('Authorize', { idTag: 'good' }), 'cs-1')).resolves.toEqual({
      idTagInfo: { status: 'Accepted' },
    });
    await expect(dispatch(call('Heartbeat', {}), 'cs-1')).resolves.toEqual({ currentTime: '2026-01-05T10:00:00.123Z' });
  });

  it.each([
    ['an action that no version knows', 'Charge', {}, 'NotImplemented'],
    ['an action of another version', 'TransactionEvent', {}, 'NotImplemented'],
    ['the name of an object member', 'constructor', {}, 'NotImplemented'],
    ['a known action without a handler', 'StopTransaction', {}, 'NotSupported'],
    ['an action of the other direction', 'Reset', { type: 'Soft' }, 'NotSupported'],
    ['a missing field', 'Authorize', {}, 'OccurrenceConstraintViolation'],
    ['a field of the wrong type', 'Authorize', { idTag: 5 }, 'TypeConstraintViolation'],
    ['a field that is too long', 'Authorize', { idTag: 'x'.repeat(21) }, 'PropertyConstraintViolation'],
    ['a field that is not in the schema', 'Authorize', { idTag: 'good', more: 1 }, 'FormatViolation'],
  ])('refuses %s', async (_case, action, payload, code) => {
    await expect(dispatch(call(action, payload), 'cs-1')).rejects.toEqual(refusedWith(code));
  });

  it('has the answer at once, unless the handler needs time', () => {
    expect(answers(call('Heartbeat', {}), 'cs-1')).toEqual({ currentTime: '2026-01-05T10:00:00.123Z' });
    const slow = dispatcher('ocpp1.6', 'fromStation', {
      Heartbeat: async () => ({ currentTime: '2026-01-05T10:00:00Z' }),
    });
    expect(slow(call('Heartbeat', {}), undefined)).toBeInstanceOf(Promise);
  });

  it('reports an answer of ours that does not fit and tells the station only InternalError', async () => {
    const defects: unknown[] = [];
    const strict = dispatcher(
      'ocpp1.6',
      'fromStation',
      { Heartbeat: () => ({ currentTime: 'noon' }) },
      { onDefect: (_call, error) => defects.push(error) },
    );
    await expect(asPromise(strict)(call('Heartbeat', {}), undefined)).rejects.toEqual(refusedWith('InternalError'));
    expect(defects).toEqual([refusedWith('PropertyConstraintViolation')]);
  });

  it('lets the platform keep an invalid request and answer it all the same', async () => {
    const kept: InboundCall[] = [];
    const lenient = dispatcher(
      'ocpp1.6',
      'fromStation',
      { StopTransaction: () => ({}), Authorize: () => ({ idTagInfo: { status: 'Accepted' } }) },
      {
        onInvalid: async (invalid) => {
          kept.push(invalid);
          return invalid.action === 'StopTransaction' ? {} : undefined;
        },
      },
    );
    await expect(asPromise(lenient)(call('StopTransaction', { meterStop: 'much' }), undefined)).resolves.toEqual({});
    await expect(asPromise(lenient)(call('Authorize', {}), undefined)).rejects.toEqual(
      refusedWith('OccurrenceConstraintViolation'),
    );
    expect(kept.map(({ action, payload }) => [action, payload])).toEqual([
      ['StopTransaction', { meterStop: 'much' }],
      ['Authorize', {}],
    ]);
  });
});

describe('a protocol', () => {
  it('lists what it has no row for', () => {
    const ocpp16 = protocol('ocpp1.6', {
      fromStation: { Heartbeat: () => ({ currentTime: '2026-01-05T10:00:00Z' }) },
      toStation: { Reset: 'a row' },
    });
    expect(ocpp16.toStation.Reset).toBe('a row');
    expect(ocpp16.notYet).toContain('StartTransaction');
    expect(ocpp16.notYet).not.toContain('Heartbeat');
    expect(ocpp16.notYet).not.toContain('Reset');
    expect(ocpp16.notYet).toHaveLength(37);
  });
});
