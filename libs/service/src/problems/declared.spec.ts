import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Logger } from 'pino';
import { lastValueFrom, throwError } from 'rxjs';
import { type ProblemCode, catalogue } from './catalogue.js';
import { DeclaredProblems, Problems, UNDECLARED } from './declared.js';
import { problem } from '../problem.js';

class Things {
  @Problems('in-use')
  remove(): void {
    // Only what it declares is looked at.
  }
}

/** What is logged when the operation answers a problem. */
async function noted(code: ProblemCode): Promise<unknown[]> {
  const logged: unknown[] = [];
  const logger = { error: (...line: unknown[]) => logged.push(line) } as unknown as Logger;
  const context = {
    getHandler: () => Things.prototype.remove,
    getClass: () => Things,
  } as unknown as ExecutionContext;
  const next = { handle: () => throwError(() => problem(code)) };
  const answered = lastValueFrom(new DeclaredProblems(new Reflector(), logger).intercept(context, next));
  await expect(answered).rejects.toMatchObject({ code });
  return logged;
}

describe('a problem that an operation answers', () => {
  it('is noted where the operation does not declare it', async () => {
    expect(await noted('id-taken')).toEqual([[{ code: 'id-taken', handler: 'Things.remove' }, UNDECLARED]]);
  });

  it.each(['in-use', 'not-found', 'unavailable'] as const)(
    '%s is expected, as it is declared or of any',
    async (code) => {
      expect(await noted(code)).toEqual([]);
    },
  );
});

describe('the catalogue of problems', () => {
  it('has each code in one domain', () => {
    const codes = Object.values(catalogue).flatMap(({ problems }) => Object.keys(problems));
    expect(codes).toHaveLength(new Set(codes).size);
  });
});
