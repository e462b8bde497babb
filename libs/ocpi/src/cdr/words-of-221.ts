/** Words of 2.3.0 that 2.2.1 does not have, and the nearest that it has. */
export const TOKENS_OF_221: Readonly<Record<string, string>> = { EMAID: 'OTHER' };
