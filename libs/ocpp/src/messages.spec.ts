import { describe, expect, it } from '@jest/globals';
import * as schemas16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as schemas201 from 'typed-ocpp/dist/ocpp20/schemas.js';
import * as schemas21 from 'typed-ocpp/dist/ocpp21/schemas.js';
import { directionOf, isSentBy, messageRows, subprotocols } from './messages.js';
import { checkRequest, checkResponse } from './schemas.js';

const actionsOf = (schemas: object) =>
  [...new Set(Object.keys(schemas).map((name) => name.replace(/(Request|Response)$/, '')))].sort();

describe('the message tables', () => {
  it.each([
    ['ocpp1.6', schemas16],
    ['ocpp2.0.1', schemas201],
    ['ocpp2.1', schemas21],
  ] as const)('hold every message of %s exactly once', (version, schemas) => {
    const rows = messageRows().filter((row) => row.version === version);
    expect(rows.map((row) => row.action).sort()).toEqual(actionsOf(schemas));
  });

  it('say who sends what', () => {
    expect(directionOf('ocpp1.6', 'StartTransaction')).toBe('fromStation');
    expect(directionOf('ocpp2.1', 'NotifyWebPaymentStarted')).toBe('toStation');
    expect(directionOf('ocpp2.1', 'NotifySettlement')).toBe('fromStation');
    expect(directionOf('ocpp2.0.1', 'NotifySettlement')).toBeUndefined();
    for (const version of subprotocols) {
      expect(isSentBy(version, 'fromStation', 'DataTransfer') && isSentBy(version, 'toStation', 'DataTransfer')).toBe(
        true,
      );
      expect(isSentBy(version, 'toStation', 'toString')).toBe(false);
    }
  });

  it('have a schema behind every request and response that compiles', () => {
    for (const { version, action } of messageRows()) {
      for (const check of [checkRequest, checkResponse]) {
        if (check === checkResponse && action === 'NotifyPeriodicEventStream') continue; // a SEND has no answer
        try {
          check(version, action, { notAField: true });
        } catch (error) {
          expect(error).toMatchObject({ name: 'OcppError', code: expect.stringMatching(/Format|Occurrence/) });
          continue;
        }
        throw new Error(`${version} ${action} accepts anything`);
      }
    }
  });
});
