const HEADER = /^Token\s+(\S+)\s*$/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const PRINTABLE = /^[\x21-\x7e]+$/;

/**
 * What the token in an Authorization header may be: as it stands (2.1.1, and many others) and decoded from base64
 * (2.2 and later), without the newline that the specification's own example encodes. Empty without a token.
 */
export function tokensOf(authorization: string | undefined): string[] {
  const [, said] = HEADER.exec(authorization ?? '') ?? [];
  if (said === undefined) return [];
  const decoded = BASE64.test(said) ? Buffer.from(said, 'base64').toString('utf8').trim() : '';
  return PRINTABLE.test(decoded) ? [decoded, said] : [said];
}

/** How a partner wants to be told its token: as it stands (2.1.1, and some others) or in base64 (2.2 and later). */
export const tokenForms = ['base64', 'plain'] as const;
export type TokenForm = (typeof tokenForms)[number];

/** How a token may be written in what is sent and repeated: none of them is to be shown. */
export function spellingsOf(token: string): string[] {
  return tokenForms.map((form) => authorization(token, form).slice('Token '.length));
}

export function authorization(token: string, form: TokenForm): string {
  return `Token ${form === 'plain' ? token : Buffer.from(token).toString('base64')}`;
}
