/**
 * Something an event depends on has not arrived yet (a projection of another topic). The consumer waits for it within
 * bounds, then parks the event.
 */
export class DependencyMissing extends Error {
  override readonly name = 'DependencyMissing';
}
