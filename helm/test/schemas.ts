import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { helmFolder } from './helm.js';
import type { Manifest } from './manifest.js';

const folder = join(helmFolder, 'test/crds');
const KINDS = 'x-kubernetes-group-version-kind';

interface Schema {
  readonly definitions?: Record<string, Schema>;
  readonly [KINDS]?: readonly { group: string; version: string; kind: string }[];
}

/** For each `apiVersion kind`, how its validator is compiled. */
const compilers = new Map<string, () => ValidateFunction>(
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap(compilersIn),
);

function compilersIn(file: string): [string, () => ValidateFunction][] {
  const schema = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Schema;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true }).addSchema(schema, file);
  const definitions = Object.entries(schema.definitions ?? {});
  const places = [['', schema] as const, ...definitions.map(([name, one]) => [`/definitions/${name}`, one] as const)];
  return places.flatMap(([path, { [KINDS]: kinds = [] }]) =>
    kinds.map(({ group, version, kind }): [string, () => ValidateFunction] => [
      `${group ? `${group}/` : ''}${version} ${kind}`,
      () => ajv.compile({ $ref: `${file}#${path}` }),
    ]),
  );
}

const validators = new Map<string, ValidateFunction | undefined>();

function validatorOf(kind: string): ValidateFunction | undefined {
  if (!validators.has(kind)) validators.set(kind, compilers.get(kind)?.());
  return validators.get(kind);
}

/** What is wrong with a manifest; a kind that nobody described is wrong. */
export function faultsOf(manifest: Manifest): string[] {
  const kind = `${manifest.apiVersion} ${manifest.kind}`;
  const where = `${manifest.kind} ${manifest.metadata.name}`;
  const validate = validatorOf(kind);
  if (!validate) return [`${where}: there is no schema of ${kind} in helm/test/crds`];
  if (validate(manifest)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${where}${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
