// Checks manifests as strictly as the API server with `--validate=strict`: against the schemas of several Kubernetes and of the Prometheus operator.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { KUBERNETES } from './helm.ts';
import { BUILT, isBuilt } from './tools.ts';

/** As it is written; the tests reach into it, a missing part is `undefined`. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

const OPERATOR = 'monitoring.coreos.com/';
const DEFINITIONS = `${BUILT}/prometheus-operator/example/prometheus-operator-crd`;

/** Whether the schemas are here; see `hasTools`. */
export const hasSchemas = () => isBuilt('tests of the Kubernetes manifests', 'python', 'prometheus-operator');

/** What is wrong with manifests, unknown fields too: a misspelt field is the usual mistake. Empty where nothing is. */
export function problemsOf(manifests: readonly Manifest[]): readonly string[] {
  const ofOperator = manifests.filter(({ apiVersion }) => apiVersion.startsWith(OPERATOR));
  const others = manifests.filter((manifest) => !ofOperator.includes(manifest));
  return [
    ...ofOperator.flatMap(problemsOfResource),
    ...(others.length === 0 ? [] : KUBERNETES.flatMap((version) => problemsOfObjects(others, version))),
  ];
}

function problemsOfObjects(manifests: readonly Manifest[], version: string): readonly string[] {
  const args = ['--kubernetes-version', version, '--strict', '--quiet', '-'];
  const input = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  // A kind without a schema is a warning, and no failure: whatever is printed counts.
  const { status, stdout, stderr, error } = spawnSync(`${BUILT}/python/bin/kubernetes-validate`, args, {
    input,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  const words = (stdout + stderr).trim();
  return status === 0 && words === '' ? [] : [words || `exit ${status}`];
}

const validators = new Map<string, ValidateFunction>();

function problemsOfResource(manifest: Manifest): readonly string[] {
  const { apiVersion, kind } = manifest;
  const isValid = validators.get(kind) ?? definitionOf(manifest);
  if (isValid === undefined) return [`no schema for ${apiVersion} ${kind}`];
  validators.set(kind, isValid);
  if (isValid(manifest)) return [];
  return (isValid.errors ?? []).map(
    ({ instancePath, message, params }) => `${kind} ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function definitionOf({ apiVersion, kind }: Manifest): ValidateFunction | undefined {
  interface Definition {
    readonly spec: {
      readonly names: { readonly kind: string };
      readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: object } }[];
    };
  }
  for (const file of readdirSync(DEFINITIONS)) {
    const { spec }: Definition = parse(readFileSync(`${DEFINITIONS}/${file}`, 'utf8'));
    const version = spec.versions.find(({ name }) => `${OPERATOR}${name}` === apiVersion);
    if (spec.names.kind !== kind || version === undefined) continue;
    const schema = closed(version.schema.openAPIV3Schema);
    return new Ajv({ allErrors: true, strict: false, logger: false }).compile(schema);
  }
  return undefined;
}

/** A schema that refuses the fields it does not name, which the API server would drop. What is in `metadata` it leaves to Kubernetes. */
function closed(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    // Go's way to ignore case, which JavaScript does not know.
    if (key === 'pattern' && String(value).includes('(?i)')) return undefined;
    const isObject = typeof value?.properties === 'object' && key !== 'metadata' && key !== 'properties';
    return isObject && value.additionalProperties === undefined ? { ...value, additionalProperties: false } : value;
  });
}
