import { describe, expect, it } from '@jest/globals';
import type { Payment } from '../payments/payment.entity.js';
import { unlockable } from './unlocking.js';

const now = new Date('2026-03-02T12:00:00Z');
const endedAt = new Date('2026-03-02T11:00:00Z');
const paid = { state: 'captured', sessionId: 'own', stopAskedAt: null, endedAt, changedAt: endedAt } as Payment;
const evse = { connectors: [{ connectorId: 1 }, { connectorId: 2 }] };
const alone = { evse, sessionIds: [], now };

describe('connectors that the helpdesk may have unlocked', () => {
  it('are those of the EVSE, the first where none is known', () => {
    expect(unlockable(paid, alone)).toEqual([1, 2]);
    expect(unlockable(paid, { ...alone, evse: undefined })).toEqual([1]);
  });

  it('are none while it charges, until it was asked to stop', () => {
    const charging = { ...paid, state: 'charging', endedAt: null, changedAt: now } as Payment;
    expect(unlockable(charging, { ...alone, sessionIds: ['own'] })).toEqual([]);
    expect(unlockable({ ...charging, stopAskedAt: now }, { ...alone, sessionIds: ['own'] })).toEqual([1, 2]);
  });

  it('are none where somebody else charges, nobody plugged in, or a day is over', () => {
    expect(unlockable(paid, { ...alone, sessionIds: ['others'] })).toEqual([]);
    expect(unlockable({ ...paid, state: 'declined' }, alone)).toEqual([]);
    expect(unlockable({ ...paid, state: 'waiting-for-plug', sessionId: null, endedAt: null }, alone)).toEqual([]);
    expect(unlockable(paid, { ...alone, now: new Date('2026-03-03T11:00:01Z') })).toEqual([]);
  });
});
