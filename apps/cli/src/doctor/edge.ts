import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expiryOf, nameIn } from './certificates.js';
import { type Finding, fine, messageOf, problem, warning } from './finding.js';
import { type Handshake, handshake } from './handshake.js';
import type { EdgeOptions } from './edge-options.js';
import { checkStation } from './station.js';

/** What OCPP's security profiles 2 and 3 have both sides support at least, as OpenSSL spells them. */
const OCPP_CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
];
const FULL_CHAIN = 'Give the server its certificate with all intermediate ones behind it (often "fullchain.pem").';
const RENEW = 'Renew it, and see that it is renewed by itself.';

/** Looks at the edge from outside, as a station does that is some years old. */
export async function checkEdge(options: EdgeOptions): Promise<Finding[]> {
  const { url, caFile } = options;
  if (caFile !== undefined) setDefaultCACertificates([...getCACertificates(), readFileSync(caFile, 'utf8')]);
  const findings = url.protocol === 'wss:' ? await checkTls(url) : [withoutTls(url)];
  // Whoever does not trust the server says nothing more to it.
  if (findings.some(({ state }) => state === 'problem')) return findings;
  return [...findings, ...(await checkStation(options))];
}

function withoutTls({ hostname }: URL): Finding {
  if (/^(localhost|127\.|\[::1\])/.test(hostname)) return fine('TLS', 'There is none, on loopback.');
  return warning('TLS', 'There is none: everybody on the way reads the passwords of stations.', 'Offer wss://.');
}

async function checkTls(url: URL): Promise<Finding[]> {
  const at = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 443) };
  const named = await handshake({ ...at, maxVersion: 'TLSv1.2' }).catch((error: unknown) => messageOf(error));
  if (typeof named === 'string')
    return [
      problem(
        'TLS 1.2',
        `There is no handshake: ${named}`,
        'Stations speak TLS 1.2: allow it, and look at host and port.',
      ),
    ];
  return [
    fine('TLS 1.2', `It is spoken, with ${named.cipher}.`),
    chainOf(named),
    ...named.chain.map((certificate) =>
      expiryOf(`certificate of ${nameIn(certificate.subject)}`, certificate, new Date(), RENEW),
    ),
    await withoutName(at, named),
    await ciphersOf(at),
  ];
}

function chainOf({ chain, refused }: Handshake): Finding {
  const sent = chain.map(({ subject, issuer }) => `${nameIn(subject)} (by ${nameIn(issuer)})`).join(', ');
  if (refused === undefined) return fine('chain', `It can be verified: ${sent}.`);
  const [leaf] = chain;
  const alone = chain.length === 1 && leaf?.subject !== leaf?.issuer;
  if (alone && /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/.test(refused))
    return problem(
      'chain',
      `The server sends its own certificate only: ${sent}. Stations do not fetch the rest.`,
      FULL_CHAIN,
    );
  if (refused === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return problem(
      'chain',
      `The certificate is for another name: ${sent}.`,
      'Stations have to connect by a name that it has.',
    );
  if (refused === 'CERT_HAS_EXPIRED') return problem('chain', `A certificate of it has expired: ${sent}.`, RENEW);
  return problem(
    'chain',
    `Its authority is not trusted here (${refused}): ${sent}.`,
    'Where stations are given the root certificate, name it by --ca-file; others trust only what came with them.',
  );
}

/** Older stations do not say by which name they came (SNI). */
async function withoutName(at: { host: string; port: number }, named: Handshake): Promise<Finding> {
  const check = 'without a name (SNI)';
  const todo = 'Make the certificate of the stations the default one of the address.';
  try {
    const unnamed = await handshake({ ...at, maxVersion: 'TLSv1.2', unnamed: true });
    const same = unnamed.chain[0]?.fingerprint256 === named.chain[0]?.fingerprint256;
    if (same) return fine(check, 'The same certificate is shown.');
    return warning(check, `Another certificate is shown, of ${nameIn(unnamed.chain[0]?.subject ?? '')}.`, todo);
  } catch (error) {
    return warning(check, `There is no handshake: ${messageOf(error)}`, todo);
  }
}

async function ciphersOf(at: { host: string; port: number }): Promise<Finding> {
  const taken: string[] = [];
  for (const ciphers of OCPP_CIPHERS) {
    const works = await handshake({ ...at, maxVersion: 'TLSv1.2', ciphers }).then(
      () => true,
      () => false,
    );
    if (works) taken.push(ciphers);
  }
  if (taken.length > 0) return fine('cipher suites', `Of those that every station has, it takes ${taken.join(', ')}.`);
  const says = `It takes none of those that OCPP has every station support: ${OCPP_CIPHERS.join(', ')}.`;
  return warning('cipher suites', says, 'Allow one that fits the kind of its key (ECDSA or RSA).');
}
