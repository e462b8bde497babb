/**
 * `npm run docs -w @chargemesh/helm` makes README.md and values.schema.json of the chart from the comments in values.yaml,
 * whose first lines say how they are written; with `--check` it writes nothing, and ends with 1 if they are not as they would be.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isMap, isSeq, parse, parseDocument } from 'yaml';

const chart = resolve(import.meta.dirname, '../chargemesh');

/** What no value of ours has, but Helm or Kubernetes. */
const GIVEN = {
  properties: { global: { type: 'object', description: 'Values of a chart that this one is a part of.' } },
  $defs: {
    quantities: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        ['cpu', 'memory', 'ephemeral-storage'].map((name) => [name, { type: ['string', 'number'] }]),
      ),
    },
  },
};

const SAYS_WHAT_IS_IN_A_MAP = ['$ref', 'properties', 'additionalProperties'];

/** Text of the two files that follow from values.yaml. */
function documentsOf(valuesText, chartText) {
  const $defs = { ...GIVEN.$defs };
  const rows = [];
  const { contents } = parseDocument(valuesText);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    additionalProperties: false,
    properties: { ...propertiesOf(contents, '', { $defs, rows }), ...GIVEN.properties },
    $defs,
  };
  return { readme: readme(parse(chartText), rows), schema: `${JSON.stringify(schema, null, 2)}\n` };
}

function propertiesOf(map, path, into) {
  return Object.fromEntries(
    map.items.map(({ key, value }, index) => {
      const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined);
      return [key.value, propertyOf({ path: `${path}${key.value}`, value, ...read(comment, path + key.value) }, into)];
    }),
  );
}

/** What a comment says: lines of meaning, more of the schema, a name for it. */
function read(comment, path) {
  const lines = (comment ?? '').split('\n').map((line) => line.trim());
  const extra = lines.filter((line) => line.startsWith('@schema ')).map((line) => JSON.parse(line.slice(8)));
  const def = lines.find((line) => line.startsWith('@def '))?.slice(5);
  const said = lines.slice(lines.findIndex((line) => line.startsWith('-- '))).filter((line) => !line.startsWith('@'));
  const meaning = said.join(' ').replace(/^-- /, '');
  return { path, meaning, extra: Object.assign({}, ...extra), def };
}

function propertyOf({ path, value, meaning, extra, def }, into) {
  if (meaning === '') throw new Error(`${path} has no comment "# -- "`);
  const rows = [];
  const own = typeOf(path, value, extra, { ...into, rows });
  into.rows.push(...rowsOf({ path, value, meaning, extra }, rows));
  const { $ref } = extra;
  const schema = { description: meaning, ...($ref ? { $ref } : { ...own, ...extra }) };
  if (def === undefined) return schema;
  into.$defs[def] = schema;
  return { $ref: `#/$defs/${def}` };
}

/** The schema of a value by itself; that of a map comes from what is in it, unless its comment says it. */
function typeOf(path, value, extra, into) {
  if (isMap(value)) {
    const type = { type: 'object', additionalProperties: false };
    if (SAYS_WHAT_IS_IN_A_MAP.some((word) => word in extra)) return type;
    if (value.items.length === 0) throw new Error(`${path} is an empty map: "# @schema" must say what may be in it`);
    return { ...type, properties: propertiesOf(value, `${path}.`, into) };
  }
  if (isSeq(value)) {
    if (!extra.items) throw new Error(`${path} is a list: "# @schema" must say of what`);
    return { type: 'array' };
  }
  if (value.value !== null) {
    const type = typeof value.value === 'number' ? 'integer' : typeof value.value;
    return { type, default: value.value };
  }
  if (!extra.type) throw new Error(`${path} is null: "# @schema" must say its type`);
  return {};
}

/** A group of values has a row of its own before theirs, without a default. */
function rowsOf({ path, value, meaning, extra }, rows) {
  if (rows.length > 0) return [{ path, meaning }, ...rows];
  const allowed = extra.enum ? ` One of ${extra.enum.map((one) => `\`${one}\``).join(', ')}.` : '';
  return [{ path, meaning: meaning + allowed, fallback: JSON.stringify(value.toJSON()) }];
}

function readme({ name, description, version, kubeVersion }, rows) {
  const cell = (text) => text.replaceAll('|', '\\|');
  const line = ({ path, meaning, fallback }) =>
    fallback === undefined
      ? `| **\`${path}\`** |  | ${cell(meaning)} |`
      : `| \`${path}\` | \`${cell(fallback)}\` | ${cell(meaning)} |`;
  return `# ${name} ${version}

${description}, for Kubernetes ${kubeVersion.replace(/-0$/, '')}.

[docs/operations/install.md](../../docs/operations/install.md) goes through an installation step by step, and
[examples](../examples) has values for a trial, for production and for GitOps, each with what it renders to.

PostgreSQL and Kafka are not part of the chart, and no secret is a value: it names Secrets that are there.

## Values

Made from [values.yaml](values.yaml); a value that is not listed is refused.

| value | default | meaning |
| --- | --- | --- |
${rows.map(line).join('\n')}
`;
}

const text = (file) => {
  const path = join(chart, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
const made = documentsOf(text('values.yaml'), text('Chart.yaml'));
for (const [file, content] of [
  ['README.md', made.readme],
  ['values.schema.json', made.schema],
]) {
  if (!process.argv.includes('--check')) writeFileSync(join(chart, file), content);
  else if (text(file) !== content) {
    console.error(`${file} is not as it would be made by "npm run docs -w @chargemesh/helm"`);
    process.exitCode = 1;
  }
}
