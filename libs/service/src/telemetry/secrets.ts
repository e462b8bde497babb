const HIDDEN = '[hidden]';

/** Members that hold secrets, wherever they stand, in lower case without separators. */
const SECRET_MEMBERS = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'password',
  'passwordhash',
  'passwordhashes',
  'secret',
  'secretkey',
  'clientsecret',
  'token',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'apikey',
  'privatekey',
  'hash',
]);

const DEEPEST = 8;

/** A copy of a value in which members that hold secrets are hidden; what lies deeper than eight levels is too. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  const whole = value === null || typeof value !== 'object' || value instanceof Date || value instanceof Error;
  if (whole) return value;
  if (depth >= DEEPEST) return HIDDEN;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      holdsSecret(name) ? HIDDEN : withoutSecrets(member, depth + 1),
    ]),
  );
}

function holdsSecret(member: string): boolean {
  return SECRET_MEMBERS.has(member.replace(/[-_]/g, '').toLowerCase());
}

/** Spellings of secrets that may stand inside a text: credentials of a header, our keys, those of Stripe and Adyen, the password of a URL. */
const SPELLINGS: readonly [RegExp, string][] = [
  [/\b(Bearer|bearer|Basic|Token) +[\w.~+/=-]{8,}/g, `$1 ${HIDDEN}`],
  [/\bcmk_[\w-]{8,}/g, HIDDEN],
  [/\b(?:sk|rk|whsec)_\w{8,}/g, HIDDEN],
  [/\bAQE[^\s"',]{24,}/g, HIDDEN],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, HIDDEN],
  [/(:\/\/[^\s:/@"]*):[^\s@"]+@/g, `$1:${HIDDEN}@`],
];

/** Hides what looks like a secret in a text, and the given ones wherever they stand. */
export function withoutSecretTexts(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
  return SPELLINGS.reduce((rest, [spelling, hidden]) => rest.replace(spelling, hidden), known);
}
