/** An elliptic curve that meters sign on. */
export interface Curve {
  /** As OCMF calls it (table 22), without the algorithm's name around it. */
  readonly name: string;
  /** As OpenSSL calls it. */
  readonly opensslName: string;
  /** DER of the curve's object identifier, in hex. */
  readonly oid: string;
  /** Length of a coordinate of a point. */
  readonly coordinateBytes: number;
}

export const allCurves: readonly Curve[] = [
  { name: 'secp192k1', opensslName: 'secp192k1', oid: '06052b8104001f', coordinateBytes: 24 },
  { name: 'secp192r1', opensslName: 'prime192v1', oid: '06082a8648ce3d030101', coordinateBytes: 24 },
  { name: 'secp224r1', opensslName: 'secp224r1', oid: '06052b81040021', coordinateBytes: 28 },
  { name: 'secp256k1', opensslName: 'secp256k1', oid: '06052b8104000a', coordinateBytes: 32 },
  { name: 'secp256r1', opensslName: 'prime256v1', oid: '06082a8648ce3d030107', coordinateBytes: 32 },
  { name: 'secp384r1', opensslName: 'secp384r1', oid: '06052b81040022', coordinateBytes: 48 },
  { name: 'secp521r1', opensslName: 'secp521r1', oid: '06052b81040023', coordinateBytes: 66 },
  { name: 'brainpool256r1', opensslName: 'brainpoolP256r1', oid: '06092b2403030208010107', coordinateBytes: 32 },
  { name: 'brainpool384r1', opensslName: 'brainpoolP384r1', oid: '06092b240303020801010b', coordinateBytes: 48 },
  { name: 'brainpool512r1', opensslName: 'brainpoolP512r1', oid: '06092b240303020801010d', coordinateBytes: 64 },
];

const spellings = new Map(
  allCurves.flatMap((curve) => [
    [plain(curve.name), curve] as const,
    [plain(curve.opensslName), curve] as const,
    ...synonyms(curve).map((spelling) => [spelling, curve] as const),
  ]),
);

/** The curve of a name in any case and with any separators; undefined when it is none that meters sign on. */
export function curveNamed(name: string): Curve | undefined {
  return spellings.get(plain(name));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** NIST P-256 is secp256r1 is ANSI prime256v1; OCMF writes a `prime384v1` that ANSI does not know. */
function synonyms({ name, coordinateBytes }: Curve): string[] {
  if (!name.startsWith('secp') || !name.endsWith('r1')) return [];
  const bits = name === 'secp521r1' ? 521 : coordinateBytes * 8;
  return [`p${bits}`, `nistp${bits}`, `prime${bits}v1`];
}

// eslint-disable-next-line regexp/no-super-linear-backtracking -- longer texts are not looked at
const ALGORITHM = /^\s*ecdsa[\s_-]*([a-z0-9 _-]{2,30}?)[\s_-]*sha[\s_-]*256\s*$/i;
const ALGORITHM_CHARS_MAX = 80;
/** OCMF table 22: what a signature section without `SA` means. */
const DEFAULT_ALGORITHM = 'ECDSA-secp256r1-SHA256';

/** The curve of a signature algorithm's name, `ECDSA-<curve>-SHA256` in any case; undefined for any other algorithm. */
export function curveOfAlgorithm(algorithm: string = DEFAULT_ALGORITHM): Curve | undefined {
  if (algorithm.length > ALGORITHM_CHARS_MAX) return undefined;
  const [, name] = ALGORITHM.exec(algorithm) ?? [];
  return name === undefined ? undefined : curveNamed(name);
}
