import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { coverage } from './coverage.js';
import { protocols } from './versions.js';

describe('the coverage page', () => {
  it('is up to date; else run: npm run build && npm run coverage -w @chargemesh/ocpp-gateway', () => {
    const page = new URL('../../../docs/ocpp-coverage.md', import.meta.url);
    expect(readFileSync(page, 'utf8')).toBe(coverage());
  });
});

describe('the message tables', () => {
  it.each(Object.values(protocols))(
    'answer every other action of $version with NotSupported',
    async ({ dispatch, notYet, version }) => {
      const { isSentBy } = await import('@chargemesh/ocpp');
      const fromStation = notYet.filter((action) => isSentBy(version, 'fromStation', action));
      expect(fromStation.length).toBeGreaterThan(0);
      for (const action of fromStation) {
        const message = { kind: 'call', messageId: 'm', action, payload: {}, text: '' } as const;
        expect(() => dispatch(message, {} as never)).toThrow(expect.objectContaining({ code: 'NotSupported' }));
      }
    },
  );
});
