import type { AnyContract, Topic } from '@chargemesh/contracts';

/** What an event depends on: a state that another topic tells. */
export interface Dependency {
  readonly topic: Pick<Topic, 'name'>;
  readonly key: string;
}

/**
 * Something an event depends on has not arrived yet (a projection of another topic). The event waits for it, with its
 * key, as long as it takes: it is tried again when the service's consumer of that topic applies that key, and now and
 * then besides.
 */
export class DependencyMissing extends Error {
  override readonly name = 'DependencyMissing';
  readonly waitsFor: string | null;

  constructor(message: string, dependency?: Dependency) {
    super(message);
    this.waitsFor = dependency ? nameOf(dependency) : null;
  }

  /** The state of a compacted topic that says something of this key is not known here yet. */
  static of({ type, topic }: Pick<AnyContract, 'type' | 'topic'>, key: string): DependencyMissing {
    return new DependencyMissing(`${type} ${key} is not known here yet`, { topic, key });
  }
}

/** One name for what is waited for and for what has arrived. */
export function nameOf({ topic, key }: Dependency): string {
  return `${topic.name}/${key}`;
}
