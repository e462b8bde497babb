import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what has to be read again and holds secrets, so that a copy of the database shows none of them. */
export class SecretBox {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  /** @param purpose that the keys are derived for */
  constructor(purpose: string, key: string, previousKey?: string) {
    const derived = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', `chargemesh ${purpose}`, 32));
    this.keys = [derived(key), ...(previousKey === undefined ? [] : [derived(previousKey)])];
  }

  /** @param context that it can be opened in only */
  seal(text: string, context: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.keys[0], iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  }

  /** Undefined when it was sealed by a key that is gone, or in another context. */
  open(box: Buffer, context: string): string | undefined {
    for (const key of this.keys) {
      try {
        return openedBy(key, box, context);
      } catch {
        // By another key, perhaps.
      }
    }
    return undefined;
  }
}

function openedBy(key: Buffer, box: Buffer, context: string): string {
  const [iv, tag] = [box.subarray(0, IV_BYTES), box.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
  return decipher.update(box.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}
