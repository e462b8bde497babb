import { describe, expect, it } from '@jest/globals';
import { random, shuffled } from '@chargemesh/testing/random';
import { type Proof, proofProblem } from './proofs.js';

const proof = (sessionId: string, firstPage: number, lastPage: number, minute: number, publicKey = 'KEY'): Proof => ({
  ...{ sessionId, publicKey, firstPage: String(firstPage), lastPage: String(lastPage) },
  begunAt: new Date(Date.UTC(2026, 2, 1, 12, minute)),
});

describe('the pages of a meter', () => {
  it.each<[string, Proof, Proof[], ReturnType<typeof proofProblem>]>([
    ['prove a first session', proof('b', 5, 6, 30), [], undefined],
    ['prove a later session that goes on', proof('b', 7, 8, 30), [proof('a', 5, 6, 0)], undefined],
    ['prove a later session after a gap', proof('b', 70, 80, 30), [proof('a', 5, 6, 0)], undefined],
    ['prove an earlier session that comes late', proof('a', 5, 6, 0), [proof('b', 7, 8, 30)], undefined],
    ['prove the same session again', proof('a', 5, 6, 0), [proof('a', 5, 6, 0)], undefined],
    ['prove no second session', proof('b', 5, 6, 30), [proof('a', 5, 6, 0)], 'pages-used'],
    ['prove none that shares one page', proof('b', 6, 9, 30), [proof('a', 5, 6, 0)], 'pages-used'],
    ['prove none around another', proof('b', 1, 99, 30), [proof('a', 5, 6, 0)], 'pages-used'],
    ['do not fall as time rises', proof('b', 3, 4, 30), [proof('a', 5, 6, 0)], 'pages-fall'],
    ['do not rise as time falls', proof('b', 7, 8, 0), [proof('a', 5, 6, 30)], 'pages-fall'],
    ['of another key do not matter', proof('b', 5, 6, 30), [proof('a', 5, 6, 0, 'OTHER')], undefined],
  ])('%s', (_what, one, others, problem) => {
    expect(proofProblem(one, others)).toBe(problem);
  });

  it('are told apart beyond the whole numbers of JavaScript', () => {
    const [a, b] = [proof('a', 0, 0, 0), proof('b', 0, 0, 30)];
    const pages = (of: Proof, page: string) => ({ ...of, firstPage: page, lastPage: page });
    const [low, high] = [pages(a, '9007199254740992'), pages(b, '9007199254740993')];
    expect([proofProblem(high, [low]), proofProblem(pages(b, low.firstPage), [low])]).toEqual([
      undefined,
      'pages-used',
    ]);
  });

  it('prove each session of an honest meter, in whatever order they arrive', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const next = random(seed);
      let page = 1;
      const sessions = Array.from({ length: 12 }, (_, index) => {
        const first = page + Math.floor(next() * 3);
        const last = first + Math.floor(next() * 4);
        page = last + 1;
        return proof(`s${index}`, first, last, index);
      });
      const proven: Proof[] = [];
      for (const session of shuffled(sessions, next)) {
        expect(proofProblem(session, proven)).toBeUndefined();
        proven.push(session);
      }
      for (const session of sessions)
        expect(proofProblem({ ...session, sessionId: 'replay' }, proven)).toBe('pages-used');
    }
  });
});
