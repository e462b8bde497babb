/** Of every error, for the API description (RFC 9457). */
export const Problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'instance', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; what programs go by' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    traceId: { type: 'string' },
    pointer: { type: 'string', description: 'JSON pointer (RFC 6901) to the first of `errors`' },
    errors: {
      type: 'array',
      description: 'Everything that is wrong with the body, query or path, at most 100',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer to what is wrong, or to where something is missing' },
          code: {
            type: 'string',
            description:
              'The keyword of JSON Schema that is not met, such as `required`; of tariffs and CDRs, their own, such as `negative`',
          },
          detail: { type: 'string', description: 'What it has to be' },
        },
      },
    },
  },
};
