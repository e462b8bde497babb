/** The provider of payments that a terminal takes: a station's, or one beside it. */
export const TERMINAL = 'terminal';
