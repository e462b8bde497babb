import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Environment } from '@chargemesh/service/settings';
import { type Finding, fine, messageOf, problem, warning } from './finding.js';

const DAY_MS = 86_400_000;
export const SOON_DAYS = 21;

const FILES = ['KAFKA_TLS_CA_FILE', 'KAFKA_TLS_CERT_FILE', 'DATABASE_TLS_CA_FILE', 'DATABASE_TLS_CERT_FILE'];
const RENEW = 'Renew it; the file is read for each new connection.';

/** The certificates that the settings name: readable, valid for a while, and with their keys. */
export function checkCertificates(environment: Environment, now = new Date()): Finding[] {
  const files = FILES.flatMap((setting) => {
    const file = environment[setting];
    return file ? [{ setting, file, keyFile: environment[setting.replace('_CERT_', '_KEY_')] }] : [];
  });
  return files.flatMap(({ setting, file, keyFile }) => {
    try {
      const certificates = certificatesIn(readFileSync(file, 'utf8'));
      const [first] = certificates;
      if (!first) return [problem(setting, `${file} holds no certificate (PEM).`, 'Name the right file.')];
      const isOurs = setting.includes('_CERT_') && keyFile;
      if (isOurs && !first.checkPrivateKey(createPrivateKey(readFileSync(keyFile))))
        return [
          problem(
            setting,
            `The key in ${keyFile} is not that of the certificate.`,
            'Name the two that belong together.',
          ),
        ];
      return certificates.map((certificate) => expiryOf(setting, certificate, now, RENEW));
    } catch (error) {
      return [
        problem(setting, `${file} cannot be read: ${messageOf(error)}`, 'Name a file that is there and readable.'),
      ];
    }
  });
}

/** How long a certificate holds. */
export function expiryOf(check: string, certificate: X509Certificate, now: Date, todo: string): Finding {
  const days = Math.floor((certificate.validToDate.getTime() - now.getTime()) / DAY_MS);
  const name = nameIn(certificate.subject);
  if (certificate.validFromDate > now)
    return problem(check, `${name} holds from ${certificate.validFrom} on only.`, 'Are clocks right?');
  if (days < 0) return problem(check, `${name} has expired on ${certificate.validTo}.`, todo);
  if (days < SOON_DAYS) return warning(check, `${name} expires in ${days} days.`, todo);
  return fine(check, `${name} holds for ${days} days.`);
}

/** The common name of somebody, as OpenSSL writes it, or all of it. */
export function nameIn(distinguished: string): string {
  return /^CN=(.+)$/m.exec(distinguished)?.[1] ?? distinguished.replaceAll('\n', ', ');
}

function certificatesIn(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}
