import type { Topic } from '@chargemesh/contracts';
import type { Transport } from '../transport.js';

/** A transport and the faults its log can be given. */
export interface LogUnderTest {
  readonly transport: Transport;
  /** Joins the log as another process would, where the log serves several; else the same transport. */
  another(): Promise<Transport>;
  /** Lets the log take the next produce and lose its answer. */
  loseNextAnswer(): void;
  answersLost(): number;
  /** Lets nothing pass on the connections there are, which stay open. */
  silence(): void;
  /** Takes the log away for a moment. */
  restart(): Promise<void>;
  /** Puts a group at an offset that the log does not have. */
  misplace(topic: Topic, group: string): Promise<void>;
  close(): Promise<void>;
}
