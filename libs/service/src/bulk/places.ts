import { problem } from '../problem.js';

const RETRY_AFTER_S = 5;
/** Who was turned away has a place kept for as long as two tries, and a slow third one, take. */
const KEPT_MS = 3 * RETRY_AFTER_S * 1_000;
const REMEMBERED = 1_000;

/** A place that somebody has; `wantedBack` is aborted with the reason when it has to be left. */
export interface Place {
  readonly wantedBack: AbortSignal;
  leave(): void;
}

/**
 * Lets so many requests in at a time, and operators in turn. One operator may have several places as long as nobody else
 * asks: then all but its first are wanted back, and until the other one has come again nobody who came later gets one.
 */
export class Places {
  /** In the order in which they came. */
  private readonly taken = new Map<AbortController, string>();
  /** Operators that were turned away, in order, and until when a place is kept for them. */
  private readonly expected = new Map<string, number>();

  constructor(
    private readonly count: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Throws `too-many-requests` where it is not this operator's turn. */
  take(operatorId: string): Place {
    if (this.ahead(operatorId) >= this.count - this.taken.size) {
      this.expect(operatorId);
      throw tooMany('other rows are being put');
    }
    this.expected.delete(operatorId);
    const wantedBack = new AbortController();
    this.taken.set(wantedBack, operatorId);
    return { wantedBack: wantedBack.signal, leave: () => this.taken.delete(wantedBack) };
  }

  /** How many go before this operator: those who were turned away earlier or, if it has a place, at all. */
  private ahead(operatorId: string): number {
    for (const [other, until] of this.expected) if (until < this.now()) this.expected.delete(other);
    const inLine = [...this.expected.keys()].indexOf(operatorId);
    return inLine < 0 ? this.expected.size : inLine;
  }

  private expect(operatorId: string): void {
    const holders = [...this.taken.values()];
    if (holders.includes(operatorId)) return;
    if (this.expected.size >= REMEMBERED && !this.expected.has(operatorId)) return;
    this.expected.set(operatorId, this.now() + KEPT_MS);
    const [lent] = [...this.taken].filter(([, of], index) => holders.indexOf(of) < index).map(([place]) => place);
    lent?.abort(tooMany('another operator waits: send the rows that have no result again'));
  }
}

function tooMany(detail: string) {
  return problem('too-many-requests', { detail, retryAfterS: RETRY_AFTER_S });
}
