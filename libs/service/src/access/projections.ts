import { ApiKeyState, OperatorState } from '@chargemesh/contracts';
import { Projection } from '@chargemesh/messaging';

export const knownOperators = new Projection(OperatorState, {
  table: 'known_operators',
  columns: {
    operatorId: 'uuid',
    name: 'text',
    countryCode: 'text',
    partyId: 'text',
    currency: 'text',
    authorizationDefault: 'text',
    believedEnergyWh: 'integer',
    believedPowerFactor: 'double precision',
    freeStarts: 'boolean',
  },
});

export const knownApiKeys = new Projection(ApiKeyState, {
  table: 'known_api_keys',
  columns: { apiKeyId: 'uuid', operatorId: 'uuid', hash: 'text', role: 'text', expiresAt: 'timestamptz' },
});
