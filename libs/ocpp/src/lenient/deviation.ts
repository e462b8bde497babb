/** How a message was read that does not fit its schema though its meaning is not in doubt. */
export type Rule =
  /** A null, empty text, empty list or empty object where something optional may be left out. */
  | 'absent'
  /** The name of an action in another case, or with blanks or control characters around it. */
  | 'action-spelling'
  /** A byte order mark before, or NUL characters after, the message. */
  | 'frame-padding'
  /** A text that is no UTF-8: what cannot be read in it is the replacement character. */
  | 'frame-encoding'
  /** A message in a binary frame. */
  | 'frame-binary'
  /** A message with more elements than it has. */
  | 'frame-long'
  /** A message id longer than 36 characters. */
  | 'id-long'
  /** A message id that is a number. */
  | 'id-number'
  /** A list where one object belongs, or one thing where a list belongs. */
  | 'list-or-one'
  /** More elements than the schema allows. */
  | 'list-long'
  /** An optional member, or an element of a list, that cannot be read and is left out. */
  | 'part-unreadable'
  /** A member's name in other letters, or at the place that another version has for it. */
  | 'member-spelling'
  /** A member whose name is the plural or singular of the schema's. */
  | 'member-plural'
  /** A member that the schema does not know. */
  | 'member-unknown'
  /** A measured value that may be several numbers; it is kept as it was written, and read by nobody. */
  | 'number-doubtful'
  /** A number with a decimal comma, a plus, or blanks around it. */
  | 'number-form'
  /** A number with more places than the schema allows, or with places where a whole one belongs. */
  | 'number-precision'
  /** A number out of its range. */
  | 'number-range'
  /** A message id that is none: what it says counts, and it is told so. */
  | 'id-unreadable'
  /** No payload, or null, where an object belongs. */
  | 'payload-absent'
  /** A text where the payload belongs: its JSON, or the one word of an answer. */
  | 'payload-text'
  /** A text longer than the schema allows; beyond what is ever kept it is cut. */
  | 'text-long'
  /** A text too long by control characters at its end, as of a station that reads past its buffer. */
  | 'text-tail'
  /** A time in another form than RFC 3339's. */
  | 'time-form'
  /** No time; that of the arrival, or in a part of a message that of the message, stands for it. */
  | 'time-missing'
  /** A time without a zone. */
  | 'time-zone'
  /** A number, text or truth value written as another of these. */
  | 'type'
  /** A unit that is written behind the number. */
  | 'unit-behind'
  /** A word of an enumeration in another spelling. */
  | 'word-spelling'
  /** A word that the enumeration lacks. */
  | 'word-unknown';

/** One thing that was read leniently. */
export interface Deviation {
  readonly rule: Rule;
  /** JSON pointer into the payload, `*` for the elements of a list. */
  readonly path: string;
  /** What stood there, where the reading does not say it any more. */
  readonly word?: string;
}

/** As what times without a zone are read: UTC, or the time of the station's site. */
export type ZonelessAs = 'UTC' | 'site';

/** A payload as it is meant. */
export interface LenientReading {
  readonly payload: object;
  /** What was done to it, at most `deviationsMax`. */
  readonly deviations: readonly Deviation[];
  /** As what times without a zone were read, if there were any and it is known now. */
  readonly zonelessAs?: ZonelessAs;
}

/** What a reading depends on besides the message. */
export interface ReadingContext {
  /** When the message came. */
  readonly arrivedAt: Date;
  /** IANA zone of the station's site. */
  readonly timeZone?: string | undefined;
  /** As what the station's times without a zone were read before. */
  readonly zonelessAs?: ZonelessAs | undefined;
  /** Whether messages that were told at once have shown that: a time ahead of the arrival is then of a clock that is ahead. */
  readonly isZoneProven?: boolean | undefined;
}

export const deviationsMax = 100;
const wordLengthMax = 255;

/** A word as it is kept beside a reading. */
export function wordOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.slice(0, wordLengthMax);
}
