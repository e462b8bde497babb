import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto';

export interface MeterOptions {
  /** As OpenSSL calls it. */
  readonly curve?: string;
  /** As the signature section calls the algorithm; left out when undefined. */
  readonly algorithm?: string | undefined;
}

/** How the signature is written. */
export interface Spelling {
  readonly format?: 'der' | 'compact';
  readonly encoding?: 'hex' | 'HEX' | 'base64';
  /** The value of `SE`; left out when undefined. */
  readonly label?: string;
}

export interface Page {
  readonly PG?: string;
  readonly RD?: readonly object[];
  readonly [field: string]: unknown;
}

/** A meter with a key pair of its own, which signs what it is told. */
export class TestMeter {
  readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;
  private readonly algorithm: string | undefined;

  constructor({ curve = 'prime256v1', ...options }: MeterOptions = {}) {
    const pair = generateKeyPairSync('ec', { namedCurve: curve });
    this.publicKey = pair.publicKey;
    this.privateKey = pair.privateKey;
    this.algorithm = 'algorithm' in options ? options.algorithm : `ECDSA-${curve}-SHA256`;
  }

  /** SubjectPublicKeyInfo. */
  get keyDer(): Buffer {
    return this.publicKey.export({ format: 'der', type: 'spki' });
  }

  get keyHex(): string {
    return this.keyDer.toString('hex');
  }

  /** The uncompressed point: what follows the algorithm in the DER, without the head of its bit string. */
  get keyPoint(): Buffer {
    const der = this.keyDer;
    const headOf = (at: number): number => (der.readUInt8(at + 1) > 0x80 ? 3 : 2);
    const algorithm = headOf(0);
    const bits = algorithm + headOf(algorithm) + der.readUInt8(algorithm + 1);
    return der.subarray(bits + headOf(bits) + 1);
  }

  /** An OCMF value over exactly this payload. */
  signed(payload: string | Buffer, { format = 'der', encoding = 'hex', label }: Spelling = {}): Buffer {
    const bytes = Buffer.from(payload);
    const dsaEncoding = format === 'der' ? 'der' : 'ieee-p1363';
    const signature = sign('sha256', bytes, { key: this.privateKey, dsaEncoding });
    const text = signature.toString(encoding === 'base64' ? 'base64' : 'hex');
    const section = { SA: this.algorithm, SE: label, SD: encoding === 'HEX' ? text.toUpperCase() : text };
    return Buffer.concat([Buffer.from('OCMF|'), bytes, Buffer.from(`|${JSON.stringify(section)}`)]);
  }

  /** A page of a transaction: of this meter, status good, kWh of the usual register, unless the fields say otherwise. */
  page({ RD = [], ...fields }: Page, spelling?: Spelling): string {
    const usual = { RI: '1-0:1.8.0', RU: 'kWh', ST: 'G', EF: '' };
    const readings = RD.map((reading, at) => (at === 0 ? { ...usual, ...reading } : reading));
    const payload = { FV: '1.0', GI: 'Test', GS: 'G1', MS: 'M1', IS: true, IT: 'NONE', ...fields, RD: readings };
    return this.signed(JSON.stringify(payload), spelling).toString();
  }
}

/** `2026-03-01T12:00:00,000+0100 S` after so many minutes. */
export function meterTime(minutes: number, status = 'S'): string {
  const clock = `${String(12 + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return `2026-03-01T${clock}:00,000+0100 ${status}`;
}
