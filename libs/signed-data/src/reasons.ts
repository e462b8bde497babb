/** What came of a verification: proven, refuted, not checkable without a key, or not readable at all. */
export type Result = 'valid' | 'invalid' | 'no-key' | 'unreadable';

/** Every reason that a verdict gives, with the result it goes with and what it means. */
export const reasons = {
  verified: ['valid', 'The signature is that of the key, over exactly these bytes.'],
  'signature-wrong': ['invalid', 'The signature does not fit the data and the key: one of them has been changed.'],
  'signature-malformed': ['invalid', 'The signature is no ECDSA signature of the named curve in any known spelling.'],
  'key-curve-differs': ['invalid', 'The key is on another curve than the one that the signature names.'],
  'serial-missing': ['invalid', 'A value names neither a meter nor a gateway serial number.'],
  'serial-differs': ['invalid', 'The values come from different meters or gateways.'],
  'key-differs': ['invalid', 'The values were signed with different keys.'],
  'pagination-missing': ['invalid', 'A value has no pagination counter.'],
  'pagination-repeated': ['invalid', 'Two different values have the same pagination counter.'],
  'pagination-gap': ['invalid', 'The pagination counters are not consecutive: a value is missing.'],
  'begin-missing': ['invalid', 'No value marks the begin of the transaction.'],
  'begin-not-first': ['invalid', 'Values of the transaction lie before its begin.'],
  'begin-ambiguous': ['invalid', 'The values tell different begins of the transaction.'],
  'end-missing': ['invalid', 'No value marks the end of the transaction.'],
  'end-not-last': ['invalid', 'Values of the transaction lie after its end.'],
  'end-ambiguous': ['invalid', 'The values tell different ends of the transaction.'],
  'user-assignment-failed': ['invalid', 'The meter recorded that the user could not be assigned rightly.'],
  'user-differs': ['invalid', 'The begin names another user than the end.'],
  'meter-error': ['invalid', 'The meter reported a status other than good.'],
  'energy-unusable': ['invalid', 'The meter marked the energy as not usable for billing.'],
  'energy-missing': ['invalid', 'No register of imported energy is read at the begin and at the end.'],
  'energy-ambiguous': ['invalid', 'Several registers of imported energy disagree.'],
  'energy-negative': ['invalid', 'The register is lower at the end than at the begin.'],
  'time-unreadable': ['invalid', 'The begin or the end has no time.'],
  'time-backwards': ['invalid', 'The end is before the begin.'],
  'time-status-differs': ['invalid', 'The begin is timed relative to an info clock and the end is not.'],
  'time-not-of-session': ['invalid', 'By the synchronised clock of the meter, the values are of another time.'],
  'pages-used': ['invalid', 'The pagination counters prove another session of the same key already.'],
  'pages-fall': ['invalid', 'The pagination counters fall although the session is later than another of the same key.'],
  'key-missing': ['no-key', 'Nobody said which public key the meter signs with.'],
  'encoding-not-supported': ['unreadable', 'The encoding is not OCMF.'],
  'value-too-large': ['unreadable', 'The value is larger than accepted.'],
  'not-ocmf': ['unreadable', 'The value has not the three sections of OCMF.'],
  'payload-not-json': ['unreadable', 'The payload section is no JSON object of bounded depth.'],
  'version-not-supported': ['unreadable', 'The format version is neither 0.x nor 1.x.'],
  'readings-missing': ['unreadable', 'The payload has no list of readings, or a longer one than accepted.'],
  'signature-missing': ['unreadable', 'The signature section is no JSON object with a signature.'],
  'algorithm-not-supported': ['unreadable', 'The signature algorithm is not ECDSA with SHA-256 on a known curve.'],
  'key-unreadable': ['unreadable', 'The public key is no elliptic curve key in any known spelling.'],
  'values-missing': ['unreadable', 'There is no value, or more than accepted.'],
} as const satisfies Record<string, readonly [Result, string]>;

export type Reason = keyof typeof reasons;

export function resultOf(reason: Reason): Result {
  return reasons[reason][0];
}
