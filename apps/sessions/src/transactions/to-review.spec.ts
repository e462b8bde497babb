import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { REVIEW_FLAGS } from './to-review.js';

it('has a line in the guide for every flag for review', () => {
  const guide = readFileSync(
    fileURLToPath(new URL('../../../../docs/how-to-review-sessions.md', import.meta.url)),
    'utf8',
  );
  expect(REVIEW_FLAGS.filter((flag) => !guide.includes(`| \`${flag}\``))).toEqual([]);
});
