import { type TProperties, Type } from 'typebox';

export const BulkQuery = Type.Object({
  dryRun: Type.Optional(
    Type.Boolean({ default: false, description: 'Says what would come of each row, and changes nothing' }),
  ),
});

/** The problem document that the single request would have been answered, but for its path and trace. */
const Refusal = Type.Object(
  { type: Type.String(), title: Type.String(), status: Type.Integer(), code: Type.String(), detail: Type.String() },
  { additionalProperties: true },
);

const statuses = ['created', 'updated', 'unchanged', 'refused'] as const;
export type BulkStatus = (typeof statuses)[number];

/** What came of all rows; the last line of an answer that was not cut off. */
const BulkEnd = Type.Object({
  /** `stopped`: of the lines that have no result nothing was done; send them again. */
  end: Type.Union([Type.Literal('complete'), Type.Literal('stopped')]),
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  refused: Type.Integer(),
  /** Why it was stopped. */
  problem: Type.Optional(Refusal),
});

/** A line of the answer: what came of a row, with what is shown of it this once, or of all. */
export function bulkAnswerOf(shown: TProperties) {
  const BulkResult = Type.Object({
    line: Type.Integer({ minimum: 1 }),
    /** Absent when the line has none that could be read. */
    id: Type.Optional(Type.String()),
    status: Type.Union(statuses.map((status) => Type.Literal(status))),
    ...Object.fromEntries(Object.entries(shown).map(([name, schema]) => [name, Type.Optional(schema)])),
    /** Of a refused row. */
    problem: Type.Optional(Refusal),
  });
  return Type.Union([BulkResult, BulkEnd]);
}
