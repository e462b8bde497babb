/** Whose figures or words a duty goes by: a text that was read, or what others say of it. */
export type Evidence = 'primary' | 'secondary';

/** What a duty asks of an EVSE that the platform knows something of; `untold`: only its operator can say whether it is met. */
export type Need = 'terminal' | 'contactless' | 'means-of-payment' | 'connection' | 'fixed-cable' | 'untold';

/** Which points a duty is for; what is left out does not matter. */
export interface Points {
  readonly minPowerW?: number;
  readonly belowPowerW?: number;
  /** Deployed on that day or later; an EVSE without `operationalSince` counts as new. */
  readonly deployedFrom?: string;
  readonly powerType?: 'DC';
  /** On the TEN-T road network, or in a safe and secure parking area. */
  readonly onTenT?: true;
}

/** A duty of operators of public points. */
export interface Duty {
  readonly duty: string;
  /** Where: in the EU, or in the United Kingdom. */
  readonly place: 'EU' | 'UK';
  /** What is asked, in a sentence. */
  readonly asks: string;
  readonly points: Points;
  /** The first day on which it holds. */
  readonly from: string;
  readonly need: Need;
  readonly source: string;
  readonly evidence: Evidence;
}

const AFIR = 'Regulation (EU) 2023/1804 (AFIR)';
const UK = 'Public Charge Point Regulations 2023 (SI 2023/1168)';
const UK_SINCE = '2024-11-24';
const FAST_W = 50_000;
const APPLIES = '2024-04-13';

/** AFIR-2, AFIR-8 and UK-1 as data: a new duty, or another date, is a line. */
export const DUTIES: readonly Duty[] = [
  {
    duty: 'terminal-at-new-fast-points',
    place: 'EU',
    asks: 'A card reader or a contactless reader; one may serve a pool.',
    points: { minPowerW: FAST_W, deployedFrom: APPLIES },
    from: APPLIES,
    need: 'terminal',
    source: `${AFIR}, article 5(1)(a) and (b)`,
    evidence: 'secondary',
  },
  {
    duty: 'terminal-at-all-fast-points',
    place: 'EU',
    asks: 'A card reader or a contactless reader, also at older points, on the TEN-T road network and in safe and secure parking.',
    points: { minPowerW: FAST_W, onTenT: true },
    from: '2027-01-01',
    need: 'terminal',
    source: `${AFIR}, article 5(1)`,
    evidence: 'secondary',
  },
  {
    duty: 'means-of-payment',
    place: 'EU',
    asks: 'A card reader, a contactless reader, or a secure page to pay at, such as behind a QR code.',
    points: { belowPowerW: FAST_W, deployedFrom: APPLIES },
    from: APPLIES,
    need: 'means-of-payment',
    source: `${AFIR}, article 5(1)(c)`,
    evidence: 'secondary',
  },
  {
    duty: 'automatic-authentication-declined',
    place: 'EU',
    asks: 'Whoever is recognised by their car may decline that and pay ad hoc; page and station say so.',
    points: {},
    from: APPLIES,
    need: 'untold',
    source: `${AFIR}, article 5(2)`,
    evidence: 'secondary',
  },
  {
    duty: 'digitally-connected',
    place: 'EU',
    asks: 'The point is digitally connected.',
    points: {},
    from: '2024-10-14',
    need: 'connection',
    source: `${AFIR}, article 5(7)`,
    evidence: 'secondary',
  },
  {
    duty: 'smart-charging',
    place: 'EU',
    asks: 'The point can charge smartly; renovated ones from 2024-10-14 on, too.',
    points: { deployedFrom: APPLIES },
    from: APPLIES,
    need: 'untold',
    source: `${AFIR}, article 5(8)`,
    evidence: 'secondary',
  },
  {
    duty: 'fixed-cable',
    place: 'EU',
    asks: 'Points of direct current have fixed cables.',
    points: { powerType: 'DC' },
    from: '2025-04-14',
    need: 'fixed-cable',
    source: `${AFIR}, article 5(10)`,
    evidence: 'secondary',
  },
  {
    duty: 'owner-provides',
    place: 'EU',
    asks: 'An owner who is not the operator provides a point by which the operator can do all of this.',
    points: {},
    from: APPLIES,
    need: 'untold',
    source: `${AFIR}, article 5(11)`,
    evidence: 'secondary',
  },
  {
    duty: 'iso-15118-2',
    place: 'EU',
    asks: 'The point speaks ISO 15118-2.',
    points: { deployedFrom: '2026-01-08' },
    from: '2026-01-08',
    need: 'untold',
    source: 'Delegated Regulation (EU) 2025/656',
    evidence: 'secondary',
  },
  {
    duty: 'iso-15118-20',
    place: 'EU',
    asks: 'The point speaks ISO 15118-20.',
    points: { deployedFrom: '2027-01-01' },
    from: '2027-01-01',
    need: 'untold',
    source: 'Delegated Regulation (EU) 2025/656',
    evidence: 'secondary',
  },
  {
    duty: 'uk-contactless-at-new-points',
    place: 'UK',
    asks: 'Contactless payment by card, at points of 8 kW and more that were deployed since.',
    points: { minPowerW: 8_000, deployedFrom: UK_SINCE },
    from: UK_SINCE,
    need: 'contactless',
    source: UK,
    evidence: 'secondary',
  },
  {
    duty: 'uk-contactless-at-rapid-points',
    place: 'UK',
    asks: 'Contactless payment by card, at all points of 50 kW and more.',
    points: { minPowerW: FAST_W },
    from: UK_SINCE,
    need: 'contactless',
    source: UK,
    evidence: 'secondary',
  },
  {
    duty: 'uk-helpline',
    place: 'UK',
    asks: 'A helpline with people, free of charge, around the clock; its number is displayed at the site.',
    points: {},
    from: UK_SINCE,
    need: 'untold',
    source: UK,
    evidence: 'secondary',
  },
];
