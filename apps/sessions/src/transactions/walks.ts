import type { Rises } from '../finalization/impossible-rises.js';
import type { WalkOfBegins } from '../finalization/possible-begins.js';
import type { Series } from '../meter/register.js';

/** The readings of one series so far: the latest, what all of them tell, and since when. */
export interface Followed {
  readonly at: number;
  readonly wh: number;
  readonly since: number;
  /** The lowest that was said of that moment, where messages differ. */
  readonly lowestWh?: number;
  readonly walk: WalkOfBegins;
  /** Which of its rises its connector cannot have delivered; absent as long as nobody knows where that is. */
  readonly rises?: Rises;
}

/** What is followed of each series while a session runs. */
export type Walks = Readonly<Record<Series, Followed>>;

/** What is followed as well, and never billed: the register of what the car gives back. */
export const GIVEN_BACK: Series = 'export';
