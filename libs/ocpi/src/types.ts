import { matching } from '@chargemesh/contracts';
import { Type } from 'typebox';

/** Types of OCPI objects as we send them. OCPI 2.2.1 and 2.3.0 (core), types. */

export const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
export const DateTime = matching(
  '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$',
  'an instant in UTC, such as 2026-01-05T10:00:00Z',
  { maxLength: 25 },
);
