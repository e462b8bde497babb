import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type DetailedPeerCertificate, type SecureVersion, connect } from 'node:tls';

export interface HandshakeOptions {
  readonly host: string;
  readonly port: number;
  readonly maxVersion?: SecureVersion;
  readonly ciphers?: string;
  /** Without saying by which name the server is asked. */
  readonly unnamed?: boolean;
}

export interface Handshake {
  readonly cipher: string;
  /** What the server has sent, its own certificate first. */
  readonly chain: readonly X509Certificate[];
  /** Why it would not be trusted, as OpenSSL or Node calls it. */
  readonly refused: string | undefined;
}

const WITHIN_MS = 10_000;

/** Shakes hands by TLS whatever the certificate, and says what was seen; nothing else is sent. */
export function handshake({ host, port, unnamed, ...tls }: HandshakeOptions): Promise<Handshake> {
  const servername = unnamed || isIP(host) ? {} : { servername: host };
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...servername, ...tls, rejectUnauthorized: false });
    const timer = setTimeout(
      () => socket.destroy(new Error(`nobody answered within ${WITHIN_MS / 1_000} s`)),
      WITHIN_MS,
    );
    socket.once('close', () => clearTimeout(timer));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const refused = socket.authorizationError as Error | string | undefined | null;
      const chain = chainOf(socket.getPeerCertificate(true));
      resolve({ cipher: socket.getCipher().standardName, chain, refused: refused ? codeOf(refused) : undefined });
      socket.end();
    });
  });
}

/** Node has the code of OpenSSL here, or an error with a code. */
function codeOf(refused: Error | string): string {
  return typeof refused === 'string' ? refused : ((refused as { code?: string }).code ?? refused.message);
}

function chainOf(first: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  for (let one: DetailedPeerCertificate | undefined = first; one?.raw && !seen.has(one.fingerprint256);) {
    seen.add(one.fingerprint256);
    chain.push(new X509Certificate(one.raw));
    one = one.issuerCertificate;
  }
  return chain;
}
